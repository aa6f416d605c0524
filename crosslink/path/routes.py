"""Routes and peerings: what becomes of packets from a subnet to a destination."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, follow
from crosslink.graph.node import Node, Value, doubt, fields, items
from crosslink.graph.unknown import Fact, Flag, Found, Text, Unknown, visible
from crosslink.ip_ranges import network, without
from crosslink.path.hop import (
    Hop,
    Source,
    base_of,
    computed,
    each,
    hop,
    hop_at,
    if_known,
    only_aws,
    prop,
    read,
)
from crosslink.path.network import Subnet, list_parts, prefix_list_ranges, vpc_of

INTERNET = "0.0.0.0/0"
HALF_OF_ALL = 1  # prefix length of a route that takes half of all addresses: two are a default route
PEERING_OF = "vpcPeeringConnectionId"
REGIONAL, PUBLIC = "regional", "public"  # a NAT gateway of a whole VPC; one that leads to the internet
# Property with a route's target → what that is
# (https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html).
TARGETS = {
    PEERING_OF: "peering",
    "natGatewayId": "NAT gateway",
    "transitGatewayId": "transit gateway",
    "coreNetworkArn": "core network",
    "vpcEndpointId": "VPC endpoint",
    "networkInterfaceId": "network interface",
    "gatewayId": "internet gateway",
    "egressOnlyGatewayId": "egress-only internet gateway",
    "carrierGatewayId": "carrier gateway",
    "localGatewayId": "local gateway",
    "odbNetworkArn": "ODB network",
}


DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")


def _vpcs(source: Source) -> Fact[list[Node]]:
    at_end = partial(source.graph.all_named, source.node, type_=tokens.VPC, anywhere=True)
    return each(("vpcId", "peerVpcId"), at_end)


def _networks(source: Source) -> Fact[tuple[tuple[Text, ...], ...]]:
    """Of each VPC its first range, and those that were added; of an existing one those of its subnets before.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    """

    def ranges(vpc: Node) -> tuple[Text, ...]:
        added = source.graph.naming(vpc, "vpcId", tokens.VPC_CIDR)
        own = tuple(node.get("cidrBlock") for node in (vpc, *added))
        subnets = source.graph.all_naming(vpc, "vpcId", tokens.SUBNET) if vpc.looked_up else []
        return (*(subnet.get("cidrBlock") for subnet in visible(subnets)), *own)

    return if_known(_vpcs(source), lambda vpcs: tuple(map(ranges, vpcs)))


def _accepter(source: Source) -> Found[Node]:
    accepters = source.graph.all_naming(source.node, PEERING_OF, tokens.PEERING_ACCEPTER)
    return source.graph.one(accepters, tokens.PEERING_ACCEPTER)


@hop
class Peering(Hop):
    """A peering of two VPCs."""

    token = tokens.PEERING
    vpcs: Fact[frozenset[str]] = computed(  # their URNs
        lambda source: if_known(_vpcs(source), lambda vpcs: frozenset(vpc.urn for vpc in vpcs))
    )
    # of each VPC its ranges; those of its subnets as long as these aren't known
    networks: Fact[tuple[tuple[Text, ...], ...]] = computed(_networks)
    accepts_itself: Flag = computed(  # whether the request is its own acceptance; None where AWS was asked
        lambda source: source.node.get("autoAccept") if source.graph.registered else None
    )
    peer_owner: Text = prop("peerOwnerId")  # None for the requester's account
    peer_region: Text = prop("peerRegion")  # where the request says that the other VPC is
    # the resource that accepts it; where AWS was asked, the peering as its other side has it
    acceptance: Found[Hop] = computed(lambda source: hop_at(Hop, source, _accepter(source)))
    accepts: Flag = computed(  # whether that one does accept
        lambda source: follow(_accepter(source), lambda accepter: accepter.get("autoAccept"))
    )
    status: Text = only_aws("acceptStatus")  # `active` and so on; None where AWS wasn't asked


def _peering(source: Source) -> Found[Peering]:
    """The peering that a route goes over, which its accepter may name."""
    graph, route = source.graph, source.node
    if not route.get(PEERING_OF):
        return None
    accepters = graph.named_by(route, PEERING_OF, tokens.PEERING_ACCEPTER)
    over = [peering for node in accepters for peering in graph.named_by(node, PEERING_OF, tokens.PEERING)]
    found = over or graph.all_named(route, PEERING_OF, tokens.PEERING, anywhere=True)
    return hop_at(Peering, source, graph.one(found, tokens.PEERING))


def _over_accepter(source: Source) -> bool | None:
    accepters = source.graph.named_by(source.node, PEERING_OF, tokens.PEERING_ACCEPTER)
    return bool(accepters) if source.graph.registered else None


def _target_of(route: Node) -> tuple[str, Value] | None:
    """The property with a route's target, and its value."""
    return next(((name, value) for name in TARGETS if (value := route.get(name))), None)


