"""Several backends with one path: the route says to which of them it leads."""

from collections.abc import Mapping
from typing import Any

import pytest

from settings import Settings
from tests.settings.stack_file import STACK_FILE, edited, parsed

BOTH = {"crosslink:backends[1].services[0].path": "/svc1"}
"""Backends `apps` and `tools` have `/svc1`."""


def led(settings: Settings) -> list[tuple[str, str]]:
    """The routes, each with the backend that it leads to."""
    return [(served.path, backend.name) for backend, served in settings.routes]


@pytest.mark.parametrize(
    ("route", "routes"),
    [
        ({"backend": "apps"}, [("/svc1", "apps"), ("/svc2", "apps")]),
        ({"backend": "tools", "methods": ["GET"]}, [("/svc2", "apps"), ("/svc1", "tools")]),
    ],
)
def test_a_route_leads_to_the_backend_that_it_names(
    route: Mapping[str, Any], routes: list[tuple[str, str]]
) -> None:
    assert led(parsed(edited(STACK_FILE, {**BOTH, "crosslink:api.routes": {"/svc1": route}}))) == routes


def test_a_backend_may_be_named_where_there_is_no_other() -> None:
    named = edited(STACK_FILE, {"crosslink:api.routes": {"/tools": {"backend": "tools"}}})
    assert (
        led(parsed(named))
        == led(parsed(STACK_FILE))
        == [
            ("/svc1", "apps"),
            ("/svc2", "apps"),
            ("/tools", "tools"),
        ]
    )


def test_a_path_of_several_backends_takes_the_apis_resources_once() -> None:
    """These 98 paths take 295 resources of the API's 300."""
    paths = [{"name": f"s{n}", "path": f"/s{n}/all", "image": "echo:1.0", "port": 80} for n in range(98)]
    routes = {path["path"]: {"backend": "apps"} for path in paths}
    edits = {f"crosslink:backends[{i}].services": paths for i in (0, 1)}
    assert len(parsed(edited(STACK_FILE, {**edits, "crosslink:api.routes": routes})).routes) == 98
