"""`crosslink:consumer`: account 1, the API's region, and the networks with the endpoints."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from settings.alarms import Alarms
from settings.backend import Backend
from settings.described import Since
from settings.fields import AccountId, Model, RegionName
from settings.ids import ExternalId, PolicyArn, RoleArn
from settings.networks import AnyGateway, AnyLanding, GatewayNetwork, JoinedGateway, JoinedLanding, Landing


class Consumer(Model):
    """Account 1."""

    example: ClassVar[Mapping[str, object]] = {
        "accountId": "111111111111",
        "region": "us-west-2",
        "network": {"cidr": "10.10.0.0/16", "zoneIds": ["usw2-az1", "usw2-az2"]},
        "landings": {"us-east-1": {"cidr": "10.11.0.0/20"}},
    }

    account_id: AccountId = Field(examples=["111111111111"])
    """Id of account 1, in quotes."""
    region: RegionName = Field(examples=["us-west-2"])
    """Region of the API, the VPC link and the gateway network. One that AWS opened after March 2019, such as
    af-south-1, must be enabled in the account, and in the one whose credentials assume a role there."""
    role_arn: RoleArn | None = Field(
        default=None, examples=["arn:aws:iam::111111111111:role/crosslink-deploy"]
    )
    """Role that Pulumi assumes in the account; if left out, the credentials that Pulumi runs with."""
    preview_role_arn: RoleArn | None = Field(
        default=None, examples=["arn:aws:iam::111111111111:role/crosslink-preview"]
    )
    """Role that previews of pull requests assume instead, which may only read: they need one for each
    `roleArn`. It must exist before the up."""
    external_id: ExternalId | None = Field(default=None, examples=["crosslink"])
    """External id of both roles; may be secret."""
    permissions_boundary: PolicyArn | None = Field(
        default=None, examples=["arn:aws:iam::111111111111:policy/crosslink-boundary"]
    )
    """Permissions boundary of the IAM roles that the stack makes in the account: a policy of the account or
    of AWS; none if left out."""
    alarms: Annotated[Alarms | None, Since("0.4")] = Field(
        default=None, examples=[{"topicArn": "arn:aws:sns:us-west-2:111111111111:on-call"}]
    )
    """Alarms of the API, the gateway NLB and the certificate of the API's domain name, and a dashboard; none
    if left out."""
    network: AnyGateway = Field(examples=[{"cidr": "10.10.0.0/16", "zoneIds": ["usw2-az1", "usw2-az2"]}])
    """The gateway network, with the NLB and the endpoints of backends in the API's region or with `native`
    crossing: a VPC that the stack makes, or an existing one."""
    landings: Mapping[RegionName, AnyLanding] = Field(
        default={}, examples=[{"us-east-1": {"cidr": "10.11.0.0/20"}}]
    )
    """Region → landing network with the endpoints of that region's backends; one for each region with
    backends, other than the API's, that are reached by a peering."""

    def network_in(self, region: str) -> GatewayNetwork | JoinedGateway | Landing | JoinedLanding | None:
        """The network with endpoints in a region; None if there is none."""
        return self.network if region == self.region else self.landings.get(region)

    def endpoint_region(self, backend: Backend) -> str:
        """The region of a backend's endpoint: the API's own if PrivateLink crosses regions by itself."""
        return self.region if backend.crossing == "native" else backend.region

    def is_native(self, backend: Backend) -> bool:
        """Whether a backend's endpoint is in another region than its service."""
        return self.endpoint_region(backend) != backend.region

    def endpoint_subnets(self, backend: Backend) -> Mapping[str, str] | None:
        """Zone id → existing subnet of the endpoints beside a backend's; None where the stack makes the
        network."""
        network = self.network_in(self.endpoint_region(backend))
        return (
            network.existing.endpoint_subnets if isinstance(network, JoinedGateway | JoinedLanding) else None
        )

    def endpoint_zones(self, backend: Backend) -> tuple[str, ...]:
        """The zones of a backend's endpoint.

        They are those of its service in which there is a subnet for it. In another region than its service
        they are the gateway network's
        (https://aws.amazon.com/blogs/networking-and-content-delivery/introducing-cross-region-connectivity-for-aws-privatelink).
        """
        subnets = self.endpoint_subnets(backend)
        if self.is_native(backend):
            return tuple(self.network.zone_ids if subnets is None else subnets)
        return tuple(zone for zone in backend.zone_ids if subnets is None or zone in subnets)

    @property
    def endpoint_creator(self) -> str:
        """ARN of who makes the endpoints, which endpoint services allow to connect, and nobody else.

        PrivateLink takes the ARN of a role without a path only; a role with one, and ambient credentials, are
        allowed as the whole account
        (https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions).
        """
        role = self.role_arn or ""
        return role if role.count("/") == 1 else f"arn:aws:iam::{self.account_id}:root"
