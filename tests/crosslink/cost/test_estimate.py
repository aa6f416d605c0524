"""Estimates with totals made by hand, and what they don't claim."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslink.cost.estimate import Estimate, difference, estimate
from crosslink.graph import tokens
from crosslink.graph.from_sandbox import graph_of
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node
from crosslink.graph.unknown import Unknown
from tests.runs import file_of, run_stack

EIP, KEY = "aws:ec2/eip:Eip", "aws:kms/key:Key"
SCALED = {"kind": "Deployment", "name": "d"}
_NUMBER = count()


def of_stack(name: str) -> Estimate:
    return estimate(graph_of(run_stack(file_of(name), preview=True)))


def resource(type_: str, properties: Mapping[str, Any], **more: Any) -> Node:
    """A resource beside the sides, in us-east-1 unless `more` says another region."""
    name = f"r{next(_NUMBER)}"
    place = {"account": "111111111111", "region": "us-east-1", "provider": "p", **more}
    return Node(
        urn=f"urn:pulumi:dev::crosslink::{type_}::{name}",
        type=type_,
        name=name,
        id=Unknown("preview"),
        properties=properties,
        missing=None,
        references={},
        dependencies=frozenset(),
        **place,
    )


def of(*nodes: Node) -> tuple[Decimal, list[str]]:
    """What resources cost, and what of them isn't priced."""
    found = estimate(Graph(nodes))
    return found.usd, [gap.what for gap in found.not_priced]


def ingress(group: str | None, **more: Any) -> Node:
    annotations = {"alb.ingress.kubernetes.io/group.name": group} if group else {}
    spec = {"ingressClassName": more.pop("class_", "c")}
    return resource(tokens.INGRESS, {"metadata": {"annotations": annotations}, "spec": spec}, **more)


def ingress_class(controller: str = "ingress.k8s.aws/alb") -> Node:
    return resource(tokens.INGRESS_CLASS, {"metadata": {"name": "c"}, "spec": {"controller": controller}})


@pytest.mark.parametrize(
    ("stack", "hourly", "monthly"),
    [
        # 3 load balancers, an endpoint in 2 zones, a cluster, a NAT gateway with an address; a key
        ("dev", 3 * 0.0225 + 2 * 0.010 + 0.10 + 0.045 + 0.005, 1),
        # another backend in a third account, with an endpoint beside the first
        ("two-backends", 5 * 0.0225 + 4 * 0.010 + 2 * (0.10 + 0.045 + 0.005), 2),
        # the second one in Frankfurt
        ("two-regions", 3 * 0.0225 + 2 * 0.027 + 2 * (0.010 + 0.012) + 2 * 0.105 + 0.045 + 0.052, 2),
        # a cluster that exists, with two Ingresses that share an ALB
        ("existing-cluster-alb", 3 * 0.0225 + 2 * 0.010, 0),
        # the API alone: its NLB, and an endpoint in two zones for each published service
        ("consumer-only", 0.0225 + 2 * 0.010, 0),
        # both endpoints in the gateway network, and a service that another region may connect to
        ("native", 3 * 0.0225 + 4 * 0.010 + 0.10 + 0.045 + 0.005 + 0.05, 1),
        # a VPC link v2 has no price
        ("vpc-link-v2", 3 * 0.0225 + 2 * 0.010 + 0.10 + 0.045 + 0.005, 1),
    ],
)
def test_totals_by_hand(stack: str, hourly: float, monthly: int) -> None:
    assert float(of_stack(stack).usd) == pytest.approx(730 * hourly + monthly, abs=0.005)


def test_lines_are_in_the_order_of_the_path() -> None:
    hops = list(dict.fromkeys(line.hop for line in of_stack("dev").lines))
    expected = ["gateway NLB", "interface endpoint", "provider NLB", "ALB", "cluster", "way to the internet"]
    assert hops == expected


def test_nodes_are_not_priced_but_told_with_what_pods_ask() -> None:
    (gap,) = of_stack("dev").not_priced
    assert (gap.hop, gap.what, gap.region) == ("Deployment", "nodes", "us-east-1")
    assert gap.why.startswith("4 pods ask for 0.4 vCPU and 1 GiB; ")


