"""ProviderSide: how its network, cluster, Ingress and endpoint service are connected."""

import json
from functools import cache
from ipaddress import IPv4Network

import pulumi
import pytest
from pulumi import ResourceOptions

from components.provider.side import ProviderSide, ProviderSideArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import Run
from settings.cluster import Cluster
from settings.networks import BackendNetwork
from settings.tls import Tls
from tests.components.support import (
    CERTIFICATE,
    CONSUMER,
    PROVIDER,
    account,
    backend,
    children,
    counts,
    places,
    subnet_ids,
)
from tests.waiting import depends

REGION = "us-east-1"
SIDE = "crosslink:provider:ProviderSide"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
ZONES = ("use1-az1", "use1-az2")
BALANCER_CIDRS = ["10.20.48.64/26", "10.20.80.64/26"]


@cache
def built(*, other: bool = False, tls: bool = False, protect: bool = False, preview: bool = False) -> Run:
    """A backend with one NAT gateway and automatic acceptance, or one per zone and manual acceptance."""

    def program() -> None:
        apps = backend(
            network=BackendNetwork(
                cidr=IPv4Network("10.20.0.0/16"), zone_ids=ZONES, nat="per-zone" if other else "single"
            ),
            acceptance="manual" if other else "automatic",
            tls=Tls(domain="apps.example.com", certificate_arn=CERTIFICATE) if tls else None,
            role_arn=f"arn:aws:iam::{PROVIDER}:role/crosslink-deploy",
            cluster=Cluster(
                version="1.35",
                public_access_cidrs=(IPv4Network("203.0.113.0/24"),),
                admins=(f"arn:aws:iam::{PROVIDER}:role/platform",),
                log_retention_days=60,
            ),
        )
        args = ProviderSideArgs(
            backend=apps,
            cluster_name="crosslink-test-apps",
            backend_domain="crosslink.example.com",
            allowed_principals=[f"arn:aws:iam::{CONSUMER}:root"],
            longest_wait=29,
            tags={},
            flow_log_days=90 if other else None,
            protect=protect,
        )
        side = ProviderSide("crosslink-apps", args, ResourceOptions(provider=account(PROVIDER, REGION)))
        pulumi.export("logGroups", side.log_groups)
        told = (side.port, side.cluster_name, side.controller, side.namespaces, side.existing_network)
        pulumi.export("told", [*told, side.load_balancer_arn])
        pulumi.export("kubeconfig", side.kubeconfig)

    return run(program, preview=preview)


def test_consists_of_a_network_a_cluster_an_ingress_and_an_endpoint_service():
    found = built()
    made = children(found, found.one(SIDE))
    assert {part.type: part.name for part in made} == {
        "crosslink:network:Network": "crosslink-apps",
        "crosslink:provider:Cluster": "crosslink-apps",
        "crosslink:provider:Ingress": "crosslink-apps",
        "crosslink:provider:EndpointService": "crosslink-apps",
    }
    assert len(made) == 4


def test_everything_is_in_the_backends_account_and_region():
    assert places(built().resources.values()) == {(PROVIDER, REGION)}


def test_each_zone_has_a_subnet_for_nodes_one_for_load_balancers_and_a_public_one():
    found = built()
    assert {
        resource.name: resource.inputs["cidrBlock"] for resource in found.of_type("aws:ec2/subnet:Subnet")
    } == {
        "crosslink-apps-nodes-use1-az1": "10.20.32.0/20",
        "crosslink-apps-nodes-use1-az2": "10.20.64.0/20",
        "crosslink-apps-public-use1-az1": "10.20.48.0/26",
        "crosslink-apps-public-use1-az2": "10.20.80.0/26",
        "crosslink-apps-load-balancers-use1-az1": "10.20.48.64/26",
        "crosslink-apps-load-balancers-use1-az2": "10.20.80.64/26",
    }


def test_only_the_load_balancer_subnets_are_tagged_for_internal_load_balancers():
    tagged = {
        subnet.name
        for subnet in built().of_type("aws:ec2/subnet:Subnet")
        if "kubernetes.io/role/internal-elb" in subnet.inputs["tags"]
    }
    assert tagged == {"crosslink-apps-load-balancers-use1-az1", "crosslink-apps-load-balancers-use1-az2"}


