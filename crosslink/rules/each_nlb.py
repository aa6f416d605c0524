"""The rules that one of the NLBs has to keep: first the gateway's, then the provider's."""

from collections.abc import Sequence
from itertools import product

from crosslink.graph.unknown import Beyond, known, present, visible
from crosslink.path import steps
from crosslink.path.api import VpcLink
from crosslink.path.load_balancers import AddressTarget, LoadBalancer, Target, TargetGroup
from crosslink.path.private_link import Endpoint
from crosslink.path.walk import Walk
from crosslink.rules import by_hand
from crosslink.rules.grade import CutOff, Grade, Graded
from crosslink.rules.packet_filters import not_admitted
from crosslink.rules.pending import stop_if_pending
from crosslink.rules.rule import (
    ELB,
    NLB,
    NLB_SECURITY_GROUPS,
    PRIVATE_INTEGRATION,
    PRIVATELINK,
    fix,
    rule,
    with_own_nlb,
)
from crosslink.rules.text import listed
from crosslink.rules.zones import EVERY_ZONE, cut_off_targets, end_of, gateway_pairs, provider_pairs


@rule(steps.LINK, told_at=steps.GATEWAY_NLB, source=PRIVATE_INTEGRATION)
@fix("""Take the target of the VPC link, or of the integrations through a link v2, from the gateway NLB:
    nlb.arn.""")
def link_goes_to_an_nlb(walk: Walk, link: VpcLink) -> str | None:
    """The VPC link goes to a load balancer that is there, and what names that goes before it in a destroy."""
    balancer = known(walk.one(steps.GATEWAY_NLB))
    if balancer is None:
        return "its load balancer isn't there"
    # A link v2 names none: the document does, or each integration.
    naming = [link] if link.version == "v1" else walk.seen(steps.REST_API, steps.INTEGRATION)
    early = [hop for hop in naming if walk.waits(hop, balancer) is False]
    told = "the integrations name" if link.version == "v2" else "it names"
    return f"{told} the load balancer by its ARN alone, without waiting for it" if early else None


@rule(steps.GATEWAY_NLB, when=lambda _, nlb: nlb.guarded is not False, source=NLB_SECURITY_GROUPS)
@fix("Add an egress rule for the endpoint's subnets and port.")
def gateway_nlb_lets_out(walk: Walk, balancer: LoadBalancer) -> CutOff | None:
    """The gateway NLB's security groups let it connect to every target."""
    known(balancer.guarded)
    rules = known(balancer.lets_out)
    told = {
        end_of(target): not_admitted(rules, [(target.target, target.port)])
        for target in known(walk.every(steps.TARGET))
    }
    shut = {end: text for end, text in told.items() if text}
    why = f"nothing lets it out to {', '.join(shut.values())}"
    return cut_off_targets(why, gateway_pairs(walk), shut) if shut else None


@rule(steps.GATEWAY_NLB, told_at=steps.LISTENER, source=PRIVATE_INTEGRATION)
@fix(
    "Make the port in the integration's URI that of the backend's listener, 8000 + slot.",
    look=by_hand.LISTENERS,
)
def uri_picks_a_listener(walk: Walk, _balancer: LoadBalancer) -> str | Graded | None:
    """All integrations' URIs have the port of one listener of the gateway NLB, which they pick by it."""
    methods, listener = known(walk.every(steps.METHOD)), known(walk.one(steps.LISTENER))
    if listener is None:
        return f"no listener for {', '.join(sorted(str(method.uri) for method in methods)) or 'the route'}"
    strays = sorted(str(method.uri) for method in methods if known(method.port) != known(listener.port))
    grade = Grade.STOPS if len(strays) == len(methods) else Grade.STOPS_SOME
    why = f"{', '.join(strays)} doesn't pick the listener on {listener.port}"
    return Graded(why, grade) if strays else None


@rule(steps.TARGET_GROUP, source=f"{NLB}/edit-target-group-attributes.html")
@fix(
    'Set preserve_client_ip="false".',
    look=by_hand.GROUP_ATTRIBUTES,
    mend="aws elbv2 modify-target-group-attributes --target-group-arn {id} --attributes "
    "Key=preserve_client_ip.enabled,Value=false --region {region}",
)
def client_addresses_are_hidden(_walk: Walk, group: TargetGroup) -> str | None:
    """The gateway's target group doesn't preserve client addresses: with PrivateLink packets get lost."""
    return "preserve_client_ip is true" if known(group.preserves_client_ip) == "true" else None


