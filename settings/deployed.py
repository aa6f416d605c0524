"""What is deployed already, as the stack's own output `path` tells it."""

from collections.abc import Mapping, Sequence

import pulumi
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from settings.backend import Backend, ClusterBackend
from settings.networks import made_cidr
from settings.reference import outputs_of
from settings.stack import Settings


class _Part(BaseModel):
    """A part of the output. An older version's lacks some keys; a newer one's has others besides."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        frozen=True,
        extra="ignore",
    )


class DeployedParty(_Part):
    """The consumer: account 1 in the API's region."""

    account_id: str
    region: str


class DeployedBackend(DeployedParty):
    """A backend.

    Attributes:
        kind: `cluster`, `loadBalancer`, `networkLoadBalancer` or `service`.
        existing: Whether its cluster, load balancer or endpoint service exists, and isn't the stack's.
        port: The port that its endpoint service listens on.
        tls_domain: None for plain HTTP.
        slot: None if an older version's output doesn't tell.
        cidr: CIDR of a network that the stack makes; None of an existing one, or as above.
        zone_ids: None as above.
        addresses: Zone id → address that its endpoint has asked for; none if AWS has chosen, or as above.
        cluster_key: ARN of the KMS key of a cluster that the stack makes, `made` for the stack's own key;
            None of another cluster, or as above.
        supported_regions: The regions whose endpoints may connect to its endpoint service; none if the update
            didn't say, or as above.
    """

    kind: str
    existing: bool
    port: int
    tls_domain: str | None = None
    slot: int | None = None
    cidr: str | None = None
    zone_ids: tuple[str, ...] | None = None
    addresses: Mapping[str, str] = {}
    cluster_key: str | None = None
    supported_regions: tuple[str, ...] = ()


class DeployedRoute(_Part):
    """A route.

    Attributes:
        backend: The backend that it leads to, the first one of two.
        weights: Backend → its share, of a route that two backends serve.
        slot: Number of such a route's listener.
    """

    backend: str
    weights: Mapping[str, int] = {}
    slot: int | None = None

    @property
    def backends(self) -> tuple[str, ...]:
        """The backends that it leads to."""
        return tuple(self.weights) or (self.backend,)


class Deployed(_Part):
    """A stack, as far as an update has to know what it was before.

    Attributes:
        consumer: None if it is another stack's, or nothing is deployed.
        backends: Name → backend, in the order of the stack file where that is known.
        routes: Path → route.
    """

    consumer: DeployedParty | None = None
    backends: Mapping[str, DeployedBackend] = {}
    routes: Mapping[str, DeployedRoute] = {}

    @property
    def slots(self) -> Mapping[str, int]:
        """Name of a backend, or path of a route that two serve → its slot, as far as they are known."""
        return {
            owner: known.slot
            for owner, known in (*self.backends.items(), *self.routes.items())
            if known.slot is not None
        }

    def ends(self, path: str) -> frozenset[tuple[str, int, str | None]]:
        """What a route leads to: backend, port, domain of its certificate; none without a route."""
        route = self.routes.get(path)
        return frozenset(
            (name, backend.port, backend.tls_domain)
            for name in (route.backends if route else ())
            if (backend := self.backends.get(name))
        )

    def addresses(self, backend: str) -> frozenset[str] | None:
        """The addresses that a backend's endpoint has asked for; None if none are known."""
        known = self.backends.get(backend)
        return frozenset(known.addresses.values()) or None if known else None

    def supported_regions(self, backend: str) -> tuple[str, ...]:
        """The regions whose endpoints the update let connect to a backend; none if it didn't say."""
        known = self.backends.get(backend)
        return known.supported_regions if known else ()


NOTHING = Deployed()


def last_update() -> Deployed:
    """What the last update of the running stack that came to its end has left.

    The engine keeps a stack's outputs until the program registers new ones, at its end. So in a preview and
    in an update these are the outputs of before, also if the last update failed. There are none before the
    first update has come to its end, and after a destroy.
    """
    name = "/".join((pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack()))
    try:
        return of_output(outputs_of(name).get("path"))
    except LookupError:  # a stack without a state
        return NOTHING


def awaited(before: Deployed, after: Deployed) -> frozenset[str]:
    """Names of the backends whose provider side has to be complete before the API leads there.

    They are those of routes that are new, or that led elsewhere before, or over another protocol. Others
    serve already. On a first up nobody calls yet, and both sides are made side by side.
    """
    if not before.consumer:
        return frozenset()
    return frozenset(name for path in after.routes for name, _, _ in after.ends(path) - before.ends(path))


def of_output(path: object, names: Sequence[str] = ()) -> Deployed:
    """What an output `path` tells; nothing if this version can't read it.

    Args:
        path: The output, as the engine, the CLI or the sandbox gives it.
        names: The backends' names in the order of the stack file, which an output doesn't keep.
    """
    try:
        read = Deployed.model_validate(path)
    except ValidationError:
        return NOTHING
    order = dict.fromkeys(name for name in (*names, *read.backends) if name in read.backends)
    return read.model_copy(update={"backends": {name: read.backends[name] for name in order}})


def of_settings(settings: Settings) -> Deployed:
    """What an update with these settings leaves, without addresses and supported regions."""
    consumer = settings.consumer
    return Deployed(
        consumer=DeployedParty(account_id=consumer.account_id, region=consumer.region) if consumer else None,
        backends={backend.name: _backend(backend) for backend in settings.backends},
        routes={
            **{served.path: DeployedRoute(backend=backend.name) for backend, served in settings.routes},
            **{
                route.path: DeployedRoute(
                    backend=route.backends[0].name, weights=route.weights, slot=route.slot
                )
                for route in settings.shared_routes
            },
        },
    )


def _backend(backend: Backend) -> DeployedBackend:
    return DeployedBackend(
        account_id=backend.account_id,
        region=backend.region,
        kind=backend.kind,
        existing=backend.joined,
        port=backend.port,
        tls_domain=backend.tls_domain,
        slot=backend.slot,
        cidr=made_cidr(backend.network) if isinstance(backend, ClusterBackend) else None,
        zone_ids=backend.zone_ids,
        cluster_key=backend.cluster_key if isinstance(backend, ClusterBackend) else None,
    )
