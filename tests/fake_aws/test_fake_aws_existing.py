"""What exists beside a stack, and a cluster of somebody else with the Services that Ingresses lead to."""

import json
from dataclasses import replace
from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.graph.node import Node
from tests.crosslink.graph.from_aws import shapes
from tests.crosslink.graph.from_aws.reads import read
from tests.crosslink.graph.from_aws.support import BACKEND, PROVIDER, first, up
from tests.fake_aws import FakeAws, beside

CLUSTER = {
    "name": "shared",
    "account": PROVIDER,
    "region": "us-east-1",
    "vpcId": shapes.VPC,
    "version": "1.33",
}
BESIDE = {"vpcs": [shapes.NETWORK], "clusters": [CLUSTER]}
CONTROLLER = "ingress.k8s.aws/alb"


def in_shared_cluster() -> tuple[list[Node], dict[str, Any]]:
    """Dev in an existing cluster with its own controller, and a Service in a namespace of its own."""
    nodes = [_moved(node) for node in up() if node.type != tokens.EKS_CLUSTER]
    ingress = first(nodes, tokens.INGRESS)
    metadata = {**ingress.get("metadata"), "name": "crosslink-dev-apps", "namespace": "shop"}
    service = {"name": "cart", "port": {"number": 8080}}
    path = {"path": "/cart", "pathType": "Prefix", "backend": {"service": service}}
    spec = {
        "ingressClassName": ingress.get("spec", "ingressClassName"),
        "rules": [{"http": {"paths": [path]}}],
    }
    properties = {**ingress.properties, "metadata": metadata, "spec": spec}
    second = replace(ingress, urn="second", properties=properties)
    declared = shapes.with_backend(
        existing=True,
        controller=CONTROLLER,
        clusterName="shared",
        namespaces=[ingress.get("metadata", "namespace"), "shop"],
    )
    return [*nodes, second], declared


def _moved(node: Node) -> Node:
    """A node of dev as it is in the shared cluster."""
    properties = dict(node.properties)
    if node.type == "pulumi:providers:kubernetes":
        properties["kubeconfig"] = properties["kubeconfig"].replace("crosslink-dev-apps", "shared")
    if node.type == tokens.INGRESS_CLASS:
        properties["spec"] = {**properties["spec"], "controller": CONTROLLER}
    if node.type == tokens.INGRESS_CLASS_PARAMS:
        properties |= {"apiVersion": "elbv2.k8s.aws/v1beta1", "spec": {"subnets": {"ids": ["subnet-0e1"]}}}
        return replace(node, type=tokens.CONTROLLER_CLASS_PARAMS, properties=properties)
    return replace(node, properties=properties)


def test_an_existing_cluster_answers_where_the_stacks_kubeconfig_leads():
    nodes, path = in_shared_cluster()
    aws = FakeAws(nodes, beside=BESIDE)

    cluster = aws.client(*BACKEND, "eks").describe_cluster(name="shared")["cluster"]

    (provider,) = (node for node in nodes if node.type == "pulumi:providers:kubernetes")
    config = json.loads(provider.get("kubeconfig"))["clusters"][0]["cluster"]
    assert cluster["endpoint"] == config["server"]
    assert (cluster["resourcesVpcConfig"]["vpcId"], cluster["status"]) == (shapes.VPC, "ACTIVE")
    graph = read(aws, path=path)
    ingresses = {node.get("metadata", "namespace") for node in graph.of_type(tokens.INGRESS)}
    assert ingresses == set(path["backends"]["apps"]["namespaces"])


def test_one_alb_serves_the_ingresses_of_all_namespaces():
    nodes, path = in_shared_cluster()

    graph = read(FakeAws(nodes, beside=BESIDE), path=path)

    (alb,) = (node for node in graph.of_type(tokens.LOAD_BALANCER) if "/app/" in str(node.get("arn")))
    (target,) = graph.naming(alb, "targetId", tokens.ATTACHMENT)
    assert len(graph.waited_for(target, tokens.INGRESS)) == 2
    assert len(graph.of_type(tokens.CONTROLLER_CLASS_PARAMS)) == 1
    assert graph.of_type(tokens.INGRESS_CLASS_PARAMS) == []
    assert graph.named_by(target, "targetId", tokens.LOAD_BALANCER) == [alb]
    assert alb.get("subnets") == ["subnet-0e1"]


