"""The addresses of an interface endpoint: those asked for, those that AWS gave, those that are targets."""

import json
from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any

import pulumi
import pytest

from components.consumer.endpoint_addresses import (
    asked_addresses,
    chosen_addresses,
    endpoint_cidrs,
    given_addresses,
    in_its_subnet,
    target_addresses,
)
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import UNKNOWN
from settings.backend import Backend
from settings.consumer import Consumer
from settings.networks import BackendNetwork
from tests.components.beside import FAR_SUBNETS, GATEWAY_VPC, LANDING_VPC, NEAR_SUBNETS, NLB_SUBNETS
from tests.components.support import CONSUMER, backend

ADDRESSES = {"use1-az1": "10.11.2.10", "use1-az2": "10.11.4.10"}
INTERFACES = ["eni-1", "eni-2"]
NAMED = {"use1-az1": "10.30.7.20", "use1-az2": "10.30.8.20"}
SUBNETS = {"use1-az1": "subnet-1", "use1-az2": "subnet-2"}
MADE_GATEWAY = {"cidr": "10.10.0.0/16", "zoneIds": ("usw2-az1", "usw2-az2")}
GATEWAY = {"existing": {"vpcId": GATEWAY_VPC, "nlbSubnets": NLB_SUBNETS, "endpointSubnets": NEAR_SUBNETS}}
MADE_LANDING = {"cidr": "10.11.0.0/20"}
LANDING = {"existing": {"vpcId": LANDING_VPC, "endpointSubnets": FAR_SUBNETS}}


def consumer(
    network: Mapping[str, Any] = MADE_GATEWAY, landing: Mapping[str, Any] = MADE_LANDING
) -> Consumer:
    given = {"accountId": CONSUMER, "region": "us-west-2", "network": network}
    return Consumer.model_validate_json(json.dumps({**given, "landings": {"us-east-1": landing}}))


FAR = backend(slot=3)
NEAR = backend(
    slot=3,
    region="us-west-2",
    network=BackendNetwork(cidr=IPv4Network("10.20.0.0/16"), zone_ids=("usw2-az1", "usw2-az3")),
)


@pytest.mark.parametrize("gateway", [MADE_GATEWAY, GATEWAY])
def test_in_a_made_landing_the_addresses_are_planned(gateway: Mapping[str, Any]):
    assert asked_addresses(consumer(gateway), FAR) == {"use1-az1": "10.11.2.13", "use1-az2": "10.11.4.13"}


@pytest.mark.parametrize("landing", [MADE_LANDING, LANDING])
def test_in_a_made_gateway_network_the_addresses_are_planned(landing: Mapping[str, Any]):
    assert asked_addresses(consumer(landing=landing), NEAR) == {
        "usw2-az1": "10.10.32.77",
        "usw2-az3": "10.10.96.77",
    }


@pytest.mark.parametrize("gateway", [MADE_GATEWAY, GATEWAY])
def test_in_an_existing_network_the_addresses_are_the_settings_own(gateway: Mapping[str, Any]):
    assert asked_addresses(consumer(gateway, LANDING), backend(endpoint_addresses=NAMED)) == NAMED


@pytest.mark.parametrize("backend", [FAR, backend(slot=4)])
def test_in_an_existing_network_aws_chooses_what_the_settings_do_not_name(backend: Backend):
    assert asked_addresses(consumer(landing=LANDING), backend) is None


def test_an_existing_network_has_no_planned_subnets():
    with pytest.raises(ValueError, match="the network in us-east-1 isn't made by the stack"):
        endpoint_cidrs(consumer(landing=LANDING), "us-east-1", ["use1-az1"])


@pytest.mark.parametrize("cidr", ["10.30.7.0/24", "10.30.7.16/28"])
def test_an_address_of_the_subnet_is_taken_as_it_is(cidr: str):
    assert in_its_subnet("apps", "use1-az1", "10.30.7.20", cidr) == "10.30.7.20"


def test_an_address_outside_its_subnet_is_refused_with_both():
    with pytest.raises(pulumi.RunError) as refused:
        in_its_subnet("apps", "use1-az1", "10.30.7.20", "10.30.8.0/24")
    assert str(refused.value).splitlines() == [
        "endpoint apps: 10.30.7.20 isn't in the endpoint subnet in use1-az1, 10.30.8.0/24.",
        "Set endpointAddresses of the backend to addresses of its endpoint subnets, or leave it out.",
    ]


@pytest.mark.parametrize("address", ["10.30.7.0", "10.30.7.3", "10.30.7.255"])
def test_an_address_that_aws_keeps_is_refused(address: str):
    with pytest.raises(pulumi.RunError, match=r"reserved by AWS.*\n.*from 10\.30\.7\.4 to 10\.30\.7\.254"):
        in_its_subnet("apps", "use1-az1", address, "10.30.7.0/24")


