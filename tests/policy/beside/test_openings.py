"""Each opening beside the path is one finding of the pack, with its fix, and the comparison tells it.

All are planted in one run: none hides another.
"""

from functools import cache

import pytest

from crosslink.compare.comparison import Comparison, compare
from crosslink.compare.headline import headline
from crosslink.compare.sources import Side
from policy import findings
from policy.findings import Finding
from policy.pack import LEVELS
from policy.security import RULES
from policy.security.rule import Stack
from tests.faults.change import together
from tests.policy.beside.opening import ONLY_KNOWN, Opening
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


def test_there_are_eighty_four() -> None:
    assert len({opening.id for opening in OPENINGS}) == len(OPENINGS) == 84


@each_opening
def test_the_pack_finds_it_once_and_says_what_to_do(opening: Opening) -> None:
    found = [
        finding for finding in _found() if any(urn.endswith(f"::{opening.name}") for urn in finding.urns)
    ]
    [finding] = [finding for finding in found if opening.id == opening.name or finding.rule == opening.rule]
    assert finding.rule == opening.rule
    assert LEVELS[finding.rule] == "mandatory"
    assert finding.fix


@each_opening
def test_the_comparison_tells_it(opening: Opening) -> None:
    """As something that opens up; as a type that nothing here judges if that is all that is known of it."""
    told = [
        found.how
        for found in _comparison().openings
        if any(what.endswith(f" {opening.name}") for what in found.what)
    ]
    not_judged = {name for beside in _comparison().types_beside for name in beside.names}
    if opening.id != opening.name:  # more may be said of what the program itself registers
        told = [how for how in told if how.endswith(f"({opening.rule})")]
    assert bool(told) == (opening.rule != ONLY_KNOWN)
    assert (opening.name in not_judged) == (opening.rule == ONLY_KNOWN)


def test_the_comment_says_how_many_resources_nothing_judges() -> None:
    count = sum(opening.rule == ONLY_KNOWN for opening in OPENINGS)
    assert f"**{count} resources of types that nothing here judges: " in headline(_comparison())
