"""ConsumerSide in existing networks: each mix of existing networks with those that the stack makes."""

from itertools import product

import pulumi
import pytest

from crosslink.sandbox.record import UNKNOWN, Run
from tests.components.beside import (
    CHOSEN,
    CIDRS,
    FAR_SUBNETS,
    GATEWAY_TABLES,
    GATEWAY_VPC,
    GET_SUBNET,
    LANDING_TABLE,
    LANDING_VPC,
    NEAR_SUBNETS,
    NLB_SUBNETS,
)
from tests.components.consumer.stacks import AWAY, FAR, HOME, NLB_CIDRS, consumer_side
from tests.components.support import CONSUMER, PROVIDER, places, subnet_ids

NETWORK = "crosslink:network:Network"
PEERING = "crosslink:network:Peering"
ROUTE = "aws:ec2/route:Route"
VPC = "aws:ec2/vpc:Vpc"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ENDPOINT_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
NLB_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
ATTACHMENT = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
TARGETS = "aws:lb/targetGroup:TargetGroup"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
SIDES = ("made", "existing")
CONNECTIONS = ("peering", "existing")
MIXES = list(product(SIDES, SIDES, CONNECTIONS))
ADDRESSED = [
    (*mix, backend)
    for mix in MIXES
    for backend in ("apps", "apps at")
    if (backend, mix[1]) != ("apps at", "made")
]
"""With addresses that are planned, named, or chosen by AWS; those in a made network are always planned."""
PLANNED = {"use1-az1": "10.11.2.10", "use1-az2": "10.11.4.10"}
NAMED = {"use1-az1": "10.30.7.20", "use1-az2": "10.30.8.20"}
CHOSEN_FAR = {zone: CHOSEN[FAR_SUBNETS[zone]] for zone in ("use1-az1", "use1-az2")}
FAR_CIDRS = {zone: CIDRS[FAR_SUBNETS[zone]] for zone in ("use1-az1", "use1-az2")}
EXISTING_NLB_CIDRS = {zone: CIDRS[id_] for zone, id_ in NLB_SUBNETS.items()}


@pytest.mark.parametrize(("gateway", "landing", "connection"), MIXES)
def test_nothing_is_made_of_what_exists(gateway: str, landing: str, connection: str):
    found = consumer_side("apps", gateway=gateway, landing=landing, connection=connection)
    names = {"crosslink-gateway": gateway, f"crosslink-landing-{AWAY}": landing}
    made = [name for name, how in names.items() if how == "made"]
    assert [net.name for net in found.of_type(NETWORK) if net.name.startswith("crosslink-")] == made
    assert [vpc.name for vpc in found.of_type(VPC) if vpc.name.startswith("crosslink-")] == made
    assert len(found.of_type(PEERING)) == (connection == "peering")
    if connection == "existing":
        assert found.of_type(ROUTE) == []
        assert not any("eering" in resource.type for resource in found.resources.values())


@pytest.mark.parametrize(
    ("gateway", "landing", "routes"),
    [
        ("made", "made", [("10.10.0.0/16", 2), ("10.11.0.0/20", 2)]),
        ("existing", "made", [("10.11.0.0/20", 2), ("100.64.1.0/24", 2), ("100.64.2.0/24", 2)]),
        ("made", "existing", [("10.10.0.0/16", 1), ("10.30.7.0/24", 2), ("10.30.8.0/24", 2)]),
        (
            "existing",
            "existing",
            [("10.30.7.0/24", 2), ("10.30.8.0/24", 2), ("100.64.1.0/24", 1), ("100.64.2.0/24", 1)],
        ),
    ],
)
def test_a_peering_has_routes_between_the_nlb_and_the_subnets_that_hold_endpoints(
    gateway: str, landing: str, routes: list[tuple[str, int]]
):
    found = consumer_side("apps", gateway=gateway, landing=landing)
    made = [route.inputs for route in found.of_type(ROUTE)]
    destinations = [route["destinationCidrBlock"] for route in made]
    assert sorted((cidr, destinations.count(cidr)) for cidr in set(destinations)) == routes
    tables = {route["routeTableId"] for route in made} - {
        table.id for table in found.of_type("aws:ec2/routeTable:RouteTable")
    }
    existing = {*GATEWAY_TABLES} if gateway == "existing" else set[str]()
    assert tables == existing | ({LANDING_TABLE} if landing == "existing" else set())


def test_two_landings_may_differ():
    found = consumer_side("apps", "europe", gateway="existing", landing="existing", connection="existing")
    assert [peering.name for peering in found.of_type(PEERING)] == [f"crosslink-landing-{FAR}"]
    assert {route.inputs["destinationCidrBlock"] for route in found.of_type(ROUTE)} == {
        "10.12.0.0/20",
        *EXISTING_NLB_CIDRS.values(),
    }


