"""The live reader: the resources that AWS tells of, in pages, and with parts of the path gone."""

from collections.abc import Iterable
from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.graph.node import Node
from tests.crosslink.graph.from_aws.reads import only, read, types, why_unread
from tests.crosslink.graph.from_aws.support import BACKEND, GATEWAY, LANDING, changed, first, up, without
from tests.fake_aws import FakeAws


def facts(graph: Iterable[Node]) -> dict[str, Any]:
    return {node.urn: (dict(node.properties), node.references) for node in graph}


# What an up knows just as AWS does.
SAME = {
    tokens.ENDPOINT: ("vpcId", "vpcEndpointType", "serviceName", "state"),
    tokens.ENDPOINT_SERVICE: (
        "serviceName",
        "networkLoadBalancerArns",
        "allowedPrincipals",
        "acceptanceRequired",
    ),
    tokens.LISTENER: ("loadBalancerArn", "protocol", "port"),
    tokens.REST_API: ("name", "endpointConfiguration"),
    tokens.STAGE: ("restApi", "stageName", "deployment", "variables", "invokeUrl"),
    tokens.SUBNET: ("vpcId", "cidrBlock", "availabilityZoneId"),
    tokens.TARGET_GROUP: ("vpcId", "protocol", "port", "targetType"),
    tokens.VPC: ("cidrBlock",),
    tokens.VPC_LINK: ("targetArn",),
}


def test_a_resource_looks_as_the_program_registers_it():
    found = {(node.type, node.id): node for node in read(FakeAws(up()))}

    for node in up():
        if node.type in SAME:
            same = found[node.type, node.id]
            assert (same.account, same.region) == (node.account, node.region)
            for key in SAME[node.type]:
                assert same.get(key) == node.get(key), (node, key)


def test_everything_is_named_by_what_it_is_wired_to():
    graph = read(FakeAws(up()))

    stage = only(graph, tokens.STAGE)
    (link,) = graph.named_by(stage, "variables", tokens.VPC_LINK)
    (balancer,) = graph.named_by(link, "targetArn", tokens.LOAD_BALANCER)
    (listener,) = graph.naming(balancer, "loadBalancerArn", tokens.LISTENER)
    (group,) = graph.named_by(listener, "defaultActions", tokens.TARGET_GROUP)
    targets = graph.naming(group, "targetGroupArn", tokens.ATTACHMENT)
    assert {target.get("targetId") for target in targets} == {"10.11.2.10", "10.11.4.10"}
    assert {target.get("availabilityZone") for target in targets} == {"all"}

    endpoint = only(graph, tokens.ENDPOINT)
    (service,) = graph.named_by(endpoint, "serviceName", tokens.ENDPOINT_SERVICE)
    (accepter,) = graph.naming(endpoint, "vpcEndpointId", tokens.ACCEPTER)
    assert graph.named_by(accepter, "vpcEndpointServiceId", tokens.ENDPOINT_SERVICE) == [service]
    (provider,) = graph.named_by(service, "networkLoadBalancerArns", tokens.LOAD_BALANCER)
    (alb,) = (node for node in graph.of_type(tokens.LOAD_BALANCER) if node not in (balancer, provider))
    (target,) = graph.naming(alb, "targetId", tokens.ATTACHMENT)
    assert graph.waited_for(target, tokens.INGRESS) == graph.of_type(tokens.INGRESS)

    accepting = only(graph, tokens.PEERING_ACCEPTER, LANDING)
    assert graph.named_by(accepting, "vpcPeeringConnectionId", tokens.PEERING) == [
        only(graph, tokens.PEERING)
    ]
    over = [route for route in graph.of_type(tokens.ROUTE) if route.get("vpcPeeringConnectionId")]
    assert {(route.account, route.region) for route in over} == {GATEWAY, LANDING}
    for route in over:
        assert graph.named_by(route, "vpcPeeringConnectionId", tokens.PEERING_ACCEPTER) == [accepting]


def test_a_key_is_read_without_its_value():
    graph = read(FakeAws(up("api-key")), "api-key")

    plan, key = only(graph, tokens.USAGE_PLAN), only(graph, tokens.API_KEY)
    assert graph.named_by(plan, "apiStages", tokens.STAGE) == graph.of_type(tokens.STAGE)
    assert key.get("enabled") is True
    assert "value" not in key.properties
    assert first(up("api-key"), tokens.API_KEY).get("value") not in repr([node.properties for node in graph])
    assert set(only(graph, tokens.USAGE_PLAN_KEY).properties) == {"keyId", "keyType", "usagePlanId"}


def test_a_backend_in_the_apis_own_region_shares_its_vpc():
    graph = read(FakeAws(up("same-region")), "same-region")

    inside = [
        target
        for target in graph.of_type(tokens.ATTACHMENT)
        if str(target.get("targetId")).startswith("10.10.")
    ]
    assert inside
    assert {target.get("availabilityZone") for target in inside} == {None}


def test_pages_make_no_difference():
    assert facts(read(FakeAws(up(), page_size=1))) == facts(read(FakeAws(up())))


def test_with_the_endpoint_gone_its_network_is_found_by_the_peering():
    graph = read(FakeAws(without(up(), tokens.ENDPOINT)))

    assert graph.of_type(tokens.ENDPOINT) == []
    assert {tokens.VPC, tokens.SUBNET, tokens.ROUTE, tokens.PEERING_ACCEPTER} <= types(graph, LANDING)


def test_with_the_vpc_link_gone_the_gateway_network_is_found_by_the_peering():
    graph = read(FakeAws(without(up(), tokens.VPC_LINK)))

    assert why_unread(graph, tokens.VPC_LINK, GATEWAY) is None
    assert {tokens.VPC, tokens.ROUTE, tokens.PEERING} <= types(graph, GATEWAY)


@pytest.mark.parametrize(
    "gone",
    [
        tokens.REST_API,
        tokens.STAGE,
        tokens.VPC_LINK,
        tokens.LOAD_BALANCER,
        tokens.LISTENER,
        tokens.TARGET_GROUP,
        tokens.ATTACHMENT,
        tokens.ROUTE,
        tokens.PEERING,
        tokens.ENDPOINT,
        tokens.ENDPOINT_SERVICE,
        tokens.INGRESS,
        tokens.KUBERNETES_DEPLOYMENT,
    ],
)
def test_what_is_gone_is_neither_there_nor_unread(gone):
    graph = read(FakeAws(without(up(), gone)))

    left = [node for node in graph.of_type(gone) if node.get("loadBalancerType") != "application"]
    assert left == []
    assert why_unread(graph, gone, GATEWAY) is None
    assert why_unread(graph, gone, BACKEND) is None


def test_another_link_that_the_stage_names_is_read_too():
    nodes = changed(up(), tokens.STAGE, variables={"link": "other1", "colour": "blue"})
    link = first(nodes, tokens.VPC_LINK)
    other = type(link)(**{**vars(link), "urn": "other", "id": "other1"})

    graph = read(FakeAws([*nodes, other]))

    assert {node.id for node in graph.of_type(tokens.VPC_LINK)} == {link.id, "other1"}


def test_a_policy_of_the_api_is_unescaped():
    policy = '{"Version":"2012-10-17","Statement":[]}'

    graph = read(FakeAws(changed(up(), tokens.REST_API, policy=policy)))

    assert only(graph, tokens.REST_API).get("policy") == policy
