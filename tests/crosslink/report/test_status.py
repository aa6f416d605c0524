"""The exit status is that of the worst that was found."""

from dataclasses import replace

import pytest

from crosslink.command import Status
from crosslink.fields.not_judged import NotJudged
from crosslink.path import steps
from crosslink.path.walk import Walk
from crosslink.report.status import STATUSES, status_of
from crosslink.rules.verdict import WORST_FIRST, Result
from tests.crosslink.report.models import NOT_ALLOWED, judged, naming_the_link_itself, walk, walking
from tests.crosslink.walks import there, with_found


def with_health(*states: str) -> Walk:
    targets = walk().seen(steps.TARGET)
    told = (replace(target, health=state) for target, state in zip(targets, states, strict=True))
    return with_found(walk(), steps.TARGET, tuple(told))


CASES = {
    "all holds": (walk(), Status.HOLDS),
    "a house rule isn't kept": (naming_the_link_itself().walks[0], Status.HOLDS),
    "all targets are healthy": (with_health("healthy", "healthy"), Status.HOLDS),
    "a target is new": (with_health("healthy", "initial"), Status.HOLDS),
    "a target is unhealthy": (with_health("healthy", "unhealthy"), Status.DEGRADED),
    "all targets are unhealthy": (with_health("unhealthy", "unhealthy"), Status.BROKEN),
    "a hop is unknown": (with_found(walk(), steps.LISTENER, NOT_ALLOWED), Status.UNKNOWN),
}


@pytest.mark.parametrize(("walk_", "status"), CASES.values(), ids=CASES)
def test_the_status_follows_the_worst_grade(walk_: Walk, status: Status) -> None:
    assert status_of(judged(walking(walk_))) is status


def test_lost_redundancy_comes_before_what_is_unknown() -> None:
    walk_ = with_found(with_health("healthy", "unhealthy"), steps.LISTENER, NOT_ALLOWED)
    assert status_of(judged(walking(walk_))) is Status.DEGRADED


def test_a_setting_that_nothing_judges_is_as_good_as_unknown() -> None:
    judgement = judged(walking(walk()))
    setting = NotJudged(title="VPC link", hop=there(walk(), steps.LINK), field="speed", value="1")
    assert status_of(replace(judgement, not_judged={setting: ["/svc1"]})) is Status.UNKNOWN


@pytest.mark.parametrize("result", Result)
def test_what_was_found_besides_counts_too(result: Result) -> None:
    assert status_of(judged(walking(walk())), besides=[result]) is STATUSES[result]


def test_the_worst_status_comes_first() -> None:
    assert tuple(STATUSES) == WORST_FIRST