@rule(steps.TARGET_GROUP, told_at=steps.TARGET, source=f"{NLB}/target-group-register-targets.html")
@fix(
    "Register every address of the backend's interface endpoint as a target, and nothing else.",
    look=by_hand.TARGETS,
)
def targets_are_the_endpoint(walk: Walk, group: TargetGroup) -> str | Graded | CutOff | None:
    """The targets are the addresses of one interface endpoint: all of them, and no other."""
    targets = {str(known(target.target)) for target in known(walk.every(steps.TARGET))}
    if walk.backend:  # another backend's are beside, and each group has those of its own
        targets = targets.intersection(map(str, map(known, known(group.members))))
    if not targets:
        return "there are no targets"
    endpoint = known(walk.one(steps.ENDPOINT))
    if endpoint is None:
        return f"no interface endpoint has {', '.join(sorted(targets))}"
    addresses = {str(known(interface.address)) for interface in endpoint.interfaces}
    if not addresses:
        stop_if_pending(walk)
    if strangers := sorted(targets - addresses):
        # What answers there, if anything does, gets requests.
        grade = Grade.STOPS_SOME if targets & addresses else Grade.STOPS
        return Graded(f"{', '.join(strangers)} isn't an address of the endpoint", grade)
    missing = sorted(addresses - targets)
    return _missing(walk, endpoint, missing) if missing else None


def _missing(walk: Walk, endpoint: Endpoint, addresses: list[str]) -> CutOff:
    """Addresses that aren't targets; without cross-zone load balancing their zones have none."""
    pairs = set(gateway_pairs(walk))
    ends = [
        subnet
        for interface in endpoint.interfaces
        if str(interface.address) in addresses
        for subnet in present(interface.subnet)
    ]
    nodes = [node for nlb in walk.seen(steps.GATEWAY_NLB) for node in visible(nlb.subnets)]
    crosses = all(nlb.cross_zone is True for nlb in walk.seen(steps.GATEWAY_NLB))
    outside = any(target.zone == EVERY_ZONE for target in walk.seen(steps.TARGET))
    cut = {
        (node.urn, end.urn)
        for node, end in product(nodes, ends)
        if crosses or outside or node.zone == end.zone
    }
    why = f"{', '.join(addresses)} of the endpoint isn't a target"
    return CutOff(why, frozenset(cut), frozenset(pairs | cut))


@rule(steps.TARGET, source=f"{ELB}/APIReference/API_TargetDescription.html")
@fix('Set availability_zone="all" for an address outside the load balancer\'s VPC; leave it out inside.')
def target_has_its_zone(_walk: Walk, target: AddressTarget) -> str | None:
    """A target outside the load balancer's VPC is in zone `all`, one inside is not: AWS refuses them else."""
    zone, outside = known(target.zone), known(target.outside)
    place = "outside" if outside else "inside"
    wrong = outside is not None and outside != (zone == "all")
    return f"{target.target} is {place} the VPC, and its zone is {zone or 'left out'}" if wrong else None


@rule(steps.TARGET, when=lambda walk, _: walk.order, source=f"{PRIVATELINK}/create-interface-endpoint.html")
@fix("Let the attachment depend on the endpoint, and on its accepter where there is one.")
def target_waits_for_the_endpoint(walk: Walk, target: Target) -> str | None:
    """A target is registered once the endpoint is there and accepted, and deregistered before it goes."""
    for endpoint in walk.seen(steps.ENDPOINT):
        for earlier in (endpoint, *present(endpoint.acceptance)):
            if not walk.waits(target, earlier):
                return f"{target.target} doesn't wait for {earlier.resource}"
    return None