def test_the_addresses_beside_those_that_aws_keeps_are_taken():
    for address in ("10.30.7.4", "10.30.7.254"):
        assert in_its_subnet("apps", "use1-az1", address, "10.30.7.0/24") == address


@pytest.mark.parametrize("order", [1, -1])
def test_chosen_addresses_are_paired_with_their_zones_by_subnet(order: int):
    given = [("subnet-1", "10.30.7.107"), ("subnet-2", "10.30.8.108"), ("subnet-9", "10.30.9.109")]
    found = chosen_addresses(SUBNETS, given[::order])
    assert found == {"use1-az1": "10.30.7.107", "use1-az2": "10.30.8.108"}


@pytest.mark.parametrize("given", [[], [("subnet-1", None)], [(None, "10.30.7.107")], [("subnet-1", "")]])
def test_what_aws_has_not_chosen_yet_is_left_out(given: list[tuple[str | None, str | None]]):
    assert chosen_addresses(SUBNETS, given) == {}


def test_chosen_addresses_are_the_targets():
    chosen = {"use1-az1": "10.30.7.107", "use1-az2": "10.30.8.108"}
    assert target_addresses("apps", SUBNETS, chosen) == chosen


@pytest.mark.parametrize(
    ("chosen", "missing"), [({}, "use1-az1, use1-az2"), ({"use1-az1": "10.30.7.107"}, "use1-az2")]
)
def test_targets_without_an_address_are_an_error_that_says_how_to_get_it(
    chosen: dict[str, str], missing: str
):
    with pytest.raises(pulumi.RunError) as refused:
        target_addresses("apps", SUBNETS, chosen)
    first, then = str(refused.value).splitlines()
    assert first == (
        f"endpoint apps: AWS hasn't told the addresses that it has chosen in {missing}, "
        "the targets of the gateway NLB."
    )
    assert "ask the owner of the endpoint service to accept it" in then
    assert "pulumi up --refresh" in then


def test_the_preview_of_an_update_does_not_know_the_address_in_another_subnet():
    """It has the endpoint's addresses from before the update."""

    def program() -> None:
        before = pulumi.Output.from_input({"use1-az1": "10.30.7.107"})
        targets = before.apply(lambda chosen: target_addresses("apps", SUBNETS, chosen))
        pulumi.export("targets", {zone: targets[zone] for zone in SUBNETS})
        pulumi.export("range", pulumi.Output.concat(targets["use1-az2"], "/32"))

    known = {"use1-az1": "10.30.7.107", "use1-az2": UNKNOWN}
    assert run(program, preview=True).outputs == {"targets": known, "range": UNKNOWN}


@pytest.mark.parametrize("given", [["10.11.2.10", "10.11.4.10"], ["10.11.4.10", "10.11.2.10"]])
def test_addresses_as_planned_are_paired_with_their_zones_in_any_order(given: list[str]):
    assert given_addresses("apps", ADDRESSES, given, INTERFACES) == ADDRESSES


def test_the_plan_is_not_taken_for_addresses_of_interfaces_that_are_not_there():
    """The provider's state has the addresses that were asked for as long as there are no interfaces."""
    assert given_addresses("apps", ADDRESSES, ADDRESSES.values(), []) == {}
    assert given_addresses("apps", ADDRESSES, ["10.11.2.33"], []) == {}


@pytest.mark.parametrize("given", [[], [None, None], [""]])
def test_an_endpoint_that_has_no_addresses_yet_gives_none(given: list[str | None]):
    assert given_addresses("apps", ADDRESSES, given, INTERFACES) == {}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["10.11.2.10", "10.11.4.33"], "10.11.2.10, 10.11.4.33"),
        (["10.11.4.33", "10.11.2.33"], "10.11.2.33, 10.11.4.33"),
        (["10.11.2.10"], "10.11.2.10"),
        (["10.11.2.10", None], "10.11.2.10"),
        (["10.11.2.10", "10.11.4.10", "10.11.6.10"], "10.11.2.10, 10.11.4.10, 10.11.6.10"),
    ],
    ids=["another", "both others", "one missing", "one unset", "one too many"],
)
def test_other_addresses_are_an_error_that_names_both_sides(given: list[str | None], told: str):
    with pytest.raises(pulumi.RunError) as refused:
        given_addresses("apps", ADDRESSES, given, INTERFACES)
    first_line = str(refused.value).splitlines()[0]
    assert first_line == f"endpoint apps: planned 10.11.2.10, 10.11.4.10, but AWS gave {told}."
