"""Existing subnets: their CIDRs are looked up, and where they are is checked."""

from collections.abc import Mapping
from functools import cache

import pulumi
import pytest

from components.network.subnets import existing_subnets
from crosslink.sandbox.record import Run
from tests.components.beside import FAR_SUBNETS, GATEWAY_VPC, GET_SUBNET, LANDING_VPC, run_beside
from tests.components.support import CONSUMER, account

REGION = "us-east-1"
ONE, TWO, _ = FAR_SUBNETS.values()


@cache
def built(vpc_id: str = LANDING_VPC, *, swapped: bool = False, preview: bool = False) -> Run:
    zones = ("use1-az2", "use1-az1") if swapped else ("use1-az1", "use1-az2")
    ids: Mapping[str, str] = dict(zip(zones, (ONE, TWO), strict=True))

    def program() -> None:
        opts = pulumi.InvokeOutputOptions(provider=account(CONSUMER, REGION))
        found = existing_subnets(vpc_id, ids, opts, setting="subnets")
        pulumi.export("subnets", {zone: [subnet.id, subnet.cidr] for zone, subnet in found.items()})

    return run_beside(program, preview=preview)


@pytest.mark.parametrize("preview", [True, False])
def test_a_subnet_has_its_id_and_the_cidr_that_aws_tells(preview: bool):
    assert built(preview=preview).outputs["subnets"] == {
        "use1-az1": [ONE, "10.30.7.0/24"],
        "use1-az2": [TWO, "10.30.8.0/24"],
    }


def test_subnets_are_looked_up_in_the_account_and_region_that_are_given():
    assert [(call.token, call.args["id"], call.account, call.region) for call in built().invokes] == [
        (GET_SUBNET, ONE, CONSUMER, REGION),
        (GET_SUBNET, TWO, CONSUMER, REGION),
    ]


@pytest.mark.parametrize("preview", [True, False])
def test_a_subnet_of_another_vpc_is_refused(preview: bool):
    with pytest.raises(
        pulumi.RunError, match=f"subnets: {ONE} is in {LANDING_VPC}, the settings say {GATEWAY_VPC}"
    ):
        built(GATEWAY_VPC, preview=preview)


@pytest.mark.parametrize("preview", [True, False])
def test_a_subnet_of_another_zone_is_refused(preview: bool):
    with pytest.raises(
        pulumi.RunError, match=f"subnets: {ONE} is in zone use1-az1, the settings say use1-az2"
    ):
        built(swapped=True, preview=preview)
