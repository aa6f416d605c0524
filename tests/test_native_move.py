"""docs/recipes/native.md, from peering to native without a failed request: no step interrupts a route."""

import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from ruamel.yaml import YAML

from crosslink.compare.changes import changes
from crosslink.compare.sources import Side
from crosslink.compare.standing import Effect, effects
from crosslink.graph import tokens
from crosslink.sandbox import engine, go_yaml
from tests.runs import DEV, PROGRAM, ROOT
from tests.settings.stack_file import DROP, StackFile, as_config, edited

RECIPE = (ROOT / "docs" / "recipes" / "native.md").read_text()
APPS = "crosslink:backends[0]"
ROUTES = "crosslink:api.routes"
STEPS = "before", "region", "beside", "away", "changed", "back", "alone"


def _written() -> Mapping[str, Any]:
    """The settings of the recipe's second step."""
    (text,) = (text for text in re.findall(r"```yaml\n(.*?)```", RECIPE, re.S) if "apps-native" in text)
    return YAML(typ="safe").load(text)


@cache
def steps() -> Mapping[str, StackFile]:
    """The stack before, and after each step."""
    written = _written()
    first, second = written["crosslink:backends"]
    routes = written["crosslink:api"]["routes"]
    document: Any = go_yaml.load(DEV)
    before: StackFile = document["config"]
    region = edited(before, {f"{APPS}.supportedRegions": first["supportedRegions"]})
    beside = edited(region, {"crosslink:backends[1]": second, ROUTES: routes})
    away = edited(beside, {ROUTES: {path: {"backend": second["name"]} for path in routes}})
    native = {
        f"{APPS}.supportedRegions": DROP,
        f"{APPS}.crossing": "native",
        "crosslink:consumer.landings": DROP,
    }
    changed = edited(away, native)
    back = edited(changed, {ROUTES: routes})
    alone = edited(back, {"crosslink:backends[1]": DROP, ROUTES: DROP})
    return dict(zip(STEPS, (before, region, beside, away, changed, back, alone), strict=True))


@cache
def side(step: str) -> Side:
    config = {key: text for key, text in as_config(steps()[step]).items() if text is not None}
    return Side(engine.run(PROGRAM, config=config, preview=True), {})


def noticed(before: str, after: str) -> list[Effect]:
    """What callers notice of an update."""
    base, head = side(before), side(after)
    found = effects(base, head, changes(base.run, head.run))
    return [effect for effect in found if effect.kind.is_noticed or effect.kind.fails]


@pytest.mark.parametrize(("before", "after"), [*pairwise(STEPS)])
def test_no_step_is_noticed(before: str, after: str) -> None:
    assert noticed(before, after) == []


def test_the_first_step_changes_the_service_and_nothing_else() -> None:
    found = changes(side("before").run, side("region").run)
    assert [(change.type, change.name) for change in found] == [(tokens.ENDPOINT_SERVICE, "crosslink-apps")]


def test_all_steps_at_once_are_noticed() -> None:
    assert [effect.what for effect in noticed("before", "alone")] == [("aws:lb:TargetGroup crosslink-apps",)]
