"""An update in which a route is new, or moves: it is live only when what it leads to serves."""

from functools import cache
from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.sandbox import engine
from crosslink.sandbox.record import Resource, Run
from tests.moves import API, APIS, BACKENDS, LIVE, NEW_BACKENDS
from tests.runs import PROGRAM
from tests.settings.stack_file import as_config, edited
from tests.waiting import depends

PODS, INGRESS = "kubernetes:apps/v1:Deployment", "kubernetes:networking.k8s.io/v1:Ingress"
FIRST = f"{BACKENDS}[0]"
SERVICE = {"name": "svc2", "path": "/svc2", "image": "hashicorp/http-echo:1.0", "port": 8080}


def run(edits: dict[str, Any], before: Run | None, *, api: str = "new") -> Run:
    config = as_config(edited(edited(LIVE, {API: APIS[api]}), edits))
    return engine.run(
        PROGRAM,
        config={key: text for key, text in config.items() if text is not None},
        before=before.outputs if before else {},
    )


@cache
def first(api: str = "new") -> Run:
    return run({}, None, api=api)


def awaited(found: Run, backend: str) -> set[bool]:
    """Whether the stage waits for the pods, the Ingress and the attachment of a backend's ALB."""
    stage = found.one(tokens.STAGE)
    ends = [resource for resource in found.resources.values() if _is_end(resource, backend)]
    assert {end.type for end in ends} == {PODS, INGRESS, tokens.ATTACHMENT}
    return {depends(found, stage, on=end) for end in ends}


def _is_end(resource: Resource, backend: str) -> bool:
    side = f"crosslink-{backend}"
    of_pods = resource.type in (PODS, INGRESS) and f"{resource.name}-".startswith(f"{side}-")
    return of_pods or (resource.type, resource.name) == (tokens.ATTACHMENT, side)


@pytest.mark.parametrize("api", APIS)
def test_a_new_service_is_live_once_its_pods_are(api: str) -> None:
    assert awaited(first(api), "apps") == {False}
    assert awaited(run({f"{FIRST}.services[1]": SERVICE}, first(api), api=api), "apps") == {True}


def test_a_renamed_backend_gets_its_routes_once_its_alb_is_attached() -> None:
    assert awaited(run({f"{FIRST}.name": "shop", f"{FIRST}.slot": 1}, first()), "shop") == {True}


def test_nothing_waits_for_a_backend_that_no_new_route_leads_to() -> None:
    new = {**NEW_BACKENDS["made cluster"], "name": "shared", "slot": 1}
    beside = {f"{BACKENDS}[1]": new, f'{API}.routes["/svc1"]': {"backend": "apps"}}
    found = run(beside, first())
    assert (awaited(found, "apps"), awaited(found, "shared")) == ({False}, {False})
    moved = run({**beside, f'{API}.routes["/svc1"].backend': "shared"}, found)
    assert (awaited(moved, "apps"), awaited(moved, "shared")) == ({False}, {True})


def test_an_endpoint_gets_out_of_the_way_only_where_its_successor_wants_its_addresses() -> None:
    endpoint, landing = tokens.ENDPOINT, "crosslink:consumer.landings.us-east-1.cidr"
    assert first().one(endpoint).options.delete_before_replace
    for edits in ({landing: "10.13.0.0/20"}, {f"{FIRST}.slot": 3}):
        assert run(edits, first()).one(endpoint).options.delete_before_replace is False
    assert run({}, first()).one(endpoint).options.delete_before_replace