@pytest.mark.parametrize(("gateway", "landing", "connection"), MIXES)
def test_the_nlb_and_the_endpoint_are_in_the_networks_that_they_belong_to(
    gateway: str, landing: str, connection: str
):
    found = consumer_side("apps", gateway=gateway, landing=landing, connection=connection)
    balancer, endpoint = found.one(BALANCER), found.one(ENDPOINT)
    groups = {group.id: group for group in found.of_type("aws:ec2/securityGroup:SecurityGroup")}
    near = _vpc(found, "crosslink-gateway", GATEWAY_VPC)
    far = _vpc(found, f"crosslink-landing-{AWAY}", LANDING_VPC)
    assert balancer.inputs["subnets"] == (
        [*NLB_SUBNETS.values()]
        if gateway == "existing"
        else subnet_ids(found, "crosslink-gateway-nlb", NLB_CIDRS)
    )
    assert endpoint.inputs["vpcId"] == far
    assert endpoint.inputs["subnetIds"] == (
        [FAR_SUBNETS[zone] for zone in FAR_CIDRS]
        if landing == "existing"
        else subnet_ids(found, f"crosslink-landing-{AWAY}-endpoints", FAR_CIDRS)
    )
    assert [groups[id_].inputs["vpcId"] for id_ in balancer.inputs["securityGroups"]] == [near]
    assert [groups[id_].inputs["vpcId"] for id_ in endpoint.inputs["securityGroupIds"]] == [far]
    assert found.one(TARGETS).inputs["vpcId"] == near
    assert places([balancer, found.one(TARGETS)]) == {(CONSUMER, HOME)}
    assert places([endpoint]) == {(CONSUMER, AWAY)}


@pytest.mark.parametrize(("gateway", "landing", "connection", "backend"), ADDRESSED)
def test_the_targets_are_planned_named_or_chosen_addresses_in_zone_all(
    gateway: str, landing: str, connection: str, backend: str
):
    found = consumer_side(backend, gateway=gateway, landing=landing, connection=connection)
    addresses = PLANNED if landing == "made" else NAMED if backend == "apps at" else CHOSEN_FAR
    assert _targets(found) == {
        f"crosslink-apps-{zone}": (address, "all") for zone, address in addresses.items()
    }
    assert found.outputs["endpoint_addresses"] == {"apps": addresses}


@pytest.mark.parametrize("gateway", SIDES)
@pytest.mark.parametrize("landing", SIDES)
def test_security_groups_admit_the_nlb_to_the_endpoints_and_no_more(gateway: str, landing: str):
    found = consumer_side("apps", gateway=gateway, landing=landing)
    inward = {rule.name: rule.inputs["cidrIpv4"] for rule in found.of_type(ENDPOINT_RULE)}
    cidrs = EXISTING_NLB_CIDRS if gateway == "existing" else NLB_CIDRS
    assert inward == {f"crosslink-apps-{zone}": cidr for zone, cidr in cidrs.items()}
    outward = {rule.name: rule.inputs["cidrIpv4"] for rule in found.of_type(NLB_RULE)}
    assert outward == (
        {f"crosslink-gateway-nlb-apps-{zone}": f"{address}/32" for zone, address in CHOSEN_FAR.items()}
        if landing == "existing"
        else {"crosslink-gateway-nlb-us-east-1-80": "10.11.0.0/20"}
    )


def test_in_an_existing_gateway_network_the_endpoint_is_inside():
    found = consumer_side("local", gateway="existing")
    zones = ("usw2-az1", "usw2-az3")
    assert _targets(found) == {
        f"crosslink-local-{zone}": (CHOSEN[NEAR_SUBNETS[zone]], None) for zone in zones
    }
    endpoint = found.one(ENDPOINT)
    assert (endpoint.inputs["vpcId"], endpoint.region) == (GATEWAY_VPC, HOME)
    assert endpoint.inputs["subnetIds"] == [NEAR_SUBNETS[zone] for zone in zones]
    assert found.of_type(ROUTE) == []


def test_an_endpoint_is_in_the_zones_of_its_service_that_have_an_existing_subnet():
    found = consumer_side("billing", landing="existing")
    assert found.one(ENDPOINT).inputs["subnetIds"] == [FAR_SUBNETS["use1-az2"]]
    assert _targets(found) == {"crosslink-billing-use1-az2": ("10.30.8.108", "all")}


def test_backends_have_rules_and_targets_of_their_own_in_shared_existing_subnets():
    alone, both = (consumer_side(*names, landing="existing") for names in (("apps",), ("apps", "theirs")))
    assert alone.resources.keys() < both.resources.keys()
    for type_ in (NLB_RULE, ENDPOINT_RULE, ATTACHMENT, ROUTE, ENDPOINT):
        for resource in alone.of_type(type_):
            assert both.resources[resource.urn].inputs == resource.inputs


def test_subnets_are_looked_up_in_the_consumers_account_in_the_region_of_their_network():
    found = consumer_side("apps", "local", gateway="existing", landing="existing")
    looked_up = {(call.token, call.args["id"], call.account, call.region) for call in found.invokes}
    near = {*NLB_SUBNETS.values(), *NEAR_SUBNETS.values()}
    far = {FAR_SUBNETS[zone] for zone in FAR_CIDRS}
    assert looked_up == {
        *((GET_SUBNET, id_, CONSUMER, HOME) for id_ in near),
        *((GET_SUBNET, id_, CONSUMER, AWAY) for id_ in far),
    }


