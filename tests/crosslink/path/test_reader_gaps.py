"""What the reader makes of stacks in which something is missing, could not be read, or is there twice."""

import dataclasses
import json

import pytest

from crosslink.graph import tokens
from crosslink.graph.from_sandbox import declared_of, nodes_of
from crosslink.graph.graph import Node
from crosslink.graph.unknown import Unknown, present, visible
from crosslink.path.hop import Hop
from crosslink.path.ingress import ANNOTATIONS
from crosslink.path.intent import NOT_DECLARED
from crosslink.path.openapi import INTEGRATION
from crosslink.path.walk import Walk
from tests.crosslink.walks import (
    API,
    BACKEND,
    LANDING,
    changed,
    declared_of_dev,
    each_run,
    nodes_of_dev,
    read_of,
    taken,
    walks_of,
    wiring,
    without,
)
from tests.runs import DEV, file_of, run_stack


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
    hops = list(without(gone)["/svc1"].hops())
    [place] = {i for i, (title, _hop) in enumerate(hops) if title == first}
    assert {hop for _title, hop in hops[place:]} == {None}
    assert all(hop for _title, hop in hops[:place])

    reason = Unknown("not allowed")
    places = {(node.account, node.region) for node in nodes_of_dev()}
    hops = list(without(gone, unread={(gone, *one): reason for one in places})["/svc1"].hops())
    [place] = {i for i, (title, _hop) in enumerate(hops) if title == first}
    assert hops[place] == (first, reason)
    assert {hop for _title, hop in hops if not isinstance(hop, Hop)} == {reason}
    assert all(isinstance(hop, Hop) for _title, hop in hops[:place])


def test_beyond_what_could_not_be_read_the_walk_goes_on_at_what_is_declared() -> None:
    unread = {(tokens.LISTENER, API.account, API.region): Unknown("not allowed")}
    walk = changed(
        lambda node: None if node.type == tokens.LISTENER and node.region == API.region else node,
        unread=unread,
    )["/svc1"]
    assert walk.target_group == Unknown("not allowed")
    assert all(
        isinstance(hop, Hop) for hop in (walk.endpoint, walk.service, walk.ingress_rule, walk.deployment)
    )


def test_what_could_not_be_read_elsewhere_is_no_excuse() -> None:
    elsewhere = {(tokens.LISTENER, BACKEND.account, BACKEND.region): Unknown("not allowed")}
    assert without(tokens.LISTENER, unread=elsewhere)["/svc1"].listener is None


def test_a_missing_route_back_is_told_even_if_the_other_zone_has_its_own() -> None:
    gone = "crosslink-landing-us-east-1-back-use1-az2"
    walk = changed(lambda node: None if node.name == gone else node)["/svc1"]
    assert [(way.subnet.cidr, way.destination) for _title, way in walk.ways() if not way.route] == [
        ("10.11.4.0/26", "10.10.32.0/26"),
        ("10.11.4.0/26", "10.10.64.0/26"),
    ]
    unread = {(tokens.ROUTE, LANDING.account, LANDING.region): Unknown("not allowed")}
    walk = without(tokens.ROUTE, unread=unread)["/svc1"]
    assert {(title, way.route) for title, way in walk.ways()} == {
        ("route out", None),
        ("route back", Unknown("not allowed")),
    }


@pytest.mark.parametrize(("destination", "wins"), [("10.11.2.0/25", True), ("10.0.0.0/8", False)])
def test_the_most_specific_route_wins(destination: str, wins: bool) -> None:
    nodes = nodes_of_dev()
    [route] = [node for node in nodes if node.name == "crosslink-landing-us-east-1-out-usw2-az1"]
    decoy = dataclasses.replace(
        route,
        urn="decoy",
        properties={"destinationCidrBlock": destination},
        references={"routeTableId": route.references["routeTableId"]},
    )
    walk = read_of([decoy, *nodes], declared_of_dev())["/svc1"]
    first, _second = visible(walk.targets)
    assert [taken(way) for way in first.out] == [
        (destination, False) if wins else ("10.11.0.0/20", True),
        ("10.11.0.0/20", True),
    ]


def test_a_route_that_is_declared_has_a_walk_even_without_methods() -> None:
    walks = without(tokens.REST_API)
    assert list(walks) == ["/svc1", "/svc2"]
    assert [(walk.methods, walk.listener) for walk in walks.values()] == [((), None)] * 2
    assert all(isinstance(walk.balancer, Hop) for walk in walks.values())


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
    found = without(*gone)["/svc1"].source
    assert (found.resource, found.place) == (source, str(API))


@pytest.mark.parametrize(
    "action", ["{", "[]", '{"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301"}}']
)
def test_an_action_that_answers_nothing_itself_is_no_answer(action: str) -> None:
    [alb] = present(annotated(f"{ANNOTATIONS}/actions.healthz", action)["/svc1"].alb)
    assert alb.answers == ()


