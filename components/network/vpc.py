"""A VPC with subnets by tier and zone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.network.flow_logs import FlowLogs, FlowLogsArgs
from components.network.subnets import Subnet


@dataclass(frozen=True, kw_only=True)
class Nat:
    """Outbound internet access for one tier of a network.

    Args:
        tier: the tier that gets access.
        public: zone id → CIDR of the public subnet for a NAT gateway there.
        gateway_zones: the zones that have a NAT gateway. Other zones use the gateway of the first one.
    """

    tier: str
    public: Mapping[str, IPv4Network]
    gateway_zones: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """Arguments of a Network.

    Args:
        cidr: the VPC's IPv4 CIDR.
        account_id: the component's account, 12 digits.
        region: the component's region.
        tiers: tier → zone id → CIDR of the tier's private subnet in that zone.
        tier_tags: tier → additional tags of its subnets.
        nat: internet access for a tier; None for none, and then there is no internet gateway either.
        flow_log_days: how long flow logs are kept; None for no flow logs.
        permissions_boundary: ARN of the policy that bounds the role for flow logs; None for none.
        protect: Pulumi refuses to delete the VPC, and so to destroy the stack.
    """

    cidr: IPv4Network
    account_id: str
    region: str
    tiers: Mapping[str, Mapping[str, IPv4Network]]
    tier_tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    nat: Nat | None = None
    flow_log_days: int | None = None
    permissions_boundary: str | None = None
    protect: bool = False


class Network(pulumi.ComponentResource):
    """A VPC with private subnets by tier and zone, and optional NAT.

    Part of the path: the gateway network and the landing networks (consumer), the network of the cluster
    and its load balancers (provider). Each subnet has its own route table, so that adding a route, a zone or
    a NAT gateway changes nothing that exists. Subnets are placed by zone *id*, since zone names mean other
    zones in other accounts. The default security group has no rules.

    Outputs:
        vpc: the VPC.
        vpc_id: its id.
        subnets: tier → zone id → subnet.
        route_tables: tier → zone id → id of the subnet's route table.
        destinations: tier → end of a route's name → CIDR that routes to the tier lead to: the VPC's.
        egress: resources that must exist before the tier with NAT can reach the internet.
        log_group: name of the flow logs' log group; None without flow logs.
        nat_gateway_ids: zone id → id of its NAT gateway.

    Sources:
        https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
        https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
    """

    vpc: aws.ec2.Vpc
    vpc_id: pulumi.Output[str]
    subnets: dict[str, dict[str, Subnet]]
    route_tables: dict[str, dict[str, pulumi.Output[str]]]
    destinations: dict[str, dict[str, str]]
    egress: list[pulumi.Resource]
    log_group: pulumi.Output[str] | None
    nat_gateway_ids: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: NetworkArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:network:Network", name, None, opts)
        self._associations: dict[str, list[aws.ec2.RouteTableAssociation]] = {}
        self.subnets = {}
        self.route_tables = {}
        self.destinations = {tier: {"": str(args.cidr)} for tier in args.tiers}
        self.egress = []
        self.log_group = None
        self.nat_gateway_ids = {}

        self.vpc = aws.ec2.Vpc(
            name,
            cidr_block=str(args.cidr),
            # Nodes need both to join a cluster
            # (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html).
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": name},
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        self.vpc_id = self.vpc.id
        # Adopts the group that AWS creates with every VPC and removes its rules: a resource without a
        # security group of its own is unreachable. It gets no Name: the deploy role may change what has one
        # of ours, and so may give one only to what it makes (bootstrap/deploy-role.yaml).
        aws.ec2.DefaultSecurityGroup(
            f"{name}-default",
            vpc_id=self.vpc_id,
            opts=ResourceOptions(parent=self),
        )
        for tier, zones in args.tiers.items():
            self._add_tier(tier, zones, args.tier_tags.get(tier, {}))
        if args.nat:
            self._add_nat(args.nat)
        if args.flow_log_days:
            self.log_group = FlowLogs(
                f"{name}-flow-logs",
                FlowLogsArgs(
                    vpc_id=self.vpc_id,
                    account_id=args.account_id,
                    region=args.region,
                    retention_days=args.flow_log_days,
                    permissions_boundary=args.permissions_boundary,
                ),
                ResourceOptions(parent=self),
            ).log_group

        self.register_outputs({"vpcId": self.vpc_id})

    def _add_tier(self, tier: str, zones: Mapping[str, IPv4Network], tags: Mapping[str, str]) -> None:
        self.subnets[tier] = {}
        self.route_tables[tier] = {}
        self._associations[tier] = []
        for zone, cidr in zones.items():
            key = f"{self.pulumi_resource_name}-{tier}-{zone}"
            subnet = aws.ec2.Subnet(
                key,
                vpc_id=self.vpc_id,
                cidr_block=str(cidr),
                availability_zone_id=zone,
                map_public_ip_on_launch=False,
                tags={"Name": key, **tags},
                opts=ResourceOptions(parent=self),
            )
            table = aws.ec2.RouteTable(
                key, vpc_id=self.vpc_id, tags={"Name": key}, opts=ResourceOptions(parent=self)
            )
            association = aws.ec2.RouteTableAssociation(
                key, subnet_id=subnet.id, route_table_id=table.id, opts=ResourceOptions(parent=self)
            )
            self.subnets[tier][zone] = Subnet(id=subnet.id, cidr=str(cidr))
            self.route_tables[tier][zone] = table.id
            self._associations[tier].append(association)

    def _add_nat(self, nat: Nat) -> None:
        name = self.pulumi_resource_name
        internet = aws.ec2.InternetGateway(
            name, vpc_id=self.vpc_id, tags={"Name": name}, opts=ResourceOptions(parent=self)
        )
        self._add_tier("public", nat.public, {})
        outward: dict[str, aws.ec2.Route] = {}
        for zone, table in self.route_tables["public"].items():
            outward[zone] = aws.ec2.Route(
                f"{name}-internet-{zone}",
                route_table_id=table,
                destination_cidr_block="0.0.0.0/0",
                gateway_id=internet.id,
                opts=ResourceOptions(parent=self),
            )
        for zone in nat.gateway_zones:
            key = f"{name}-nat-{zone}"
            address = aws.ec2.Eip(
                key,
                domain="vpc",
                tags={"Name": key},
                # An Elastic IP's mapping may need the internet gateway
                # (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-eips.html).
                opts=ResourceOptions(parent=self, depends_on=[internet]),
            )
            self.nat_gateway_ids[zone] = aws.ec2.NatGateway(
                key,
                allocation_id=address.allocation_id,
                subnet_id=self.subnets["public"][zone].id,
                tags={"Name": key},
                opts=ResourceOptions(parent=self, depends_on=[outward[zone]]),
            ).id
        first = self.nat_gateway_ids[nat.gateway_zones[0]]
        to_gateway = [
            aws.ec2.Route(
                f"{name}-nat-{zone}",
                route_table_id=table,
                destination_cidr_block="0.0.0.0/0",
                nat_gateway_id=self.nat_gateway_ids.get(zone, first),
                opts=ResourceOptions(parent=self),
            )
            for zone, table in self.route_tables[nat.tier].items()
        ]
        self.egress = [
            *to_gateway,
            *outward.values(),
            *self._associations[nat.tier],
            *self._associations["public"],
        ]