def _over(source: Source) -> str | None:
    name, value = _target_of(source.node) or (None, None)
    # A firewall's or another gateway load balancer's endpoint may stand under either name.
    if name == "gatewayId" and str(value).startswith("vpce-"):
        return TARGETS["vpcEndpointId"]
    return TARGETS[name] if name else None


def _vpc_of_nat(source: Source) -> Text:
    """The VPC that a NAT gateway names, or else that of its subnet."""
    if source.node.get("vpcId"):
        return vpc_of(source)
    subnet = source.graph.step(source.node, "subnetId", tokens.SUBNET)
    return follow(subnet, lambda node: vpc_of(source.at(node)))


def _ways_out(source: Source) -> Fact[tuple[tuple[str | None, str | None], ...]]:
    """Over what packets to the internet go on from a NAT gateway's own subnet, and in which state that is.

    One that is regional has a route table of its own, with such a route.
    """
    graph, nat = source.graph, source.node
    if nat.get("availabilityMode") == REGIONAL:
        return ((TARGETS["gatewayId"], None),)
    subnet = graph.step(nat, "subnetId", tokens.SUBNET)
    if not isinstance(subnet, Node):
        return subnet or ((None, None),)
    taken = _routes(source.at(subnet), INTERNET)
    unknown = next((found for found in taken if isinstance(found, Unknown)), None)
    ends = (
        (_over(source.at(found)), found.get("state")) if found else (None, None)
        for found in taken
        if not isinstance(found, Unknown)
    )
    return unknown or tuple(ends)


def _has_address(source: Source) -> Flag:
    nat = source.node
    named = nat.get("availabilityMode") == REGIONAL or bool(nat.references.get("allocationId"))
    return named or if_known(nat.get("allocationId"), bool)


@hop
class NatGateway(Hop):
    """A NAT gateway, which itself needs a way to the internet."""

    token = tokens.NAT_GATEWAY
    connectivity: Text = prop("connectivityType", convert=lambda value: value or PUBLIC)
    has_address: Flag = computed(_has_address)  # whether it has one of the internet
    vpc: Text = computed(_vpc_of_nat)  # its URN
    # over what packets go on from it, and in which state that is; None for no route
    ways_out: Fact[tuple[tuple[str | None, str | None], ...]] = computed(_ways_out)
    state: Text = only_aws("state")  # `available` and so on; None where AWS wasn't asked
    failure: Text = only_aws("failureMessage")


def _nat(source: Source) -> Found[NatGateway]:
    """The NAT gateway that a route goes over."""
    if not source.node.get("natGatewayId"):
        return None
    return hop_at(NatGateway, source, source.graph.step(source.node, "natGatewayId", tokens.NAT_GATEWAY))


@hop
class Route(Hop):
    """A route."""

    token = tokens.ROUTE
    destination: Text = computed(  # the range, or the prefix list, it is for
        lambda source: source.node.get("destinationCidrBlock") or source.node.get("destinationPrefixListId")
    )
    # the properties that say where it is for, and where it leads
    said: tuple[str, ...] = computed(
        lambda source: tuple(name for name in (*DESTINATIONS, *TARGETS) if source.node.get(name))
    )
    parts: tuple[Hop, ...] = computed(lambda source: list_parts(source, "destinationPrefixListId"))
    over: str | None = computed(_over)  # `peering`, `NAT gateway` and so on; None where that can't be told
    nat: Found[NatGateway] = computed(_nat)  # the NAT gateway that it goes over
    peering: Found[Peering] = computed(_peering)  # that it goes over; None if it goes elsewhere
    # whether it waits for the peering's acceptance; None where that can't be seen
    over_accepter: bool | None = computed(_over_accepter)
    state: Text = only_aws("state")  # `active` or `blackhole`; None where AWS wasn't asked


