"""What security groups and network ACLs let pass, and the rule of the ACLs of every subnet of the path."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network
from itertools import product
from typing import NamedTuple, TypeAlias

from crosslink.graph.unknown import NotKnownError, Number, Text, known, present, visible
from crosslink.ip_ranges import covered, network, without
from crosslink.path import steps
from crosslink.path.hop import Hop
from crosslink.path.network import AclEntry, SecurityGroupRule, Subnet
from crosslink.path.routes import INTERNET, Way
from crosslink.path.walk import Walk
from crosslink.rules.grade import CutOff, Pair
from crosslink.rules.rule import VPC, fix, rule
from crosslink.rules.zones import gateway_pairs, provider_pairs

ACLS = f"{VPC}/vpc-network-acls.html"
HOPS = (steps.GATEWAY_NLB, steps.ENDPOINT, steps.PROVIDER_NLB, steps.ALB)
# TCP by its name and number, and all protocols as network ACLs and their readers name them
TCP, ALL = ("tcp", "6"), ("-1", "all")
# The ports that an NLB connects from, and so those that answers go to
# (https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports)
ANSWERS = range(1024, 65536)

Part: TypeAlias = tuple[IPv4Network, int, int]  # a range, the first and the last of its ports


class End(NamedTuple):
    """One end of connections from an NLB to its target."""

    hop: Hop
    subnet: Subnet  # the hop's own
    other: Subnet  # the subnet at the other end
    port: Number  # the target's
    asks: bool  # whether it is the end that connects


def not_admitted(
    rules: Iterable[SecurityGroupRule], ends: Iterable[tuple[Text, Number]], told: str = "{}:{}"
) -> str:
    """Those of some ranges and ports that security groups don't admit, in words; empty if they admit all."""
    facts = ((known(cidr), known(port)) for cidr, port in ends)
    return ", ".join(told.format(*end) for end in facts if not admitted(rules, *end))


def admitted(rules: Iterable[SecurityGroupRule], cidr: str | None, port: int | None) -> bool:
    """Whether the rules of security groups, taken together, let TCP to a port from or to a whole range pass.

    Raises:
        NotKnownError: they don't, and one can't be read.
    """
    ranges: list[str] = []
    unread: NotKnownError | None = None
    for group_rule in rules:
        try:
            if is_for(group_rule, port):
                ranges += known(group_rule.ranges)
                if group := known(group_rule.group):
                    unread = NotKnownError(f"who is in security group {group.resource_name} isn't followed")
        except NotKnownError as error:
            unread = error
    passes = covered(cidr, ranges)
    if unread and not passes:
        raise unread
    return passes


def is_for(group_rule: SecurityGroupRule, port: int | None) -> bool:
    """Whether a rule of a security group is for TCP to a port."""
    protocol = known(group_rule.protocol)
    if protocol not in TCP:
        return protocol == "-1"
    first, last = known(group_rule.from_port), known(group_rule.to_port)
    return port is not None and first is not None and last is not None and first <= port <= last


def _passes(entries: Iterable[AclEntry], cidr: str | None, ports: range, *, outwards: bool) -> bool:
    """Whether a network ACL lets TCP to some ports, from or to a whole range, pass.

    Of the entries that fit a packet the one with the lowest number decides; what none fits is denied.
    """
    whole = network(cidr)
    undecided: list[Part] = [] if whole is None else [(whole, ports[0], ports[-1])]
    for entry in entries:
        range_ = network(entry.cidr)
        if entry.outwards != outwards or entry.protocol not in TCP + ALL or range_ is None:
            continue
        first, last = (0, 65535) if entry.protocol in ALL else (entry.from_port or 0, entry.to_port or 0)
        met = [
            part for part in undecided if part[0].overlaps(range_) and part[1] <= last and first <= part[2]
        ]
        if met and not entry.allows:
            return False
        for part in met:
            undecided.remove(part)
            undecided += _rest(part, range_, first, last)
    return whole is not None and not undecided


def _rest(given: Part, range_: IPv4Network, first: int, last: int) -> list[Part]:
    """What is left of a part without a range's ports."""
    whole, low, high = given
    inside = range_ if range_.subnet_of(whole) else whole
    beside = [(left, low, high) for left in without([whole], range_)]
    others = [(inside, low, min(high, first - 1)), (inside, max(low, last + 1), high)]
    return [*beside, *(part for part in others if part[1] <= part[2])]


