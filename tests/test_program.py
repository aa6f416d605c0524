"""The whole program, for every example: what it registers, where, and what may refer to what."""

import re
from collections import Counter
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from crosslink.sandbox.record import Resource, Run
from settings import Backend, Settings
from tests.runs import STACK_FILES, run_stack, settings_of
from tests.waiting import ancestry, depends

ACCEPTERS = {
    "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter",
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
}
SERVICE = "aws:ec2/vpcEndpointService:VpcEndpointService"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
VPC = "aws:ec2/vpc:Vpc"
ATTACHMENT = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
CROSSINGS = {
    (ENDPOINT, "serviceName", SERVICE),
    ("aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter", "vpcEndpointId", ENDPOINT),
    (PEERING, "peerVpcId", VPC),
    ("aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter", "vpcPeeringConnectionId", PEERING),
    (
        "aws:ec2/route:Route",
        "vpcPeeringConnectionId",
        "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
    ),
}
"""The only references from one account or region to another: type, property, type it refers to."""

PROTECTED = {VPC, SERVICE, "aws:apigateway/restApi:RestApi", "eks:index:Cluster"}
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
def test_every_resource_is_in_its_account_and_region(file: Path, preview: bool) -> None:
    run, settings = run_stack(file, preview=preview), settings_of(file)
    placed = [r for r in run.resources.values() if not r.is_provider and r.package in {"aws", "kubernetes"}]
    assert {(r.urn, r.account, r.region) for r in placed} == {
        (r.urn, *_place(run, r, settings)) for r in placed
    }


@each_stack_file
def test_every_account_and_region_in_use_has_one_provider(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    providers = Counter(r.name for r in run.of_type("pulumi:providers:aws"))
    consumer = settings.consumer
    used = {(consumer.account_id, region) for region in (consumer.region, *consumer.landings)}
    used |= {(backend.account_id, backend.region) for backend in settings.backends}
    assert providers == Counter(f"account-{account}-{region}" for account, region in used)


@each_stack_file
@each_run
def test_every_data_source_is_asked_in_the_backends_own_account(file: Path, preview: bool) -> None:
    run, settings = run_stack(file, preview=preview), settings_of(file)
    asked = Counter((call.token, call.account, call.region) for call in run.invokes)
    expected = Counter(
        ("aws:lb/getLoadBalancer:getLoadBalancer", backend.account_id, backend.region)
        for backend in settings.backends
    )
    assert asked == (Counter() if preview else expected)


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
    assert consumers
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
    run = run_stack(file, preview=False)
    shared = {
        run.resources[urn].type
        for consumer in run.resources
        if "crosslink:consumer:ConsumerSide" in consumer
        for urn in ancestry(run, consumer)
        if urn in run.resources and "crosslink:provider:ProviderSide$" in urn
    }
    assert shared == {
        "crosslink:network:Network",
        "crosslink:network:PrivateNlb",
        "crosslink:provider:EndpointService",
        VPC,
        "aws:ec2/subnet:Subnet",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:lb/loadBalancer:LoadBalancer",
        SERVICE,
    }


@each_stack_file
def test_only_the_api_is_open_to_the_world(file: Path) -> None:
    run = run_stack(file, preview=False)
    assert all(balancer.inputs["internal"] for balancer in run.of_type("aws:lb/loadBalancer:LoadBalancer"))
    gateway = settings_of(file).consumer.network.cidr
    for rule in run.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"):
        assert IPv4Network(rule.inputs["cidrIpv4"]).subnet_of(gateway)
        assert rule.inputs["fromPort"] == rule.inputs["toPort"]
        assert rule.inputs["fromPort"] in (80, 443)
    for parameters in run.of_type("kubernetes:eks.amazonaws.com/v1:IngressClassParams"):
        assert parameters.inputs["spec"]["scheme"] == "internal"
    for service in run.of_type("kubernetes:core/v1:Service"):
        assert service.inputs["spec"]["type"] == "ClusterIP"
    consumer = settings_of(file).consumer
    for service in run.of_type(SERVICE):
        allowed = consumer.role_arn or f"arn:aws:iam::{consumer.account_id}:root"
        assert service.inputs["allowedPrincipals"] == [allowed]


@each_stack_file
def test_the_gateway_nlbs_targets_are_the_endpoints_addresses(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    for backend in settings.backends:
        endpoint = run.one(ENDPOINT, f"crosslink-{backend.name}")
        given = run.outputs["endpointAddresses"][backend.name]
        assert sorted(given) == sorted(backend.network.zone_ids)
        assert sorted(given.values()) == sorted(
            one["ipv4"] for one in endpoint.inputs["subnetConfigurations"]
        )
        attachments = [
            run.one(ATTACHMENT, f"crosslink-{backend.name}-{zone}") for zone in backend.network.zone_ids
        ]
        assert [a.inputs["targetId"] for a in attachments] == [
            given[zone] for zone in backend.network.zone_ids
        ]
        assert all(depends(run, attachment, endpoint) for attachment in attachments)


@each_stack_file
def test_networks_endpoint_services_the_api_and_clusters_are_protected_where_asked(file: Path) -> None:
    run = run_stack(file, preview=False)
    protected = {urn for urn, resource in run.resources.items() if resource.options.protect}
    wanted = {urn for urn, resource in run.resources.items() if resource.type in PROTECTED}
    assert wanted
    assert protected == (wanted if settings_of(file).protect else set())


@each_stack_file
def test_only_the_sides_of_the_path_have_no_parent(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    tops = {(r.type, r.name) for r in run.resources.values() if r.parent is None and not r.is_provider}
    assert tops == {
        ("crosslink:consumer:ConsumerSide", "crosslink"),
        *(("crosslink:provider:ProviderSide", f"crosslink-{backend.name}") for backend in settings.backends),
    }


@each_stack_file
def test_every_component_has_a_type_of_ours(file: Path) -> None:
    components = {r.type for r in run_stack(file, preview=False).resources.values() if r.component}
    ours = re.compile("crosslink:(provider|consumer|network):[A-Z][A-Za-z]*|eks:index:Cluster")
    assert [type_ for type_ in components if not ours.fullmatch(type_)] == []


def _place(run: Run, resource: Resource, settings: Settings) -> tuple[str, str]:
    """The account and region that the design gives a resource, by the component that it belongs to."""
    consumer = settings.consumer
    path = _components(run, resource)
    if backend := _backend(path, "crosslink:provider:ProviderSide", settings):
        return backend.account_id, backend.region
    endpoint_of = _backend(path, "crosslink:consumer:InterfaceEndpoint", settings)
    if endpoint_of:
        accepts = resource.type in ACCEPTERS
        return endpoint_of.account_id if accepts else consumer.account_id, endpoint_of.region
    for kind, name in path.items():
        landing = name.removeprefix("crosslink-landing-")
        if landing in consumer.landings:
            away = (
                kind == "crosslink:network:Network" or resource.type in ACCEPTERS or "-back-" in resource.name
            )
            return consumer.account_id, landing if away else consumer.region
    return consumer.account_id, consumer.region


def _components(run: Run, resource: Resource) -> dict[str, str]:
    """Type → name of the components around a resource."""
    found: dict[str, str] = {}
    while resource.parent:
        resource = run.resources[resource.parent]
        found[resource.type] = resource.name
    return found


def _backend(path: dict[str, str], component: str, settings: Settings) -> Backend | None:
    names = {f"crosslink-{backend.name}": backend for backend in settings.backends}
    return names.get(path.get(component, ""))
