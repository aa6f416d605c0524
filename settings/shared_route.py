"""Routes that two backends serve: which health checks tell that the pods of each answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from settings.any_backend import FIRST_LISTENER_PORT
from settings.backend import HEALTH_PATH, Backend, ClusterBackend
from settings.route import RouteSettings
from settings.service import Service


@dataclass(frozen=True, kw_only=True)
class SharedRoute:
    """A route that two backends serve.

    Attributes:
        path: Its path.
        slot: Number of its listener on the gateway NLB.
        weights: Name of a backend → its share of the connections.
        health_path: What the backends' pods are asked.
        backends: The backends, in the order of the file.
    """

    path: str
    slot: int
    weights: Mapping[str, int]
    health_path: str
    backends: Sequence[Backend]

    @property
    def listener_port(self) -> int:
        """The gateway NLB's listener port for this route."""
        return FIRST_LISTENER_PORT + self.slot

    @property
    def takes_over(self) -> bool:
        """Whether each backend takes over where the other doesn't answer: both are targets of one group."""
        return len(set(self.weights.values())) == 1


def shared_route(path: str, route: RouteSettings, backends: Sequence[Backend]) -> SharedRoute:
    """A route with weights.

    Args:
        path: Its path.
        route: Its settings, which have been checked.
        backends: Its backends.
    """
    return SharedRoute(
        path=path,
        slot=route.slot or 0,
        # In the order of the file: the engine sorts the keys of a mapping.
        weights={backend.name: route.weights[backend.name] for backend in backends},
        health_path=route.health_path or own_health_path(backends[0], path) or HEALTH_PATH,
        backends=backends,
    )


def asked_service(backend: Backend, path: str) -> Service | None:
    """The service of the stack's own behind a path, whose pods the ALB can be told to ask."""
    services = backend.services if isinstance(backend, ClusterBackend) else ()
    return next((s for s in services if isinstance(s, Service) and s.path == path), None)


def own_health_path(backend: Backend, path: str) -> str | None:
    """What the pods behind a path of a backend answer while they are ready; None if that isn't known.

    A port of its own for health isn't the one that the ALB sends to.
    """
    if service := asked_service(backend, path):
        health = service.health
        return None if health.port not in (None, service.port) else health.readiness_path or health.path
    return backend.health_path if not isinstance(backend, ClusterBackend) else None
