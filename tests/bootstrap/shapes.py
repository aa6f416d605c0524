"""The shapes of accounts: the parameters of their roles, and which a stack's accounts have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from settings import Consumer, Settings
from settings.backend import ClusterBackend, ProvidedBackend
from settings.cluster import JoinedCluster
from settings.networks import JoinedBackendNetwork, JoinedGateway, JoinedLanding
from tests.bootstrap.table import CONSUMER, EXISTING_CONSUMER, PROVIDER
from tests.bootstrap.templates import ACCOUNT

VPC = f"arn:aws:ec2:us-east-1:{ACCOUNT}:vpc/vpc-0a1b2c3d4e5f60718"
ROUTE_TABLE = f"arn:aws:ec2:us-east-1:{ACCOUNT}:route-table/rtb-0a1b2c3d4e5f60718"
NATIVE_REGION = "eu-central-1"
KINDS = ("cluster", "existingCluster", "loadBalancer", "networkLoadBalancer")


@dataclass(frozen=True)
class Shape:
    """A shape of an account.

    Attributes:
        shapes: what `permissions.yaml` calls it.
        parameters: those of the deploy role, besides what each has.
    """

    shapes: frozenset[str]
    parameters: Mapping[str, str]

    @property
    def of_preview(self) -> Mapping[str, str]:
        """The parameters that the preview role has, too."""
        return {name: value for name, value in self.parameters.items() if name in ("BackendKind", "Networks")}


def _provider(kind: str, *more: str, **parameters: str) -> Shape:
    shapes = frozenset({"provider", f"provider/{kind}", *more})
    return Shape(shapes, {"Side": "provider", "BackendKind": kind, **parameters})


SHAPES = {
    "consumer": Shape(CONSUMER, {"Side": "consumer"}),
    "consumer without a peering": Shape(
        CONSUMER - {"consumer/peering"}, {"Side": "consumer", "Peering": "false"}
    ),
    "consumer in existing networks": Shape(
        EXISTING_CONSUMER, {"Side": "consumer", "Networks": "existing", "VpcArns": VPC, "Peering": "false"}
    ),
    "consumer that peers existing networks": Shape(
        EXISTING_CONSUMER | {"consumer/peering"},
        {"Side": "consumer", "Networks": "existing", "VpcArns": VPC, "RouteTableArns": ROUTE_TABLE},
    ),
    "consumer in networks of both kinds": Shape(
        CONSUMER | EXISTING_CONSUMER, {"Side": "consumer", "VpcArns": VPC, "RouteTableArns": ROUTE_TABLE}
    ),
    "consumer of native crossing": Shape(
        CONSUMER - {"consumer/peering"} | {"consumer/native"},
        {"Side": "consumer", "Peering": "false", "NativeRegions": NATIVE_REGION},
    ),
    "cluster": Shape(PROVIDER, {"Side": "provider"}),
    "cluster of native crossing": _provider(
        "cluster", "provider/madeNetwork", "provider/native", NativeRegions=NATIVE_REGION
    ),
    "cluster in an existing network": _provider(
        "cluster", "provider/existingNetwork", Networks="existing", VpcArns=VPC
    ),
    "existingCluster": _provider("existingCluster", VpcArns=VPC),
    "loadBalancer": _provider("loadBalancer", VpcArns=VPC),
    "networkLoadBalancer": _provider("networkLoadBalancer"),
}
"""Name → shape of an account on one side, each with its own policies."""


def shapes_in(stack: Settings) -> dict[str, frozenset[str]]:
    """Account id → shapes that a stack gives it."""
    found: dict[str, set[str]] = {}
    if stack.consumer:
        own = found.setdefault(stack.consumer.account_id, set())
        own.update(_of_consumer(stack.consumer))
        if any(map(stack.consumer.is_native, stack.backends)):
            own.add("consumer/native")
    for backend in stack.provided:
        own = found.setdefault(backend.account_id, set())
        own.update(_of_backend(backend))
        if stack.supported_regions(backend):
            own.add("provider/native")
    return {account: frozenset(shapes) for account, shapes in found.items()}


def _of_consumer(consumer: Consumer) -> Iterator[str]:
    yield "consumer"
    for network in (consumer.network, *consumer.landings.values()):
        joined = isinstance(network, JoinedGateway | JoinedLanding)
        yield "consumer/existingNetworks" if joined else "consumer/madeNetworks"
    if any(landing.connection == "peering" for landing in consumer.landings.values()):
        yield "consumer/peering"


def _of_backend(backend: ProvidedBackend) -> Iterator[str]:
    yield "provider"
    if not isinstance(backend, ClusterBackend):
        yield f"provider/{backend.kind}"
    elif isinstance(backend.cluster, JoinedCluster):
        yield "provider/existingCluster"
    else:
        yield "provider/cluster"
        joined = isinstance(backend.network, JoinedBackendNetwork)
        yield "provider/existingNetwork" if joined else "provider/madeNetwork"


def parameters_for(shapes: frozenset[str]) -> Mapping[str, str]:
    """The parameters of an account's role, as its administrator would give them."""
    sides = [side for side in ("consumer", "provider") if side in shapes]
    kinds = [kind for kind in KINDS if f"provider/{kind}" in shapes]
    made = {"consumer/madeNetworks", "provider/madeNetwork"} & shapes
    existing = {"consumer/existingNetworks", *(f"provider/{kind}" for kind in KINDS[1:3])} & shapes
    peers = "consumer/peering" in shapes
    return {
        "Side": "both" if len(sides) > 1 else sides[0],
        "BackendKind": kinds[0] if kinds else "cluster",
        "Networks": "made" if made else "existing",
        "Peering": "true" if peers else "false",
        "NativeRegions": NATIVE_REGION if {"consumer/native", "provider/native"} & shapes else "",
        "VpcArns": VPC if existing or "provider/existingNetwork" in shapes else "",
        "RouteTableArns": ROUTE_TABLE if peers and "consumer/existingNetworks" in shapes else "",
    }
