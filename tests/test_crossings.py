"""No request reaches a Service but by the route of that Service, however AWS reads its path."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.crossings import crossings, routes_of
from tests.runs import STACK_FILES, file_of


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_no_reading_of_a_path_reaches_the_service_of_another_route(file: Path):
    routes = routes_of(file)
    cases, crossed = crossings(routes)
    assert cases or len(routes) == 1
    assert crossed == set()


def test_without_the_header_a_path_reaches_services_that_other_routes_guard():
    """The model finds what it is made for: the rules by path alone, as they were."""
    routes = tuple(
        replace(route, rules=tuple(replace(rule, conditions=()) for rule in route.rules))
        for route in routes_of(file_of("mixed"))
    )
    _, crossed = crossings(routes)
    assert ("/status", "/status/%2e%2e/orders/1", "orders") in crossed
    assert {(own.path, other.service) for own in routes for other in routes if own != other} == {
        (path, service) for path, _, service in crossed
    }


def test_a_request_without_the_header_reaches_nobody():
    """Whoever gets to the ALB past the API, and doesn't know the header, gets only the health check."""
    for route in routes_of(file_of("mixed")):
        assert [rule.service for rule in route.rules if rule.takes(rule.path, {})] == ["healthz"]
