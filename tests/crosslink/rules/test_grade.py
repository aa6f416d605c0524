"""How bad it is that some nodes of a load balancer don't reach some targets."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslink.rules.grade import CutOff, Grade, Pair, grade_of, nodes_of, without_target

ALL: frozenset[Pair] = frozenset(product(("node a", "node b"), ("target a", "target b")))
OWN_ZONES: frozenset[Pair] = frozenset({("node a", "target a"), ("node b", "target b")})
CASES = {
    "one node, one of its targets": ({("node a", "target b")}, Grade.REDUNDANCY),
    "each node another target": ({("node a", "target b"), ("node b", "target a")}, Grade.REDUNDANCY),
    "a target, from all nodes": ({("node a", "target b"), ("node b", "target b")}, Grade.REDUNDANCY),
    "a node, from all targets": ({("node a", "target a"), ("node a", "target b")}, Grade.STOPS_SOME),
    "three of four": (ALL - {("node b", "target b")}, Grade.STOPS_SOME),
    "all": (ALL, Grade.STOPS),
}


@pytest.mark.parametrize(("cut", "grade"), CASES.values(), ids=CASES)
def test_a_node_that_reaches_a_target_serves(cut: set[Pair], grade: Grade) -> None:
    assert grade_of(ALL, cut) is grade


def test_without_cross_zone_load_balancing_a_zone_stands_by_itself() -> None:
    assert grade_of(OWN_ZONES, {("node a", "target a")}) is Grade.STOPS_SOME
    assert grade_of(OWN_ZONES, OWN_ZONES) is Grade.STOPS


def test_one_target_has_no_redundancy_to_lose() -> None:
    assert grade_of({("node a", "target a")}, {("node a", "target a")}) is Grade.STOPS


@given(cut=st.sets(st.sampled_from(sorted(ALL))), more=st.sets(st.sampled_from(sorted(ALL))))
def test_more_that_is_cut_off_is_never_better(cut: set[Pair], more: set[Pair]) -> None:
    order = [Grade.REDUNDANCY, Grade.STOPS_SOME, Grade.STOPS]
    assert order.index(grade_of(ALL, cut | more)) >= order.index(grade_of(ALL, cut))
    assert without_target(ALL, cut) <= nodes_of(ALL)


def test_a_finding_says_in_how_many_zones_requests_stop() -> None:
    dark = CutOff("no route", frozenset(pair for pair in ALL if pair[0] == "node a"), ALL)
    assert dark.graded().why == "no route, so that requests stop in 1 of 2 zones"
    assert CutOff("no route", frozenset({("node a", "target a")}), ALL).graded().why == "no route"


def test_what_several_rules_find_adds_up() -> None:
    first = CutOff("no route", frozenset({("node a", "target a")}), ALL)
    assert first.graded().grade is Grade.REDUNDANCY
    assert first.graded({("node a", "target b")}).grade is Grade.STOPS_SOME
    assert first.graded({("another balancer's", "target")}).grade is Grade.REDUNDANCY


def test_what_cuts_off_nobody_knows_what_stops_all() -> None:
    assert CutOff("no route", frozenset(), ALL).graded().grade is Grade.STOPS
    assert CutOff("no route", frozenset(), frozenset()).graded().grade is Grade.STOPS