@rule(
    steps.PROVIDER_NLB,
    when=with_own_nlb,
    source=f"{NLB}/edit-load-balancer-attributes.html",
    grade=Grade.REDUNDANCY,
)
@fix(
    "Set enable_cross_zone_load_balancing=True.",
    look=by_hand.ATTRIBUTES,
    mend="aws elbv2 modify-load-balancer-attributes --load-balancer-arn {id} --attributes "
    "Key=load_balancing.cross_zone.enabled,Value=true --region {region}",
)
def provider_nlb_crosses_zones(walk: Walk, balancer: LoadBalancer) -> str | Graded | None:
    """The provider NLB sends requests on in whatever zone they come: cross-zone is on."""
    if _crosses(balancer, walk.seen(steps.PROVIDER_GROUP)):
        return None
    zones = {known(subnet.zone) for subnet in known(balancer.subnets)}
    albs = walk.reach(steps.ALB)
    dark = zones.difference(known(subnet.zone) for alb in albs for subnet in known(alb.subnets))
    if albs and dark:
        missing = f"the ALB has no node in {listed(map(str, dark))}"
        why = f"{missing}, so that requests stop in {len(dark)} of {len(zones)} zones"
        return Graded(why, Grade.STOPS_SOME if dark < zones else Grade.STOPS)
    return "a zone without a healthy ALB node would swallow requests"


def _crosses(balancer: LoadBalancer, groups: Sequence[TargetGroup]) -> bool:
    """Whether requests are sent on in all zones: a target group may say otherwise than its load balancer."""
    own = {known(group.cross_zone) for group in groups}
    if "false" in own:
        return False
    return bool(known(balancer.cross_zone)) or own == {"true"}


@rule(steps.GATEWAY_NLB, source=f"{NLB}/edit-load-balancer-attributes.html", grade=Grade.STOPS_SOME)
@fix("Set enable_cross_zone_load_balancing=True, or have a target in each zone of the load balancer.")
def gateway_nlb_reaches_a_target(walk: Walk, balancer: LoadBalancer) -> str | None:
    """In each of its zones the gateway NLB has a target, unless it sends requests on to other zones."""
    targets = walk.seen(steps.TARGET)
    if not targets or any(known(target.zone) == "all" for target in targets):
        return None
    if _crosses(balancer, walk.seen(steps.TARGET_GROUP)):
        return None
    reached = {known(subnet.zone) for target in targets for subnet in present(known(target.subnet))}
    zones = [known(subnet.zone) for subnet in known(balancer.subnets)]
    alone = sorted({str(zone) for zone in zones if zone not in reached})
    told = f"{', '.join(alone)} has no target: those of {len(alone)} of {len(zones)} zones stop"
    return told if alone else None


@rule(
    steps.PROVIDER_NLB,
    when=lambda walk, nlb: nlb.guarded is not False and with_own_nlb(walk, nlb),
    source=NLB_SECURITY_GROUPS,
)
@fix("Add an egress rule for the ALB's subnets and port.")
def provider_nlb_lets_out(walk: Walk, balancer: LoadBalancer) -> CutOff | None:
    """The provider NLB's security groups let it connect to the ALB in every zone."""
    known(balancer.guarded)
    rules = known(balancer.lets_out)
    ports = [known(target.port) for target in walk.seen(steps.PROVIDER_TARGET)]
    subnets = [subnet for alb in walk.reach(steps.ALB) for subnet in known(alb.subnets)]
    told = {subnet.urn: not_admitted(rules, ((subnet.cidr, port) for port in ports)) for subnet in subnets}
    shut = {end: text for end, text in told.items() if text}
    why = f"nothing lets it out to {', '.join(shut.values())}"
    return cut_off_targets(why, provider_pairs(walk), shut) if shut else None


@rule(steps.PROVIDER_NLB, told_at=steps.PROVIDER_LISTENER, source=f"{NLB}/load-balancer-listeners.html")
@fix(
    "Use one port for the gateway's targets and the provider NLB's listener: 80, 443 with TLS.",
    look=by_hand.LISTENERS,
)
def endpoint_port_has_a_listener(walk: Walk, _balancer: LoadBalancer) -> str | CutOff | None:
    """The provider NLB listens on the port at which requests come through the endpoint."""
    listener, targets = known(walk.one(steps.PROVIDER_LISTENER)), walk.every(steps.TARGET)
    # Where the targets are another stack's, the port is the one that is declared for them.
    before = isinstance(targets, Beyond)
    ports = {known(walk.intent).port} if before else {known(target.port) for target in known(targets)}
    if listener:
        ports -= {known(listener.port)}
    if not ports and listener:
        return None
    why = f"no listener on port {', '.join(sorted(map(str, ports)))}"
    if before or not listener:
        return why
    deaf = [end_of(target) for target in walk.seen(steps.TARGET) if target.port in ports]
    return cut_off_targets(why, gateway_pairs(walk), deaf)
