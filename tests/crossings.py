"""A model of how API Gateway and an ALB may read one path, over the routes of an API.

AWS documents neither parser in full, so the model has every combination of readings, and whoever relies on a
route's auth must not depend on which one is true.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from components.consumer import openapi
from components.consumer.openapi_keys import INTEGRATION
from components.route_header import ROUTE_HEADER
from crosslink.sandbox import engine, stack_file
from crosslink.sandbox.record import Run
from settings.api import Api
from settings.backend import ClusterBackend
from tests.alb_rules import Rule, answer, intended, is_health, object_name, registered, rules_of, service_of
from tests.path_readings import ASIDE, OF_THE_PATH, OF_THE_REST, TAILS, UPWARDS, encoded
from tests.runs import run_stack, settings_of

BELOW = "/{proxy+}"


@dataclass(frozen=True)
class Route:
    """A route of the API as its integrations have it, and the ALB's rules behind it.

    Attributes:
        path: Its path.
        sent_as: What the backend is sent for the path itself.
        header: What its integrations send in the header that binds it; None if they leave it to callers.
        service: The Kubernetes Service that is meant, `namespace/name`.
        rules: The ALB's rules, as they are judged.
    """

    path: str
    sent_as: str
    header: str | None
    service: str
    rules: tuple[Rule, ...]

    @property
    def headers(self) -> Mapping[str, str]:
        return {ROUTE_HEADER.lower(): self.header} if self.header else {}

    def answer(self, path: str) -> str | None:
        """The Service that answers what the ALB reads as this path."""
        return answer(self.rules, path, self.headers)


def routes_of(file: Path) -> tuple[Route, ...]:
    """The routes of a stack file whose Ingress is the stack's, read from what an up registers.

    If the API is another stack's, its integrations are those of a document with the same paths.
    """
    run, given = run_stack(file, preview=False), settings_of(file)
    stack = stack_file.read(file, engine.PROJECT).name
    root = given.api.existing.root_resource_id if given.api and given.api.existing else None
    found: list[Route] = []
    for backend in given.backends:
        if isinstance(backend, ClusterBackend):
            integrations = _registered(run, root) if given.api else _documented(backend)
            group = object_name(backend, stack)
            found += _routes(backend, group, integrations, rules_of(registered(run, group)))
    return tuple(found)


def routes_with(backend: ClusterBackend, group: str) -> tuple[Route, ...]:
    """The routes to a backend, from its settings: the API's document, and the Ingresses that are meant."""
    return tuple(_routes(backend, group, _documented(backend), rules_of(intended(backend, group))))


Integration = Mapping[str, Any]


def _routes(
    backend: ClusterBackend,
    group: str,
    integrations: Mapping[str, Sequence[Integration]],
    rules: tuple[Rule, ...],
) -> Iterator[Route]:
    for service in backend.services:
        exact = _only(integrations[service.path])
        below = _only(integrations[service.path.rstrip("/") + BELOW])
        sent_as = urlsplit(exact["uri"]).path
        header = _header(exact)
        assert urlsplit(below["uri"]).path == f"{sent_as.rstrip('/')}/{{proxy}}"
        assert _header(below) == header
        yield Route(service.path, sent_as, header, service_of(service, group), rules)


def _header(integration: Integration) -> str | None:
    """The fixed value of the header."""
    value = integration["requestParameters"].get(f"integration.request.header.{ROUTE_HEADER}", "")
    fixed = re.fullmatch("'(.*)'", value)
    return fixed[1] if fixed else None


def _documented(backend: ClusterBackend) -> Mapping[str, Sequence[Integration]]:
    """Path → the integrations of a document with the backend's paths."""
    sent = [
        openapi.Route(path=served.path, origin="http://apps.example.com:8000", sent_as=served.sent_as)
        for served in backend.served
    ]
    return {
        path: [operation[INTEGRATION] for operation in operations.values()]
        for path, operations in openapi.paths(Api(name="shop"), sent).items()
    }