@hop
class Way(Hop):
    """What becomes of packets from a subnet to a destination; its resource is the route, else the subnet."""

    subnet: Subnet  # where the packets come from
    destination: Text  # the range they go to
    route: Found[Route]  # one that takes them, or a part of them; None if some find none


def ways(source: Source, destination: Value) -> Iterator[Way]:
    """A way for each route that takes a part of the packets from a subnet to a destination."""
    for found in _routes(source, destination):
        yield Way(
            **base_of(found if isinstance(found, Node) else source.node),
            subnet=read(Subnet, source),
            destination=destination,
            route=hop_at(Route, source, found),
        )


def routes_of(source: Source) -> Fact[list[Node]]:
    """The routes in the table of a subnet."""
    graph, subnet = source.graph, source.node
    associations = graph.all_naming(subnet, "subnetId", tokens.ASSOCIATION)
    tables = each(associations, lambda node: graph.all_named(node, "routeTableId", tokens.ROUTE_TABLE))
    found = tables or graph.why_not(tokens.ROUTE_TABLE, subnet) or []
    return each(found, partial(_routes_in, graph))


def _routes_in(graph: Graph, table: Node) -> Fact[list[Node]]:
    """The routes of a table: resources of their own, and those that stand in it."""
    own = graph.all_naming(table, "routeTableId", tokens.ROUTE)
    inline = [fields(route) for route in items(table.get("routes"))]
    if not inline or isinstance(own, Unknown):
        return own
    sources = table.references.get("routes", frozenset())
    made = [
        replace(
            table,
            urn=f"{table.urn}|{place}",
            type=tokens.ROUTE,
            properties={**route, "destinationCidrBlock": route.get("cidrBlock"), "state": "active"},
            references={name: sources for name in TARGETS if route.get(name)},
        )
        for place, route in enumerate(inline)
    ]
    return [*own, *made]


def _routes(source: Source, destination: Value) -> Sequence[Found[Node]]:
    """The routes that packets to a destination take, and what else becomes of them.

    The most specific route takes its part of the packets, whatever others say; of two that are alike the one
    for a range comes before the one for a prefix list.

    Returns:
        The routes; then Unknown if others may take some packets, or None if some find no route.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
    """
    routes, whole = routes_of(source), network(destination)
    if isinstance(routes, Unknown) or whole is None:
        return [doubt(routes, destination)]
    ranges = [(route, cidr) for route in routes for cidr in _ranges(source.at(route))]
    fitting = [
        (part, route)
        for route, cidr in ranges
        if (part := network(cidr)) and part.overlaps(whole)
        # Routes to single networks don't answer for a default route.
        if destination != INTERNET or part.prefixlen <= HALF_OF_ALL
    ]
    fitting.sort(key=lambda found: (-found[0].prefixlen, not found[1].get("destinationCidrBlock")))
    left, taken = [whole], dict[str, Node]()
    for part, route in fitting:
        if any(part.overlaps(rest) for rest in left):
            taken[route.urn] = route
            left = without(left, part)
    unread = [(route, cidr) for route, cidr in ranges if isinstance(cidr, Unknown)]
    targets = {_target_of(route) for route in taken.values()}
    others = [reason for route, reason in unread if left or targets - {_target_of(route)}]
    if left and not others:
        return [*taken.values(), source.graph.why_not(tokens.ROUTE, source.node)]
    return [*taken.values(), *others[:1]]


def _ranges(source: Source) -> Sequence[Value]:
    """The ranges of IPv4 that a route is for."""
    route = source.node
    if not route.get("destinationPrefixListId"):
        return [cidr] if (cidr := route.get("destinationCidrBlock")) else []
    # A gateway endpoint's prefix list has the public addresses of an AWS service.
    if route.get("vpcEndpointId") or str(route.get("gatewayId") or "").startswith("vpce-"):
        return []
    ranges = prefix_list_ranges(source, "destinationPrefixListId")
    return [ranges] if isinstance(ranges, Unknown) else ranges
