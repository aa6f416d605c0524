"""The live reader where others have made something, too: routes, endpoints, CIDRs, groups of Ingresses."""

import json
from dataclasses import replace
from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node
from tests.crosslink.graph.from_aws.reads import only, read
from tests.crosslink.graph.from_aws.support import BACKEND, GATEWAY, LANDING, changed, first, up
from tests.fake_aws import FakeAws

PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"
CIDR = {"destinationCidrBlock": "172.16.0.0/12"}


def made(beside: Node, type_: str, id_: str, **properties: Any) -> Node:
    """Another resource in the account and region of one."""
    return replace(beside, urn=f"{type_}|{id_}", type=type_, name=id_, id=id_, properties=properties)


def with_route(**properties: Any) -> tuple[list[Node], Node]:
    """The resources of dev with another route in a table of the backend's VPC, and that table."""
    table = first(up(), tokens.ROUTE_TABLE, BACKEND)
    return [*up(), made(table, tokens.ROUTE, "r-1", routeTableId=table.id, **properties)], table


def routes(graph: Graph, table: Node) -> list[Node]:
    return [node for node in graph.of_type(tokens.ROUTE) if node.get("routeTableId") == table.id]


@pytest.mark.parametrize(
    "destination",
    [CIDR, {"destinationIpv6CidrBlock": "::/0"}, {"destinationPrefixListId": "pl-0123456789abcdef0"}],
    ids=lambda destination: next(iter(destination)),
)
def test_a_route_is_read_whatever_its_destination(destination):
    nodes, table = with_route(transitGatewayId="tgw-1", **destination)

    (route,) = (node for node in routes(read(FakeAws(nodes)), table) if node.get("transitGatewayId"))

    kinds = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
    assert {kind: route.get(kind) for kind in kinds if route.get(kind)} == destination
    assert route.id == f"{table.id}|{next(iter(destination.values()))}"
    assert route.get("state") == "active"


@pytest.mark.parametrize(
    "target",
    [
        {"transitGatewayId": "tgw-1"},
        {"networkInterfaceId": "eni-1"},
        {"egressOnlyGatewayId": "eigw-1"},
        {"coreNetworkArn": "arn:aws:networkmanager::1:core-network/core-network-1"},
        {"carrierGatewayId": "cagw-1"},
        {"localGatewayId": "lgw-1"},
        {"gatewayId": "vgw-1"},
    ],
    ids=lambda target: next(iter(target)),
)
def test_a_route_is_read_whatever_it_leads_to(target):
    nodes, table = with_route(**CIDR, **target)

    (route,) = (
        node
        for node in routes(read(FakeAws(nodes)), table)
        if node.get("destinationCidrBlock") == CIDR["destinationCidrBlock"]
    )

    ((name, id_),) = target.items()
    assert route.get(name) == id_


def test_a_managed_prefix_list_is_named_by_its_id():
    nodes, table = with_route(destinationPrefixListId="pl-1", transitGatewayId="tgw-1")
    nodes.append(made(table, PREFIX_LIST, "pl-1", entries=[{"cidr": "10.20.0.0/16"}]))

    (route,) = (node for node in routes(read(FakeAws(nodes)), table) if node.get("destinationPrefixListId"))

    assert route.get("destinationPrefixListId") == "pl-1"


def test_a_route_to_a_firewall_endpoint_names_it_as_such():
    nodes, table = with_route(**CIDR, vpcEndpointId="vpce-firewall")
    nodes.append(
        made(
            table,
            tokens.ENDPOINT,
            "vpce-firewall",
            vpcId=table.get("vpcId"),
            vpcEndpointType="GatewayLoadBalancer",
            serviceName="com.amazonaws.vpce.us-east-1.vpce-svc-0f1",
        )
    )

    graph = read(FakeAws(nodes))

    (route,) = (node for node in routes(graph, table) if node.get("vpcEndpointId"))
    assert (route.get("vpcEndpointId"), route.get("gatewayId")) == ("vpce-firewall", None)
    (endpoint,) = graph.named_by(route, "vpcEndpointId", tokens.ENDPOINT)
    assert endpoint.get("vpcEndpointType") == "GatewayLoadBalancer"