def test_a_service_of_somebody_else_runs_where_an_ingress_leads_to_it():
    nodes, path = in_shared_cluster()

    graph = read(FakeAws(nodes, beside=BESIDE), path=path)

    service = next(node for node in graph.of_type(tokens.KUBERNETES_SERVICE) if node.name == "cart")
    assert service.get("metadata", "namespace") == "shop"
    assert service.get("spec", "ports", 0, "port") == 8080
    deployment = next(node for node in graph.of_type(tokens.KUBERNETES_DEPLOYMENT) if node.name == "cart")
    assert deployment.get("status", "readyReplicas") == 2
    assert "shop" in {node.name for node in graph.of_type(tokens.NAMESPACE)}


def test_a_service_that_the_record_lacks_stays_away_from_the_stacks_own_namespace():
    nodes, path = in_shared_cluster()
    left = [node for node in nodes if node.type != tokens.KUBERNETES_SERVICE]

    graph = read(FakeAws(left, beside=BESIDE), path=path)

    assert {node.name for node in graph.of_type(tokens.KUBERNETES_SERVICE)} == {"cart"}


@pytest.mark.parametrize("required", [True, False])
def test_a_published_service_accepts_by_its_own_setting(required):
    endpoint = first(up(), tokens.ENDPOINT)
    service = {"name": endpoint.get("serviceName"), "account": PROVIDER, "acceptanceRequired": required}
    nodes = [node for node in up() if node.type not in (tokens.ENDPOINT_SERVICE, tokens.ACCEPTER)]

    aws = FakeAws(nodes, beside={"endpointServices": [service]})

    client = aws.client(str(endpoint.account), str(endpoint.region), "ec2")
    (described,) = client.describe_vpc_endpoints(VpcEndpointIds=[endpoint.id])["VpcEndpoints"]
    assert described["State"] == ("pendingAcceptance" if required else "available")
    (connection,) = aws.client(*BACKEND, "ec2").describe_vpc_endpoint_connections()["VpcEndpointConnections"]
    assert connection["VpcEndpointOwner"] == endpoint.account


@pytest.mark.parametrize(
    ("over", "key"),
    [
        ("tgw-1", "TransitGatewayId"),
        ("pcx-1", "VpcPeeringConnectionId"),
        ("igw-1", "GatewayId"),
        ("nat-1", "NatGatewayId"),
        ("arn:aws:networkmanager::1:core-network/core-network-1", "CoreNetworkArn"),
    ],
)
def test_a_route_leads_over_what_its_id_says(over, key):
    network = {
        **shapes.NETWORK,
        "routeTables": {"rtb-1": [{"to": "10.0.0.0/8", "over": over}]},
        "subnets": {},
    }

    client = FakeAws([], beside={"vpcs": [network]}).client(*BACKEND, "ec2")

    (table,) = client.describe_route_tables()["RouteTables"]
    route = next(route for route in table["Routes"] if route.get("GatewayId") != "local")
    assert (route["DestinationCidrBlock"], route[key], route["State"]) == ("10.0.0.0/8", over, "active")
    assert [association["Main"] for association in table["Associations"]] == [True]


def test_a_listeners_default_action_is_its_last_rule():
    nodes, beside, _path = shapes.load_balancer()
    client = FakeAws(nodes, beside=beside).client(*BACKEND, "elbv2")
    listener = client.describe_listeners(LoadBalancerArn=shapes.ALB)["Listeners"][0]

    rules = client.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]

    assert [rule["Priority"] for rule in rules] == ["1", "2", "default"]
    with pytest.raises(client.exceptions.ListenerNotFoundException):
        client.describe_rules(ListenerArn=f"{listener['ListenerArn']}0")


def test_what_exists_is_told_beside_the_stack_s_file(tmp_path):
    stack_file = tmp_path / "Pulumi.joined.yaml"
    assert beside(stack_file) == {}

    (tmp_path / "joined.aws.yaml").write_text(json.dumps({"vpcs": [shapes.NETWORK]}))

    client = FakeAws([], beside=beside(stack_file)).client(*BACKEND, "ec2")
    (vpc,) = client.describe_vpcs()["Vpcs"]
    assert [association["CidrBlock"] for association in vpc["CidrBlockAssociationSet"]] == [
        "10.60.0.0/16",
        "100.64.0.0/16",
    ]
