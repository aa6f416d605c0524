"""The eight steps that had to be done by hand for each backend, and which resource does each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crosslink.graph.unknown import Text, present, visible
from crosslink.path import api, load_balancers, network, private_link, routes, steps
from crosslink.path.hop import Hop
from crosslink.path.walk import Walk

TITLES = (
    "a VPC of the consumer's in the backend's region",
    "peering between the consumer's two VPCs",
    "the consumer among the allowed principals",
    "the interface endpoint",
    "its network interfaces, with fixed addresses",
    "an NLB in the API's region with those addresses",
    "a VPC link on that NLB",
    "the VPC link used by the API, new or existing",
)
ADDRESSES = 5


@dataclass(frozen=True, kw_only=True)
class Doer:
    """A resource that does a step, with its type token and logical name."""

    type: str
    name: str
    account: str | None
    region: str | None
    id: Text
    # The addresses, principals or names that it does the step with; empty where the id says it all.
    wiring: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class EightStep:
    """One of the eight steps, counted from 1, with the resources that do it in the order of the path."""

    number: int
    title: str
    doers: tuple[Doer, ...]


def eight_steps(walks: Iterable[Walk]) -> list[EightStep]:
    """The eight steps, as the resources of a stack do them."""
    hops = [
        (step.replaces, hop)
        for walk in walks
        for step in walk.found
        if step is not steps.ENDPOINT_VPC or not _crosses(walk)
        for hop in walk.seen(step)
    ]
    return [
        EightStep(
            number=number,
            title=title,
            doers=tuple(dict.fromkeys(_doer(hop, number) for replaces, hop in hops if number in replaces)),
        )
        for number, title in enumerate(TITLES, start=1)
    ]


def _crosses(walk: Walk) -> bool:
    """Whether the endpoint is in the API's own network, and in the backend's region there is none."""
    return any(endpoint.crosses for endpoint in walk.seen(steps.ENDPOINT))


def _doer(hop: Hop, number: int) -> Doer:
    wiring = () if isinstance(hop, private_link.Endpoint) and number != ADDRESSES else tuple(_wiring(hop))
    return Doer(
        type=hop.resource_type,
        name=hop.resource_name,
        account=hop.account,
        region=hop.region,
        id=hop.id,
        wiring=wiring,
    )


def _wiring(hop: Hop) -> Iterator[Text]:
    """What a resource does its step with."""
    match hop:
        case network.Vpc():
            yield hop.cidr
        case routes.Way():
            yield from (route.destination for route in present(hop.route))
        case private_link.EndpointService():
            yield from visible(hop.allowed_principals)
        case private_link.Endpoint():
            yield from (interface.address for interface in hop.interfaces)
        case load_balancers.LoadBalancer():
            yield from (subnet.cidr for subnet in visible(hop.subnets))
        case load_balancers.Listener() | load_balancers.TargetGroup():
            yield f"{hop.protocol} {hop.port}"
        case load_balancers.Target():
            yield hop.target
        case api.Stage():
            yield hop.name
        case _:
            pass
