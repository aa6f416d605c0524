"""Each opening beside the path is one finding of the pack, with its fix, and the comparison tells it.

All are planted in one run: none hides another.
"""

from functools import cache

import pytest

from crosslink.compare.comparison import Comparison, compare
from crosslink.compare.sources import Side
from crosslink.graph.node import Node
from policy import findings
from policy.findings import Finding
from policy.pack import LEVELS
from policy.security import RULES
from policy.security.rule import Stack
from tests.faults.change import together
from tests.policy.beside.opening import Opening
from tests.policy.beside.table import OPENINGS
from tests.policy.planted import declared_in, graph_with, planted_run
from tests.runs import DEV, run_stack

each_opening = pytest.mark.parametrize("opening", OPENINGS, ids=lambda opening: opening.id)
# What is altered comes first: what is added is found by the same patterns.
ALL = together(
    *(opening.change for opening in sorted(OPENINGS, key=lambda opening: opening.name == opening.id))
)


@cache
def _stack() -> Stack:
    return Stack(graph=graph_with("dev", ALL, preview=True), declared=declared_in("dev", preview=True))


@cache
def _found() -> list[Finding]:
    """What the security rules say of all openings, those that are on by default."""
    found, told = list[Finding](), set[tuple[str, str]]()
    for rule in RULES:
        if LEVELS[rule.id] != "disabled":
            broken, _unknown = findings.security(rule, _stack(), told)
            told |= findings.told_by(rule, broken)
            found += broken
    return found


@cache
def _comparison() -> Comparison:
    base, head = run_stack(DEV, preview=True), planted_run("dev", ALL, preview=True)
    return compare("dev", Side(base, {}), Side(head, {}))


def _resource(opening: Opening) -> Node:
    clean = graph_with("dev", preview=True)
    planted = (node for node in _stack().graph if node.name == opening.name)
    [found] = [node for node in planted if node != clean.get(node.urn) or opening.name != opening.id]
    return found


def test_there_are_sixty_six() -> None:
    assert len({opening.id for opening in OPENINGS}) == len(OPENINGS) == 66


@each_opening
def test_the_pack_finds_it_once_and_says_what_to_do(opening: Opening) -> None:
    found = [
        finding for finding in _found() if any(urn.endswith(f"::{opening.name}") for urn in finding.urns)
    ]
    [finding] = [finding for finding in found if opening.id == opening.name or finding.rule == opening.rule]
    assert finding.rule == opening.rule
    assert LEVELS[finding.rule] == "mandatory"
    assert finding.fix