def _ends(walk: Walk) -> Iterator[End]:
    for balancer, target in product(walk.seen(steps.GATEWAY_NLB), walk.seen(steps.TARGET)):
        for near, far in product(visible(balancer.subnets), present(target.subnet)):
            yield End(balancer, near, far, target.port, asks=True)
            for endpoint in walk.seen(steps.ENDPOINT):
                yield End(endpoint, far, near, target.port, asks=False)
    targets = product(walk.seen(steps.PROVIDER_NLB), walk.seen(steps.PROVIDER_TARGET), walk.seen(steps.ALB))
    for balancer, target, alb in targets:
        for near, far in product(visible(balancer.subnets), visible(alb.subnets)):
            yield End(balancer, near, far, target.port, asks=True)
            yield End(alb, far, near, target.port, asks=False)


@rule(*HOPS, when=lambda walk, hop: any(end.hop == hop for end in _ends(walk)), source=ACLS)
@fix(
    "Let the connections pass, and the answers to ports 1024 to 65535: an ACL remembers no connection.",
    look="aws ec2 describe-network-acls --region {region}",
)
def acls_let_pass(walk: Walk, hop: Hop) -> CutOff | None:
    """The network ACLs of a hop's subnets let connections pass, and the answers to them."""
    shut: dict[Pair, str] = {}
    unread: NotKnownError | None = None
    gateway = hop in (*walk.seen(steps.GATEWAY_NLB), *walk.seen(steps.ENDPOINT))
    for end in _ends(walk):
        try:
            if end.hop == hop and (why := shut_at(end)):
                node, target = (end.subnet, end.other) if end.asks else (end.other, end.subnet)
                shut.setdefault((node.urn, target.urn), why)
        except NotKnownError as error:
            unread = error
    if not shut:
        if unread:
            raise unread
        return None
    pairs = gateway_pairs(walk) if gateway else provider_pairs(walk)
    return CutOff(next(iter(shut.values())), frozenset(shut), pairs)


def shut_at(end: End) -> str | None:
    """What the network ACL of an end's subnet doesn't let pass."""
    entries = known(end.subnet.acl)
    if entries is None:
        return None
    port = known(end.port) or 0
    for outwards in (True, False):
        to_target = outwards == end.asks
        ports, what = (range(port, port + 1), f"port {port}") if to_target else (ANSWERS, "answers")
        if not _passes(entries, known(end.other.cidr), ports, outwards=outwards):
            way = f"out of {end.subnet.cidr} to" if outwards else f"into {end.subnet.cidr} from"
            return f"no entry lets {what} {way} {end.other.cidr}"
    return None


def _pods_port(walk: Walk) -> int | str | None:
    """The port that the ALB asks the pods on, which the Service may have by its name."""
    wanted = next((known(service.target_port) for service in walk.seen(steps.KUBERNETES_SERVICE)), None)
    named = dict(port for pods in walk.seen(steps.DEPLOYMENT) for port in known(pods.ports))
    return named.get(wanted) if isinstance(wanted, str) else wanted


@rule(steps.EXIT, when=lambda _, way: way.subnet.acl is not None, source=ACLS)
@fix("""Let the ALB's requests and their answers pass, 443 out to the internet, and answers back in to ports
    1024 to 65535.""")
def node_acls_let_pass(walk: Walk, way: Way) -> str | None:
    """The network ACLs of the nodes' and the ALB's subnets let requests to pods pass, and images."""
    entries, own = known(way.subnet.acl), known(way.subnet.cidr)
    port = _pods_port(walk)
    ports = range(port, port + 1) if isinstance(port, int) else None
    for alb in walk.seen(steps.ALB):
        for subnet in visible(alb.subnets):
            for acl, other, inwards in ((entries, subnet.cidr, True), (subnet.acl, own, False)):
                if ports is None or acl is None:
                    continue
                for outwards, wanted in ((not inwards, ports), (inwards, ANSWERS)):
                    if not _passes(known(acl), known(other), wanted, outwards=outwards):
                        what = f"port {port}" if wanted is ports else "answers"
                        return f"no entry lets {what} pass between {own} and the ALB's {subnet.cidr}"
    open_ = _passes(entries or (), INTERNET, range(443, 444), outwards=True)
    if entries is not None and not (open_ and _passes(entries, INTERNET, ANSWERS, outwards=False)):
        raise NotKnownError(f"whether the ACL of {own} lets pass what the nodes need isn't followed")
    return None
