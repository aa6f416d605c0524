"""docs/recipes/move.md, step by step: what each update changes, and that none stops the route."""

import copy
import json
import re
from dataclasses import replace
from typing import Any

import pulumi
import pytest
from ruamel.yaml import YAML

from crosslink.graph import tokens
from crosslink.graph.from_sandbox import model_of
from crosslink.graph.unknown import present
from crosslink.path.hop import Hop
from crosslink.rules.verdict import Result, judge, with_result
from crosslink.sandbox.record import Run
from tests.crosslink.walks import told
from tests.moves import API, APIS, BACKENDS, NEW_BACKENDS, SHARED, live, provider, step, steps
from tests.runs import ROOT
from tests.waiting import ancestry

MEANT = {"before": "apps", "beside": "apps", "moved": "shared", "alone": "shared"}
ORIGINS = {
    "apps": "http://apps.crosslink.example.com:8000",
    "shared": "http://shared.crosslink.example.com:8001",
}

each_target = pytest.mark.parametrize("target", NEW_BACKENDS)
each_api = pytest.mark.parametrize("api", APIS)


@each_target
@each_api
@pytest.mark.parametrize("name", MEANT)
def test_at_each_step_the_route_reaches_the_backend_that_is_meant(name: str, target: str, api: str) -> None:
    run = step(name, target, api, preview=False)
    assert run.warnings == ()
    assert with_result(judge(model_of(run)).all(), Result.BROKEN) == []
    assert run.outputs["path"]["routes"]["/svc1"]["backend"] == MEANT[name]
    assert origins(run) == {ORIGINS[MEANT[name]]}
    names = {hop.resource.partition(" ")[2] for _, hop in on_the_way(run)}
    assert [name for name in ORIGINS if f"crosslink-{name}" in names] == [MEANT[name]]


def test_the_stack_that_is_joined_has_no_fault() -> None:
    run = provider()
    assert run.warnings == ()
    assert with_result(judge(model_of(run)).all(), Result.BROKEN) == []


def test_the_recipe_has_the_settings_that_are_tried_here() -> None:
    recipe = (ROOT / "docs" / "recipes" / "move.md").read_text()
    (text,) = re.findall(r"```yaml\n(.*?)```", recipe, re.S)
    written, beside = YAML(typ="safe").load(text), steps("of another stack", "new")["beside"]
    assert written[BACKENDS] == [{"name": "apps"}, beside[BACKENDS][1]]
    assert written[API]["routes"] == beside[API]["routes"]
    assert "`/svc1: { backend: shared }`" in recipe


@each_target
@each_api
def test_beside_changes_nothing_that_is_there(target: str, api: str) -> None:
    before, beside = (step(name, target, api, preview=True) for name in ("before", "beside"))
    assert changed(before, beside) == set()
    assert gone(before, beside) == set()


@each_target
@each_api
@pytest.mark.parametrize("way", [("beside", "moved"), ("moved", "beside")], ids=["there", "back"])
def test_the_route_moves_by_a_deployment_of_the_api_alone(
    way: tuple[str, str], target: str, api: str
) -> None:
    old, new = (step(name, target, api, preview=True) for name in way)
    assert set(old.resources) == set(new.resources)
    what = {"aws:apigateway/restApi:RestApi"} if api == "new" else {tokens.INTEGRATION}
    assert {old.resources[urn].type for urn in changed(old, new)} == what | {tokens.API_DEPLOYMENT}
    # The stage goes from the old deployment to the new one, which is there first.
    deployment = new.one(tokens.API_DEPLOYMENT)
    assert deployment.options.delete_before_replace is not True
    assert deployment.urn in ancestry(new, new.one(tokens.STAGE).urn)


@each_target
@each_api
def test_when_the_old_one_goes_nothing_changes_that_the_route_uses(target: str, api: str) -> None:
    moved, alone = (step(name, target, api, preview=True) for name in ("moved", "alone"))
    assert changed(moved, alone) == set()
    assert set(alone.resources) < set(moved.resources)
    used = {hop.urn for _, hop in on_the_way(step("moved", target, api, preview=False))}
    assert used & set(moved.resources) - set(alone.resources) == set()
    assert [resource.name for resource in alone.resources.values() if "apps" in resource.name] == []


def origins(run: Run) -> set[str]:
    """Where the integrations of `/svc1` lead."""
    uris = [found.inputs["uri"] for found in run.of_type(tokens.INTEGRATION)]
    for api in run.of_type(tokens.REST_API):
        operations: list[Any] = [
            operation
            for path in json.loads(api.inputs["body"])["paths"].values()
            for operation in path.values()
        ]
        uris += [operation["x-amazon-apigateway-integration"]["uri"] for operation in operations]
    assert uris
    return {uri.partition("/svc1")[0] for uri in uris}


def on_the_way(run: Run) -> list[tuple[str, Hop]]:
    """The titles and hops of the only walk."""
    (walk,) = model_of(run).walks
    return [(title, hop) for title, found in told(walk) for hop in present(found)]


def changed(before: Run, after: Run) -> set[str]:
    """URNs of those of both runs with other inputs. Ids are unknown: what they refer to is compared."""
    return {
        urn
        for urn in set(before.resources) & set(after.resources)
        if (before.resources[urn].inputs, before.resources[urn].property_dependencies)
        != (after.resources[urn].inputs, after.resources[urn].property_dependencies)
    }


def gone(before: Run, after: Run) -> set[str]:
    """The resources that only the first run has."""
    return {
        f"{resource.type} {resource.name}"
        for urn, resource in before.resources.items()
        if urn not in after.resources
    }


@pytest.mark.parametrize("name", ["beside", "moved", "alone"])
def test_a_stack_that_is_gone_is_told_before_anything_changes(name: str) -> None:
    file = steps("of another stack", "new")[name]
    with pytest.raises(
        pulumi.RunError, match=rf"service\.stack = {SHARED}\n +must be a stack that is deployed"
    ):
        live(file, None, preview=True)


def test_a_route_that_leads_to_a_path_that_is_published_no_more_is_refused() -> None:
    outputs = copy.deepcopy(dict(provider().outputs))
    outputs["published"]["shared"]["paths"] = {"/svc2": {"stripPrefix": False}}
    other = replace(provider(), outputs=outputs)
    with pytest.raises(
        pulumi.RunError, match=r"/svc1\.backend = shared\n +must be a backend that has this path"
    ):
        live(steps("of another stack", "new")["moved"], other, preview=True)
