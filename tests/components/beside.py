"""Runs beside existing subnets, and with endpoints whose addresses AWS chooses."""

from collections.abc import Callable
from typing import Any
from unittest import mock

from crosslink.graph import tokens
from crosslink.sandbox import aws, aws_data_sources
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import Run

GET_SUBNET = "aws:ec2/getSubnet:getSubnet"
GATEWAY_VPC, LANDING_VPC = "vpc-0a1b2c3d4e5f60718", "vpc-1a2b3c4d5e6f70819"
GATEWAY_TABLES = ("rtb-0a1b2c3d4e5f60718", "rtb-1a2b3c4d5e6f70819")
LANDING_TABLE = "rtb-2a3b4c5d6e7f80910"
NLB_SUBNETS = {"usw2-az1": "subnet-0a1b2c3d4e5f60718", "usw2-az2": "subnet-1a2b3c4d5e6f70819"}
NEAR_SUBNETS = {"usw2-az1": "subnet-2a3b4c5d6e7f80910", "usw2-az3": "subnet-3a4b5c6d7e8f90a1b"}
FAR_SUBNETS = {
    "use1-az1": "subnet-4a5b6c7d8e9f0a1b2",
    "use1-az2": "subnet-5a6b7c8d9e0f1a2b3",
    "use1-az6": "subnet-6a7b8c9d0e1f2a3b4",
}
CIDRS = {
    # In a secondary CIDR of the VPC's.
    NLB_SUBNETS["usw2-az1"]: "100.64.1.0/24",
    NLB_SUBNETS["usw2-az2"]: "100.64.2.0/24",
    NEAR_SUBNETS["usw2-az1"]: "10.40.1.0/24",
    NEAR_SUBNETS["usw2-az3"]: "10.40.3.0/24",
    FAR_SUBNETS["use1-az1"]: "10.30.7.0/24",
    FAR_SUBNETS["use1-az2"]: "10.30.8.0/24",
    FAR_SUBNETS["use1-az6"]: "10.30.9.0/24",
}
CHOSEN = {
    NEAR_SUBNETS["usw2-az1"]: "10.40.1.101",
    NEAR_SUBNETS["usw2-az3"]: "10.40.3.103",
    FAR_SUBNETS["use1-az1"]: "10.30.7.107",
    FAR_SUBNETS["use1-az2"]: "10.30.8.108",
    FAR_SUBNETS["use1-az6"]: "10.30.9.109",
}
"""Subnet → the address that AWS chooses for an endpoint there."""

_ANSWERS: dict[str, dict[str, str]] = {
    id_: {"id": id_, "vpcId": vpc, "availabilityZoneId": zone, "cidrBlock": CIDRS[id_]}
    for vpc, subnets in (
        (GATEWAY_VPC, NLB_SUBNETS),
        (GATEWAY_VPC, NEAR_SUBNETS),
        (LANDING_VPC, FAR_SUBNETS),
    )
    for zone, id_ in subnets.items()
}


def run_beside(program: Callable[[], object], *, waiting: bool = False, preview: bool = False) -> Run:
    """A run beside the subnets above.

    Args:
        program: creates resources.
        waiting: whether AWS tells no addresses of endpoints yet, not even of those that were asked for.
        preview: run as in a preview.
    """

    def configurations(new: Any) -> list[dict[str, str]]:
        if waiting:
            return []
        chosen = [{"subnetId": id_, "ipv4": CHOSEN.get(id_)} for id_ in new.inputs["subnetIds"]]
        # A set comes back in AWS's order.
        return new.inputs.get("subnetConfigurations", chosen)[::-1]

    lookup = {GET_SUBNET: lambda call, *_: _ANSWERS[call.args["id"]]}
    endpoint = {**aws.COMPUTED[tokens.ENDPOINT], "subnetConfigurations": configurations}
    with (
        mock.patch.dict(aws_data_sources._ANSWERS, lookup),
        mock.patch.dict(aws.COMPUTED, {tokens.ENDPOINT: endpoint}),
    ):
        return run(program, preview=preview)
