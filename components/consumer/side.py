"""Everything in account 1: from the API to the endpoints in the backends' regions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.consumer.interface_endpoint import Acceptance, InterfaceEndpoint, InterfaceEndpointArgs
from components.consumer.openapi import Route
from components.consumer.public_api import PublicApi, PublicApiArgs
from components.consumer.vpc_link import Target, VpcLink, VpcLinkArgs
from components.network.peering import Peering, PeeringArgs
from components.network.vpc import Network, NetworkArgs
from settings.address_plan import (
    endpoint_address,
    gateway_endpoint_subnet,
    gateway_nlb_subnet,
    landing_endpoint_subnet,
)
from settings.api import Api
from settings.backend import Backend, endpoint_zones
from settings.consumer import GatewayNetwork

NLB = "nlb"
ENDPOINTS = "endpoints"


@dataclass(frozen=True, kw_only=True)
class Landing:
    """A landing network's region: one with backends, other than the API's.

    Args:
        cidr: CIDR of the landing network there.
        account: the consumer's account in that region.
    """

    cidr: IPv4Network
    account: aws.Provider


@dataclass(frozen=True, kw_only=True)
class Reach:
    """A backend and what its provider side offers to the consumer.

    Args:
        backend: the backend's settings.
        service: its endpoint service.
        port: the port that the service listens on.
        account: the provider's account, in the backend's region.
    """

    backend: Backend
    service: aws.ec2.VpcEndpointService
    port: int
    account: aws.Provider


@dataclass(frozen=True, kw_only=True)
class ConsumerSideArgs:
    """Arguments of a ConsumerSide.

    Args:
        account_id: the component's account, 12 digits.
        region: the region of the API and of the component.
        network: the gateway network and the zones of its NLB.
        landings: region → the landing network there.
        reaches: the backends.
        api: the API's settings.
        permissions_boundary: ARN of the policy that bounds the side's roles; None for none.
        flow_log_days: how long the networks' flow logs are kept; None for no flow logs.
        protect: Pulumi refuses to delete the networks and a new API.
    """

    account_id: str
    region: str
    network: GatewayNetwork
    landings: Mapping[str, Landing]
    reaches: Sequence[Reach]
    api: Api
    permissions_boundary: str | None
    flow_log_days: int | None
    protect: bool


class ConsumerSide(pulumi.ComponentResource):
    """The API and its private path to every backend.

    Part of the path: API → VPC link → NLB → peering → endpoints. A backend in the API's own region has its
    endpoint in the gateway network; for each other region there is a landing network, peered with it.

    Outputs:
        api: the API.
        link_id: id of the VPC link.
        endpoint_ids: backend → id of its interface endpoint.
        endpoint_addresses: backend → zone id → the endpoint's actual address.
        log_groups: `api` → name of the access logs' log group; `flowLogs` → region → name of the log group of
            the network there. What isn't logged is left out.
    """

    api: PublicApi
    link_id: pulumi.Output[str]
    endpoint_ids: dict[str, pulumi.Output[str]]
    endpoint_addresses: dict[str, pulumi.Output[dict[str, str]]]
    log_groups: dict[str, pulumi.Output[str] | dict[str, pulumi.Output[str]]]

    def __init__(self, name: str, args: ConsumerSideArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:ConsumerSide", name, None, opts)
        self._args = args
        self._backends = [reach.backend for reach in args.reaches]

        gateway = self._gateway()
        landings = {region: self._landing(region, gateway) for region in args.landings}
        targets: dict[str, Target] = {}
        self.endpoint_ids = {}
        self.endpoint_addresses = {}
        for reach in args.reaches:
            backend = reach.backend
            landing = args.landings.get(backend.region)
            subnet_cidrs = self._endpoint_cidrs(backend.region, backend.network.zone_ids)
            addresses = {zone: endpoint_address(cidr, backend.slot) for zone, cidr in subnet_cidrs.items()}
            endpoint = InterfaceEndpoint(
                f"{name}-{backend.name}",
                self._endpoint_args(reach, addresses, landings.get(backend.region, gateway)),
                ResourceOptions(parent=self, provider=landing.account if landing else None),
            )
            self.endpoint_ids[backend.name] = endpoint.endpoint_id
            self.endpoint_addresses[backend.name] = endpoint.addresses
            targets[backend.name] = Target(
                listener_port=backend.listener_port,
                port=reach.port,
                tls=backend.tls is not None,
                addresses=addresses,
                subnet_cidrs=subnet_cidrs,
                inside=landing is None,
                connected=endpoint.connected,
            )
        link = VpcLink(
            name,
            VpcLinkArgs(
                vpc_id=gateway.vpc.id,
                subnet_ids=[subnet.id for subnet in gateway.subnets[NLB].values()],
                targets=targets,
            ),
            ResourceOptions(parent=self),
        ).link
        self.link_id = link.id
        self.api = PublicApi(
            name,
            PublicApiArgs(
                api=args.api,
                account_id=args.account_id,
                region=args.region,
                routes=[
                    Route(
                        path=service.path,
                        uri=f"{_origin(backend, args.api.backend_domain)}{service.path}",
                        service=service.name,
                    )
                    for backend in self._backends
                    for service in backend.services
                ],
                link_id=link.id,
                permissions_boundary=args.permissions_boundary,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        networks = {args.region: gateway, **landings}
        flow_logs = {region: log for region, net in networks.items() if (log := net.log_group) is not None}
        log_groups = {"api": self.api.log_group, "flowLogs": flow_logs or None}
        self.log_groups = {what: groups for what, groups in log_groups.items() if groups is not None}
        self.register_outputs({"url": self.api.url})

    def _gateway(self) -> Network:
        """The consumer's VPC in the API's region: the NLB, and the endpoints of backends in that region."""
        args = self._args
        tiers = {NLB: self._nlb_cidrs()}
        if endpoints := self._endpoint_cidrs(args.region, endpoint_zones(self._backends, args.region)):
            tiers[ENDPOINTS] = endpoints
        return Network(
            f"{self.pulumi_resource_name}-gateway",
            self._network_args(args.region, args.network.cidr, tiers),
            ResourceOptions(parent=self),
        )

    def _landing(self, region: str, gateway: Network) -> Network:
        """The consumer's VPC in a backend's region (step 1), peered with the gateway network (step 2)."""
        name, landing = f"{self.pulumi_resource_name}-landing-{region}", self._args.landings[region]
        endpoints = self._endpoint_cidrs(region, endpoint_zones(self._backends, region))
        network = Network(
            name,
            self._network_args(region, landing.cidr, {ENDPOINTS: endpoints}),
            ResourceOptions(parent=self, provider=landing.account),
        )
        Peering(
            name,
            PeeringArgs(
                requester=gateway,
                requester_tier=NLB,
                accepter=network,
                accepter_tier=ENDPOINTS,
                accepter_account=landing.account,
                accepter_region=region,
            ),
            ResourceOptions(parent=self),
        )
        return network

    def _network_args(
        self, region: str, cidr: IPv4Network, tiers: Mapping[str, Mapping[str, IPv4Network]]
    ) -> NetworkArgs:
        args = self._args
        return NetworkArgs(
            cidr=cidr,
            account_id=args.account_id,
            region=region,
            tiers=tiers,
            flow_log_days=args.flow_log_days,
            permissions_boundary=args.permissions_boundary,
            protect=args.protect,
        )

    def _endpoint_args(
        self, reach: Reach, addresses: Mapping[str, IPv4Address], network: Network
    ) -> InterfaceEndpointArgs:
        return InterfaceEndpointArgs(
            vpc_id=network.vpc.id,
            subnets={zone: network.subnets[ENDPOINTS][zone] for zone in addresses},
            addresses=addresses,
            service_name=reach.service.service_name,
            port=reach.port,
            client_cidrs=self._nlb_cidrs(),
            acceptance=Acceptance(account=reach.account, service_id=reach.service.id)
            if reach.backend.acceptance == "manual"
            else None,
        )

    def _endpoint_cidrs(self, region: str, zone_ids: Sequence[str]) -> dict[str, IPv4Network]:
        """The endpoint subnets of a region: in its landing network, or in the gateway network."""
        landing = self._args.landings.get(region)
        if landing:
            return {zone: landing_endpoint_subnet(landing.cidr, zone) for zone in zone_ids}
        return {zone: gateway_endpoint_subnet(self._args.network.cidr, zone) for zone in zone_ids}

    def _nlb_cidrs(self) -> dict[str, IPv4Network]:
        network = self._args.network
        return {zone: gateway_nlb_subnet(network.cidr, zone) for zone in network.zone_ids}


def _origin(backend: Backend, backend_domain: str) -> str:
    """Scheme, host and port of a backend's integrations. With TLS, the host is the certificate's domain."""
    host = f"https://{backend.tls.domain}" if backend.tls else f"http://{backend.name}.{backend_domain}"
    return f"{host}:{backend.listener_port}"