def test_nat_is_one_gateway_or_one_in_each_zone_for_the_nodes():
    single, per_zone = built(), built(other=True)
    gateway = "aws:ec2/natGateway:NatGateway"
    assert [resource.name for resource in single.of_type(gateway)] == ["crosslink-apps-nat-use1-az1"]
    assert {resource.name for resource in per_zone.of_type(gateway)} == {
        "crosslink-apps-nat-use1-az1",
        "crosslink-apps-nat-use1-az2",
    }
    for found in (single, per_zone):
        routed = {
            resource.inputs["routeTableId"]
            for resource in found.of_type("aws:ec2/route:Route")
            if "natGatewayId" in resource.inputs
        }
        assert routed == {
            found.one("aws:ec2/routeTable:RouteTable", f"crosslink-apps-nodes-{zone}").id for zone in ZONES
        }


def test_the_cluster_gets_only_the_node_subnets():
    found = built()
    assert found.one("eks:index:Cluster").inputs["privateSubnetIds"] == subnet_ids(
        found, "crosslink-apps-nodes", ZONES
    )


def test_the_cluster_is_made_as_the_settings_say():
    inputs = built().one("eks:index:Cluster").inputs
    assert inputs["name"] == "crosslink-test-apps"
    assert inputs["version"] == "1.35"
    assert inputs["publicAccessCidrs"] == ["203.0.113.0/24"]
    assert inputs["accessEntries"].keys() == {"role/platform"}
    assert inputs["providerCredentialOpts"] == {"roleArn": f"arn:aws:iam::{PROVIDER}:role/crosslink-deploy"}


def test_the_log_groups_are_the_clusters_and_with_flow_logs_the_networks():
    found = built(other=True)
    cluster = found.one(LOG_GROUP, "crosslink-apps")
    flow_logs = found.one(LOG_GROUP, "crosslink-apps-flow-logs")
    assert cluster.inputs["retentionInDays"] == 60
    assert flow_logs.inputs["retentionInDays"] == 90
    assert found.outputs["logGroups"] == {
        "cluster": "/aws/eks/crosslink-test-apps/cluster",
        "flowLogs": flow_logs.outputs["name"],
    }
    assert built().outputs["logGroups"] == {"cluster": "/aws/eks/crosslink-test-apps/cluster"}
    role = found.one("aws:iam/role:Role", "crosslink-apps-flow-logs").inputs["assumeRolePolicy"]
    assert f"arn:aws:ec2:{REGION}:{PROVIDER}:vpc-flow-log/*" in role


def test_the_cluster_waits_for_the_nodes_way_to_the_internet():
    found = built()
    routes = found.of_type("aws:ec2/route:Route")
    associations = [
        resource
        for resource in found.of_type("aws:ec2/routeTableAssociation:RouteTableAssociation")
        if "load-balancers" not in resource.name
    ]
    assert (len(routes), len(associations)) == (4, 4)
    assert {resource.urn for resource in (*routes, *associations)} < found.one(
        "eks:index:Cluster"
    ).dependencies


def test_both_load_balancers_are_in_the_load_balancer_subnets():
    found = built()
    parameters = found.one("kubernetes:eks.amazonaws.com/v1:IngressClassParams")
    assert parameters.inputs["spec"]["subnets"]["ids"] == subnet_ids(
        found, "crosslink-apps-load-balancers", ZONES
    )
    assert found.one("aws:lb/loadBalancer:LoadBalancer").inputs["subnets"] == subnet_ids(
        found, "crosslink-apps-load-balancers", ZONES
    )


def test_the_nlb_may_reach_what_the_alb_admits():
    found = built()
    annotations = found.one("kubernetes:networking.k8s.io/v1:Ingress").inputs["metadata"]["annotations"]
    egress = found.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    assert annotations["alb.ingress.kubernetes.io/inbound-cidrs"] == ",".join(BALANCER_CIDRS)
    assert sorted(rule.inputs["cidrIpv4"] for rule in egress) == BALANCER_CIDRS


