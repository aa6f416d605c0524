"""How bad it is where something doesn't hold: from requests that stop to a convention that isn't kept."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Result(StrEnum):
    """What a rule says of a hop."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    DEGRADED = "redundancy lost"  # requests get through; after one more failure some don't
    ADVICE = "house rule"  # a convention of this project isn't kept: requests get through all the same


class Grade(StrEnum):
    """What a finding does to requests.

    Attributes:
        meaning: the same in a sentence.
        result: what the rule says of the hop then.
        policy: the policy of the policy pack that reports it.
    """

    meaning: str
    result: Result
    policy: str

    STOPS = "stops all", "No request of the route gets through.", Result.BROKEN, "reachability"
    STOPS_SOME = (
        "stops some",
        "Requests of some zones, of some callers, for some methods, or slow ones don't get through.",
        Result.BROKEN,
        "reachability",
    )
    LETS_IN = (
        "lets somebody in",
        "Requests get through, and so do some that aren't meant to.",
        Result.BROKEN,
        "reachability",
    )
    REDUNDANCY = (
        "redundancy lost",
        "All requests get through; after one more failure some don't.",
        Result.DEGRADED,
        "redundancy",
    )
    HOUSE = (
        "house rule",
        "A convention of this project isn't kept; requests get through all the same.",
        Result.ADVICE,
        "house-rules",
    )

    def __new__(cls, value: str, meaning: str, result: Result, policy: str) -> "Grade":
        grade = str.__new__(cls, value)
        grade._value_ = value
        grade.meaning, grade.result, grade.policy = meaning, result, policy
        return grade


@dataclass(frozen=True)
class Graded:
    """What a rule finds wrong, if it isn't as bad as the rule says by default.

    Args:
        why: what is wrong; of what stops some requests also which, such as "in 1 of 2 zones".
        grade: how bad it is.
    """

    why: str
    grade: Grade


Pair: TypeAlias = tuple[str, str]  # a node of a load balancer, which has one in each zone, and a target of it


@dataclass(frozen=True)
class CutOff:
    """What a rule finds wrong that keeps some nodes of a load balancer from some of its targets.

    What several rules find adds up: how bad it is follows from all that is cut off on a walk.

    Args:
        why: what is wrong.
        pairs: what is cut off.
        all_pairs: all nodes, each with every target that it sends requests to.
    """

    why: str
    pairs: frozenset[Pair]
    all_pairs: frozenset[Pair]

    def graded(self, others: Collection[Pair] = ()) -> Graded:
        """How bad it is, beside what others cut off, with the number of zones where it stops some."""
        cut = {*self.pairs, *others} & self.all_pairs
        if not cut:  # nobody can tell what it keeps from what
            return Graded(self.why, Grade.STOPS)
        grade = grade_of(self.all_pairs, cut)
        nodes, dark = nodes_of(self.all_pairs), without_target(self.all_pairs, cut)
        zones = f", so that requests stop in {len(dark)} of {len(nodes)} zones"
        return Graded(self.why + (zones if grade is Grade.STOPS_SOME else ""), grade)


def grade_of(pairs: Collection[Pair], cut: Collection[Pair]) -> Grade:
    """How bad it is that some nodes of a load balancer don't reach some targets.

    Each node checks the health of the targets by itself, and sends requests to those that it reaches: one is
    enough. If it reaches none, the requests that come to its zone stop, as what comes by PrivateLink stays in
    its zone.

    Args:
        pairs: all nodes, each with every target that it sends requests to. With cross-zone load balancing, or
            for a target in zone `all`, these are all nodes.
        cut: those of them that don't work.

    Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html;
    https://repost.aws/knowledge-center/elb-dns-cross-zone-balance-configuration
    """
    dark = without_target(pairs, cut)
    if not dark:
        return Grade.REDUNDANCY
    return Grade.STOPS if dark == nodes_of(pairs) else Grade.STOPS_SOME


def nodes_of(pairs: Collection[Pair]) -> set[str]:
    """The nodes of a load balancer."""
    return {node for node, _target in pairs}


def without_target(pairs: Collection[Pair], cut: Collection[Pair]) -> set[str]:
    """The nodes that reach no target."""
    return nodes_of(pairs) - nodes_of(set(pairs).difference(cut))
