"""The whole program, for every example: what it registers, where, and what may refer to what."""

import re
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from crosslink.graph import tokens
from crosslink.sandbox.record import Run
from settings import Settings
from settings.backend import NetworkLoadBalancerBackend
from settings.networks import JoinedBackendNetwork, JoinedGateway
from tests.runs import LINKS, STACK_FILES, network_of, run_stack, settings_of
from tests.waiting import ancestry, depends

SERVICE = "aws:ec2/vpcEndpointService:VpcEndpointService"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
VPC = "aws:ec2/vpc:Vpc"
ATTACHMENT = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
CROSSINGS = {
    (ENDPOINT, "serviceName", SERVICE),
    ("aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter", "vpcEndpointId", ENDPOINT),
    (PEERING, "peerVpcId", VPC),
    # A dashboard shows the endpoints of all regions; CloudWatch asks each region for its metrics.
    *((tokens.DASHBOARD, "dashboardBody", shown) for shown in (ENDPOINT, SERVICE, VPC)),
    ("aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter", "vpcPeeringConnectionId", PEERING),
    (
        "aws:ec2/route:Route",
        "vpcPeeringConnectionId",
        "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
    ),
}
"""The only references from one account or region to another: type, property, type it refers to."""

PROTECTED = {
    VPC,
    SERVICE,
    "aws:apigateway/restApi:RestApi",
    "aws:apigateway/vpcLink:VpcLink",
    "eks:index:Cluster",
}
GATEWAY = ("aws:lb/loadBalancer:LoadBalancer", "crosslink-gateway")
"""What pulumi-eks makes for a cluster is protected with it: it inherits that."""

each_stack_file = pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
each_run = pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])


@each_stack_file
def test_a_preview_registers_what_an_up_does(file: Path) -> None:
    preview, up = run_stack(file, preview=True), run_stack(file, preview=False)
    assert set(preview.resources) == set(up.resources)
    assert set(preview.outputs) == set(up.outputs)


@each_stack_file
@each_run
def test_nothing_is_logged(file: Path, preview: bool) -> None:
    assert run_stack(file, preview=preview).warnings == ()


@each_stack_file
@each_run
def test_references_stay_in_one_account_and_region_except_where_the_path_crosses(
    file: Path, preview: bool
) -> None:
    run = run_stack(file, preview=preview)
    crossings = {
        (resource.type, prop, target.type)
        for resource in run.resources.values()
        for prop, urns in resource.property_dependencies.items()
        for target in (run.resources[urn] for urn in urns)
        if resource.account
        and target.account
        and (resource.account, resource.region) != (target.account, target.region)
    }
    assert crossings <= CROSSINGS


@each_stack_file
@each_run
def test_the_consumer_never_waits_for_a_cluster_or_an_ingress(file: Path, preview: bool) -> None:
    run = run_stack(file, preview=preview)
    consumers = [urn for urn in run.resources if "crosslink:consumer:ConsumerSide" in urn]
    assert bool(consumers) == (settings_of(file).consumer is not None)
    slow = {
        run.resources[urn].type
        for consumer in consumers
        for urn in ancestry(run, consumer)
        if urn in run.resources
        and re.search(r"eks|kubernetes|provider:(Cluster|Ingress|Workload)", run.resources[urn].type)
    }
    assert slow == set()