def test_nodes_for_what_others_deploy_are_not_priced_either() -> None:
    (gap,) = estimate(Graph([resource(tokens.EKS_CLUSTER, {})])).not_priced
    assert (gap.hop, gap.what, gap.why) == ("cluster", "nodes", "what runs there, others deploy")


def test_autoscaled_pods_count_at_their_least() -> None:
    scaler = {"metadata": {"namespace": "n"}, "spec": {"minReplicas": 3, "scaleTargetRef": SCALED}}
    deployment = resource(
        tokens.KUBERNETES_DEPLOYMENT, {"metadata": {"namespace": "n", "name": "d"}, "spec": {}}
    )
    found = estimate(Graph([deployment, resource(tokens.AUTOSCALER, scaler)]))
    assert found.not_priced[0].why.startswith("3 pods ask for 0 vCPU and 0 GiB; ")
    assert estimate(Graph([deployment])).not_priced[0].why.startswith("1 pod asks for 0 vCPU")


@pytest.mark.parametrize(
    ("type_", "properties", "hourly"),
    [
        (tokens.LOAD_BALANCER, {"loadBalancerType": "network", "internal": True}, 0.0225),
        (tokens.LOAD_BALANCER, {"internal": False, "subnets": ["a", "b"]}, 0.0225 + 2 * 0.005),
        (tokens.LOAD_BALANCER, {"subnetMappings": [{}, {}, {}]}, 0.0225 + 3 * 0.005),
        (tokens.ENDPOINT, {"vpcEndpointType": "Interface", "subnetConfigurations": [{}, {}, {}]}, 0.03),
        (tokens.ENDPOINT, {}, 0),
        (tokens.ENDPOINT_SERVICE, {}, 0),
        (tokens.ENDPOINT_SERVICE, {"supportedRegions": ["us-east-1"]}, 0),
        (tokens.ENDPOINT_SERVICE, {"supportedRegions": ["us-east-1", "us-west-2", "eu-west-1"]}, 0.10),
        (tokens.EKS_CLUSTER, {"version": "1.30"}, 0.60),
        (tokens.EKS_CLUSTER, {"version": "1.30", "upgradePolicy": {"supportType": "STANDARD"}}, 0.10),
        (tokens.EKS_CLUSTER, {"version": "9.99"}, 0.10),
        (tokens.STAGE, {}, 0),
        (tokens.KUBERNETES_SERVICE, {"spec": {"type": "ClusterIP"}}, 0),
    ],
)
def test_what_a_resource_says_decides(type_: str, properties: Mapping[str, Any], hourly: float) -> None:
    usd, gaps = of(resource(type_, properties))
    assert (float(usd), set(gaps) - {"nodes"}) == (pytest.approx(730 * hourly), set())


@pytest.mark.parametrize(
    ("type_", "properties", "told"),
    [
        (tokens.LOAD_BALANCER, {"loadBalancerType": "gateway"}, "load balancer of type gateway"),
        (tokens.LOAD_BALANCER, {"loadBalancerType": Unknown("up")}, "load balancer of type unknown: up"),
        (tokens.ENDPOINT, {"vpcEndpointType": "Resource"}, "VPC endpoint of type Resource"),
        (
            tokens.ENDPOINT_SERVICE,
            {"supportedRegions": Unknown("up")},
            "endpoint service, each other region",
        ),
        (tokens.NAT_GATEWAY, {"availabilityMode": "regional"}, "regional NAT gateway"),
        (tokens.STAGE, {"cacheClusterEnabled": True}, "cache of an API's stage"),
        (tokens.KUBERNETES_SERVICE, {"spec": {"type": "LoadBalancer"}}, "load balancer of a Service"),
        ("aws:sns/topic:Topic", {}, "aws:sns/topic:Topic"),
    ],
)
def test_what_has_no_price_is_told(type_: str, properties: Mapping[str, Any], told: str) -> None:
    assert of(resource(type_, properties)) == (0, [told])


def test_what_crosses_regions_is_told_once() -> None:
    """By a peering, or by PrivateLink itself."""
    by_peering, native = (
        "$0.02 per GB from region to region",
        "$0.02 per GB from region to region, by PrivateLink",
    )
    assert [told for told in of_stack("dev").traffic if "region to region" in told] == [by_peering]
    assert [told for told in of_stack("native").traffic if "region to region" in told] == [native]


