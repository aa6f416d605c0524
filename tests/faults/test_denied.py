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
HAS_ALL = "existing-mixed"
"""A stack for which each of the calls is made: with keys, a function, a domain."""
PREFIX_LIST = "ec2:GetManagedPrefixListEntries"
ELSEWHERE = {
    "wafv2:GetWebACL": "mixed",
    "elasticloadbalancing:DescribeRules": "load-balancer",
    PREFIX_LIST: "dev",
}
"""Calls that are made for another stack: for one with a web ACL, with an existing ALB, with a prefix list."""
BY_LIST = together(
    put(tokens.INGRESS_RULE, "crosslink-apps-usw2-*", "cidrIpv4", value=None),
    put(tokens.INGRESS_RULE, "crosslink-apps-usw2-*", "prefixListId", value="pl-0123456789abcdef0"),
)
NO_PODS = put(tokens.KUBERNETES_DEPLOYMENT, "crosslink-apps-svc1", "spec", "replicas", value=0)


def judged(stack: str, denied: str, change: Change) -> Judgement:
    run = run_stack(file_of(stack), preview=False)
    aws = FakeAws(change(nodes_of(run)), beside=beside(file_of(stack)), denied=[denied])
    declared = declared_of(run)
    assert declared
    graph = live.read(declared, aws, run.outputs["kubeconfigs"], aws.connect)
    return judge(read_model(graph, declared))


@pytest.mark.parametrize("action", ACTIONS)
def test_a_missing_permission_is_unknown_and_named(action: str) -> None:
    judgement = judged(
        ELSEWHERE.get(action, HAS_ALL), action, BY_LIST if action == PREFIX_LIST else together()
    )
    unknown = [verdict for verdict in judgement.all() if verdict.result is Result.UNKNOWN]

    assert judgement.rules(Result.BROKEN) == []
    assert unknown
    assert all(verdict.why and f"no permission for {action}" in verdict.why for verdict in unknown)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_fault_elsewhere_is_found_all_the_same(action: str) -> None:
    broken = judged("dev", action, NO_PODS).rules(Result.BROKEN)

    assert broken == ["pods-are-wanted", "pods-are-ready"]
