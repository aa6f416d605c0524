"""What the ALB's rules and its targets are in AWS, besides what stops all requests."""

import pytest

from crosslink.path.walk import Model
from crosslink.rules.grade import Grade
from crosslink.rules.verdict import Result, Verdict, judge
from tests.faults.alb_rules import by_hand, pods
from tests.faults.change import Change
from tests.faults.fault import model_of

TIMEOUT = "unhealthy Target.Timeout: Request timed out"


def said(change: Change, rule: str) -> Verdict:
    """What a rule says of the first route."""
    walk = model_of("live", "dev", change).walks[0]
    return next(found for found in judge(Model(walks=(walk,))).all() if found.rule == rule)


def test_some_unhealthy_pods_lose_redundancy() -> None:
    found = said(pods("healthy", TIMEOUT), "pods-are-healthy-targets")
    assert (found.result, found.grade) == (Result.DEGRADED, Grade.REDUNDANCY)
    assert found.why == "1 of 2 targets are unhealthy: Target.Timeout: Request timed out"


@pytest.mark.parametrize("state", ["initial Elb.RegistrationInProgress: Target registration is in progress"])
def test_pods_that_are_being_registered_are_unknown_until_one_is_healthy(state: str) -> None:
    assert said(pods(state), "pods-are-healthy-targets").result is Result.UNKNOWN
    assert said(pods(state, "healthy"), "pods-are-healthy-targets").result is Result.HOLDS


def test_a_rule_by_hand_for_what_callers_send_is_unknown() -> None:
    canary = {"httpHeader": {"httpHeaderName": "X-Canary", "values": ["yes"]}}
    found = said(by_hand(first={"conditions": [canary]}), "listeners-first-rule-is-the-routes")
    assert found.result is Result.UNKNOWN
    assert "whether callers send header X-Canary yes" in str(found.why)


def test_a_rule_by_hand_for_other_requests_changes_nothing() -> None:
    other = {"conditions": [{"pathPattern": {"values": ["/team/*"]}}]}
    verdicts = judge(model_of("live", "dev", by_hand(first=other))).all()
    assert {found.result for found in verdicts} == {Result.HOLDS}


def test_a_target_group_that_is_gone_is_told() -> None:
    groups = {"type": "forward", "forward": {"targetGroups": []}}
    found = said(by_hand(rule_1={"actions": [groups]}), "listener-rule-is-as-asked")
    assert found.why == "it forwards to a target group that isn't there"