def test_a_route_to_an_endpoint_that_is_gone_is_a_blackhole():
    nodes, table = with_route(**CIDR, vpcEndpointId="vpce-gone")

    (route,) = (node for node in routes(read(FakeAws(nodes)), table) if node.get("vpcEndpointId"))

    assert route.get("state") == "blackhole"


def test_local_routes_stay_out():
    graph = read(FakeAws(with_cidr("100.64.0.0/16")))

    assert {node.get("gatewayId") for node in graph.of_type(tokens.ROUTE)} & {"local"} == set()
    assert "100.64.0.0/16" not in [node.get("destinationCidrBlock") for node in graph.of_type(tokens.ROUTE)]


def with_cidr(cidr: str, **properties: Any) -> list[Node]:
    vpc = first(up(), tokens.VPC, GATEWAY)
    given = {"vpcId": vpc.id, "cidrBlock": cidr, **properties}
    return [*up(), made(vpc, tokens.VPC_CIDR, "vpc-cidr-assoc-1", **given)]


def test_a_vpcs_secondary_cidrs_are_read_and_the_first_is_none_of_them():
    graph = read(FakeAws(with_cidr("100.64.0.0/16")))

    association = only(graph, tokens.VPC_CIDR)
    assert (association.id, association.get("cidrBlock")) == ("vpc-cidr-assoc-1", "100.64.0.0/16")
    (vpc,) = graph.named_by(association, "vpcId", tokens.VPC)
    assert (vpc.account, vpc.region) == GATEWAY


def test_a_cidr_that_is_not_associated_does_not_count():
    graph = read(FakeAws(with_cidr("100.64.0.0/16", state="failed")))

    assert graph.of_type(tokens.VPC_CIDR) == []


def test_the_ranges_of_a_security_group_rules_prefix_list_are_read():
    nodes = changed(up(), tokens.INGRESS_RULE, cidrIpv4=None, prefixListId="pl-1")
    rule = next(node for node in nodes if node.get("prefixListId") and node.region == LANDING[1])
    ours = made(rule, tokens.PREFIX_LIST, "pl-1", entries=[{"cidr": "10.1.0.0/16"}])

    (found,) = read(FakeAws([*nodes, ours])).of_type(tokens.PREFIX_LIST)

    assert (found.id, found.get("entries")) == ("pl-1", [{"cidr": "10.1.0.0/16"}])


def test_a_prefix_list_that_is_gone_is_unread():
    nodes = changed(up(), tokens.INGRESS_RULE, cidrIpv4=None, prefixListId="pl-1")

    graph = read(FakeAws(nodes))

    rules = [node for node in graph.of_type(tokens.INGRESS_RULE) if node.get("prefixListId")]
    (reason,) = {graph.why_not(tokens.PREFIX_LIST, rule) for rule in rules if rule.region == LANDING[1]}
    assert "ec2:GetManagedPrefixListEntries in" in str(reason)


def test_the_endpoints_of_the_nodes_network_are_read():
    table = first(up(), tokens.ROUTE_TABLE, BACKEND)
    subnet = first(up(), tokens.SUBNET, BACKEND)
    vpc_id = table.get("vpcId")
    s3, ecr = (f"com.amazonaws.us-east-1.{service}" for service in ("s3", "ecr.api"))
    nodes = [
        *up(),
        made(table, tokens.ENDPOINT, "vpce-s3", vpcId=vpc_id, serviceName=s3, routeTableIds=[table.id]),
        made(
            table,
            tokens.ENDPOINT,
            "vpce-ecr",
            vpcId=vpc_id,
            vpcEndpointType="Interface",
            serviceName=ecr,
            subnetIds=[subnet.id],
            privateDnsEnabled=True,
        ),
    ]

    graph = read(FakeAws(nodes))

    endpoints = {node.id: node for node in graph.of_type(tokens.ENDPOINT) if node.account == BACKEND[0]}
    gateway, interface = endpoints["vpce-s3"], endpoints["vpce-ecr"]
    assert (gateway.get("vpcEndpointType"), gateway.get("serviceName")) == ("Gateway", s3)
    assert graph.named_by(gateway, "routeTableIds", tokens.ROUTE_TABLE) == [
        node for node in graph.of_type(tokens.ROUTE_TABLE) if node.id == table.id
    ]
    (route,) = (node for node in routes(graph, table) if node.get("destinationPrefixListId"))
    assert graph.named_by(route, "vpcEndpointId", tokens.ENDPOINT) == [gateway]
    assert (interface.get("serviceName"), interface.get("privateDnsEnabled")) == (ecr, True)
    assert interface.get("state") == "available"
    assert [node.id for node in graph.named_by(interface, "subnetIds", tokens.SUBNET)] == [subnet.id]