@pytest.mark.parametrize(("gateway", "landing", "connection"), MIXES)
def test_existing_networks_are_told_with_the_subnets_in_use(gateway: str, landing: str, connection: str):
    networks = {
        f"consumer/{HOME}": (gateway, HOME, GATEWAY_VPC, NLB_SUBNETS),
        f"consumer/{AWAY}": (landing, AWAY, LANDING_VPC, {zone: FAR_SUBNETS[zone] for zone in FAR_CIDRS}),
    }
    found = consumer_side("apps", gateway=gateway, landing=landing, connection=connection)
    assert found.outputs["existing_networks"] == {
        key: {
            "accountId": CONSUMER,
            "region": region,
            "vpcId": vpc,
            "subnets": {id_: {"zoneId": zone, "cidr": CIDRS[id_]} for zone, id_ in subnets.items()},
        }
        for key, (how, region, vpc, subnets) in networks.items()
        if how == "existing"
    }


def test_existing_networks_get_no_flow_logs_and_no_protection():
    found = consumer_side("apps", gateway="existing", landing="made", flow_log_days=30, protect=True)
    landing = f"crosslink-landing-{AWAY}"
    assert [log.name for log in found.of_type("aws:ec2/flowLog:FlowLog")] == [f"{landing}-flow-logs"]
    assert [*found.outputs["log_groups"]["flowLogs"]] == [AWAY]
    assert [vpc.name for vpc in found.of_type(VPC) if vpc.options.protect] == [landing]


@pytest.mark.parametrize(("gateway", "landing", "connection", "backend"), ADDRESSED)
def test_preview_and_up_register_the_same(gateway: str, landing: str, connection: str, backend: str):
    mix = {"gateway": gateway, "landing": landing, "connection": connection}
    previewed, created = consumer_side(backend, **mix, preview=True), consumer_side(backend, **mix)
    assert previewed.resources.keys() == created.resources.keys()
    chosen = backend == "apps" and landing == "existing"
    for attachment in previewed.of_type(ATTACHMENT):
        known = created.resources[attachment.urn].inputs["targetId"]
        assert attachment.inputs["targetId"] == (UNKNOWN if chosen else known)
    for type_, key in ((ROUTE, "destinationCidrBlock"), (ENDPOINT_RULE, "cidrIpv4")):
        for resource in previewed.of_type(type_):
            assert resource.inputs[key] == created.resources[resource.urn].inputs[key]


@pytest.mark.parametrize(
    ("backend", "landing"), [("apps", "made"), ("apps at", "existing"), ("apps by hand", "made")]
)
def test_an_endpoint_without_addresses_yet_has_its_targets_if_they_were_asked_for(backend: str, landing: str):
    found = consumer_side(backend, landing=landing, waiting=True)
    assert _targets(found) == _targets(consumer_side(backend, landing=landing))
    assert found.outputs["endpoint_addresses"] == {"apps": {}}


@pytest.mark.parametrize("gateway", SIDES)
def test_an_endpoint_without_addresses_yet_that_aws_chooses_ends_the_up_with_what_to_do(gateway: str):
    with pytest.raises(pulumi.RunError, match="run pulumi up --refresh"):
        consumer_side("theirs", gateway=gateway, landing="existing", waiting=True)


def test_a_named_address_outside_its_subnet_ends_the_preview():
    with pytest.raises(pulumi.RunError, match=r"10\.30\.9\.20 isn't in the endpoint subnet in use1-az2"):
        consumer_side("apps astray", landing="existing", preview=True)


def test_where_acceptance_is_manual_the_targets_in_existing_subnets_wait_for_it():
    found = consumer_side("apps by hand", landing="existing")
    accepter = found.one("aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter")
    assert places([accepter]) == {(PROVIDER, AWAY)}
    assert all(accepter.urn in attachment.dependencies for attachment in found.of_type(ATTACHMENT))


def test_a_made_landing_is_the_same_whether_the_gateway_network_is_made_or_exists():
    made, joined = consumer_side("apps"), consumer_side("apps", gateway="existing")
    name = f"crosslink-landing-{AWAY}"
    landing = {
        urn: resource.inputs
        for urn, resource in made.resources.items()
        if resource.parent == made.one(NETWORK, name).urn
    }
    assert landing == {urn: joined.resources[urn].inputs for urn in landing}


def _vpc(found: Run, name: str, existing: str) -> str | None:
    return next((vpc.id for vpc in found.of_type(VPC) if vpc.name == name), existing)


def _targets(found: Run) -> dict[str, tuple[str, str | None]]:
    return {
        target.name: (target.inputs["targetId"], target.inputs.get("availabilityZone"))
        for target in found.of_type(ATTACHMENT)
    }
