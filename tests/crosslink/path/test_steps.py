"""The table of steps: unique titles, which others ask for, the parts, and the eight steps by hand."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from crosslink.path import find, steps
from crosslink.path.hop import Hop
from crosslink.path.steps import STEPS
from crosslink.path.trail import Step
from crosslink.path.walk import Walk
from crosslink.report.eight_steps import TITLES as BY_HAND
from tests.crosslink.walks import each_run, each_whole_stack, told, walks_of
from tests.runs import ROOT, settings_of

PRODUCT = sorted((ROOT / "crosslink").rglob("*.py"))
ASKED = {"found", "node", "hops"}
"""The methods of a trail that take a step's title."""
FOLLOWED = {finds.__name__ for finds in (find.behind, find.named, find.naming, find.within)}
"""The functions of the table that take one."""
PLACES = {Path(str(module.__file__)) for module in (find, steps)}


def test_the_titles_are_unique() -> None:
    assert {title for title, times in Counter(step.title for step in STEPS).items() if times > 1} == set()


def test_every_title_that_is_asked_for_is_a_steps() -> None:
    titles = {step.title for step in STEPS}
    asked = {(file.stem, title) for file in PRODUCT for title in titles_in(file)}
    assert {(file, title) for file, title in asked if title not in titles} == set()
    # Each way to ask is seen.
    assert asked >= {
        ("find", "provider NLB"),
        ("steps", "usage plan"),
        ("find", "route back"),
        ("find", "provider target group"),
        ("steps", "base path"),
        ("shared", "target group"),
        ("of_ingresses", "Ingress"),
    }


def test_what_is_told_with_another_step_is_told_with_one_that_is_told_itself() -> None:
    """After it, or before it where it leads there: in the same part of the path."""
    parts = [(step, step.part_of) for step in STEPS if step.part_of]
    assert {step.title for step, whole in parts if whole.part_of or whole not in STEPS} == set()
    assert {step.title for step, whole in parts if whole.heading != step.heading} == set()
    assert all(step.told_as == whole.title for step, whole in parts)


def test_the_parts_of_the_path_follow_each_other() -> None:
    """The API, the gateway NLB and so on: none of them comes twice."""
    headings = [step.heading for step in STEPS]
    changes = [
        heading for before, heading in zip([None, *headings], headings, strict=False) if before != heading
    ]
    assert len(changes) == len(set(headings)) == 6


@pytest.mark.parametrize("number", range(1, len(BY_HAND) + 1), ids=lambda number: BY_HAND[number - 1])
def test_each_of_the_eight_steps_by_hand_is_done_by_some_step(number: int) -> None:
    assert [step.title for step in STEPS if number in step.replaces] != []


def test_no_step_does_a_ninth() -> None:
    assert {number for step in STEPS for number in step.replaces} == set(range(1, len(BY_HAND) + 1))


@each_whole_stack
@each_run
def test_a_walk_tells_its_steps_in_their_order(file: Path, preview: bool) -> None:
    for walk in walks_of(file, preview=preview).values():
        assert tuple(walk.found) == STEPS
        titles = list(dict.fromkeys(title for title, _hop in told(walk)))
        assert titles == [step.title for step in STEPS if is_told(step, file, walk)]
        parts = dict(walk.parts())
        assert [step.title for step in parts if step.part_of is None] == []
        assert list(parts) == [step for step in STEPS if step.part_of and walk.found[step]]


def is_told(step: Step[Hop], file: Path, walk: Walk) -> bool:
    """Whether the walk of a route, as the settings have it, shows a step."""
    settings = settings_of(file)
    assert settings.consumer
    assert settings.api
    [backend] = [
        backend
        for backend in settings.backends
        if walk.backend in (None, backend.name) and walk.path in {served.path for served in backend.served}
    ]
    shown = {
        steps.DOMAIN: settings.api.domain is not None,
        steps.PREFLIGHT: settings.api.route(walk.path).cors is not None,
        **dict.fromkeys(
            (steps.ROUTE_OUT, steps.PEERING, steps.ROUTE_BACK),
            settings.consumer.endpoint_region(backend) != settings.consumer.region,
        ),
    }
    return step.part_of is None and shown.get(step, True)


def titles_in(file: Path) -> Iterator[str]:
    """The titles of steps that a module names in a text."""
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Call(func=ast.Attribute(attr=attr), args=[ast.Constant(value=str(title)), *_]):
                if attr in ASKED:
                    yield title
            case ast.Call(func=ast.Name(id=name)) if name in FOLLOWED and file in PLACES:
                yield from texts(node.args[:2])[:1]
            case ast.comprehension(target=ast.Name(id="title"), iter=ast.Tuple(elts=titles)):
                yield from texts(titles)
            case _:
                pass


def texts(nodes: list[ast.expr]) -> list[str]:
    """The texts among some expressions."""
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
