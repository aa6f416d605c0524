"""What becomes of packets from region to region: the route that takes them, or none."""

import dataclasses
from itertools import product

import pytest

from crosslink.graph import tokens
from crosslink.graph.unknown import Unknown
from crosslink.path import steps
from tests.crosslink.walks import (
    LANDING,
    changed,
    declared_of_dev,
    nodes_of_dev,
    ranges,
    read_of,
    taken,
    without,
)


def test_a_missing_route_back_is_told_even_if_the_other_zone_has_its_own() -> None:
    gone = "crosslink-landing-us-east-1-back-use1-az2"
    walk = changed(lambda node: None if node.name == gone else node)["/svc1"]
    assert [ranges(way) for way in walk.seen(steps.ROUTE_OUT, steps.ROUTE_BACK) if not way.route] == [
        ("10.11.4.0/26", "10.10.32.0/26"),
        ("10.11.4.0/26", "10.10.64.0/26"),
    ]
    unread = {(tokens.ROUTE, LANDING.account, LANDING.region): Unknown("not allowed")}
    walk = without(tokens.ROUTE, unread=unread)["/svc1"]
    assert {way.route for way in walk.seen(steps.ROUTE_OUT)} == {None}
    assert {way.route for way in walk.seen(steps.ROUTE_BACK)} == {Unknown("not allowed")}


def test_packets_go_from_each_subnet_to_each_target_and_back() -> None:
    """Without a route none of them stands for another."""
    walk = without(tokens.ROUTE)["/svc1"]
    nodes, targets = ("10.10.32.0/26", "10.10.64.0/26"), ("10.11.2.0/26", "10.11.4.0/26")
    out, back = walk.seen(steps.ROUTE_OUT), walk.seen(steps.ROUTE_BACK)
    assert sorted(map(ranges, out)) == sorted(product(nodes, targets))
    assert sorted(map(ranges, back)) == sorted(product(targets, nodes))


@pytest.mark.parametrize(("destination", "wins"), [("10.11.2.0/25", True), ("10.0.0.0/8", False)])
def test_the_most_specific_route_wins(destination: str, wins: bool) -> None:
    """On the way to the first target; the second one is in neither range, or in a wider one."""
    nodes = nodes_of_dev()
    [route] = [node for node in nodes if node.name == "crosslink-landing-us-east-1-out-usw2-az1"]
    decoy = dataclasses.replace(
        route,
        urn="decoy",
        properties={"destinationCidrBlock": destination},
        references={"routeTableId": route.references["routeTableId"]},
    )
    walk = read_of([decoy, *nodes], declared_of_dev())["/svc1"]
    ways = [(way.subnet.cidr, *taken(way)) for way in walk.seen(steps.ROUTE_OUT)]
    elsewhere = [("10.10.32.0/26", destination, False)] if wins else []
    peered = ("10.11.0.0/20", True)
    assert sorted(ways) == sorted([*elsewhere, ("10.10.32.0/26", *peered), ("10.10.64.0/26", *peered)])
