"""What AWS refuses of a change: a cluster's version that skips one or goes back."""

from dataclasses import replace

import pytest

from crosslink.compare import comment
from crosslink.compare.comparison import Comparison, compare
from crosslink.compare.refusals import Refusal
from crosslink.compare.sources import NOTHING, Side
from crosslink.sandbox import eks
from crosslink.sandbox.record import UNKNOWN, Run, Unknown
from tests.redeployments import base

CLUSTER = "eks:index:Cluster crosslink-apps"
UP = "EKS goes up by one minor version at a time, and this is from"
BACK = "EKS doesn't go back, and this is from"
ROLLBACK = "it takes only a rollback within 7 days of the upgrade"


def _with(version: str | Unknown, account: str | None = None) -> Run:
    [cluster] = base().of_type(eks.CLUSTER)
    changed = replace(
        cluster, inputs={**cluster.inputs, "version": version}, account=account or cluster.account
    )
    return replace(base(), resources={**base().resources, cluster.urn: changed})


def _compared(before: Run, after: Run) -> Comparison:
    return compare("dev", Side(before, {}), Side(after, {}))


@pytest.mark.parametrize(
    ("before", "after", "why", "fix"),
    [
        ("1.34", "1.36", f"{UP} 1.34 to 1.36", "an up with version 1.35 before it"),
        (
            "1.34",
            "1.37",
            f"{UP} 1.34 to 1.37",
            "an up with version 1.35 and one with version 1.36 before it",
        ),
        ("1.36", "1.35", f"{BACK} 1.36 to 1.35; {ROLLBACK}", "version 1.36 in the stack file"),
        ("1.36", "1.34", f"{BACK} 1.36 to 1.34", "version 1.36 in the stack file"),
    ],
)
def test_a_step_that_aws_refuses_is_told(before: str, after: str, why: str, fix: str) -> None:
    found = _compared(_with(before), _with(after))
    assert found.refusals == (Refusal(CLUSTER, why, fix),)
    assert found.as_json()["refusals"] == [{"what": CLUSTER, "why": why, "fix": fix}]
    assert comment.headline(found) == (
        "✗ `dev`: AWS refuses a part of the change; nothing opens up; resources: 1 changed"
    )
    told = f"**✗ AWS refuses the change of `{CLUSTER}`**\n- **why**: {why}\n- **fix**: {fix}\n"
    assert told in comment.write(found)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_with("1.35"), _with("1.35")),
        (_with("1.35"), _with("1.36")),
        (_with("1.34"), _with("1.36", account="333333333333")),  # another cluster
        (_with("1.34"), _with(UNKNOWN)),
        (NOTHING, _with("1.36")),
        (_with("1.34"), NOTHING),
    ],
    ids=["none", "one", "elsewhere", "unknown", "new", "gone"],
)
def test_no_other_step_is(before: Run, after: Run) -> None:
    found = _compared(before, after)
    assert found.refusals == ()
    assert "AWS refuses" not in comment.write(found)
