"""Reads both ends of PrivateLink."""

from reachability import tokens
from reachability.graph import Graph, Node, Value, at, items, number, only
from reachability.hops import Admission, Endpoint, EndpointService


def endpoint_facts(graph: Graph, endpoint: Node | None) -> Endpoint | None:
    """The interface endpoint, and who may connect to it."""
    if endpoint is None:
        return None
    rules = [
        rule
        for group in graph.named_by(endpoint, "securityGroupIds", tokens.SECURITY_GROUP)
        for rule in graph.naming(group, "securityGroupId", tokens.INGRESS_RULE)
    ]
    accepter = only(graph.naming(endpoint, "vpcEndpointId", tokens.ACCEPTER))
    return Endpoint(
        **at(endpoint),
        addresses=tuple(addresses_of(endpoint)),
        service_name=endpoint.get("serviceName"),
        admissions=tuple(
            Admission(**at(rule), source=rule.get("cidrIpv4"), port=number(rule.get("toPort")))
            for rule in rules
        ),
        acceptance=str(accepter) if accepter else None,
    )


def addresses_of(endpoint: Node) -> list[Value]:
    """The addresses of an endpoint's network interfaces, in order: AWS returns them in any."""
    configurations = items(endpoint.get("subnetConfigurations"))
    return sorted((configuration["ipv4"] for configuration in configurations), key=str)


def service_facts(service: Node | None) -> EndpointService | None:
    """The endpoint service."""
    if service is None:
        return None
    return EndpointService(
        **at(service),
        name=service.output("serviceName"),
        allowed_principals=tuple(service.get("allowedPrincipals") or ()),
        acceptance_required=service.get("acceptanceRequired"),
    )
