"""No request reaches a Service but by the route of that Service, however AWS reads its path.

And every request reaches the Service of its route: also if routes are nested, one is the root, and some are
sent without their prefix.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslink.sandbox import engine, stack_file
from settings.backend import ClusterBackend
from tests.alb_rules import Ingress, answer, intended, object_name, registered, rules_of
from tests.crossings import Route, crossings, missed, routes_of, routes_with, sent
from tests.runs import STACK_FILES, file_of, run_stack, settings_of

GROUP = "crosslink-apps"


def backend(*services: tuple[str, bool, str | None]) -> ClusterBackend:
    """A backend of services, each with path, whether its prefix is stripped, and namespace if it exists."""
    described = [
        {
            "name": f"s{n}",
            "path": path,
            "stripPrefix": stripped,
            **(
                {"existing": {"namespace": namespace, "service": f"s{n}", "port": 80}}
                if namespace
                else {"image": "hashicorp/http-echo:1.0", "port": 8080}
            ),
        }
        for n, (path, stripped, namespace) in enumerate(services)
    ]
    file = {**ClusterBackend.example, "services": described}
    return ClusterBackend.model_validate_json(json.dumps(file), by_alias=True, by_name=False)


MIXTURE = (
    ("/", False, None),
    ("/svc", False, None),
    ("/svc/admin", False, "admin"),
    ("/svc/admin/keys", True, "zeta"),
    ("/orders", True, None),
    ("/orders/v2", True, "admin"),
    ("/healthz/more", False, "admin"),
)
"""The root, nested routes, and some without their prefix, over three namespaces."""


@cache
def mixture() -> tuple[Route, ...]:
    return routes_with(backend(*MIXTURE), GROUP)


def by_path_alone(routes: Iterable[Route]) -> tuple[Route, ...]:
    """The same routes with rules that have no condition."""
    return tuple(
        replace(route, rules=tuple(replace(rule, conditions=()) for rule in route.rules)) for route in routes
    )


def with_group(routes: Iterable[Route], group: Iterable[Ingress]) -> tuple[Route, ...]:
    return tuple(replace(route, rules=rules_of(group)) for route in routes)


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_no_reading_of_a_path_reaches_the_service_of_another_route(file: Path):
    routes = routes_of(file)
    cases, crossed = crossings(routes)
    assert cases or len(routes) <= 1
    assert crossed == set()
    assert missed(routes) == set()


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_the_ingresses_that_are_registered_are_those_of_the_model(file: Path):
    run, stack = run_stack(file, preview=False), stack_file.read(file, engine.PROJECT).name
    given = settings_of(file)
    for found in given.backends:
        if isinstance(found, ClusterBackend):
            group = object_name(found, stack)
            probes = {
                route.slot: route.health_path for route in given.shared_routes if found in route.backends
            }
            assert rules_of(registered(run, group)) == rules_of(intended(found, group, probes))


def test_no_mixture_of_nested_root_and_stripped_routes_crosses():
    cases, crossed = crossings(mixture())
    assert cases > 500_000
    assert crossed == set()
    assert missed(mixture()) == set()


PATHS = st.one_of(
    st.just("/"),
    st.lists(st.sampled_from(["a", "b", "ab", "a.b", "healthz"]), min_size=1, max_size=3)
    .map(lambda segments: "/" + "/".join(segments))
    .filter(lambda path: path != "/healthz"),
)
SERVICES = st.lists(
    st.tuples(PATHS, st.booleans(), st.sampled_from([None, None, "a", "crosslink-apps-2", "z"])),
    min_size=1,
    max_size=5,
    unique_by=lambda service: service[0],
)


@hypothesis.settings(max_examples=10)
@given(SERVICES)
def test_no_services_cross(services: list[tuple[str, bool, str | None]]):
    routes = routes_with(backend(*services), GROUP)
    assert crossings(routes)[1] == set()
    assert missed(routes) == set()


def test_without_the_header_a_path_reaches_services_that_other_routes_guard():
    """The model finds what it is made for: the rules by path alone, as they were."""
    routes = by_path_alone(routes_of(file_of("mixed")))
    _, crossed = crossings(routes)
    assert ("/status", "/status/%2e%2e/orders/1", "crosslink-apps/orders") in crossed
    assert {(own.path, other.service) for own in routes for other in routes if own != other} == {
        (path, service) for path, _, service in crossed
    }


@pytest.mark.parametrize(
    ("services", "crossing"),
    [
        # A method that the nested route lacks is the upper route's.
        ([("/svc", False, None), ("/svc/admin", False, None)], ("/svc", "/svc/admin/1", "s1")),
        ([("/svc", False, None), ("/svc/admin", False, "admin")], ("/svc", "/svc/admin/1", "s1")),
        ([("/", False, None), ("/svc", False, None)], ("/", "/svc/1", "s1")),
        # What is below a stripped route is sent as if it were below another one.
        ([("/orders", True, None), ("/svc", False, None)], ("/orders", "/orders/svc/1", "s1")),
        # Nothing tells those apart that are sent as the root.
        ([("/svc", True, None), ("/orders", True, None)], ("/orders", "/orders/svc/1", "s0")),
        ([("/", False, None), ("/orders", True, None)], ("/orders", "/orders/1", "s0")),
    ],
)
def test_by_path_alone_nested_and_stripped_routes_need_no_tricks_to_cross(
    services: list[tuple[str, bool, str | None]], crossing: tuple[str, str, str]
):
    routes = routes_with(backend(*services), GROUP)
    assert crossings(routes)[1] == missed(routes) == set()
    path, request, service = crossing
    (own,) = (route for route in routes if route.path == path)
    (alone,) = by_path_alone([own])
    assert own.answer(sent(own, request)) == own.service
    assert str(alone.answer(sent(own, request))).endswith(f"/{service}")
    assert not own.service.endswith(f"/{service}")


def test_a_service_answers_its_own_health_checks_below_the_root_and_below_a_stripped_prefix():
    service = {route.path: route.service for route in mixture()}
    for route in mixture():
        if route.sent_as == "/":
            assert route.answer("/healthz") == service[route.path]


def test_the_answer_to_the_nlbs_health_checks_has_to_be_judged_last():
    group = intended(backend(*MIXTURE), GROUP)
    exact = [replace(path, type="Exact") if path.service == "healthz" else path for path in group[0].paths]
    for faulty in (
        [replace(group[0], paths=tuple(exact)), *group[1:]],
        [replace(ingress, order=0) for ingress in group],
    ):
        taken = missed(with_group(mixture(), faulty))
        assert taken
        assert {(request.rpartition("/")[2], found) for _, request, found in taken} == {
            ("healthz", f"{GROUP}/healthz")
        }


def test_what_pods_are_asked_is_taken_from_no_route():
    """Rules for health checks are judged last, behind one that answers all that has a route's header."""
    probes = {9: "/svc/ready", 10: "/ready"}
    routes = with_group(mixture(), intended(backend(*MIXTURE), GROUP, probes))
    for slot, path in probes.items():
        assert answer(routes[0].rules, path, {}) == f"{GROUP}/healthz-{slot}"
        for route in routes:
            below = route.sent_as == "/" or f"{path}/".startswith(f"{route.sent_as}/")
            assert route.answer(path) == (route.service if below else f"{GROUP}/healthz-routes")
    assert missed(routes) == set()


def test_a_request_without_the_header_reaches_nobody():
    """Whoever gets to the ALB past the API, and doesn't know the header, gets only the health check."""
    for route in (*mixture(), *routes_of(file_of("mixed"))):
        assert [rule.service for rule in route.rules if rule.takes(route.sent_as, {})] == []
        assert [rule.service for rule in route.rules if rule.takes("/healthz", {})] == [f"{GROUP}/healthz"]


def test_the_header_is_compared_without_case_and_as_a_whole():
    rules = mixture()[0].rules
    other = {"x-crosslink-route": "/SVC"}
    assert [rule.service for rule in rules if rule.takes("/svc/1", other)] == [f"{GROUP}/s1"]
    for value in ("", "/", "/svc/", "/svc/admin", "svc", "/sv"):
        found = [rule.service for rule in rules if rule.takes("/svc/1", {"x-crosslink-route": value})]
        assert f"{GROUP}/s1" not in found
