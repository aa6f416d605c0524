"""Peering of existing networks with each other, and with those that the stack makes."""

from functools import cache

import pulumi
import pytest
from pulumi import ResourceOptions

from components.network.any_network import AnyNetwork, ExistingNetwork
from components.network.peering import Peering, PeeringArgs
from components.network.subnets import existing_subnets
from crosslink.sandbox.record import Run
from tests.components.beside import (
    FAR_SUBNETS,
    GATEWAY_TABLES,
    GATEWAY_VPC,
    LANDING_TABLE,
    LANDING_VPC,
    NEAR_SUBNETS,
    NLB_SUBNETS,
    run_beside,
)
from tests.components.support import CONSUMER, account, children, counts, network, places, urns

REQUEST = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
ACCEPTER = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"
ROUTE = "aws:ec2/route:Route"
TABLE = "aws:ec2/routeTable:RouteTable"
HERE, THERE = "us-west-2", "us-east-1"
ONE, TWO = GATEWAY_TABLES
MIXES = [("made", "existing"), ("existing", "made"), ("existing", "existing")]


@cache
def built(near: str, far: str, *, preview: bool = False) -> Run:
    def program() -> None:
        here, there = account(CONSUMER, HERE), account(CONSUMER, THERE)

        def gateway() -> AnyNetwork:
            if near == "made":
                tiers = {"nlb": {"usw2-az1": "10.10.32.0/26", "usw2-az2": "10.10.64.0/26"}}
                return network("gateway", "10.10.0.0/16", tiers, ResourceOptions(provider=here))
            opts = pulumi.InvokeOutputOptions(provider=here)
            return ExistingNetwork(
                vpc_id=GATEWAY_VPC,
                subnets={
                    "nlb": existing_subnets(GATEWAY_VPC, NLB_SUBNETS, opts, setting="subnets"),
                    "endpoints": existing_subnets(GATEWAY_VPC, NEAR_SUBNETS, opts, setting="subnets"),
                },
                route_tables={"nlb": {table: table for table in GATEWAY_TABLES}},
            )

        def landing() -> AnyNetwork:
            if far == "made":
                tiers = {"endpoints": {"use1-az1": "10.11.2.0/26", "use1-az2": "10.11.4.0/26"}}
                return network("landing", "10.11.0.0/20", tiers, ResourceOptions(provider=there))
            opts = pulumi.InvokeOutputOptions(provider=there)
            ids = {zone: FAR_SUBNETS[zone] for zone in ("use1-az1", "use1-az2")}
            return ExistingNetwork(
                vpc_id=LANDING_VPC,
                subnets={"endpoints": existing_subnets(LANDING_VPC, ids, opts, setting="subnets")},
                route_tables={"endpoints": {LANDING_TABLE: LANDING_TABLE}},
            )

        args = PeeringArgs(
            requester=gateway(),
            requester_tier="nlb",
            accepter=landing(),
            accepter_tier="endpoints",
            accepter_account=there,
            accepter_region=THERE,
        )
        Peering("peering", args, ResourceOptions(provider=here))

    return run_beside(program, preview=preview)


