"""A model of how API Gateway and an ALB may read one path, over the resources that a run has registered.

AWS documents neither parser in full, so the model has every combination of readings, and whoever relies on a
route's auth must not depend on which one is true.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from components.consumer.openapi_keys import INTEGRATION
from components.route_header import ROUTE_HEADER
from crosslink.sandbox.record import Run
from tests.runs import run_stack, settings_of

INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
ANNOTATIONS = "alb.ingress.kubernetes.io"
Condition = tuple[str, tuple[str, ...]]
"""A header's name, and the values of which it must have one, all in lower case: the ALB ignores case."""


@dataclass(frozen=True)
class Route:
    """A route of the API as its integrations have it, and the ALB's rules behind it."""

    path: str
    service: str
    header: str | None
    rules: tuple["Rule", ...]


@dataclass(frozen=True)
class Rule:
    """A rule of the ALB for a path of an Ingress."""

    path: str
    exact: bool
    service: str
    conditions: tuple[Condition, ...]

    def takes(self, path: str, headers: Mapping[str, str]) -> bool:
        fits = path == self.path or (not self.exact and path.startswith(f"{self.path}/"))
        return fits and all(_is_met(condition, headers) for condition in self.conditions)


def _is_met(condition: Condition, headers: Mapping[str, str]) -> bool:
    name, values = condition
    return headers.get(name, "").lower() in values


def routes_of(file: Path) -> tuple[Route, ...]:
    """The routes of a stack file, read from what an up registers."""
    run, settings = run_stack(file, preview=False), settings_of(file)
    backends = {backend.listener_port: backend for backend in settings.backends}
    services = {service.path: service.name for backend in settings.backends for service in backend.services}
    found: dict[str, Route] = {}
    for uri, parameters in _integrations(run):
        url = urlsplit(uri)
        path = url.path.removesuffix("/{proxy}")
        header = parameters.get(f"integration.request.header.{ROUTE_HEADER}", "").strip("'") or None
        namespace = f"crosslink-{backends[url.port or 0].name}"
        route = Route(path, services[path], header, tuple(_rules(run, namespace)))
        assert found.setdefault(path, route) == route, "the integrations of a route differ"
    return tuple(found.values())


def _integrations(run: Run) -> Iterator[tuple[str, Mapping[str, str]]]:
    """URI and request parameters of each integration that reaches a backend."""
    for api in run.of_type("aws:apigateway/restApi:RestApi"):
        for operations in json.loads(api.inputs["body"])["paths"].values():
            for operation in operations.values():
                integration = operation[INTEGRATION]
                if "uri" in integration:
                    yield integration["uri"], integration["requestParameters"]
    for integration in run.of_type("aws:apigateway/integration:Integration"):
        if "uri" in integration.inputs:
            yield integration.inputs["uri"], integration.inputs["requestParameters"]


def _rules(run: Run, namespace: str) -> Iterator[Rule]:
    for ingress in run.of_type(INGRESS):
        metadata = ingress.inputs["metadata"]
        if metadata["namespace"] == namespace:
            (rule,) = ingress.inputs["spec"]["rules"]
            for path in rule["http"]["paths"]:
                service = path["backend"]["service"]["name"]
                annotation = metadata["annotations"].get(f"{ANNOTATIONS}/conditions.{service}", "[]")
                conditions = tuple(_condition(**condition) for condition in json.loads(annotation))
                yield Rule(path["path"], path["pathType"] == "Exact", service, conditions)


def _condition(field: str, httpHeaderConfig: Mapping[str, Any]) -> Condition:  # noqa: N803 - the annotation's
    assert field == "http-header"
    name, values = httpHeaderConfig["httpHeaderName"], httpHeaderConfig["values"]
    return name.lower(), tuple(value.lower() for value in values)


UPWARDS: Mapping[str, str] = {
    "dots": "../",
    "encoded dots": "%2e%2e/",
    "encoded dots in capitals": "%2E%2E/",
    "half encoded dots": ".%2e/",
    "encoded slash": "..%2f",
    "all encoded": "%2e%2e%2f",
    "encoded twice": "%252e%252e%252f",
    "encoded dots twice": "%252e%252e/",
    "with a parameter": "..;x/",
    "backslash": "..\\",
    "encoded backslash": "..%5c",
    "empty segment": "/../",
    "own segment": "./../",
}
"""Name → one step up in a path."""
TAILS = ("", "/", "/1", "//1", "/./1", ";x", "/1;x", "%2f1", "?", "\\1")
"""What stands behind the path of the other route."""


def requests(own: Route, other: Route) -> Iterator[str]:
    """Paths that API Gateway admits as one route, and that may be read as another's."""
    depth = own.path.count("/")
    for upward in UPWARDS.values():
        for tail in TAILS:
            for target in (other.path, other.path.upper()):
                yield f"{own.path}/{upward * depth}{target.removeprefix('/')}{tail}"
                yield f"{own.path}/{upward * depth}/{target.removeprefix('/')}{tail}"


def _normalised(path: str) -> str:
    """A path without dot segments, empty segments and parameters, as far as they can be seen in it."""
    segments: list[str] = []
    for segment in re.split(r"[/\\]", path.partition("?")[0]):
        name = segment.partition(";")[0]
        if name == "..":
            segments = segments[:-1]
        elif name not in ("", "."):
            segments.append(name)
    return "/" + "/".join(segments)


def _decoded_throughout(path: str) -> str:
    while "%" in path and (decoded := unquote(path)) != path:
        path = decoded
    return path


Reading = Callable[[str], str]
OF_THE_REST: tuple[Reading, ...] = (str, unquote, _decoded_throughout)
"""How API Gateway may take the greedy part of a path over into the URI."""
OF_THE_PATH: tuple[Reading, ...] = (
    str,
    unquote,
    _normalised,
    lambda path: _normalised(unquote(path)),
    lambda path: unquote(_normalised(path)),
    lambda path: _normalised(_decoded_throughout(path)),
    lambda path: _normalised(_decoded_throughout(path)).lower(),
)
"""How the ALB may read the path that it compares."""


def _readings(route: Route, request: str) -> Iterator[str]:
    """The paths that the ALB may compare for a request that API Gateway admits as the route's."""
    rest = request.removeprefix(f"{route.path}/")
    for sent in {f"{route.path}/{reading(rest)}" for reading in OF_THE_REST}:
        yield from {reading(sent) for reading in OF_THE_PATH}


@cache
def crossings(routes: tuple[Route, ...]) -> tuple[int, set[tuple[str, str, str]]]:
    """All ordered pairs of routes, requests and readings.

    Returns:
        How many cases there are; and those that another Service answers: route, request, Service. `/healthz`,
        which the ALB answers itself, is nobody's.
    """
    cases, crossed = 0, set[tuple[str, str, str]]()
    for own, other in permutations(routes, 2):
        headers = {ROUTE_HEADER.lower(): own.header} if own.header else {}
        for request in requests(own, other):
            cases += len(OF_THE_REST) * len(OF_THE_PATH)
            for path in _readings(own, request):
                service = next((rule.service for rule in own.rules if rule.takes(path, headers)), None)
                if service not in (own.service, None, "healthz"):
                    crossed.add((own.path, request, service))
    return cases, crossed