def test_our_own_endpoint_keeps_its_addresses_beside_others():
    own = first(up(), tokens.ENDPOINT)
    other = made(
        own,
        tokens.ENDPOINT,
        "vpce-other",
        vpcId=own.get("vpcId"),
        vpcEndpointType="Interface",
        serviceName="com.amazonaws.us-east-1.sts",
        subnetIds=own.get("subnetIds"),
    )

    graph = read(FakeAws([*up(), other]))

    found = {node.id: node for node in graph.of_type(tokens.ENDPOINT)}
    assert set(found) == {own.id, "vpce-other"}
    addresses = [address["ipv4"] for address in found[str(own.id)].get("subnetConfigurations")]
    assert sorted(addresses) == ["10.11.2.10", "10.11.4.10"]
    assert found["vpce-other"].get("subnetConfigurations") is None


def test_each_target_has_a_health_of_its_own():
    slow = first(up(), tokens.ATTACHMENT, GATEWAY)
    nodes = [
        replace(node, properties={**node.properties, "health": "initial"}) if node.urn == slow.urn else node
        for node in up()
    ]

    targets = [node for node in read(FakeAws(nodes)).of_type(tokens.ATTACHMENT) if node.account == GATEWAY[0]]

    assert {node.get("targetId"): node.get("health") for node in targets} == {
        "10.11.2.10": "initial" if slow.get("targetId") == "10.11.2.10" else "healthy",
        "10.11.4.10": "initial" if slow.get("targetId") == "10.11.4.10" else "healthy",
    }


def test_an_authorizers_credentials_are_in_the_exported_document():
    role = "arn:aws:iam::111111111111:role/invoke"
    nodes = changed(up("existing-mixed"), tokens.AUTHORIZER, authorizerCredentials=role)

    graph = read(FakeAws(nodes), "existing-mixed")

    schemes = json.loads(only(graph, tokens.REST_API).get("body"))["components"]["securitySchemes"]
    given = [scheme.get("x-amazon-apigateway-authorizer", {}) for scheme in schemes.values()]
    assert role in [authorizer.get("authorizerCredentials") for authorizer in given]


def test_the_group_of_the_ingresses_is_read():
    parameters = first(up(), tokens.INGRESS_CLASS_PARAMS)
    spec = {**parameters.get("spec"), "group": {"name": "shared"}}

    graph = read(FakeAws(changed(up(), tokens.INGRESS_CLASS_PARAMS, spec=spec)))

    assert only(graph, tokens.INGRESS_CLASS_PARAMS).get("spec", "group", "name") == "shared"


def test_every_ingress_of_the_namespace_is_read():
    ingress = first(up(), tokens.INGRESS)
    metadata = {**ingress.get("metadata"), "name": "second"}
    second = replace(ingress, urn="second", properties={**ingress.properties, "metadata": metadata})

    graph = read(FakeAws([*up(), second]))

    assert {node.name for node in graph.of_type(tokens.INGRESS)} == {
        ingress.get("metadata", "name"),
        "second",
    }
    hosts = {
        node.get("status", "loadBalancer", "ingress", 0, "hostname") for node in graph.of_type(tokens.INGRESS)
    }
    assert len(hosts) == 1