def _registered(run: Run, root: str | None) -> Mapping[str, Sequence[Integration]]:
    """Path → the integrations that a run has registered, one for each method."""
    found: dict[str, list[Integration]] = {}
    for api in run.of_type("aws:apigateway/restApi:RestApi"):
        for path, operations in json.loads(api.inputs["body"])["paths"].items():
            found[path] = [operation[INTEGRATION] for operation in operations.values()]
    paths = {root: ""}
    for resource in run.of_type("aws:apigateway/resource:Resource"):
        upper = paths[resource.inputs["parentId"]]
        paths[resource.id] = f"{upper}/{resource.inputs['pathPart']}"
    for integration in run.of_type("aws:apigateway/integration:Integration"):
        path = paths[integration.inputs["resourceId"]] or "/"
        found.setdefault(path, []).append(integration.inputs)
    return found


def _only(integrations: Sequence[Integration]) -> Integration:
    """What the integrations of a path's methods say; preflights have no URI."""
    first, *others = [integration for integration in integrations if "uri" in integration]
    for other in others:
        assert other["uri"] == first["uri"], "the methods of a path go to different places"
        assert other["requestParameters"] == first["requestParameters"]
    return first


def requests(own: Route, other: Route) -> Iterator[str]:
    """Paths that API Gateway admits as one route, and that may be read as another's.

    A path below a nested route is among them as it stands: those of its methods that the nested one lacks are
    the upper route's. So is another route's path below a stripped prefix: it is sent as it is.
    """
    base = own.path.rstrip("/")
    inside = other.path.removeprefix(f"{base}/")
    names = {name for path in (inside, other.path) for name in (path, path.upper(), encoded(path))}
    for tail in TAILS:
        for name in names:
            yield from (f"{base}/{aside}{name.removeprefix('/')}{tail}" for aside in ASIDE)
            for upward in UPWARDS.values():
                yield f"{base}/{upward * base.count('/')}{name.removeprefix('/')}{tail}"
                yield f"{base}/{upward * base.count('/')}/{name.removeprefix('/')}{tail}"


def plain_requests(own: Route, others: Sequence[Route]) -> Iterator[str]:
    """Paths of a route that every reader reads alike."""
    base = own.path.rstrip("/")
    yield own.path
    for tail in ("/1", "/a/b.c", "/healthz", "/healthz/1", *(other.path.rstrip("/") for other in others)):
        yield f"{base}{tail}" or "/"


def sent(own: Route, request: str) -> str:
    """What the backend is sent for a plain request of a route."""
    if request == own.path:
        return own.sent_as
    return f"{own.sent_as.rstrip('/')}/{request.removeprefix(own.path.rstrip('/') + '/')}"


def _readings(route: Route, request: str) -> Iterator[str]:
    """The paths that the ALB may compare for a request that API Gateway admits as the route's."""
    rest = request.removeprefix(f"{route.path.rstrip('/')}/")
    for path in {f"{route.sent_as.rstrip('/')}/{reading(rest)}" for reading in OF_THE_REST}:
        yield from {reading(path) for reading in OF_THE_PATH}


@cache
def crossings(routes: tuple[Route, ...]) -> tuple[int, set[tuple[str, str, str]]]:
    """All ordered pairs of routes, requests and readings.

    Returns:
        How many cases there are; and those that another Service answers: route, request, Service. `/healthz`,
        which the ALB answers itself, is nobody's, and so is what pods are asked whether they are well.
    """
    cases, crossed = 0, set[tuple[str, str, str]]()
    for own in routes:
        answers = cache(own.answer)
        for request in {request for other in routes if other != own for request in requests(own, other)}:
            cases += len(OF_THE_REST) * len(OF_THE_PATH)
            for path in _readings(own, request):
                service = answers(path)
                if service not in (own.service, None) and not is_health(service):
                    crossed.add((own.path, request, service))
    return cases, crossed


def missed(routes: Sequence[Route]) -> set[tuple[str, str, str | None]]:
    """Plain requests that something else answers than the Service of their route: route, request, Service."""
    return {
        (own.path, request, found)
        for own in routes
        for request in plain_requests(own, routes)
        if (found := own.answer(sent(own, request))) != own.service
    }
