"""Routes that two backends serve: what both must have alike, and what tells that their pods answer."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from settings.address_plan import SLOTS
from settings.api import Api
from settings.backend import HEALTH_PATH, Backend, ClusterBackend
from settings.errors import ABSENT, Fault, as_yaml, key
from settings.path import ROOT, ServedPath
from settings.route import RouteSettings
from settings.rules.keys import API, Backends, places_of_paths
from settings.service import JoinedService
from settings.shared_route import asked_service, own_health_path


def check(api: Api, backends: Backends) -> Iterator[Fault]:
    """Routes with weights, and what only these have.

    Args:
        api: The valid API.
        backends: All backends of the file.
    """
    taken = {backend.slot for backend in backends.values()}
    first: dict[int, str] = {}
    for path, route in api.routes.items():
        place = key(API, "routes", path)
        if not route.weights:
            yield from _only_with_weights(place, route)
            continue
        yield from _slot(place, route, backends, taken, first)
        having = {b.name: where for where, b in backends.items() if any(s.path == path for s in b.served)}
        if strangers := [name for name in route.weights if name not in having]:
            yield Fault(
                path=key(place, "weights", strangers[0]),
                value=route.weights[strangers[0]],
                must=f"must be a backend that has this path: {' | '.join(having.values()) or 'none has it'}",
                fix=f"weights: {as_yaml(dict.fromkeys([*having][:2], 1))}"
                if len(having) > 1
                else f"# the path in a second backend; or without {path}.weights",
            )
            continue
        if route.backend is not None:
            yield Fault(
                path=key(place, "backend"),
                value=route.backend,
                must="must not be set beside weights, which name the route's backends",
                fix="# without backend",
            )
        both = {place: backend for place, backend in backends.items() if backend.name in route.weights}
        yield from _alike(path, both)
        yield from _asked(place, path, route, both)
    yield from _each_asked_apart(api, backends)


def _only_with_weights(place: str, route: RouteSettings) -> Iterator[Fault]:
    given: Mapping[str, Any] = {"slot": route.slot, "healthPath": route.health_path}
    for name, value in given.items():
        if value is not None:
            yield Fault(
                path=key(place, name),
                value=value,
                must="must not be set without weights: the backend has a listener and a health check",
                fix=f"# without {name}, or with weights",
            )


def _slot(
    place: str, route: RouteSettings, backends: Backends, taken: set[int], first: dict[int, str]
) -> Iterator[Fault]:
    """A slot gives a route its listener's port on the gateway NLB."""
    owners = {backend.slot: path for path, backend in backends.items()}
    slot, where = route.slot, key(place, "slot")
    if slot is None:
        must = "is required with weights: the number of the route's listener"
    elif not 0 <= slot < SLOTS:
        must = f"must be a number from 0 to {SLOTS - 1}"
    elif slot in owners or first.setdefault(slot, where) != where:
        must = f"must be unique: {owners.get(slot, 'another route')} has this slot"
    else:
        taken.add(slot)
        return
    free = next((slot for slot in reversed(range(SLOTS)) if slot not in taken), None)
    if free is not None:
        taken.add(free)
    fix = f"slot: {free}" if free is not None else f"# {SLOTS} slots are all that an NLB has listeners for"
    yield Fault(path=where, value=ABSENT if slot is None else slot, must=must, fix=fix)


def _served(path: str, backend: Backend) -> ServedPath:
    return next(served for served in backend.served if served.path == path)


def _alike(path: str, both: Backends) -> Iterator[Fault]:
    """A request is the same for both: its scheme, its host, and its path."""
    (first, one), (second, other) = both.items()
    if one.tls_domain != other.tls_domain:
        yield Fault(
            path=key(second, "tls"),
            value={"domain": other.tls_domain} if other.tls_domain else ABSENT,
            must=f"must be as of {first}, with which it serves a route: one name for both certificates",
            fix=f"tls: {as_yaml({'domain': one.tls_domain})}" if one.tls_domain else "# without tls in both",
        )
    if _served(path, one).strip_prefix != _served(path, other).strip_prefix:
        place = next(p for p, (name, _) in places_of_paths(second, other).items() if name == path)
        value = _served(path, other).strip_prefix
        where = place.removesuffix(".path") if place.endswith(".path") else place
        yield Fault(
            path=key(where, "stripPrefix"),
            value=value,
            must=f"must be as of {first}, with which it serves a route",
            fix=f"stripPrefix: {as_yaml(not value)}",
        )


def _asked(place: str, path: str, route: RouteSettings, both: Backends) -> Iterator[Fault]:
    """The load balancer asks the targets of one group the same."""
    for where, backend in both.items():
        services = backend.services if isinstance(backend, ClusterBackend) else ()
        for i, service in enumerate(services):
            if isinstance(service, JoinedService) and service.path == path:
                yield Fault(
                    path=key(where, "services", i, "existing"),
                    value=service.existing,
                    must="must not be behind a route with weights: the load balancer asks pods of the stack "
                    "alone whether they answer",
                    fix="# a service with an image; or the cluster's load balancer as a backend of its own",
                )
                return
    own = {where: own_health_path(backend, path) for where, backend in both.items()}
    where = key(place, "healthPath")
    if route.health_path is None and (None in own.values() or len(set(own.values())) > 1):
        yield Fault(
            path=where,
            value=ABSENT,
            must=f"is required where the pods of both aren't asked the same: {' | '.join(own)}",
            fix=f"healthPath: {as_yaml(_ready(path))}",
        )
        return
    asked = route.health_path or next(iter(own.values()))
    if asked == HEALTH_PATH and any(asked_service(backend, path) for backend in both.values()):
        yield Fault(
            path=where,
            value=ABSENT if route.health_path is None else route.health_path,
            must=f"must not be {HEALTH_PATH}, which the ALB answers itself: a path that the pods answer",
            fix=f"healthPath: {as_yaml(_ready(path))}",
        )


def _ready(path: str) -> str:
    """A path of the route, as a proposal."""
    return f"{path.rstrip(ROOT)}/ready"


def _each_asked_apart(api: Api, backends: Backends) -> Iterator[Fault]:
    """An ALB tells by the path alone whose pods are asked: a health check has no headers of its own."""
    asked: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for path, route in api.routes.items():
        for where, backend in backends.items():
            if backend.name not in route.weights or not asked_service(backend, path):
                continue
            health = route.health_path or own_health_path(backend, path)
            other = asked[backend.name].setdefault(health or "", path)
            if health and other != path:
                yield Fault(
                    path=key(API, "routes", path, "healthPath"),
                    value=route.health_path or ABSENT,
                    must=f"must not be what the pods of another route of {where} are asked: its ALB tells by "
                    "this path whose pods are meant",
                    fix=f"healthPath: {as_yaml(_ready(path))}",
                )
                break
