"""What AWS refuses to create though the provider's schema takes it, of load balancers."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address

from crosslink.graph.unknown import known, present
from crosslink.ip_ranges import covered, network, within
from crosslink.path import steps
from crosslink.path.existing import EXISTING
from crosslink.path.hop import Hop
from crosslink.path.load_balancers import HealthCheck, Listener, LoadBalancer, TargetGroup
from crosslink.path.network import Subnet
from crosslink.path.walk import Walk
from crosslink.rules.load_balancers import GROUPS, LISTENERS, NLBS
from crosslink.rules.rule import ELB, NLB, VPC, fix, rule, with_own_nlb
from settings.address_plan import is_usable

REFERENCE = f"{ELB}/APIReference"
NAMED = (*NLBS, *GROUPS)
LONGEST_NAME = 32
A_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
# What a health check takes
# (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html).
INTERVALS, TIMEOUTS, IN_A_ROW = range(5, 301), range(2, 121), range(2, 11)
CODES, LONGEST_PATH = range(200, 600), 1024
BY_HTTP = ("HTTP", "HTTPS")
IDLE_SECONDS = range(60, 6001)
# https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
PREFIXES = range(16, 29)


def _is_made(walk: Walk, hop: LoadBalancer | TargetGroup | Listener) -> bool:
    """Whether the stack makes a hop: what exists of others AWS has accepted."""
    theirs = (steps.PROVIDER_NLB, steps.PROVIDER_LISTENER, steps.PROVIDER_GROUP)
    return with_own_nlb(walk, hop) or all(hop not in walk.seen(step) for step in theirs)


@rule(*NAMED, when=_is_made, source=f"{REFERENCE}/API_CreateLoadBalancer.html")
@fix("Leave the name to Pulumi, or take up to 32 letters, digits and hyphens, with no hyphen at an end.")
def names_are_accepted(_walk: Walk, hop: LoadBalancer | TargetGroup) -> str | None:
    """Names of load balancers and target groups are such as AWS takes."""
    name = hop.name
    if not isinstance(name, str):  # Pulumi makes one up that is
        return None
    if len(name) > LONGEST_NAME:
        return f"{name} has {len(name)} characters, AWS takes {LONGEST_NAME}"
    if isinstance(hop, LoadBalancer) and name.startswith("internal-"):
        return f"{name} begins with internal-, which AWS keeps"
    return None if A_NAME.fullmatch(name) else f"{name} isn't made of letters, digits and hyphens"


@rule(*GROUPS, when=_is_made, source=f"{REFERENCE}/API_CreateTargetGroup.html")
@fix("""Check by TCP, HTTP or HTTPS, an ALB by HTTP or HTTPS; the timeout is at most the
    interval, thresholds are 2 to 10.""")
def health_check_is_accepted(_walk: Walk, group: TargetGroup) -> str | None:
    """A target group's health check is one that AWS takes."""
    check = known(group.health_check)
    if check is None:
        return None
    return next(_refused_of(check, known(group.target_type) == "alb"), None)


def _refused_of(check: HealthCheck, of_alb: bool) -> Iterator[str]:
    protocol = known(check.protocol) or ("HTTP" if of_alb else "TCP")
    if protocol not in (*BY_HTTP, "TCP"):
        yield f"a check can't be by {protocol}"
    if of_alb and protocol not in BY_HTTP:
        yield f"an ALB is checked by HTTP or HTTPS, not by {protocol}"
    path, matcher = known(check.path), known(check.matcher)
    if path and not (path.startswith("/") and len(path) <= LONGEST_PATH):
        yield f"the path {path} doesn't begin with /, or is longer than {LONGEST_PATH}"
    if matcher and not _is_matcher(matcher):
        yield f"the matcher {matcher} isn't made of codes from {CODES[0]} to {CODES[-1]}"
    interval, timeout = known(check.interval), known(check.timeout)
    for what, value, allowed in (
        ("an interval", interval, INTERVALS),
        ("a timeout", timeout, TIMEOUTS),
        ("a healthy threshold", known(check.healthy_threshold), IN_A_ROW),
        ("an unhealthy threshold", known(check.unhealthy_threshold), IN_A_ROW),
    ):
        if value is not None and value not in allowed:
            yield f"{what} is from {allowed[0]} to {allowed[-1]}, not {value}"
    if timeout is not None and timeout > (interval or 30):
        yield f"the timeout of {timeout} s is longer than the interval of {interval or 30} s"


