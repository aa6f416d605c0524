"""Walks in which something is missing, could not be read, or isn't declared."""

import pytest

from crosslink.graph import tokens
from crosslink.graph.unknown import Unknown
from crosslink.path import steps
from crosslink.path.hop import Hop
from crosslink.path.intent import NOT_DECLARED
from tests.crosslink.walks import (
    API,
    BACKEND,
    changed,
    nodes_of_dev,
    read_of,
    there,
    told,
    walks_of,
    wiring,
    without,
)
from tests.runs import DEV


@pytest.mark.parametrize(
    ("gone", "first"),
    [
        (tokens.VPC_LINK, "VPC link"),
        (tokens.LOAD_BALANCER, "gateway NLB"),
        (tokens.LISTENER, "listener"),
        (tokens.TARGET_GROUP, "target group"),
        (tokens.ATTACHMENT, "target"),
        (tokens.ENDPOINT, "interface endpoint"),
        (tokens.ENDPOINT_SERVICE, "endpoint service"),
        (tokens.INGRESS, "ALB"),
        (tokens.KUBERNETES_SERVICE, "Service"),
        (tokens.KUBERNETES_DEPLOYMENT, "Deployment"),
    ],
)
def test_what_is_not_there_is_missing_and_what_could_not_be_read_unknown(gone: str, first: str) -> None:
    """So are the hops beyond, but for those that the stack declares."""
    hops = told(without(gone)["/svc1"])
    place = [title for title, _hop in hops].index(first)
    assert {hop for _title, hop in hops[place:]} == {None}
    assert all(hop for _title, hop in hops[:place])

    reason = Unknown("not allowed")
    places = {(node.account, node.region) for node in nodes_of_dev()}
    hops = told(without(gone, unread={(gone, *place): reason for place in places})["/svc1"])
    place = [title for title, _hop in hops].index(first)
    assert hops[place] == (first, reason)
    assert {hop for _title, hop in hops if not isinstance(hop, Hop)} == {reason}
    assert all(isinstance(hop, Hop) for _title, hop in hops[:place])


def test_beyond_what_could_not_be_read_the_walk_goes_on_at_what_is_declared() -> None:
    unread = {(tokens.LISTENER, API.account, API.region): Unknown("not allowed")}
    walk = changed(
        lambda node: None if node.type == tokens.LISTENER and node.region == API.region else node,
        unread=unread,
    )["/svc1"]
    assert walk.one(steps.TARGET_GROUP) == Unknown("not allowed")
    for step in (steps.ENDPOINT, steps.SERVICE, steps.INGRESS_RULE, steps.DEPLOYMENT):
        assert isinstance(walk.one(step), Hop)


def test_what_could_not_be_read_elsewhere_is_no_excuse() -> None:
    elsewhere = {(tokens.LISTENER, BACKEND.account, BACKEND.region): Unknown("not allowed")}
    assert without(tokens.LISTENER, unread=elsewhere)["/svc1"].one(steps.LISTENER) is None


def test_a_route_that_is_declared_has_a_walk_even_without_methods() -> None:
    walks = without(tokens.REST_API)
    assert list(walks) == ["/svc1", "/svc2"]
    assert [(walk.every(steps.METHOD), walk.one(steps.LISTENER)) for walk in walks.values()] == [
        ((), None)
    ] * 2
    assert all(isinstance(walk.one(steps.GATEWAY_NLB), Hop) for walk in walks.values())


def test_without_a_declaration_the_routes_are_those_of_api_and_ingress() -> None:
    nodes = nodes_of_dev()
    walks = read_of(nodes, None)
    assert list(walks) == ["/svc1", "/svc2"]
    assert [wiring(walk) for walk in walks.values()] == [wiring(walk) for walk in walks_of(DEV).values()]
    assert {walk.intent for walk in walks.values()} == {NOT_DECLARED}
    for gone in (tokens.REST_API, tokens.INGRESS):
        assert list(read_of([node for node in nodes if node.type != gone], None)) == ["/svc1", "/svc2"]
    both = {tokens.REST_API, tokens.INGRESS}
    assert read_of([node for node in nodes if node.type not in both], None) == {}


@pytest.mark.parametrize(
    ("gone", "source"),
    [
        (set[str](), f"{tokens.STAGE} crosslink"),
        ({tokens.STAGE}, "stack output path"),
    ],
)
def test_something_names_every_route(gone: set[str], source: str) -> None:
    found = there(without(*gone)["/svc1"], steps.ROUTE)
    assert (found.resource, found.place) == (source, str(API))


def test_without_a_declaration_the_ingress_names_a_route_that_nothing_serves() -> None:
    nodes = [node for node in nodes_of_dev() if node.type != tokens.STAGE]
    found = there(read_of(nodes, None)["/svc1"], steps.ROUTE)
    assert (found.resource, found.place) == (f"{tokens.INGRESS} crosslink-apps", str(BACKEND))
