"""What AWS refuses of a change: a cluster's version that skips one or goes back."""

from dataclasses import replace

import pytest

from crosslink.compare import comment
from crosslink.compare.comparison import Comparison, compare
from crosslink.compare.sources import NOTHING, Side
from crosslink.compare.standing import Effect, Kind
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


def _refused(found: Comparison) -> list[Effect]:
    return [effect for effect in found.standing if effect.kind is Kind.REFUSED]


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
    assert _refused(found) == [Effect(kind=Kind.REFUSED, what=(CLUSTER,), how=why, way=fix)]
    assert comment.headline(found) == "✗ `dev`: the update fails; nothing opens up; resources: 1 changed"
    assert f"- ✗ `{CLUSTER}`: {why}" in comment.write(found)
    assert fix in comment.write(found)


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
    assert _refused(found) == []