@pytest.mark.parametrize("ports", ["80", "[80]", "{"])
def test_ports_that_are_none_are_none(ports: str) -> None:
    [alb] = present(annotated(f"{ANNOTATIONS}/listen-ports", ports)["/svc1"].alb)
    assert alb.listeners == ()


def annotated(name: str, value: str) -> dict[str, Walk]:
    """The walks of dev, whose Ingress has another annotation."""

    def change(node: Node) -> Node:
        if node.type != tokens.INGRESS:
            return node
        metadata = node.get("metadata")
        annotations = {**metadata["annotations"], name: value}
        return dataclasses.replace(
            node, properties={**node.properties, "metadata": {**metadata, "annotations": annotations}}
        )

    return changed(change)


def test_without_a_declaration_the_ingress_names_a_route_that_nothing_serves() -> None:
    nodes = [node for node in nodes_of_dev() if node.type != tokens.STAGE]
    found = read_of(nodes, None)["/svc1"].source
    assert (found.resource, found.place) == (f"{tokens.INGRESS} crosslink-apps", str(BACKEND))


@each_run
@pytest.mark.parametrize("waits", [True, False])
def test_two_backends_in_one_account_and_region_keep_their_ingresses(preview: bool, waits: bool) -> None:
    """By what the target waits for; where that can't be seen, by the route."""
    run = run_stack(file_of("two-backends"), preview=preview)

    def moved(node: Node) -> Node:
        account = BACKEND.account if node.account == "333333333333" else node.account
        hidden = node.type == tokens.ATTACHMENT and not waits
        kept = frozenset[str]() if hidden else node.dependencies
        return dataclasses.replace(node, account=account, dependencies=kept)

    walks = read_of([moved(node) for node in nodes_of(run)], declared_of(run))
    assert {path: name_of(walk.ingress_rule, walk.kubernetes_service) for path, walk in walks.items()} == {
        "/svc1": ["crosslink-apps", "crosslink-apps-svc1"],
        "/svc2": ["crosslink-apps", "crosslink-apps-svc2"],
        "/billing/invoices": ["crosslink-billing", "crosslink-billing-invoices"],
        "/billing/ledger": ["crosslink-billing", "crosslink-billing-ledger"],
    }


def test_in_aws_the_name_of_the_alb_tells_whose_it_is() -> None:
    """Even if the other Ingress has the route: it isn't what the provider NLB's target leads to."""
    nodes = nodes_of_dev()
    [ingress] = [node for node in nodes if node.type == tokens.INGRESS]
    [target] = [node for node in nodes if node.type == tokens.ATTACHMENT and node.account == BACKEND.account]
    [balancer] = [
        node for node in nodes if node.type == tokens.LOAD_BALANCER and node.account == BACKEND.account
    ]
    name = {"status": {"loadBalancer": {"ingress": [{"hostname": "other"}]}}}
    other = dataclasses.replace(ingress, urn="other", name="other", properties={"spec": {}, **name})
    alb = dataclasses.replace(balancer, urn="alb", name="alb", properties={"dnsName": "other"})
    hit = dataclasses.replace(
        target, dependencies=frozenset(), references={**target.references, "targetId": frozenset(["alb"])}
    )
    asked = [hit if node is target else node for node in nodes]
    walks = read_of([*asked, other, alb], declared_of_dev(), registered=False)
    assert [name_of(walk.alb) for walk in walks.values()] == [["alb"]] * 2
    assert [walk.ingress_rule for walk in walks.values()] == [None, None]


def name_of(*found: Hop | Unknown | None) -> list[str]:
    """The logical name of each hop."""
    return [hop.resource.split(" ")[1] for hop in present(*found)]


@pytest.mark.parametrize(("connection", "current"), [(None, True), ("INTERNET", True), ("VPC_LINK", False)])
def test_in_aws_a_method_without_a_connection_type_goes_over_the_internet(
    connection: str | None, current: bool
) -> None:
    """So does one that the API answers itself: neither its document nor API Gateway need say so."""
    body = json.dumps({"paths": {"/svc1": {"options": {INTEGRATION: {"type": "mock"}}}}})
    method = {"path": "/svc1", "httpMethod": "OPTIONS", "authorizationType": "NONE", "type": "MOCK"}
    served = {"body": body, "definition": [{**method, "connectionType": connection}]}
    nodes = [
        dataclasses.replace(node, properties={**node.properties, **served})
        if node.type == tokens.REST_API
        else node
        for node in nodes_of_dev()
    ]
    [stage] = present(read_of(nodes, declared_of_dev(), registered=False)["/svc1"].stage)
    assert [one.current for one in present(stage.snapshot)] == [current]
