"""Names, slots and paths of backends and services, and how many of them fit into AWS's quotas."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count

from settings.address_plan import SLOTS
from settings.api import Api
from settings.backend import MAX_NAME
from settings.errors import ABSENT, Fault, as_yaml, key
from settings.path import ROOT
from settings.quotas import Quotas, raised
from settings.rules.access import of_route
from settings.rules.keys import API, BACKENDS, Backends, Clusters, places_of_paths
from settings.rules.stack import cluster_name
from settings.service import JoinedService

HEALTH_RULES = 1
"""The ALB's own rule for `/healthz`."""


def names_unique(backends: Backends, clusters: Clusters) -> Iterator[Fault]:
    """Resources are named after backends, and Kubernetes objects after services."""
    yield from unique({key(path, "name"): backend.name for path, backend in backends.items()})
    for path, backend in clusters.items():
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


def services_once(clusters: Clusters) -> Iterator[Fault]:
    """The ALB's rules for an existing Service have one condition: it is an annotation with the Service's name
    (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#conditions)."""
    for path, backend in clusters.items():
        first: dict[tuple[str, str], str] = {}
        for i, service in enumerate(backend.services):
            if isinstance(service, JoinedService):
                place = key(path, "services", i, "existing")
                named = (service.existing.namespace, service.existing.service)
                other = first.setdefault(named, place)
                if other != place:
                    yield Fault(
                        path=place,
                        value=service.existing,
                        must=f"must not be that of {other}: a Service has one path",
                        fix="# a second Service with the same selector, or a shorter path for both",
                    )


def namespaces_of_others(clusters: Clusters, stack: str) -> Iterator[Fault]:
    """The stack's own namespace is for pods that it makes: another's Service there could have the name of one
    of its own, and with it the annotation of that one's conditions."""
    for path, backend in clusters.items():
        own = backend.object_name(cluster_name(stack, backend.name))
        for i, service in enumerate(backend.services):
            if isinstance(service, JoinedService) and service.existing.namespace == own:
                yield Fault(
                    path=key(path, "services", i, "existing", "namespace"),
                    value=own,
                    must="must not be the namespace that the stack makes for pods of its own",
                    fix=f"namespace: {service.existing.service}  # one of the Service's owner",
                )


def paths_unique(backends: Backends, *, provider_only: bool) -> Iterator[Fault]:
    """A request goes to the longest path that it is at or below, so a backend has each once.

    Paths of one API must differ in more than case: the header that binds a route to what is behind it holds
    its path, and the ALB compares headers without case
    (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HttpHeaderConditionConfig.html).
    Several backends may have the same path if the stack has an API, whose route says which of them it leads
    to. Without one, a path is what tells the walks of the stack apart.

    Args:
        backends: The valid backends.
        provider_only: Whether the API is another stack's.
    """
    places = {
        place: (where, *served)
        for where, backend in backends.items()
        for place, served in places_of_paths(where, backend).items()
    }
    taken = {path.lower() for _, path, _ in places.values()}
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(2))
    first_in_backend: dict[tuple[str, str], str] = {}
    first: dict[str, str] = {}
    for place, (where, path, value) in places.items():
        other = first_in_backend.setdefault((where, path), place)
        if other == place:
            other = first.setdefault(path.lower(), place)
            if other == place or (places[other][1] == path and not provider_only):
                continue
        # A message is shown even if a key is secret, and with it the names in a mapping: not the path there.
        named = other if other.endswith(".path") else f"a path of {other.partition('.paths')[0]}"
        fix = f"# without {path}, or another path"
        if place.endswith(".path"):
            names = (f"{path}-{n}" if path != ROOT else f"/{n}" for n in numbers[path])
            free = next(name for name in names if name.lower() not in taken)
            taken.add(free.lower())
            fix = f"path: {free}"
        yield Fault(
            path=place, value=value, must=f"must be unique, whatever its case: {named} is the same", fix=fix
        )


def backends_of_routes(api: Api, backends: Backends) -> Iterator[Fault]:
    """A route leads to one backend: it says to which, where several have its path."""
    having: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for place, backend in backends.items():
        for served in backend.served:
            having[served.path][place] = backend.name
    for path, names in having.items():
        if api.route(path).weights:
            continue
        chosen = api.route(path).backend
        if chosen in names.values() or (chosen is None and len(names) == 1):
            continue
        places = " | ".join(names)
        name, *others = dict.fromkeys(names.values())
        fix = of_route(api, path, f"backend: {as_yaml(name)}")
        yield Fault(
            path=key(API, "routes", path, "backend"),
            value=ABSENT if chosen is None else chosen,
            must=f"is required where several backends have a path: {places}"
            if chosen is None
            else f"must be a backend that has this path: {places}",
            fix=f"{fix}  # or {', '.join(others)}" if others else fix,
        )


def listener_rules_within_quota(clusters: Clusters, api: Api | None, quotas: Quotas) -> Iterator[Fault]:
    """A backend's ALB has one rule per service and one for `/healthz`. For services of routes with weights,
    which the gateway NLB asks, it has one for each and one for all."""
    for path, backend in clusters.items():
        asked = [s for s in backend.services if api and backend.name in api.route(s.path).weights]
        rules = len(backend.services) + (len(asked) + 1 if asked else 0) + HEALTH_RULES
        if rules > quotas.alb_rules:
            yield Fault(
                path=key(path, "services"),
                value=[service.name for service in backend.services],
                must=f"must need {quotas.alb_rules} rules of an ALB or less: these need {rules}. "
                f"{raised('albRules')}",
                fix="# a second backend for some of the services",
            )


def api_resources_within_quota(backends: Backends, quotas: Quotas) -> Iterator[Fault]:
    """An API has a resource for `/`, for each path and each of its upper paths, and a `{proxy+}` per path."""
    served = dict.fromkeys(served.path for backend in backends.values() for served in backend.served)
    paths = [path.rstrip(ROOT) for path in served]
    nodes = {path.rsplit("/", n)[0] for path in paths for n in range(path.count("/") + 1)}
    resources = len(nodes) + len(paths)
    if resources > quotas.api_resources:
        yield Fault(
            path=BACKENDS,
            value=paths,
            must=f"must need {quotas.api_resources} resources of the API or less: these paths need "
            f"{resources}. {raised('apiResources')}",
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
