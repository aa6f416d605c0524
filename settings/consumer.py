"""`crosslink:consumer`: account 1, the API's region, and the networks with the endpoints."""

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from settings.fields import (
    AccountId,
    ExternalId,
    Model,
    PolicyArn,
    RegionName,
    RoleArn,
    Text,
    ZoneIds,
    matching,
    private_network,
    unfit,
)

MAX_TAGS = 40
"""AWS allows 50 tags on a resource; the others are for the program's own tags and those of EKS."""


def _tags(value: Mapping[str, str]) -> Mapping[str, str]:
    if len(value) > MAX_TAGS:
        raise unfit(f"must hold {MAX_TAGS} tags or less")
    return value


TagKey = Annotated[
    str,
    matching(
        r"(?i:(?!aws:))[\w .:/=+@-]{1,128}",
        "must be a tag key of 1 to 128 of the characters A-Za-z0-9 _.:/=+-@, not beginning with aws:",
    ),
]
"""The characters that all services allow (https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html)."""
TagValue = Annotated[
    Text,
    matching(
        r"(?i:(?!aws:))[\w .:/=+@-]{0,256}",
        "must be a tag value of at most 256 of the characters A-Za-z0-9 _.:/=+-@, not beginning with aws:",
    ),
]


class GatewayNetwork(Model):
    """The VPC in the API's region: the gateway NLB, and the endpoints of backends in that region.

    Attributes:
        cidr: CIDR of the VPC, /16 to /22.
        zone_ids: Ids of the zones of the gateway NLB.
    """

    cidr: Annotated[IPv4Network, private_network(16, 22)] = Field(examples=["10.10.0.0/16"])
    zone_ids: ZoneIds = Field(examples=[["usw2-az1", "usw2-az2"]])


class Landing(Model):
    """The VPC in a backend's region: the endpoints of that region's backends, in their zones.

    Attributes:
        cidr: CIDR of the VPC, /16 to /23.
    """

    cidr: Annotated[IPv4Network, private_network(16, 23)] = Field(examples=["10.11.0.0/20"])


class Consumer(Model):
    """Account 1.

    Attributes:
        account_id: Account id, 12 digits.
        region: Region of the API, the VPC link and the gateway network.
        role_arn: Role that Pulumi assumes in the account; None for ambient credentials.
        preview_role_arn: Read-only role that replaces `role_arn` in previews of pull requests.
        external_id: External id for both roles; `SecretStr` if Pulumi keeps part of the key secret.
        permissions_boundary: ARN of the policy that bounds the stack's IAM roles here; None for none.
        network: The gateway network.
        landings: Region → landing network, one per region with backends, other than the API's own.
        tags: Default tags of all resources, in every account.
    """

    example: ClassVar[Mapping[str, object]] = {
        "accountId": "111111111111",
        "region": "us-west-2",
        "network": {"cidr": "10.10.0.0/16", "zoneIds": ["usw2-az1", "usw2-az2"]},
        "landings": {"us-east-1": {"cidr": "10.11.0.0/20"}},
    }

    account_id: AccountId = Field(examples=["111111111111"])
    region: RegionName = Field(examples=["us-west-2"])
    role_arn: RoleArn | None = Field(
        default=None, examples=["arn:aws:iam::111111111111:role/crosslink-deploy"]
    )
    preview_role_arn: RoleArn | None = Field(
        default=None, examples=["arn:aws:iam::111111111111:role/crosslink-preview"]
    )
    external_id: ExternalId | None = Field(default=None, examples=["crosslink"])
    permissions_boundary: PolicyArn | None = Field(
        default=None, examples=["arn:aws:iam::111111111111:policy/crosslink-boundary"]
    )
    network: GatewayNetwork = Field(examples=[{"cidr": "10.10.0.0/16", "zoneIds": ["usw2-az1", "usw2-az2"]}])
    landings: Mapping[RegionName, Landing] = Field(
        default={}, examples=[{"us-east-1": {"cidr": "10.11.0.0/20"}}]
    )
    tags: Annotated[Mapping[TagKey, TagValue], AfterValidator(_tags)] = Field(
        default={}, examples=[{"owner": "platform"}]
    )

    @property
    def endpoint_creator(self) -> str:
        """ARN of who makes the endpoints, which endpoint services allow to connect, and nobody else.

        PrivateLink takes the ARN of a role without a path only; a role with one, and ambient credentials, are
        allowed as the whole account
        (https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions).
        """
        role = self.role_arn or ""
        return role if role.count("/") == 1 else f"arn:aws:iam::{self.account_id}:root"