def _is_matcher(matcher: str) -> bool:
    """Whether a matcher is one code, several with commas, or a range."""
    codes = [code for part in matcher.split(",") for code in part.split("-")]
    return all(code.strip().isdigit() and int(code) in CODES for code in codes)


@rule(*GROUPS, when=_is_made, source=f"{REFERENCE}/API_TargetGroupAttribute.html")
@fix("""Leave stickiness off, or take type "source_ip"; an ALB as target takes none. preserve_client_ip is
    "true" or "false", load_balancing_cross_zone_enabled also "use_load_balancer_configuration".""")
def group_attributes_are_accepted(_walk: Walk, group: TargetGroup) -> str | None:
    """A target group has attributes that an NLB's takes: it binds clients by their address, or not."""
    for what, value, others in (
        ("cross-zone", known(group.cross_zone), ("use_load_balancer_configuration",)),
        ("client addresses", known(group.preserves_client_ip), ()),
    ):
        if value and value not in ("true", "false", *others):
            return f"{what} can't be {value}"
    if not known(group.sticky):
        return None
    if known(group.target_type) == "alb":
        return "stickiness is on, and its target is an ALB"
    kind = known(group.stickiness)
    return None if kind in (None, "source_ip") else f"stickiness is by {kind}, an NLB takes source_ip"


@rule(*LISTENERS, when=_is_made, source=f"{REFERENCE}/API_CreateListener.html")
@fix("Leave certificate, policy and ALPN to TLS listeners, which need a certificate; idle is 60 to 6000 s.")
def listener_is_accepted(walk: Walk, listener: Listener) -> str | None:
    """A listener of an NLB has what its protocol takes."""
    protocol = known(listener.protocol)
    of_tls = {
        "certificate": known(listener.certificate),
        "TLS policy": known(listener.tls_policy),
        "ALPN policy": known(listener.alpn),
    }
    if protocol == "TLS":
        return None if of_tls["certificate"] else "it is TLS, and has no certificate"
    given = [name for name, value in of_tls.items() if value]
    if given and walk.order:  # one that is there AWS has taken, whatever it says of it
        return f"it is {protocol}, and has a {given[0]}"
    idle = known(listener.idle)
    wrong = idle is not None and idle not in IDLE_SECONDS
    return f"it can't wait {idle} s, but {IDLE_SECONDS[0]} to {IDLE_SECONDS[-1]}" if wrong else None


@rule(*NLBS, when=_is_made, source=f"{REFERENCE}/API_CreateLoadBalancer.html")
@fix("Give the load balancer one subnet in each zone.")
def balancer_has_one_subnet_in_a_zone(_walk: Walk, balancer: LoadBalancer) -> str | None:
    """A load balancer has subnets, and no two in one zone."""
    subnets = known(balancer.subnets)
    zones = [known(subnet.zone) for subnet in subnets]
    if not subnets:
        return "it has no subnets"
    twice = sorted({str(zone) for zone in zones if zones.count(zone) > 1})
    return f"two of its subnets are in {', '.join(twice)}" if twice else None