@pytest.mark.parametrize(
    ("near", "far", "routes"),
    [
        # To an existing network, a route to each subnet of the tier, a secondary CIDR's as any other.
        (
            "made",
            "existing",
            {
                "out-usw2-az1-use1-az1": ("gateway-nlb-usw2-az1", "10.30.7.0/24"),
                "out-usw2-az1-use1-az2": ("gateway-nlb-usw2-az1", "10.30.8.0/24"),
                "out-usw2-az2-use1-az1": ("gateway-nlb-usw2-az2", "10.30.7.0/24"),
                "out-usw2-az2-use1-az2": ("gateway-nlb-usw2-az2", "10.30.8.0/24"),
                f"back-{LANDING_TABLE}": (LANDING_TABLE, "10.10.0.0/16"),
            },
        ),
        # In an existing network, routes in the tables that are named.
        (
            "existing",
            "made",
            {
                f"out-{ONE}": (ONE, "10.11.0.0/20"),
                f"out-{TWO}": (TWO, "10.11.0.0/20"),
                "back-use1-az1-usw2-az1": ("landing-endpoints-use1-az1", "100.64.1.0/24"),
                "back-use1-az1-usw2-az2": ("landing-endpoints-use1-az1", "100.64.2.0/24"),
                "back-use1-az2-usw2-az1": ("landing-endpoints-use1-az2", "100.64.1.0/24"),
                "back-use1-az2-usw2-az2": ("landing-endpoints-use1-az2", "100.64.2.0/24"),
            },
        ),
        (
            "existing",
            "existing",
            {
                f"out-{ONE}-use1-az1": (ONE, "10.30.7.0/24"),
                f"out-{ONE}-use1-az2": (ONE, "10.30.8.0/24"),
                f"out-{TWO}-use1-az1": (TWO, "10.30.7.0/24"),
                f"out-{TWO}-use1-az2": (TWO, "10.30.8.0/24"),
                f"back-{LANDING_TABLE}-usw2-az1": (LANDING_TABLE, "100.64.1.0/24"),
                f"back-{LANDING_TABLE}-usw2-az2": (LANDING_TABLE, "100.64.2.0/24"),
            },
        ),
    ],
)
def test_routes_lead_to_the_tier_of_the_other_network(
    near: str, far: str, routes: dict[str, tuple[str, str]]
):
    found = built(near, far)
    tables = {table.id: table.name for table in found.of_type(TABLE)}
    assert {
        route.name.removeprefix("peering-"): (
            tables.get(route.inputs["routeTableId"], route.inputs["routeTableId"]),
            route.inputs["destinationCidrBlock"],
        )
        for route in found.of_type(ROUTE)
    } == routes


@pytest.mark.parametrize(("near", "far"), MIXES)
def test_request_and_acceptance_are_the_same_for_all(near: str, far: str):
    found = built(near, far)
    vpcs = {vpc.name: vpc.id for vpc in found.of_type("aws:ec2/vpc:Vpc")}
    request, accepter = found.one(REQUEST), found.one(ACCEPTER)
    assert request.inputs == {
        "vpcId": vpcs.get("gateway", GATEWAY_VPC),
        "peerVpcId": vpcs.get("landing", LANDING_VPC),
        "peerRegion": THERE,
        "autoAccept": False,
        "tags": {"Name": "peering"},
    }
    assert accepter.inputs == {"vpcPeeringConnectionId": request.id, "autoAccept": True}
    assert (places([request]), places([accepter])) == ({(CONSUMER, HERE)}, {(CONSUMER, THERE)})
    made = counts(children(found, found.one("crosslink:network:Peering")))
    assert made == {REQUEST: 1, ACCEPTER: 1, ROUTE: len(found.of_type(ROUTE))}


@pytest.mark.parametrize(("near", "far"), MIXES)
def test_each_route_is_in_the_region_of_its_table_and_waits_for_the_acceptance(near: str, far: str):
    found = built(near, far)
    for route in found.of_type(ROUTE):
        region = HERE if route.name.startswith("peering-out-") else THERE
        assert places([route]) == {(CONSUMER, region)}
        assert route.property_dependencies["vpcPeeringConnectionId"] == urns(found.one(ACCEPTER))


@pytest.mark.parametrize(("near", "far"), MIXES)
def test_a_preview_knows_where_each_route_leads(near: str, far: str):
    def destinations(found: Run) -> dict[str, str]:
        return {route.name: route.inputs["destinationCidrBlock"] for route in found.of_type(ROUTE)}

    assert destinations(built(near, far, preview=True)) == destinations(built(near, far))


def test_nothing_but_routes_is_made_in_existing_networks():
    found = built("existing", "existing")
    assert counts(found.resources.values()) == {
        "pulumi:providers:aws": 2,
        "crosslink:network:Peering": 1,
        REQUEST: 1,
        ACCEPTER: 1,
        ROUTE: 6,
    }
