"""Peering: request, acceptance in the other region, and routes in both directions for the two tiers only."""

from functools import cache

import pytest
from pulumi import ResourceOptions

from components.network.peering import Peering, PeeringArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import UNKNOWN, Resource, Run
from tests.components.support import CONSUMER, account, children, counts, network, places, urns

REQUEST = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
ACCEPTER = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"
ROUTE = "aws:ec2/route:Route"
HERE, THERE = "us-west-2", "us-east-1"
OUT = ["peering-out-usw2-az1", "peering-out-usw2-az2"]
BACK = ["peering-back-use1-az1", "peering-back-use1-az4"]


@cache
def built(*, preview: bool = False) -> Run:
    def program() -> None:
        here, there = account(CONSUMER, HERE), account(CONSUMER, THERE)
        gateway = network(
            "gateway",
            "10.10.0.0/16",
            {
                "nlb": {"usw2-az1": "10.10.32.0/26", "usw2-az2": "10.10.64.0/26"},
                "endpoints": {"usw2-az1": "10.10.32.64/26"},
            },
            ResourceOptions(provider=here),
        )
        landing = network(
            "landing",
            "10.11.0.0/20",
            {
                "endpoints": {"use1-az1": "10.11.2.0/26", "use1-az4": "10.11.8.0/26"},
                "spare": {"use1-az1": "10.11.2.64/26"},
            },
            ResourceOptions(provider=there),
        )
        args = PeeringArgs(
            requester=gateway,
            requester_tier="nlb",
            accepter=landing,
            accepter_tier="endpoints",
            accepter_account=there,
            accepter_region=THERE,
        )
        Peering("peering", args, ResourceOptions(provider=here))

    return run(program, preview=preview)


def test_creates_a_request_an_acceptance_and_a_route_for_each_subnet_of_the_two_tiers():
    found = built()
    made = children(found, found.one("crosslink:network:Peering"))
    assert counts(made) == {REQUEST: 1, ACCEPTER: 1, ROUTE: 4}
    assert sorted(route.name for route in found.of_type(ROUTE)) == sorted(OUT + BACK)


def test_accounts_and_regions_of_both_ends():
    found = built()
    assert places([found.one(REQUEST), *map(found.named, OUT)]) == {(CONSUMER, HERE)}
    assert places([found.one(ACCEPTER), *map(found.named, BACK)]) == {(CONSUMER, THERE)}


def test_the_request_names_the_other_vpc_and_its_region_and_cannot_accept_itself():
    found = built()
    assert found.one(REQUEST).inputs == {
        "vpcId": found.one("aws:ec2/vpc:Vpc", "gateway").id,
        "peerVpcId": found.one("aws:ec2/vpc:Vpc", "landing").id,
        "peerRegion": THERE,
        "autoAccept": False,
        "tags": {"Name": "peering"},
    }


def test_the_accepter_accepts_the_request():
    found = built()
    assert found.one(ACCEPTER).inputs == {
        "vpcPeeringConnectionId": found.one(REQUEST).id,
        "autoAccept": True,
    }


def test_nlb_subnets_send_packets_for_the_landing_network_through_the_peering():
    found = built()
    for zone in ("usw2-az1", "usw2-az2"):
        assert found.named(f"peering-out-{zone}").inputs == {
            "routeTableId": _table(found, f"gateway-nlb-{zone}").id,
            "destinationCidrBlock": "10.11.0.0/20",
            "vpcPeeringConnectionId": found.one(ACCEPTER).id,
        }


def test_endpoint_subnets_answer_the_gateway_network_through_the_peering():
    found = built()
    for zone in ("use1-az1", "use1-az4"):
        assert found.named(f"peering-back-{zone}").inputs == {
            "routeTableId": _table(found, f"landing-endpoints-{zone}").id,
            "destinationCidrBlock": "10.10.0.0/16",
            "vpcPeeringConnectionId": found.one(ACCEPTER).id,
        }


@pytest.mark.parametrize(
    ("route", "table"),
    [
        ("peering-out-usw2-az1", "gateway-nlb-usw2-az1"),
        ("peering-out-usw2-az2", "gateway-nlb-usw2-az2"),
        ("peering-back-use1-az1", "landing-endpoints-use1-az1"),
        ("peering-back-use1-az4", "landing-endpoints-use1-az4"),
    ],
)
def test_a_route_waits_for_the_acceptance_not_just_the_request(route: str, table: str):
    found = built()
    resource = found.named(route)
    assert resource.property_dependencies["vpcPeeringConnectionId"] == urns(found.one(ACCEPTER))
    assert resource.dependencies == urns(_table(found, table), found.one(ACCEPTER))


def test_a_preview_shows_where_each_route_leads():
    found = built(preview=True)
    assert {route.name: route.inputs["destinationCidrBlock"] for route in found.of_type(ROUTE)} == {
        **dict.fromkeys(OUT, "10.11.0.0/20"),
        **dict.fromkeys(BACK, "10.10.0.0/16"),
    }
    assert found.one(REQUEST).inputs["peerRegion"] == THERE
    assert found.one(ACCEPTER).inputs["vpcPeeringConnectionId"] is UNKNOWN


def _table(found: Run, name: str) -> Resource:
    return found.one("aws:ec2/routeTable:RouteTable", name)