@each_stack_file
def test_the_consumer_shares_with_a_provider_side_what_its_endpoint_service_needs(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    shared = {
        run.resources[urn].type
        for consumer in run.resources
        if "crosslink:consumer:ConsumerSide" in consumer
        for urn in ancestry(run, consumer)
        if urn in run.resources and "crosslink:provider:ProviderSide$" in urn
    }
    expected: set[str] = set()
    for backend in settings.provided if settings.consumer else ():
        expected |= {"crosslink:provider:EndpointService", tokens.ENDPOINT_SERVICE}
        if not isinstance(backend, NetworkLoadBalancerBackend):
            expected |= {"crosslink:network:PrivateNlb", tokens.SECURITY_GROUP, tokens.LOAD_BALANCER}
            if not isinstance(network_of(backend), JoinedBackendNetwork):
                expected |= {"crosslink:network:Network", VPC, tokens.SUBNET}
    assert shared == expected


@each_stack_file
def test_a_vpc_link_v2_alone_is_let_in_by_its_group(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    found = [rule.inputs for rule in run.of_type(tokens.INGRESS_RULE) if rule.name == "crosslink-link"]
    assert len(found) == (1 if settings.api and settings.api.vpc_link == "v2" else 0)
    for rule in found:
        link = run.one(LINKS["v2"])
        assert link.inputs["securityGroupIds"] == [rule["referencedSecurityGroupId"]]
        assert rule["securityGroupId"] in run.one(*GATEWAY).inputs["securityGroups"]
        assert (rule["fromPort"], rule["toPort"]) == (8000, 8049)


@each_stack_file
def test_only_the_api_is_open_to_the_world(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    assert all(balancer.inputs["internal"] for balancer in run.of_type(tokens.LOAD_BALANCER))
    let_in = _ranges_of_the_nlb(run, settings)
    for rule in run.of_type(tokens.INGRESS_RULE):
        if rule.name == "crosslink-link":
            continue
        assert any(IPv4Network(rule.inputs["cidrIpv4"]).subnet_of(cidr) for cidr in let_in)
        assert rule.inputs["fromPort"] == rule.inputs["toPort"]
        assert rule.inputs["fromPort"] in {backend.port for backend in settings.backends}
    parameters = [*run.of_type(tokens.INGRESS_CLASS_PARAMS), *run.of_type(tokens.CONTROLLER_CLASS_PARAMS)]
    assert all(found.inputs["spec"]["scheme"] == "internal" for found in parameters)
    for service in run.of_type(tokens.KUBERNETES_SERVICE):
        assert service.inputs["spec"]["type"] == "ClusterIP"
    consumer = settings.consumer
    for backend in settings.provided:
        service = run.one(SERVICE, f"crosslink-{backend.name}")
        allowed = list(backend.allowed_principals)
        if consumer:
            allowed = [consumer.role_arn or f"arn:aws:iam::{consumer.account_id}:root"]
        assert service.inputs["allowedPrincipals"] == allowed
    assert len(run.of_type(SERVICE)) == len(settings.provided)


@each_stack_file
def test_the_gateway_nlbs_targets_are_the_endpoints_addresses(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    consumer = settings.consumer
    if consumer is None:
        assert "endpointAddresses" not in run.outputs
        return
    for backend in settings.backends:
        endpoint = run.one(ENDPOINT, f"crosslink-{backend.name}")
        given = run.outputs["endpointAddresses"][backend.name]
        zones = consumer.endpoint_zones(backend)
        assert sorted(given) == sorted(zones)
        configurations = endpoint.inputs.get("subnetConfigurations")
        if configurations is None:  # AWS chooses them
            assert consumer.endpoint_subnets(backend)
            configurations = endpoint.outputs["subnetConfigurations"]
        assert sorted(given.values()) == sorted(subnet["ipv4"] for subnet in configurations)
        attachments = [run.one(ATTACHMENT, f"crosslink-{backend.name}-{zone}") for zone in zones]
        assert [a.inputs["targetId"] for a in attachments] == [given[zone] for zone in zones]
        assert all(depends(run, attachment, endpoint) for attachment in attachments)


@each_stack_file
def test_networks_endpoint_services_the_api_and_clusters_are_protected_where_asked(file: Path) -> None:
    run = run_stack(file, preview=False)
    protected = {urn for urn, resource in run.resources.items() if resource.options.protect}
    wanted = {
        urn
        for urn, resource in run.resources.items()
        if resource.type in PROTECTED or (resource.type, resource.name) == GATEWAY
    }
    assert protected == (wanted if settings_of(file).protect else set())


def test_each_of_these_is_in_some_example() -> None:
    shown = {
        found.type for file in STACK_FILES for found in run_stack(file, preview=False).resources.values()
    }
    assert shown >= PROTECTED


@each_stack_file
def test_only_the_sides_of_the_path_have_no_parent(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    tops = {(r.type, r.name) for r in run.resources.values() if r.parent is None and not r.is_provider}
    assert tops == {
        *([("crosslink:consumer:ConsumerSide", "crosslink")] if settings.consumer else []),
        *(("crosslink:provider:ProviderSide", f"crosslink-{backend.name}") for backend in settings.provided),
    }


@each_stack_file
def test_every_component_has_a_type_of_ours(file: Path) -> None:
    components = {r.type for r in run_stack(file, preview=False).resources.values() if r.component}
    ours = re.compile("crosslink:(provider|consumer|network):[A-Z][A-Za-z]*|eks:index:Cluster")
    assert [type_ for type_ in components if not ours.fullmatch(type_)] == []


def _ranges_of_the_nlb(run: Run, settings: Settings) -> list[IPv4Network]:
    """Where requests to endpoints come from: the gateway network, or the subnets of the NLB there."""
    if settings.consumer is None:
        return []
    network = settings.consumer.network
    if not isinstance(network, JoinedGateway):
        return [network.cidr]
    found = run.outputs["path"]["networks"][f"consumer/{settings.consumer.region}"]["subnets"]
    return [IPv4Network(found[id_]["cidr"]) for id_ in network.existing.nlb_subnets.values()]
