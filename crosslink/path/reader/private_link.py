"""Reads both ends of PrivateLink, and the way from the gateway NLB to the endpoint's addresses and back."""

from collections.abc import Iterable

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, Node, Value, at, doubt, fields, follow, items, number
from crosslink.graph.unknown import Fact, Found, Hop, Number, Unknown
from crosslink.ip_ranges import within
from crosslink.path.hops.load_balancers import Target
from crosslink.path.hops.private_link import Endpoint, EndpointService, Interface
from crosslink.path.reader.network import rules_of, subnet_facts, vpcs_of, way


def endpoint_behind(graph: Graph, targets: Fact[list[Node]]) -> Found[Node]:
    """The endpoint whose addresses the targets are."""
    if isinstance(targets, Unknown):
        return targets
    wanted = {address for target in targets if isinstance(address := target.get("targetId"), str)}
    endpoints = graph.of_type(tokens.ENDPOINT)
    fitting = [one for one in endpoints if wanted & {address for _, address in _configurations(one)}]
    addresses = [address for one in endpoints for _, address in _configurations(one)]
    doubts = doubt(addresses, [one.get("targetId") for one in targets])
    return next(iter(fitting), None) or doubts or graph.one([], tokens.ENDPOINT)


def _configurations(endpoint: Node) -> list[tuple[Value, Value]]:
    """Subnet id and address of each network interface, by address: AWS returns them in any order."""
    given = endpoint.get("subnetConfigurations")
    if isinstance(given, Unknown):
        return [(given, given)]
    pairs = [
        (one, one) if isinstance(one, Unknown) else (fields(one).get("subnetId"), fields(one).get("ipv4"))
        for one in items(given)
    ]
    return sorted(pairs, key=lambda pair: str(pair[1]))


def _subnet_of(graph: Graph, endpoint: Node, subnet_id: Value, address: Value) -> Found[Node]:
    """The endpoint's subnet that a network interface is in: by id, or by range while ids are unknown."""
    subnets = graph.named_by(endpoint, "subnetIds", tokens.SUBNET)
    if not subnets:
        return graph.one([], tokens.SUBNET, endpoint)
    if isinstance(address, Unknown):
        return address
    if isinstance(subnet_id, Unknown) or any(isinstance(one.id, Unknown) for one in subnets):
        return next((one for one in subnets if within(address, one.get("cidrBlock"))), None)
    return next((one for one in subnets if one.id == subnet_id), None)


def target_port(graph: Graph, target: Node) -> Number:
    """The port that a target is asked on: its own, or else that of its group."""
    own = target.get("port")
    group = graph.step(target, "targetGroupArn", tokens.TARGET_GROUP)
    return number(group.get("port") if own is None and isinstance(group, Node) else own)


def target_facts(graph: Graph, target: Node, balancer: Found[Node], endpoint: Found[Node]) -> Target:
    """A target, with the ways to it and back.

    Args:
        graph: all resources.
        target: the attachment.
        balancer: the NLB in front of it.
        endpoint: the endpoint that has its address.
    """
    address = target.get("targetId")
    found: Found[Node] = endpoint if isinstance(endpoint, Unknown) else None
    if isinstance(endpoint, Node):
        own = [pair for pair in _configurations(endpoint) if pair[1] == address]
        found = _subnet_of(graph, endpoint, *own[0]) if own else None
    nodes = graph.named_by(balancer, "subnets", tokens.SUBNET) if isinstance(balancer, Node) else []
    ends = [found] if isinstance(found, Node) else []
    outside = follow(found, lambda subnet: _differ(vpcs_of(graph, nodes), vpcs_of(graph, [subnet])))
    ways = [(node, end) for node in nodes for end in ends if outside is True]
    return Target(
        **at(target),
        target=address,
        port=target_port(graph, target),
        zone=target.get("availabilityZone"),
        subnet=follow(found, lambda subnet: subnet_facts(graph, subnet)),
        outside=outside,
        out=tuple(way(graph, node, end.get("cidrBlock")) for node, end in ways),
        back=tuple(way(graph, end, node.get("cidrBlock")) for node, end in ways),
        health=None if graph.registered else target.get("health"),
        health_reason=None if graph.registered else target.get("healthReason"),
    )


def _differ(some: Fact[Iterable[str]], others: Fact[Iterable[str]]) -> Fact[bool]:
    for one in (some, others):
        if isinstance(one, Unknown):
            return one
    return some != others


def endpoint_facts(graph: Graph, endpoint: Node) -> Endpoint:
    """The interface endpoint, and whom it lets in."""
    groups = graph.named_by(endpoint, "securityGroupIds", tokens.SECURITY_GROUP)
    acceptance = graph.naming(endpoint, "vpcEndpointId", tokens.ACCEPTER)
    interfaces = tuple(
        Interface(
            subnet=follow(
                _subnet_of(graph, endpoint, subnet_id, address), lambda subnet: subnet_facts(graph, subnet)
            ),
            address=address,
        )
        for subnet_id, address in _configurations(endpoint)
    )
    return Endpoint(
        **at(endpoint),
        kind=endpoint.get("vpcEndpointType"),
        interfaces=interfaces,
        service_name=endpoint.get("serviceName"),
        lets_in=rules_of(graph, groups, tokens.INGRESS_RULE, endpoint),
        acceptance=follow(graph.one(acceptance, tokens.ACCEPTER), lambda node: Hop(**at(node))),
        state=None if graph.registered else endpoint.get("state"),
    )


def service_facts(graph: Graph, service: Node) -> EndpointService:
    """The endpoint service."""
    allowed = service.get("allowedPrincipals")
    return EndpointService(
        **at(service),
        name=service.output("serviceName"),
        allowed_principals=doubt(allowed) or tuple(items(allowed)),
        acceptance_required=service.get("acceptanceRequired"),
        state=None if graph.registered else service.get("state"),
    )