@rule(*NLBS, when=_is_made, source=f"{NLB}/create-network-load-balancer.html")
@fix("Choose each address from its own subnet, without the first four and the last, or leave them to AWS.")
def balancer_addresses_fit(_walk: Walk, balancer: LoadBalancer) -> str | None:
    """An address that a load balancer asks for is one of its subnet's that AWS doesn't keep."""
    ranges = {subnet.id: known(subnet.cidr) for subnet in known(balancer.subnets)}
    for subnet_id, address in known(balancer.addresses):
        if known(subnet_id) not in ranges:
            return f"{address or 'one'} is asked for in {subnet_id}, which is none of its subnets"
        cidr = ranges[known(subnet_id)]
        if not known(address):
            continue
        if not within(known(address), cidr):
            return f"{address} isn't in {cidr}"
        own = network(cidr)
        if own and not is_usable(own, IPv4Address(str(address))):
            return f"{address} is one that AWS keeps in {cidr}"
    return None


@rule(
    *NLBS,
    when=lambda walk, nlb: walk.order and _is_made(walk, nlb),
    source=f"{REFERENCE}/API_CreateLoadBalancer.html",
)
@fix('Leave ip_address_type at "ipv4", or give all its subnets ranges of IPv6.')
def balancer_has_its_address_types(_walk: Walk, balancer: LoadBalancer) -> str | None:
    """A load balancer has addresses of IPv6 only if its subnets do."""
    kind = known(balancer.address_type)
    if kind in (None, "ipv4"):
        return None
    if kind != "dualstack":
        return f"an NLB can't be {kind}"
    without = [str(subnet.cidr) for subnet in known(balancer.subnets) if not known(subnet.ipv6)]
    return f"it is dualstack, and {', '.join(without)} has no range of IPv6" if without else None


def _subnets(walk: Walk) -> Iterator[tuple[Hop, Subnet]]:
    """All subnets of a walk, each with the hop that is in it."""
    for balancer in walk.seen(*NLBS):
        yield from ((balancer, subnet) for subnet in present(balancer.subnets) for subnet in subnet)
    for endpoint in walk.seen(steps.ENDPOINT):
        yield from ((endpoint, subnet) for one in endpoint.interfaces for subnet in present(one.subnet))
    yield from ((way, way.subnet) for way in walk.seen(steps.EXIT))


@rule(
    *NLBS,
    steps.ENDPOINT,
    steps.EXIT,
    when=lambda walk, _: walk.order,
    source=f"{VPC}/subnet-sizing.html",
)
@fix("Give each subnet a range of its own, /16 to /28, in a range of its VPC.")
def subnets_fit_their_network(walk: Walk, hop: Hop) -> str | None:
    """A subnet's range is in its VPC's, of a size that AWS takes, and overlaps no other's."""
    every = {subnet.urn: subnet for _hop, subnet in _subnets(walk)}
    for subnet in (subnet for owner, subnet in _subnets(walk) if owner == hop):
        cidr, vpc = known(subnet.cidr), known(subnet.network)
        if cidr is None or subnet.urn.startswith(EXISTING):
            continue
        own = network(cidr)
        if own is None or own.prefixlen not in PREFIXES:
            return f"a subnet's range can't be {cidr}"
        if vpc and not covered(cidr, [known(given) for given in known(vpc.ranges)]):
            return f"{cidr} isn't in the ranges of its VPC"
        others = (other for other in every.values() if other.urn != subnet.urn and other.vpc == subnet.vpc)
        for other in others:
            if (theirs := network(other.cidr)) and own.overlaps(theirs):
                return f"{cidr} overlaps {other.cidr}, another subnet of its VPC"
    return None


@rule(*NLBS, source=f"{NLB}/network-load-balancers.html", when=lambda _walk, nlb: _free(nlb))
@fix("Free addresses in the subnet, or give the load balancer a larger one.")
def subnets_have_free_addresses(_walk: Walk, balancer: LoadBalancer) -> str | None:
    """A load balancer's subnets have addresses left: it needs them to grow, and to replace a node."""
    full = [str(subnet.cidr) for subnet in known(balancer.subnets) if known(subnet.free) == 0]
    return f"{', '.join(full)} has no address left" if full else None


def _free(balancer: LoadBalancer) -> bool:
    return any(subnet.free is not None for subnets in present(balancer.subnets) for subnet in subnets)
