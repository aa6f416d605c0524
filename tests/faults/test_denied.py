"""Without a permission nothing is called broken, it is named, and faults elsewhere are found all the same."""

import pytest

from crosslink.graph import from_aws as live
from crosslink.graph import tokens
from crosslink.graph.from_aws.permissions import CALLS
from crosslink.graph.from_sandbox import declared_of, nodes_of
from crosslink.path.walk import read_model
from crosslink.rules.verdict import Judgement, Result, judge
from tests.fake_aws import FakeAws, beside
from tests.faults.change import Change, put, together
from tests.runs import file_of, run_stack

ACTIONS = sorted({permission.action for permission in CALLS.values()})
HOUSE = "elasticloadbalancing:DescribeRules"
"""Only a house rule asks what the rules of an existing ALB demand, which nobody has to know."""
HAS_ALL = "existing-mixed"
"""A stack for which each of the calls is made: with keys, a function, a domain."""
ELSEWHERE = {"wafv2:GetWebACL": "mixed"}
"""Calls that are made for another stack: this one has a web ACL."""
NO_PODS = put(tokens.KUBERNETES_DEPLOYMENT, "crosslink-apps-svc1", "spec", "replicas", value=0)


def judged(stack: str, denied: str, change: Change) -> Judgement:
    run = run_stack(file_of(stack), preview=False)
    aws = FakeAws(change(nodes_of(run)), beside=beside(file_of(stack)), denied=[denied])
    declared = declared_of(run)
    assert declared
    graph = live.read(declared, aws, run.outputs["kubeconfigs"], aws.connect)
    return judge(read_model(graph, declared))


@pytest.mark.parametrize("action", [action for action in ACTIONS if action != HOUSE])
def test_a_missing_permission_is_unknown_and_named(action: str) -> None:
    judgement = judged(ELSEWHERE.get(action, HAS_ALL), action, together())
    unknown = [verdict for verdict in judgement.all() if verdict.result is Result.UNKNOWN]

    assert judgement.rules(Result.BROKEN) == []
    assert unknown
    assert all(verdict.why and f"no permission for {action}" in verdict.why for verdict in unknown)


def test_nobody_has_to_know_what_an_existing_alb_demands() -> None:
    judgement = judged("load-balancer", HOUSE, together())

    assert judgement.rules(Result.BROKEN) == judgement.rules(Result.UNKNOWN) == []


@pytest.mark.parametrize("action", ACTIONS)
def test_a_fault_elsewhere_is_found_all_the_same(action: str) -> None:
    broken = judged("dev", action, NO_PODS).rules(Result.BROKEN)

    assert broken == ["pods-are-wanted", "pods-are-ready"]
