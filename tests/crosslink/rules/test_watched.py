"""What is watched of a rule: all that it asks of a walk, so that no route is told what holds for another."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from crosslink.graph.unknown import Unknown, known
from crosslink.path import steps
from crosslink.path.intent import Intent, Place
from crosslink.path.steps import STEPS
from crosslink.path.walk import Walk
from crosslink.rules.hearing import hear
from crosslink.rules.verdict import Verdict, judge_walks
from crosslink.rules.watched import Watched, with_same_answer
from tests.crosslink.walks import each_run, each_stack_file, model_of_file, walk_of
from tests.runs import file_of

DENIED = Unknown("not allowed")
OTHER: Mapping[str, object] = {
    "auth": "none",
    "principals": ("arn:aws:iam::999999999999:role/other",),
    "source_ips": ("203.0.113.0/24",),
    "supported_regions": ("eu-north-1",),
    "scopes": ("other/read",),
    "cors_origins": ("https://other.example.com",),
    "cors_headers": ("x-other",),
    "timeout_seconds": 7,
    "cache_seconds": 7,
}
"""Field of an intent → what it may be where a route says nothing, if not any text."""


def told(verdicts: tuple[Verdict, ...]) -> list[object]:
    """What verdicts say of which hops, but for how bad it is beside another backend of the route."""
    return [(verdict.rule, verdict.title, verdict.hop, verdict.why) for verdict in verdicts]


@each_stack_file
@each_run
def test_each_route_is_judged_as_if_it_were_alone(file: Path, preview: bool) -> None:
    model = model_of_file(file, preview=preview)
    judged = judge_walks(model)
    for walk in model.walks:
        assert told(judged[walk.name]) == told(hear(walk).verdicts)


def other_facts(intent: Intent) -> Iterator[tuple[str, Any]]:
    """Each field of an intent with another value."""
    for field in fields(Intent):
        match value := getattr(intent, field.name):
            case bool():
                yield field.name, not value
            case int():
                yield field.name, value + 1
            case tuple() if value:
                yield field.name, ()
            case Place():
                yield field.name, Place(account="999999999999", region="eu-north-1")
            case _:
                yield field.name, OTHER.get(field.name, "other")


def others(walk: Walk) -> Iterator[tuple[str, Walk]]:
    """A walk with one thing changed that somebody may ask of it."""
    yield "path", replace(walk, path="/other")
    yield "backend", replace(walk, backend="other")
    yield "intent", replace(walk, intent=DENIED)
    for name, value in other_facts(known(walk.intent)):
        if name != "weights":  # which belong to a backend
            yield f"intent.{name}", replace(walk, intent=replace(known(walk.intent), **{name: value}))
    for step in STEPS:
        found = () if walk.found[step] else DENIED
        yield step.title, replace(walk, found={**walk.found, step: found})


@pytest.mark.parametrize("example", ["tls", "one-route-two-regions"])
def test_what_differs_is_judged_anew(example: str) -> None:
    model = model_of_file(file_of(example))
    first = model.walks[0]
    for what, other in others(first):
        together = judge_walks(replace(model, walks=(first, other)))
        assert told(together[other.name]) == told(hear(other).verdicts), what


def test_what_is_asked_is_kept() -> None:
    walk = walk_of("/svc1")
    watched = Watched(walk)
    assert watched.seen(steps.LISTENER, steps.TARGET) == walk.seen(steps.LISTENER, steps.TARGET)
    assert (watched.path, known(watched.intent).auth) == (walk.path, known(walk.intent).auth)
    assert watched.asked == {steps.LISTENER, steps.TARGET, "path", "intent", ("intent", "auth")}


def test_who_asks_for_all_hops_has_asked_for_each_step() -> None:
    walk = walk_of("/svc1")
    watched = Watched(walk)
    assert list(watched.hops()) == list(walk.hops())
    assert watched.asked >= {*STEPS}


def test_routes_of_a_backend_share_what_is_read_once() -> None:
    one, other = walk_of("/svc1"), walk_of("/svc2")
    asked = [steps.LINK, steps.ENDPOINT, steps.ALB, steps.METHOD, steps.DEPLOYMENT, "path", "order"]
    assert with_same_answer(asked, one, other) == {steps.LINK, steps.ENDPOINT, steps.ALB, "order"}
