"""The consumer's networks, which the stack makes or which exist, and the peerings between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.consumer.endpoint_addresses import endpoint_cidrs
from components.network.any_network import AnyNetwork, ExistingNetwork
from components.network.peering import Peering, PeeringArgs
from components.network.subnets import existing_subnets, told_as_existing
from components.network.vpc import Network, NetworkArgs
from settings.address_plan import gateway_nlb_subnet
from settings.backend import Backend
from settings.consumer import Consumer
from settings.networks import JoinedGateway, JoinedLanding

NLB = "nlb"
ENDPOINTS = "endpoints"
_SETTINGS = {NLB: "nlbSubnets", ENDPOINTS: "endpointSubnets"}


@dataclass(frozen=True, kw_only=True)
class NetworksArgs:
    """What decides the consumer's networks.

    Args:
        consumer: the consumer's settings.
        landing_accounts: region of a landing network → the consumer's account there.
        backends: the backends, whose endpoints are in the networks.
        flow_log_days: how long the flow logs of made networks are kept; None for no flow logs.
        protect: Pulumi refuses to delete made networks.
    """

    consumer: Consumer
    landing_accounts: Mapping[str, aws.Provider]
    backends: Sequence[Backend]
    flow_log_days: int | None
    protect: bool


class ConsumerNetworks:
    """The gateway network, and for each other region with backends a landing network connected with it.

    Part of the path: steps 1 and 2. An existing network is looked up, and nothing is made in it here but the
    routes of peerings. Between networks with an existing connection, nothing is made at all.

    Args:
        name: the start of the resources' names.
        args: what decides the networks.
        parent: the component that they belong to, in the gateway network's region.

    Attributes:
        gateway: the VPC in the API's region: the NLB, and the endpoints of backends in that region.
        landings: region → the VPC there, with the endpoints of that region's backends.
        peerings: region → what the stack connects the landing there by.
    """

    gateway: AnyNetwork
    landings: Mapping[str, AnyNetwork]
    peerings: dict[str, Peering]

    def __init__(self, name: str, args: NetworksArgs, parent: pulumi.Resource) -> None:
        self._name = name
        self._args = args
        self._parent = parent
        self.gateway = self._gateway()
        self.peerings = {}
        self.landings = {region: self._landing(region) for region in args.consumer.landings}

    @property
    def by_region(self) -> Mapping[str, AnyNetwork]:
        """Region → the network there."""
        return {self._args.consumer.region: self.gateway, **self.landings}

    def _gateway(self) -> AnyNetwork:
        consumer = self._args.consumer
        zones = self._endpoint_zones(consumer.region)
        if isinstance(consumer.network, JoinedGateway):
            existing = consumer.network.existing
            subnets = {
                NLB: existing.nlb_subnets,
                ENDPOINTS: {zone: existing.endpoint_subnets[zone] for zone in zones},
            }
            tables = {NLB: existing.route_tables}
            return self._existing(existing.vpc_id, subnets, tables, place="network", account=None)
        cidr = consumer.network.cidr
        tiers = {NLB: {zone: gateway_nlb_subnet(cidr, zone) for zone in consumer.network.zone_ids}}
        if zones:
            tiers[ENDPOINTS] = endpoint_cidrs(consumer, consumer.region, zones)
        return self._made(f"{self._name}-gateway", consumer.region, cidr, tiers, account=None)

    def _landing(self, region: str) -> AnyNetwork:
        """The landing network of a region, connected with the gateway network."""
        consumer, account = self._args.consumer, self._args.landing_accounts[region]
        landing, zones = consumer.landings[region], self._endpoint_zones(region)
        name = f"{self._name}-landing-{region}"
        if isinstance(landing, JoinedLanding):
            existing = landing.existing
            subnets = {ENDPOINTS: {zone: existing.endpoint_subnets[zone] for zone in zones}}
            tables = {ENDPOINTS: existing.route_tables}
            place = f"landings.{region}"
            network = self._existing(existing.vpc_id, subnets, tables, place=place, account=account)
        else:
            tiers = {ENDPOINTS: endpoint_cidrs(consumer, region, zones)}
            network = self._made(name, region, landing.cidr, tiers, account=account)
        if landing.connection == "peering":
            self.peerings[region] = Peering(
                name,
                PeeringArgs(
                    requester=self.gateway,
                    requester_tier=NLB,
                    accepter=network,
                    accepter_tier=ENDPOINTS,
                    accepter_account=account,
                    accepter_region=region,
                ),
                ResourceOptions(parent=self._parent),
            )
        return network

    def _endpoint_zones(self, region: str) -> Sequence[str]:
        """The zones with endpoints in a region."""
        args = self._args
        backends = [b for b in args.backends if args.consumer.endpoint_region(b) == region]
        return sorted({zone for backend in backends for zone in args.consumer.endpoint_zones(backend)})

    def _existing(
        self,
        vpc_id: str,
        subnets: Mapping[str, Mapping[str, str]],
        route_tables: Mapping[str, Sequence[str]],
        *,
        place: str,
        account: aws.Provider | None,
    ) -> ExistingNetwork:
        opts = pulumi.InvokeOutputOptions(parent=self._parent, provider=account)
        return ExistingNetwork(
            vpc_id=vpc_id,
            subnets={
                tier: existing_subnets(
                    vpc_id, ids, opts, setting=f"crosslink:consumer.{place}.existing.{_SETTINGS[tier]}"
                )
                for tier, ids in subnets.items()
            },
            route_tables={tier: {table: table for table in tables} for tier, tables in route_tables.items()},
        )

    def _made(
        self,
        name: str,
        region: str,
        cidr: IPv4Network,
        tiers: Mapping[str, Mapping[str, IPv4Network]],
        *,
        account: aws.Provider | None,
    ) -> Network:
        args = self._args
        return Network(
            name,
            NetworkArgs(
                cidr=cidr,
                account_id=args.consumer.account_id,
                region=region,
                tiers=tiers,
                flow_log_days=args.flow_log_days,
                permissions_boundary=args.consumer.permissions_boundary,
                protect=args.protect,
            ),
            ResourceOptions(parent=self._parent, provider=account),
        )


def existing_networks(consumer: Consumer, by_region: Mapping[str, AnyNetwork]) -> Mapping[str, object]:
    """The existing ones of the consumer's networks, as the stack output `path` tells them.

    Args:
        consumer: the consumer's settings.
        by_region: region → the network there.

    Returns:
        `consumer/<region>` → the network.
    """
    return {
        f"consumer/{region}": told_as_existing(
            consumer.account_id, region, network.vpc_id, *network.subnets.values()
        )
        for region, network in by_region.items()
        if isinstance(network, ExistingNetwork)
    }
