"""ProviderSide with a cluster or a network that exists, with Ingresses of one or more namespaces."""

import pytest

from tests.components.provider.kinds import ALB_SUBNETS, ATTACHMENT, INGRESS, NODE_SUBNETS, VPC, built, parts
from tests.components.support import HEALTH_CHECK, counts


def test_a_made_cluster_in_an_existing_network_has_its_nodes_there():
    found = built("made cluster")
    assert parts(found) == {"Cluster", "Ingress", "EndpointService"}
    cluster = found.one("eks:index:Cluster")
    assert cluster.inputs["vpcId"] == VPC
    assert cluster.inputs["privateSubnetIds"] == list(NODE_SUBNETS.values())
    assert found.outputs["logGroups"].keys() == {"cluster"}
    assert (found.outputs["cluster"], found.outputs["namespaces"]) == (
        "crosslink-test-apps",
        ["crosslink-apps"],
    )
    assert found.outputs["controller"] == "eks.amazonaws.com/alb"


@pytest.mark.parametrize("kind", ["made cluster", "mixed", "mixed-alb"])
def test_the_alb_is_in_its_subnets_and_lets_in_the_nlbs(kind: str):
    found = built(kind)
    for parameters in found.resources.values():
        if parameters.type.endswith(":IngressClassParams"):
            assert parameters.inputs["spec"]["subnets"]["ids"] == list(ALB_SUBNETS.values())
    for ingress in found.of_type(INGRESS):
        annotations = ingress.inputs["metadata"]["annotations"]
        assert annotations["alb.ingress.kubernetes.io/inbound-cidrs"] == "10.40.1.0/28,10.40.1.16/28"
    (policy,) = [
        policy
        for policy in found.of_type("kubernetes:networking.k8s.io/v1:NetworkPolicy")
        if policy.name == "crosslink-apps-svc1"
    ]
    (rule,) = policy.inputs["spec"]["ingress"]
    assert [peer["ipBlock"]["cidr"] for peer in rule["from"]] == ["100.64.2.0/24", "100.64.4.0/24"]


def test_an_existing_cluster_gets_the_objects_and_nothing_else():
    found = built("image")
    assert parts(found) == {"ExistingCluster", "Ingress", "EndpointService"}
    objects = [resource for resource in found.resources.values() if resource.package == "kubernetes"]
    assert counts(objects) == {
        "kubernetes:core/v1:Namespace": 1,
        "kubernetes:apps/v1:Deployment": 1,
        "kubernetes:core/v1:Service": 1,
        "kubernetes:policy/v1:PodDisruptionBudget": 1,
        "kubernetes:eks.amazonaws.com/v1:IngressClassParams": 1,
        "kubernetes:networking.k8s.io/v1:IngressClass": 1,
        INGRESS: 1,
        "kubernetes:networking.k8s.io/v1:NetworkPolicy": 2,
    }
    assert {resource.provider for resource in objects} == {found.one("pulumi:providers:kubernetes").urn}
    assert not [resource for resource in found.resources.values() if resource.package == "eks"]
    assert found.outputs["logGroups"] == {}
    labels = found.one("kubernetes:core/v1:Namespace").inputs["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce-version"] == "latest"


@pytest.mark.parametrize("kind", ["image", "mixed", "mixed-alb"])
def test_objects_in_a_shared_cluster_are_named_after_the_stack_too(kind: str):
    found = built(kind)
    for type_ in ("core/v1:Namespace", "networking.k8s.io/v1:IngressClass"):
        assert (
            found.one(f"kubernetes:{type_}", "crosslink-apps").inputs["metadata"]["name"]
            == "crosslink-test-apps"
        )
    assert {ingress.inputs["metadata"]["name"] for ingress in found.of_type(INGRESS)} == {
        "crosslink-test-apps"
    }
    assert found.outputs["cluster"] == "platform"


@pytest.mark.parametrize(
    ("kind", "namespaces"),
    [
        ("image", ["crosslink-test-apps"]),
        ("joined", ["orders", "shop"]),
        ("mixed", ["crosslink-test-apps", "orders", "shop"]),
        ("mixed-alb", ["crosslink-test-apps", "orders", "shop"]),
    ],
)
def test_it_tells_the_namespaces_of_its_ingresses(kind: str, namespaces: list[str]):
    found = built(kind)
    assert found.outputs["namespaces"] == namespaces
    assert sorted(ingress.inputs["metadata"]["namespace"] for ingress in found.of_type(INGRESS)) == sorted(
        namespaces
    )
    assert "kubeconfig" in found.secret_outputs


def test_it_tells_the_controller():
    assert built("mixed").outputs["controller"] == "eks.amazonaws.com/alb"
    assert built("mixed-alb").outputs["controller"] == "ingress.k8s.aws/alb"
    for kind in ("alb", "nlb"):
        told = built(kind).outputs
        assert not told.keys() & {"cluster", "controller", "kubeconfig"}
        assert told["namespaces"] == []


@pytest.mark.parametrize("kind", ["joined", "mixed", "mixed-alb"])
def test_the_target_waits_for_every_ingress_of_the_group(kind: str):
    """And goes before each of them: without a listener, the ALB is no target."""
    found = built(kind)
    attachment = found.one(ATTACHMENT)
    for ingress in found.of_type(INGRESS):
        assert ingress.urn in attachment.dependencies
    assert attachment.inputs["targetId"] == found.one("crosslink:provider:Ingress").outputs["albArn"]
    assert ":loadbalancer/app/k8s-crosslinktestapp" in attachment.inputs["targetId"]


def test_all_ingresses_of_the_group_have_one_alb():
    for kind in ("mixed", "mixed-alb"):
        hosts = {
            ingress.outputs["status"]["loadBalancer"]["ingress"][0]["hostname"]
            for ingress in built(kind).of_type(INGRESS)
        }
        assert len(hosts) == 1


def test_tls_is_the_albs():
    found = built("tls")
    assert found.outputs["port"] == 443
    assert found.one("aws:lb/listener:Listener").inputs["port"] == 443
    assert found.one("aws:lb/targetGroup:TargetGroup").inputs["healthCheck"] == {
        **HEALTH_CHECK,
        "protocol": "HTTPS",
    }
