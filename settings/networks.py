"""Networks: those that the stack makes by the address plan, and existing ones."""

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from settings.addresses import private_network
from settings.described import Check
from settings.existing_or_not import EXISTING_OR_NOT, Joined, Made
from settings.fields import Model, ZoneId, ZoneIds, distinct, unfit
from settings.ids import RouteTableId, SubnetId, VpcId

MIN_ZONES = 2
Connection = Literal["peering", "existing"]


def _in_two_zones(value: Mapping[str, str]) -> Mapping[str, str]:
    if len(value) < MIN_ZONES:
        raise unfit("must hold subnets in two zones or more")
    if len(set(value.values())) < len(value):
        raise unfit("must name a subnet once: each is in one zone")
    return value


def _in_zones(value: Mapping[str, str]) -> Mapping[str, str]:
    return _in_two_zones(value) if value else value


SubnetsInZones = Annotated[
    Mapping[ZoneId, SubnetId], Check(_in_two_zones, schema={"minProperties": MIN_ZONES})
]
AnySubnets = Annotated[Mapping[ZoneId, SubnetId], AfterValidator(_in_zones)]
RouteTables = Annotated[tuple[RouteTableId, ...], distinct(0, "route tables")]
_VPC = "vpc-0a1b2c3d4e5f60718"
_US_EAST_1 = {"use1-az1": "subnet-0a1b2c3d4e5f60718", "use1-az2": "subnet-1a2b3c4d5e6f70819"}
_US_WEST_2 = {"usw2-az1": "subnet-2a3b4c5d6e7f80910", "usw2-az2": "subnet-3a4b5c6d7e8f90a1b"}


class GatewayNetwork(Model):
    """The VPC in the API's region: the gateway NLB, and the endpoints of backends in that region."""

    cidr: Annotated[IPv4Network, private_network(16, 22)] = Field(examples=["10.10.0.0/16"])
    """Network of a VPC that the stack makes."""
    zone_ids: ZoneIds = Field(examples=[["usw2-az1", "usw2-az2"]])
    """Ids of the zones of the gateway NLB."""


class ExistingGateway(Model):
    """A VPC in the API's region that the stack doesn't create."""

    vpc_id: VpcId = Field(examples=[_VPC])
    """Id of the VPC."""
    nlb_subnets: SubnetsInZones = Field(examples=[_US_WEST_2])
    """Zone id → subnet of the gateway NLB."""
    endpoint_subnets: AnySubnets = Field(default={}, examples=[_US_WEST_2])
    """Zone id → subnet of the endpoints of backends in the API's region; only if there are any."""
    route_tables: RouteTables = Field(default=(), examples=[["rtb-0a1b2c3d4e5f60718"]])
    """Route tables of `nlbSubnets`, to which the routes of peerings are added; only if there are peerings."""


class JoinedGateway(Model):
    """The key `network` of the consumer with an existing VPC."""

    existing: ExistingGateway = Field(examples=[{"vpcId": _VPC, "nlbSubnets": _US_WEST_2}])
    """An existing VPC in the API's region."""

    @property
    def zone_ids(self) -> tuple[str, ...]:
        """Ids of the zones of the gateway NLB."""
        return tuple(self.existing.nlb_subnets)


class Landing(Model):
    """The VPC in a backend's region: the endpoints of that region's backends, in their zones."""

    cidr: Annotated[IPv4Network, private_network(16, 23)] = Field(examples=["10.11.0.0/20"])
    """Network of a VPC that the stack makes."""
    connection: Connection = "peering"
    """What carries traffic to and from the gateway network: a `peering` that the stack makes, or something
    `existing`, such as a transit gateway."""


class ExistingLanding(Model):
    """A VPC in a backend's region that the stack doesn't create."""

    vpc_id: VpcId = Field(examples=[_VPC])
    """Id of the VPC."""
    endpoint_subnets: SubnetsInZones = Field(examples=[_US_EAST_1])
    """Zone id → subnet of the endpoints of that region's backends."""
    route_tables: RouteTables = Field(default=(), examples=[["rtb-0a1b2c3d4e5f60718"]])
    """Route tables of `endpointSubnets`, to which the routes of the peering are added; none if something
    existing carries the traffic."""


class JoinedLanding(Model):
    """A landing in an existing VPC."""

    existing: ExistingLanding = Field(examples=[{"vpcId": _VPC, "endpointSubnets": _US_EAST_1}])
    """An existing VPC in that region."""
    connection: Connection = "peering"
    """What carries traffic to and from the gateway network: a `peering` that the stack makes, or something
    `existing`, such as a transit gateway."""


class BackendNetwork(Model):
    """The provider's VPC."""

    cidr: Annotated[IPv4Network, private_network(16, 20)] = Field(examples=["10.20.0.0/16"])
    """Network of a VPC that the stack makes; it may overlap the consumer's."""
    zone_ids: ZoneIds = Field(examples=[["use1-az1", "use1-az2"]])
    """Ids of the zones of nodes, load balancers and endpoints, for the backend's life."""
    nat: Literal["single", "per-zone"] = "single"
    """One NAT gateway, in the zone that is listed first (keep it first), or one per zone."""

    @property
    def nat_zones(self) -> tuple[str, ...]:
        """The zones with a NAT gateway."""
        return self.zone_ids if self.nat == "per-zone" else self.zone_ids[:1]


class ExistingBackendNetwork(Model):
    """A VPC in the backend's account and region that the stack doesn't create."""

    vpc_id: VpcId = Field(examples=[_VPC])
    """Id of the VPC: that of the cluster or the load balancer, if one exists."""
    nlb_subnets: SubnetsInZones = Field(examples=[_US_EAST_1])
    """Zone id → subnet of the provider NLB; its zones are those of the endpoint service."""
    alb_subnets: AnySubnets = Field(default={}, examples=[_US_EAST_1])
    """Zone id → subnet of the ALB, which reaches pods from there; `nlbSubnets` if left out."""
    node_subnets: AnySubnets = Field(default={}, examples=[_US_EAST_1])
    """Zone id → subnet of the nodes, only for a cluster that the stack makes."""


class JoinedBackendNetwork(Model):
    """The key `network` of a backend with an existing VPC."""

    example: ClassVar[Mapping[str, object]] = {"existing": {"vpcId": _VPC, "nlbSubnets": _US_EAST_1}}

    existing: ExistingBackendNetwork = Field(examples=[example["existing"]])
    """An existing VPC in the backend's account and region."""

    @property
    def zone_ids(self) -> tuple[str, ...]:
        """Ids of the zones of the provider NLB, and so of the endpoint service."""
        return tuple(self.existing.nlb_subnets)


AnyGateway = Annotated[Annotated[GatewayNetwork, Made] | Annotated[JoinedGateway, Joined], EXISTING_OR_NOT]
AnyLanding = Annotated[Annotated[Landing, Made] | Annotated[JoinedLanding, Joined], EXISTING_OR_NOT]
AnyBackendNetwork = Annotated[
    Annotated[BackendNetwork, Made] | Annotated[JoinedBackendNetwork, Joined], EXISTING_OR_NOT
]


def made_cidr(network: AnyGateway | AnyLanding | AnyBackendNetwork) -> str | None:
    """CIDR of a network that the stack makes; None of one that exists."""
    match network:
        case GatewayNetwork() | Landing() | BackendNetwork():
            return str(network.cidr)
        case _:
            return None
