"""Reads subnets, security groups, routes and peerings."""

from ipaddress import IPv4Network

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, Node, Value, at, doubt, each, fields, follow, items, number
from crosslink.graph.unknown import Fact, Found, Hop, Text, Unknown
from crosslink.ip_ranges import within
from crosslink.path.hops.network import AclEntry, Peering, Route, SecurityGroupRule, Subnet, Way

INTERNET = "0.0.0.0/0"


def subnet_facts(graph: Graph, subnet: Node) -> Subnet:
    """A subnet."""
    return Subnet(
        **at(subnet),
        zone=subnet.get("availabilityZoneId"),
        cidr=subnet.get("cidrBlock"),
        vpc=vpc_of(graph, subnet),
        acl=_acl(graph, subnet),
    )


def _acl(graph: Graph, subnet: Node) -> Found[tuple[AclEntry, ...]]:
    """The entries of a subnet's network ACL, by number."""
    found = graph.one(graph.naming(subnet, "subnetIds", tokens.NETWORK_ACL), tokens.NETWORK_ACL, subnet)
    if not isinstance(found, Node):
        return found
    if unknown := doubt(found.get("ingress"), found.get("egress")):
        return unknown
    entries = [
        AclEntry(
            number=number(entry["ruleNo"]),
            outwards=outwards,
            allows=entry["action"] == "allow",
            protocol=str(entry["protocol"]),
            cidr=entry.get("cidrBlock"),
            from_port=number(entry.get("fromPort")),
            to_port=number(entry.get("toPort")),
        )
        for way, outwards in (("ingress", False), ("egress", True))
        for entry in map(fields, items(found.get(way)))
    ]
    return tuple(sorted(entries, key=lambda entry: entry.number))


def rules_of(
    graph: Graph, groups: list[Node], type_: str, beside: Node
) -> Fact[tuple[SecurityGroupRule, ...]]:
    """The rules of security groups, in or out.

    Args:
        graph: all resources.
        groups: the groups.
        type_: of the rules.
        beside: what the groups guard.
    """
    rules = [rule for group in groups for rule in graph.naming(group, "securityGroupId", type_)]
    return each(
        graph.all(rules, type_, beside),
        lambda rule: SecurityGroupRule(
            **at(rule),
            cidr=_range_of(graph, rule),
            protocol=rule.get("ipProtocol"),
            from_port=number(rule.get("fromPort")),
            to_port=number(rule.get("toPort")),
        ),
    )


def _range_of(graph: Graph, rule: Node) -> Text:
    """The range that a rule is for; one for a group of its own region may be for anybody there."""
    groups = graph.named_by(rule, "referencedSecurityGroupId", tokens.SECURITY_GROUP)
    for group in groups:
        if (group.account, group.region) == (rule.account, rule.region):
            return Unknown(f"who is in security group {group.name} isn't followed")
    return rule.get("cidrIpv4")


def way(graph: Graph, subnet: Node, destination: Value) -> Way:
    """What becomes of packets from a subnet to a destination.

    Args:
        graph: all resources.
        subnet: where they come from.
        destination: the range they go to.
    """
    found = _route(graph, subnet, destination)
    return Way(
        **at(found if isinstance(found, Node) else subnet),
        subnet=subnet_facts(graph, subnet),
        destination=destination,
        route=follow(found, lambda route: _route_facts(graph, route)),
    )


def _route(graph: Graph, subnet: Node, destination: Value) -> Found[Node]:
    """The route of a subnet's table that packets to a destination take: the most specific one.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
    """
    associations = graph.naming(subnet, "subnetId", tokens.ASSOCIATION)
    tables = [
        table for one in associations for table in graph.named_by(one, "routeTableId", tokens.ROUTE_TABLE)
    ]
    if not tables:
        return graph.one([], tokens.ASSOCIATION, subnet) or graph.one([], tokens.ROUTE_TABLE, subnet)
    routes = [route for table in tables for route in graph.naming(table, "routeTableId", tokens.ROUTE)]
    fitting = [
        route
        for route in routes
        if within(destination, route.get("destinationCidrBlock"))
        # One for a part of the range takes that part's packets.
        or (destination != INTERNET and within(route.get("destinationCidrBlock"), destination))
    ]
    best = max(fitting, key=lambda one: IPv4Network(one.get("destinationCidrBlock")).prefixlen, default=None)
    doubts = doubt(destination, [route.get("destinationCidrBlock") for route in routes])
    return best or doubts or graph.one([], tokens.ROUTE, subnet)


def _route_facts(graph: Graph, route: Node) -> Route:
    accepters = graph.named_by(route, "vpcPeeringConnectionId", tokens.PEERING_ACCEPTER)
    over = [
        peering
        for node in accepters
        for peering in graph.named_by(node, "vpcPeeringConnectionId", tokens.PEERING)
    ] or graph.named_by(route, "vpcPeeringConnectionId", tokens.PEERING)
    found: Found[Node] = over[0] if over else None
    if found is None and route.get("vpcPeeringConnectionId"):
        found = graph.one([], tokens.PEERING)
    return Route(
        **at(route),
        destination=route.get("destinationCidrBlock"),
        peering=follow(found, lambda peering: _peering(graph, peering)),
        nat=next((Hop(**at(one)) for one in graph.named_by(route, "natGatewayId", tokens.NAT_GATEWAY)), None),
        over_accepter=bool(accepters) if graph.registered else None,
        state=None if graph.registered else route.get("state"),
    )


def _peering(graph: Graph, peering: Node) -> Peering:
    ends = [vpc for end in ("vpcId", "peerVpcId") for vpc in graph.named_by(peering, end, tokens.VPC)]
    accepter = graph.one(
        graph.naming(peering, "vpcPeeringConnectionId", tokens.PEERING_ACCEPTER), tokens.PEERING_ACCEPTER
    )
    return Peering(
        **at(peering),
        vpcs=frozenset(vpc.urn for vpc in ends),
        cidrs=tuple(vpc.get("cidrBlock") for vpc in ends),
        peer_region=peering.get("peerRegion"),
        acceptance=follow(accepter, lambda node: Hop(**at(node))),
        accepts=accepter.get("autoAccept") if isinstance(accepter, Node) else accepter,
        status=None if graph.registered else peering.get("acceptStatus"),
    )


def vpc_of(graph: Graph, node: Node) -> Text:
    """The VPC of a subnet or a target group, by URN."""
    vpc = graph.step(node, "vpcId", tokens.VPC)
    return vpc.urn if isinstance(vpc, Node) else vpc


def vpcs_of(graph: Graph, subnets: list[Node]) -> Fact[frozenset[str]]:
    """The VPCs of some subnets, by URN."""
    vpcs = [vpc_of(graph, one) for one in subnets]
    known = frozenset(one for one in vpcs if isinstance(one, str))
    return known or doubt(vpcs) or Unknown("the subnets' VPC could not be read")
