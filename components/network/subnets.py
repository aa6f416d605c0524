"""Subnets of the path, of networks that the stack makes and of existing ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """A subnet in one zone.

    Args:
        id: its id.
        cidr: its IPv4 CIDR.
    """

    id: pulumi.Input[str]
    cidr: pulumi.Input[str]


def existing_subnets(
    vpc_id: str, ids: Mapping[str, str], opts: pulumi.InvokeOutputOptions, *, setting: str
) -> dict[str, Subnet]:
    """Existing subnets, with the CIDRs that AWS tells.

    Args:
        vpc_id: id of the VPC that they must be in.
        ids: zone id → id of the subnet that must be there.
        opts: tells the account and region, by `parent` or `provider`.
        setting: the key in the settings that names them, for errors.

    Returns:
        Zone id → subnet.

    Raises:
        pulumi.RunError: from the CIDRs, also in a preview, if a subnet is in another VPC or zone.

    Source: https://www.pulumi.com/registry/packages/aws/api-docs/ec2/getsubnet/
    """

    def subnet(zone: str, id_: str) -> Subnet:
        found = aws.ec2.get_subnet_output(id=id_, opts=opts)
        return Subnet(id=id_, cidr=found.apply(lambda result: _checked(result, zone, vpc_id, setting)))

    return {zone: subnet(zone, id_) for zone, id_ in ids.items()}


def told_as_existing(
    account_id: str, region: str, vpc_id: pulumi.Input[str], *tiers: Mapping[str, Subnet]
) -> Mapping[str, object]:
    """An existing network, as the stack output `path` tells it.

    Args:
        account_id: its account, 12 digits.
        region: its region.
        vpc_id: id of the VPC.
        tiers: zone id → subnet, from `existing_subnets`.

    Returns:
        `accountId`, `region`, `vpcId`, and `subnets`: id → `zoneId` and `cidr`.
    """
    return {
        "accountId": account_id,
        "region": region,
        "vpcId": vpc_id,
        "subnets": {
            cast("str", subnet.id): {"zoneId": zone, "cidr": subnet.cidr}
            for tier in tiers
            for zone, subnet in tier.items()
        },
    }


def _checked(found: aws.ec2.GetSubnetResult, zone: str, vpc_id: str, setting: str) -> str:
    if found.vpc_id != vpc_id:
        raise pulumi.RunError(
            f"{setting}: {found.id} is in {found.vpc_id}, the settings say {vpc_id}.\n"
            f"Name a subnet of {vpc_id} for {zone}, or set vpcId beside it to {found.vpc_id}."
        )
    if found.availability_zone_id != zone:
        raise pulumi.RunError(
            f"{setting}: {found.id} is in zone {found.availability_zone_id}, the settings say {zone}.\n"
            f"Set {found.availability_zone_id}: {found.id}, or name a subnet of zone {zone}."
        )
    return found.cidr_block
