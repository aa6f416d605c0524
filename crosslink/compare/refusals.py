"""What AWS refuses of a change, though both of its sides are right by themselves."""

from collections.abc import Iterator
from dataclasses import dataclass

from crosslink.compare.changes import displayed
from crosslink.compare.sources import Side
from crosslink.graph.node import Node
from crosslink.sandbox import eks
from settings.kubernetes_versions import minor

ROLLBACK_DAYS = 7
"""https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html"""


@dataclass(frozen=True)
class Refusal:
    """One change that AWS refuses."""

    what: str  # a resource, by its type and name
    why: str
    fix: str


def refusals(base: Side, head: Side) -> tuple[Refusal, ...]:
    """What of the change from BASE to HEAD an up can't do."""
    return tuple(_of_clusters(base, head))


def _of_clusters(base: Side, head: Side) -> Iterator[Refusal]:
    """Clusters that keep their place and skip a version, or go back.

    An update is by one minor version: https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html
    """
    for after in head.graph.of_type(eks.CLUSTER):
        before = base.graph.get(after.urn)
        if before is None or (before.account, before.region) != (after.account, after.region):
            continue
        was, is_ = before.get("version"), after.get("version")
        if isinstance(was, str) and isinstance(is_, str) and (steps := minor(is_) - minor(was)) not in (0, 1):
            yield _of_steps(after, was, is_, steps)


def _of_steps(cluster: Node, was: str, is_: str, steps: int) -> Refusal:
    what = f"{displayed(cluster.type)} {cluster.name}"
    if steps > 0:
        between = " and one with version ".join(f"1.{minor(was) + step}" for step in range(1, steps))
        why = f"EKS goes up by one minor version at a time, and this is from {was} to {is_}"
        return Refusal(what, why, f"an up with version {between} before it")
    why = f"EKS doesn't go back, and this is from {was} to {is_}"
    if steps == -1:
        why += f"; it takes only a rollback within {ROLLBACK_DAYS} days of the upgrade"
    return Refusal(what, why, f"version {was} in the stack file")