def test_a_price_that_others_quote_alone_is_marked_in_every_region() -> None:
    (line,) = [line for line in of_stack("native").lines if line.hop == "endpoint service"]
    assert (line.account, line.region, line.quantity) == ("222222222222", "us-east-1", 1)
    assert line.unconfirmed == "AWS's page as others quote it"


def test_a_provisioned_control_plane_costs_more_than_is_known() -> None:
    tier = {"controlPlaneScalingConfig": {"tier": "tier-xl"}}
    assert of(resource(tokens.EKS_CLUSTER, tier)) == (73, ["nodes", "provisioned control plane"])


def test_a_region_that_the_table_lacks_is_told() -> None:
    nlb = resource(tokens.LOAD_BALANCER, {"loadBalancerType": "network"}, region="af-south-1")
    (gap,) = estimate(Graph([nlb])).not_priced
    assert (gap.what, gap.why) == ("Network Load Balancer", "the table has no price for af-south-1")


def test_a_component_of_a_team_only_groups_others() -> None:
    group = resource("acme:index:Shop", {}, account=None, region=None)
    assert of(group, resource(KEY, {}, parent=group.urn)) == (1, [])


def test_a_resource_without_an_account_is_told() -> None:
    assert of(resource("acme:index:Line", {}, account=None, region=None)) == (0, ["acme:index:Line"])


@pytest.mark.parametrize(
    ("nodes", "albs"),
    [
        ([ingress("g"), ingress("g")], 1),
        ([ingress("g"), ingress("h")], 2),
        ([ingress(None), ingress(None)], 2),
        ([ingress("g"), ingress("g", provider="q")], 2),
    ],
)
def test_ingresses_of_a_group_share_an_alb(nodes: list[Node], albs: int) -> None:
    usd, gaps = of(ingress_class(), *nodes)
    assert (usd, gaps) == (albs * Decimal("16.425"), [])


def test_what_another_controller_makes_of_an_ingress_is_not_known() -> None:
    assert of(ingress_class("nginx.org/ingress-controller"), ingress(None))[1] == [
        "what is made of an Ingress"
    ]
    assert of(ingress(None))[1] == ["what is made of an Ingress"]


def test_the_addresses_of_an_open_alb_are_not_counted() -> None:
    scheme = {"alb.ingress.kubernetes.io/scheme": "internet-facing"}
    facing = resource(
        tokens.INGRESS, {"metadata": {"annotations": scheme}, "spec": {"ingressClassName": "c"}}
    )
    assert of(ingress_class(), facing)[1] == ["public IPv4 addresses of an ALB"]


def test_a_difference_is_told_by_hop() -> None:
    """The second backend brings the same again, but for the gateway NLB; its nodes are no part of the sum."""
    found = difference(of_stack("dev"), of_stack("two-backends"))
    assert [(change.hop, float(change.usd)) for change in found.changes] == [
        ("cluster", 74),
        ("way to the internet", 36.5),
        ("provider NLB", 16.425),
        ("ALB", 16.425),
        ("interface endpoint", 14.6),
    ]
    assert found.usd == sum(change.usd for change in found.changes)
    assert found.beyond == ("nodes",)
    back = difference(found.after, found.before)
    assert (back.usd, difference(found.after, found.after).changes) == (-found.usd, ())


@given(
    st.lists(st.sampled_from([(tokens.LOAD_BALANCER, {"loadBalancerType": "network"}), (EIP, {}), (KEY, {})]))
)
@settings(max_examples=20)
def test_a_resource_more_never_costs_less(kinds: list[tuple[str, Mapping[str, Any]]]) -> None:
    nodes = [resource(type_, properties, region="eu-west-1") for type_, properties in kinds]
    totals = [of(*nodes[:length])[0] for length in range(len(nodes) + 1)]
    assert totals == sorted(totals)


def test_a_backend_more_never_costs_less() -> None:
    """Whichever of a stack's backends comes last, and however little of it the stack makes."""
    for name in ("two-backends", "two-regions", "mixed", "joined"):
        graph = graph_of(run_stack(file_of(name), preview=True))
        sides = [node for node in graph if node.type == "crosslink:provider:ProviderSide"]
        for side in sides:
            without = [
                node
                for node in graph
                if not (node.name == side.name or node.name.startswith(f"{side.name}-"))
            ]
            assert estimate(Graph(without)).usd < estimate(graph).usd