@pytest.mark.parametrize(("tls", "protocol", "port"), [(False, "HTTP", 80), (True, "HTTPS", 443)])
def test_one_port_leads_from_the_service_to_the_albs_listener(tls: bool, protocol: str, port: int):
    found = built(tls=tls)
    annotations = found.one("kubernetes:networking.k8s.io/v1:Ingress").inputs["metadata"]["annotations"]
    assert json.loads(annotations["alb.ingress.kubernetes.io/listen-ports"]) == [{protocol: port}]
    assert found.one("aws:lb/targetGroup:TargetGroup").inputs["healthCheck"]["protocol"] == protocol
    for type_ in (
        "listener:Listener",
        "targetGroup:TargetGroup",
        "targetGroupAttachment:TargetGroupAttachment",
    ):
        assert found.one(f"aws:lb/{type_}").inputs["port"] == port
    for rule in found.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"):
        assert (rule.inputs["fromPort"], rule.inputs["toPort"]) == (port, port)


def test_the_vpc_the_cluster_and_the_endpoint_service_are_what_can_be_protected():
    protected = {
        resource.type for resource in built(protect=True).resources.values() if resource.options.protect
    }
    assert protected == {
        "aws:ec2/vpc:Vpc",
        "eks:index:Cluster",
        "aws:ec2/vpcEndpointService:VpcEndpointService",
    }
    assert not [resource for resource in built().resources.values() if resource.options.protect]


def test_the_objects_in_the_cluster_are_named_after_the_backend():
    found = built()
    for type_ in ("core/v1:Namespace", "networking.k8s.io/v1:Ingress", "networking.k8s.io/v1:IngressClass"):
        assert found.one(f"kubernetes:{type_}").inputs["metadata"]["name"] == "crosslink-apps"


def test_the_objects_in_the_cluster_are_made_with_the_clusters_own_provider():
    found = built()
    objects = [resource for resource in found.resources.values() if resource.package == "kubernetes"]
    assert counts(objects) == {
        "kubernetes:core/v1:Namespace": 1,
        "kubernetes:apps/v1:Deployment": 1,
        "kubernetes:core/v1:Service": 1,
        "kubernetes:policy/v1:PodDisruptionBudget": 1,
        "kubernetes:eks.amazonaws.com/v1:IngressClassParams": 1,
        "kubernetes:networking.k8s.io/v1:IngressClass": 1,
        "kubernetes:networking.k8s.io/v1:Ingress": 1,
        "kubernetes:networking.k8s.io/v1:NetworkPolicy": 2,
        "kubernetes:core/v1:ConfigMapPatch": 1,
    }
    assert {resource.provider for resource in objects} == {found.one("pulumi:providers:kubernetes").urn}


def test_the_ingresss_alb_is_the_nlbs_target():
    found = built()
    attachment = found.one("aws:lb/targetGroupAttachment:TargetGroupAttachment")
    assert attachment.inputs["targetId"] == found.one("crosslink:provider:Ingress").outputs["albArn"]
    assert depends(found, attachment, on=found.one("kubernetes:networking.k8s.io/v1:Ingress"))


def test_the_endpoint_service_waits_for_nothing_in_the_cluster():
    found = built()
    service = found.one("aws:ec2/vpcEndpointService:VpcEndpointService")
    assert not depends(found, service, on=found.one("eks:index:Cluster"))
    assert not depends(found, service, on=found.one("kubernetes:networking.k8s.io/v1:Ingress"))
    assert not depends(found, service, on=found.one("aws:lb/targetGroupAttachment:TargetGroupAttachment"))


def test_manual_acceptance_is_asked_of_the_service():
    for other, required in ((False, False), (True, True)):
        service = built(other=other).one("aws:ec2/vpcEndpointService:VpcEndpointService")
        assert service.inputs["acceptanceRequired"] is required
        assert service.inputs["allowedPrincipals"] == [f"arn:aws:iam::{CONSUMER}:root"]


def test_the_output_is_the_services_name():
    found = built()
    service = found.one("aws:ec2/vpcEndpointService:VpcEndpointService")
    assert found.one(SIDE).outputs == {"serviceName": service.outputs["serviceName"]}


def test_it_tells_the_clusters_name_the_controller_and_the_namespace():
    assert built().outputs["told"] == [
        80,
        "crosslink-test-apps",
        "eks.amazonaws.com/alb",
        ["crosslink-apps"],
        None,
        None,
    ]
    assert built(tls=True).outputs["told"][0] == 443
    assert built().outputs["kubeconfig"] == built().one("eks:index:Cluster").outputs["kubeconfigJson"]
    assert "kubeconfig" in built().secret_outputs


def test_preview_and_up_register_the_same_resources():
    assert built(preview=True).resources.keys() == built().resources.keys()
