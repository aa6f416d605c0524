"""Of an endpoint in another region than its service nothing is said that can't be known."""

from dataclasses import replace
from typing import Any

import pytest

from crosslink.graph.unknown import Beyond, Unknown
from crosslink.path import steps
from crosslink.path.hop import Hop
from crosslink.path.trail import Step
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade
from crosslink.rules.hearing import hear
from crosslink.rules.native_crossing import CROSS_REGION
from crosslink.rules.verdict import Result, Verdict
from tests.faults.fault import model_of

DENIED = Unknown("nobody may look")
SUPPORTS = "service-supports-the-endpoints-region"
IDLE, ZONES = "crossing-leaves-the-idle-timeout", "crossed-service-has-its-zones"
TWO_ZONES = "crossed-service-is-in-two-zones"


def walk_of(vantage: str, path: str = "/svc1") -> Walk:
    return next(walk for walk in model_of(vantage, "native").walks if walk.path == path)


def verdicts(walk: Walk) -> dict[str, Verdict]:
    """Those of the rules of this crossing, by rule."""
    return {verdict.rule: verdict for verdict in hear(walk).verdicts if verdict.source == CROSS_REGION}


def with_(walk: Walk, step: Step[Any], **facts: object) -> Walk:
    """The walk with other facts of a step's hops."""
    hops: tuple[Hop, ...] = tuple(replace(hop, **facts) for hop in walk.seen(step))
    return replace(walk, found={**walk.found, step: hops})


def blind(walk: Walk, step: Step[Any]) -> Walk:
    return replace(walk, found={**walk.found, step: DENIED})


@pytest.mark.parametrize(
    ("step", "facts", "rules"),
    [
        (steps.SERVICE, {"regions": DENIED}, {SUPPORTS}),
        (steps.SERVICE, {"region_states": DENIED}, {SUPPORTS}),
        (steps.SERVICE, {"region_states": (("us-west-2", DENIED),)}, {SUPPORTS}),
        (steps.SERVICE, {"remote": DENIED}, {SUPPORTS}),
        (steps.PROVIDER_LISTENER, {"idle": DENIED}, {IDLE}),
        (steps.PROVIDER_NLB, {"subnets": DENIED}, {ZONES, TWO_ZONES}),
    ],
)
def test_a_fact_that_cannot_be_known_is_told(step: Any, facts: dict[str, object], rules: set[str]) -> None:
    found = verdicts(with_(walk_of("live"), step, **facts))

    unknown = {rule for rule, verdict in found.items() if verdict.result is Result.UNKNOWN}
    assert unknown == rules
    assert all(found[rule].why == DENIED.reason for rule in rules)


@pytest.mark.parametrize(
    ("step", "rules"),
    [
        (steps.ENDPOINT, {SUPPORTS}),
        (steps.PROVIDER_LISTENER, {IDLE}),
        (steps.PROVIDER_NLB, {ZONES, TWO_ZONES}),
    ],
)
def test_what_nobody_can_look_at_is_told(step: Any, rules: set[str]) -> None:
    found = verdicts(blind(walk_of("live"), step))

    assert {rule for rule, verdict in found.items() if verdict.result is Result.UNKNOWN} == rules


def test_behind_another_teams_service_nothing_is_judged() -> None:
    walk = walk_of("live", "/shipping")

    assert isinstance(walk.one(steps.SERVICE), Beyond)
    assert verdicts(walk).keys() == {"crossing-endpoint-has-its-zones"}


@pytest.mark.parametrize("path", ["/svc1", "/shipping"])
def test_where_an_endpoint_looks_for_its_service_may_be_unknown(path: str) -> None:
    blinded = with_(walk_of("live", path), steps.ENDPOINT, service_region=DENIED)

    found = [verdict for verdict in hear(blinded).verdicts if verdict.result is not Result.HOLDS]
    assert {(verdict.rule, verdict.result) for verdict in found} == {
        ("endpoint-asks-in-the-services-region", Result.UNKNOWN)
    }


def test_an_endpoint_that_is_to_be_made_asks_for_the_region() -> None:
    """It isn't there, so that nobody can say in which region it is: the settings do."""
    walk = with_(walk_of("live"), steps.SERVICE, regions=("us-east-1",))
    gone = replace(walk, found={**walk.found, steps.ENDPOINT: ()})

    verdict = verdicts(gone)[SUPPORTS]

    assert (verdict.result, verdict.grade) == (Result.BROKEN, Grade.STOPS)
    assert verdict.why == "it doesn't support us-west-2, but us-east-1"


def test_an_endpoint_that_is_there_keeps_its_access() -> None:
    verdict = verdicts(with_(walk_of("live"), steps.SERVICE, regions=("us-east-1",)))[SUPPORTS]

    assert verdict.result is Result.ADVICE
    assert str(verdict.why).endswith("the endpoint that is there keeps its access, a new one is refused")


def test_a_peering_leaves_the_service_to_its_region() -> None:
    walk = next(walk for walk in model_of("planned", "dev").walks if walk.path == "/svc1")

    assert verdicts(walk) == {}
