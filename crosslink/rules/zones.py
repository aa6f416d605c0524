"""What connects to what across zones: nodes of load balancers and their targets, each in a subnet."""

from collections.abc import Collection
from ipaddress import IPv4Network
from itertools import product

from crosslink.graph.unknown import known, present, visible
from crosslink.ip_ranges import network
from crosslink.path import steps
from crosslink.path.load_balancers import AddressTarget
from crosslink.path.network import Subnet
from crosslink.path.routes import Way
from crosslink.path.walk import Walk
from crosslink.rules.grade import CutOff, Pair

EVERY_ZONE = "all"  # the zone of a target outside the load balancer's VPC
ROUTES = (steps.ROUTE_OUT, steps.ROUTE_BACK)


def gateway_pairs(walk: Walk) -> frozenset[Pair]:
    """The gateway NLB's nodes with the targets that each sends requests to.

    Without cross-zone load balancing these are the targets of its own zone, and those in zone `all`.
    """
    pairs: set[Pair] = set()
    for balancer, target in product(walk.seen(steps.GATEWAY_NLB), walk.seen(steps.TARGET)):
        zones = [subnet.zone for subnet in present(target.subnet)]
        anywhere = balancer.cross_zone is True or target.zone == EVERY_ZONE or not zones
        nodes = (node for node in visible(balancer.subnets) if anywhere or node.zone in zones)
        pairs.update((node.urn, end_of(target)) for node in nodes)
    return frozenset(pairs)


def end_of(target: AddressTarget) -> str:
    """How a target is named in a pair: by its subnet, of which it is the only one, or else by itself."""
    return next((subnet.urn for subnet in present(target.subnet)), target.urn)


def provider_pairs(walk: Walk) -> frozenset[Pair]:
    """The provider NLB's nodes with the nodes of the ALB that each sends requests to."""
    return frozenset(
        (node.urn, far.urn)
        for balancer, alb in product(walk.seen(steps.PROVIDER_NLB), walk.seen(steps.ALB))
        for node, far in product(visible(balancer.subnets), visible(alb.subnets))
        if balancer.cross_zone is True or node.zone == far.zone
    )


def cut_off_nodes(why: str, pairs: frozenset[Pair], nodes: Collection[Subnet]) -> CutOff:
    """A finding that keeps some nodes from all targets."""
    urns = {node.urn for node in nodes}
    return CutOff(why, frozenset(pair for pair in pairs if pair[0] in urns), pairs)


def cut_off_targets(why: str, pairs: frozenset[Pair], targets: Collection[str]) -> CutOff:
    """A finding that keeps all nodes from some targets."""
    return CutOff(why, frozenset(pair for pair in pairs if pair[1] in targets), pairs)


def cut_off_way(why: str, walk: Walk, way: Way) -> CutOff:
    """A finding about a way from or to a subnet of the gateway NLB: packets get lost in either direction."""
    pairs = gateway_pairs(walk)
    nodes = {node.urn: node for nlb in walk.seen(steps.GATEWAY_NLB) for node in visible(nlb.subnets)}
    ends = {end_of(target): target for target in walk.seen(steps.TARGET)}
    far = {end: next(iter(present(target.subnet)), None) for end, target in ends.items()}
    cut = {
        (node, end)
        for node, end in pairs
        for here, there in ((nodes[node], far[end]), (far[end], nodes[node]))
        if here and there and here.urn == way.subnet.urn and _leads_to(walk, way, there)
    }
    return CutOff(why, frozenset(cut), pairs)


def _leads_to(walk: Walk, way: Way, there: Subnet) -> bool:
    """Whether packets to a subnet, or a part of them, take a way; those that take one route are one way."""
    if not way.route:
        return way.destination == there.cidr
    own, whole = _range(way), network(known(there.cidr))
    if own is None or whole is None:  # such as a prefix list's
        return True
    others = (_range(other) for other in walk.seen(*ROUTES) if other.subnet.urn == way.subnet.urn)
    return own.overlaps(whole) and not any(
        other and own.prefixlen < other.prefixlen <= whole.prefixlen and whole.subnet_of(other)
        for other in others
    )


def _range(way: Way) -> IPv4Network | None:
    """The range that a way's route is for."""
    return next((network(route.destination) for route in present(way.route)), None)
