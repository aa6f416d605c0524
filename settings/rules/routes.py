"""Names, slots and paths of backends and services, and how many of them fit into AWS's quotas."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count

from settings.address_plan import SLOTS
from settings.backend import MAX_NAME
from settings.errors import Fault, key
from settings.rules.keys import BACKENDS, Backends

MAX_API_RESOURCES = 300
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"""
MAX_LISTENER_RULES = 100
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"""
HEALTH_RULES = 1
"""The ALB's own rule for `/healthz`."""


def names_unique(backends: Backends) -> Iterator[Fault]:
    """Resources are named after backends, and Kubernetes objects after services."""
    yield from unique({key(path, "name"): backend.name for path, backend in backends.items()})
    for path, backend in backends.items():
        yield from unique({key(path, "services", i, "name"): s.name for i, s in enumerate(backend.services)})


def slots_unique(backends: Backends) -> Iterator[Fault]:
    """A slot gives a backend its listener port on the gateway NLB and its host in the endpoint subnets."""
    if len(backends) > SLOTS:
        yield Fault(
            path=BACKENDS,
            value=[backend.name for backend in backends.values()],
            must=f"must hold {SLOTS} backends or less: each has a slot of its own, from 0 to {SLOTS - 1}",
            fix=f"# {SLOTS} backends at most: use a second stack",
        )
        return
    owners: dict[int, str] = {}
    taken = {backend.slot for backend in backends.values()}
    for path, backend in backends.items():
        if not 0 <= backend.slot < SLOTS:
            must = f"must be a number from 0 to {SLOTS - 1}"
        elif (other := owners.setdefault(backend.slot, path)) != path:
            must = f"must be unique (the default is 0): {other} has this slot"
        else:
            continue
        free = next(slot for slot in range(SLOTS) if slot not in taken)
        taken.add(free)
        yield Fault(path=key(path, "slot"), value=backend.slot, must=must, fix=f"slot: {free}")


def paths_apart(backends: Backends) -> Iterator[Fault]:
    """The API has an exact and a greedy resource for each path, so none may equal or lie under another."""
    paths = {
        key(where, "services", i, "path"): service.path
        for where, backend in backends.items()
        for i, service in enumerate(backend.services)
    }
    places, rename = list(paths), _renaming(paths.values())
    first_at: dict[str, int] = {}
    first_at_or_under: dict[str, int] = {}
    for number, (where, path) in enumerate(paths.items()):
        uppers = [path.rsplit("/", n)[0] for n in range(path.count("/"))]
        others = [first_at[upper] for upper in uppers if upper in first_at]
        if path in first_at_or_under:
            others.append(first_at_or_under[path])
        if others:
            yield Fault(
                path=where,
                value=path,
                must=f"must not be, lie under or lie above {places[min(others)]}, by whole segments",
                fix=f"path: {rename(path.replace('/', '-').replace('-', '/', 1))}",
            )
        first_at.setdefault(path, number)
        for upper in uppers:
            first_at_or_under.setdefault(upper, number)


def listener_rules_within_quota(backends: Backends) -> Iterator[Fault]:
    """A backend's ALB has one rule per service and one for `/healthz`."""
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
    """An API has a resource for `/`, for each path and each of its upper paths, and a `{proxy+}` per path."""
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
    """All names, given by the paths of their keys, differ."""
    owners: dict[str, str] = {}
    rename = _renaming(names.values())
    for path, name in names.items():
        other = owners.setdefault(name, path)
        if other != path:
            yield Fault(
                path=path,
                value=name,
                must=f"must be unique: {other} is the same",
                fix=f"name: {rename(name)}",
            )


def _renaming(names: Iterable[str]) -> Callable[[str], str]:
    """Returns a function that gives a new name for a name: itself if it is free, or else with a number.

    A new name differs from all of `names` and from those given before. With a number it has at most the
    length of a backend's name.
    """
    taken = set(names)
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(2))

    def rename(name: str) -> str:
        free = name
        while free in taken:
            suffix = f"-{next(numbers[name])}"
            free = name[: MAX_NAME - len(suffix)] + suffix
        taken.add(free)
        return free

    return rename
