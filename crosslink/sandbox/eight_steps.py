"""The eight steps that had to be done by hand for each backend, and which resource of a run does each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, Node, Value, number
from crosslink.graph.unknown import Unknown


@dataclass(frozen=True, kw_only=True)
class Doer:
    """A resource that does a step.

    Attributes:
        type: its type token.
        name: its logical name.
        account: the account it is in, 12 digits.
        region: the region it is in.
        id: its id in AWS.
        wiring: the addresses, principals or names that it does the step with; none where the id says it all.
    """

    type: str
    name: str
    account: str | None
    region: str | None
    id: str | Unknown
    wiring: tuple[str | Unknown, ...]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One of the eight steps, with all that does it.

    Attributes:
        number: its place among them, from 1.
        title: what had to be done.
        doers: the resources that do it, in the order of their creation; empty if nothing does.
    """

    number: int
    title: str
    doers: tuple[Doer, ...]


def steps(graph: Graph) -> list[Step]:
    """The eight steps, as the resources of a stack do them."""
    found = {
        "a VPC of the consumer's in the backend's region": _endpoint_networks(graph),
        "peering between the consumer's two VPCs": _peerings(graph),
        "the consumer among the allowed principals": (
            _doer(service, *_each(service.get("allowedPrincipals")))
            for service in graph.of_type(tokens.ENDPOINT_SERVICE)
        ),
        "the interface endpoint": map(_doer, graph.of_type(tokens.ENDPOINT)),
        "its network interfaces, with fixed addresses": (
            _doer(endpoint, *_addresses(endpoint)) for endpoint in graph.of_type(tokens.ENDPOINT)
        ),
        "an NLB in the API's region with those addresses": _gateway(graph),
        "a VPC link on that NLB": map(_doer, graph.of_type(tokens.VPC_LINK)),
        "the VPC link used by the API, new or existing": _api(graph),
    }
    return [
        Step(number=number, title=title, doers=tuple(dict.fromkeys(doers)))
        for number, (title, doers) in enumerate(found.items(), start=1)
    ]


def _endpoint_networks(graph: Graph) -> Iterator[Doer]:
    """The VPCs of the endpoints; that of a backend in the API's own region is the gateway network."""
    for endpoint in graph.of_type(tokens.ENDPOINT):
        for vpc in graph.named_by(endpoint, "vpcId", tokens.VPC):
            yield _doer(vpc, vpc.get("cidrBlock"))


def _peerings(graph: Graph) -> Iterator[Doer]:
    yield from map(_doer, graph.of_type(tokens.PEERING))
    for accepter in graph.of_type(tokens.PEERING_ACCEPTER):
        yield _doer(accepter)
        for route in graph.naming(accepter, "vpcPeeringConnectionId", tokens.ROUTE):
            yield _doer(route, route.get("destinationCidrBlock"))


def _addresses(endpoint: Node) -> Iterator[str | Unknown]:
    for configuration in _each(endpoint.get("subnetConfigurations")):
        yield configuration if isinstance(configuration, Unknown) else configuration["ipv4"]


def _gateway(graph: Graph) -> Iterator[Doer]:
    for link in graph.of_type(tokens.VPC_LINK):
        for balancer in graph.named_by(link, "targetArn", tokens.LOAD_BALANCER):
            subnets = graph.named_by(balancer, "subnets", tokens.SUBNET)
            yield _doer(balancer, *(subnet.get("cidrBlock") for subnet in subnets))
            for listener in graph.naming(balancer, "loadBalancerArn", tokens.LISTENER):
                yield _doer(listener, _port(listener))
                for group in graph.named_by(listener, "defaultActions", tokens.TARGET_GROUP):
                    yield _doer(group, _port(group))
                    for target in graph.naming(group, "targetGroupArn", tokens.ATTACHMENT):
                        yield _doer(target, target.get("targetId"))


def _port(node: Node) -> str:
    return f"{node.get('protocol')} {number(node.get('port'))}"


def _api(graph: Graph) -> Iterator[Doer]:
    """With a new API its document has the integrations; with an existing one they are resources."""
    for type_ in (tokens.REST_API, tokens.INTEGRATION, tokens.API_DEPLOYMENT):
        yield from map(_doer, graph.of_type(type_))
    for stage in graph.of_type(tokens.STAGE):
        yield _doer(stage, stage.get("stageName"))


def _each(value: Value) -> Sequence[Any]:
    """The items of a list; a list that is unknown as a whole is one unknown item."""
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _doer(node: Node, *wiring: str | Unknown) -> Doer:
    return Doer(
        type=node.type,
        name=node.name,
        account=node.account,
        region=node.region,
        id=node.id,
        wiring=wiring,
    )
