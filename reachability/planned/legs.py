"""Reads the way from the gateway NLB to the addresses of an endpoint, and back."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from reachability import tokens
from reachability.graph import Graph, Node, Value, at, only
from reachability.hops import Leg, Route
from reachability.planned.load_balancers import subnet_facts, target_facts
from reachability.planned.private_link import addresses_of


def endpoint_behind(graph: Graph, attachments: list[Node]) -> Node | None:
    """The endpoint whose addresses the targets are."""
    targets = {attachment.get("targetId") for attachment in attachments}
    return only(
        [endpoint for endpoint in graph.of_type(tokens.ENDPOINT) if targets & set(addresses_of(endpoint))]
    )


def leg(graph: Graph, balancer: Node | None, endpoint: Node | None, attachment: Node) -> Leg:
    """The way to the address that one target is.

    Args:
        graph: all resources.
        balancer: the gateway NLB.
        endpoint: the endpoint that has the address, if one has it.
        attachment: the target.
    """
    target = target_facts(attachment)
    subnets = graph.named_by(endpoint, "subnetIds", tokens.SUBNET)
    subnet = only([subnet for subnet in subnets if _holds(subnet.get("cidrBlock"), target.target)])
    nodes = graph.named_by(balancer, "subnets", tokens.SUBNET)
    ends = [subnet] if subnet else []
    return Leg(
        target=target,
        subnet=subnet_facts(subnet) if subnet else None,
        out=tuple(route for node in nodes for route in _routes(graph, node, [target.target])),
        back=tuple(
            route for end in ends for route in _routes(graph, end, [node.get("cidrBlock") for node in nodes])
        ),
        crosses_peering=bool(ends) and _vpcs(graph, nodes) != _vpcs(graph, ends),
    )


def _routes(graph: Graph, subnet: Node, destinations: list[Value]) -> Iterator[Route]:
    """The routes of a subnet's table that packets to one of the destinations take."""
    for association in graph.naming(subnet, "subnetId", tokens.ASSOCIATION):
        for table in graph.named_by(association, "routeTableId", tokens.ROUTE_TABLE):
            for route in graph.naming(table, "routeTableId", tokens.ROUTE):
                if any(_holds(route.get("destinationCidrBlock"), one) for one in destinations):
                    accepter = only(graph.named_by(route, "vpcPeeringConnectionId", tokens.PEERING_ACCEPTER))
                    yield Route(
                        **at(route),
                        subnet=subnet_facts(subnet),
                        destination=route.get("destinationCidrBlock"),
                        peering=str(accepter) if accepter else None,
                    )


def _vpcs(graph: Graph, subnets: list[Node]) -> set[str]:
    return {vpc.urn for subnet in subnets for vpc in graph.named_by(subnet, "vpcId", tokens.VPC)}


def _holds(cidr: Value, inner: Value) -> bool:
    """Whether a range holds an address or a whole other range."""
    if not isinstance(cidr, str) or not isinstance(inner, str):
        return False
    return IPv4Network(inner).subnet_of(IPv4Network(cidr))
