"""Names, slots and paths, and how many of them AWS takes."""

from collections.abc import Collection, Iterator, Mapping
from itertools import count

from settings.address_plan import SLOTS
from settings.errors import Fault, key
from settings.rules.keys import BACKENDS, Backends

MAX_API_RESOURCES = 300
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"""
MAX_LISTENER_RULES = 100
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"""
HEALTH_RULES = 1
"""The ALB's rule for `/healthz`."""


def names_unique(backends: Backends) -> Iterator[Fault]:
    """Resources are named after backends, and a backend's Kubernetes objects after services."""
    yield from unique({key(path, "name"): backend.name for path, backend in backends.items()})
    for path, backend in backends.items():
        yield from unique({key(path, "services", i, "name"): s.name for i, s in enumerate(backend.services)})


def slots_unique(backends: Backends) -> Iterator[Fault]:
    """A slot is a listener port of the gateway NLB and a host of the endpoint subnets."""
    owners: dict[int, str] = {}
    taken = {backend.slot for backend in backends.values()}
    for path, backend in backends.items():
        other = owners.setdefault(backend.slot, path)
        if other != path:
            free = next((slot for slot in range(SLOTS) if slot not in taken), None)
            yield Fault(
                path=key(path, "slot"),
                value=backend.slot,
                must=f"must be unique (the default is 0): {other} has this slot",
                fix=f"# {SLOTS} backends at most: use a second stack" if free is None else f"slot: {free}",
            )
            if free is not None:
                taken.add(free)


def paths_apart(backends: Backends) -> Iterator[Fault]:
    """Each path has its exact and its greedy resource in the API: none is another, or lies under another."""
    earlier: dict[str, str] = {}
    paths = {
        key(where, "services", i, "path"): service.path
        for where, backend in backends.items()
        for i, service in enumerate(backend.services)
    }
    for where, path in paths.items():
        for other, other_where in earlier.items():
            if _lies_under(path, other) or _lies_under(other, path):
                yield Fault(
                    path=where,
                    value=path,
                    must=f"must not be, lie under or lie above {other_where}, by whole segments",
                    fix=f"path: {_free(path.replace('/', '-').replace('-', '/', 1), paths.values())}",
                )
                break
        earlier.setdefault(path, where)


def listener_rules_within_quota(backends: Backends) -> Iterator[Fault]:
    """A backend's ALB has a rule for each service and one for `/healthz`."""
    for path, backend in backends.items():
        rules = len(backend.services) + HEALTH_RULES
        if rules > MAX_LISTENER_RULES:
            yield Fault(
                path=key(path, "services"),
                value=[service.name for service in backend.services],
                must=f"must need {MAX_LISTENER_RULES} rules of an ALB or less: these need {rules}",
                fix="# a second backend for some of the services",
            )


def api_resources_within_quota(backends: Backends) -> Iterator[Fault]:
    """An API has resources for `/`, for each distinct path and upper path, and for `{proxy+}` below paths."""
    paths = [service.path for backend in backends.values() for service in backend.services]
    nodes = {path.rsplit("/", n)[0] for path in paths for n in range(path.count("/") + 1)}
    resources = len(nodes) + len(paths)
    if resources > MAX_API_RESOURCES:
        yield Fault(
            path=BACKENDS,
            value=paths,
            must=f"must need {MAX_API_RESOURCES} resources of the API or less: these paths need {resources}",
            fix="# fewer segments, or shared upper ones; or a second stack, with an API for some backends",
        )


def unique(names: Mapping[str, str]) -> Iterator[Fault]:
    """Names, by their keys, are all different."""
    owners: dict[str, str] = {}
    for path, name in names.items():
        other = owners.setdefault(name, path)
        if other != path:
            yield Fault(
                path=path,
                value=name,
                must=f"must be unique: {other} is the same",
                fix=f"name: {_free(name, names.values())}",
            )


def _free(name: str, taken: Collection[str]) -> str:
    """The name itself, or the first with a number that is not taken; as long as a backend's name may be."""
    return next(free for n in count(1) if (free := name if n == 1 else f"{name[:10]}-{n}") not in taken)


def _lies_under(path: str, other: str) -> bool:
    return f"{path}/".startswith(f"{other}/")
