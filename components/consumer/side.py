"""Everything in account 1: from the API to the endpoints in the backends' regions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.consumer.alarms import Alarms, AlarmsArgs, Endpoint
from components.consumer.endpoint_addresses import asked_addresses
from components.consumer.gateway_target import Target
from components.consumer.interface_endpoint import Acceptance, InterfaceEndpoint, InterfaceEndpointArgs
from components.consumer.networks import ENDPOINTS, NLB, ConsumerNetworks, NetworksArgs, existing_networks
from components.consumer.openapi import Route
from components.consumer.public_api import PublicApi, PublicApiArgs
from components.consumer.vpc_link import VpcLink, VpcLinkArgs
from settings.api import Api
from settings.backend import Backend
from settings.consumer import Consumer
from settings.shared_route import SharedRoute


@dataclass(frozen=True, kw_only=True)
class Reach:
    """A backend and what its provider side offers to the consumer.

    Args:
        backend: the backend's settings.
        service_name: name of its endpoint service.
        acceptance: how the stack accepts the endpoint; None if AWS does, or the service's owner by hand.
        deployed: the addresses that its endpoint which is deployed has asked for; None if none are known.
        awaited: what must exist before routes lead there. Nothing on a first up, where both sides are made
            side by side.
    """

    backend: Backend
    service_name: pulumi.Input[str]
    acceptance: Acceptance | None = None
    deployed: frozenset[str] | None = None
    awaited: Sequence[pulumi.Resource] = ()


@dataclass(frozen=True, kw_only=True)
class ConsumerSideArgs:
    """Arguments of a ConsumerSide.

    Args:
        consumer: the consumer's settings: its account, which is the component's, its networks, the
            permissions boundary of its roles.
        landing_accounts: region of a landing network → the consumer's account there.
        reaches: the backends.
        api: the API's settings.
        flow_log_days: how long the flow logs of made networks are kept; None for no flow logs.
        protect: Pulumi refuses to delete or replace made networks, the gateway NLB, the VPC link and a new
            API.
        shared: the routes that two backends serve.
    """

    consumer: Consumer
    landing_accounts: Mapping[str, aws.Provider]
    reaches: Sequence[Reach]
    api: Api
    flow_log_days: int | None
    protect: bool
    shared: Sequence[SharedRoute] = ()


class ConsumerSide(pulumi.ComponentResource):
    """The API and its private path to every backend.

    Part of the path: API → VPC link → NLB → connection → endpoints. A backend in the API's own region has its
    endpoint in the gateway network; for each other region there is a landing network, connected with it.

    Outputs:
        api: the API.
        link_id: id of the VPC link.
        endpoint_ids: backend → id of its interface endpoint.
        endpoint_addresses: backend → zone id → the endpoint's actual address.
        existing_networks: the existing networks among the consumer's, for the stack output `path`.
        log_groups: `api` → name of the access logs' log group; `flowLogs` → region → name of the log group of
            the network there. What isn't logged is left out.
        dashboard: name of the dashboard; None without alarms.
    """

    api: PublicApi
    link_id: pulumi.Output[str]
    endpoint_ids: dict[str, pulumi.Output[str]]
    endpoint_addresses: dict[str, pulumi.Output[dict[str, str]]]
    existing_networks: Mapping[str, object]
    log_groups: dict[str, pulumi.Output[str] | dict[str, pulumi.Output[str]]]
    dashboard: pulumi.Output[str] | None = None

    def __init__(self, name: str, args: ConsumerSideArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:ConsumerSide", name, None, opts)
        consumer = args.consumer
        networks = ConsumerNetworks(
            name,
            NetworksArgs(
                consumer=consumer,
                landing_accounts=args.landing_accounts,
                backends=[reach.backend for reach in args.reaches],
                flow_log_days=args.flow_log_days,
                protect=args.protect,
            ),
            parent=self,
        )
        self._args = args
        self._networks = networks.by_region
        self._peerings = networks.peerings
        nlb_subnets = networks.gateway.subnets[NLB]
        self.endpoint_ids = {}
        self.endpoint_addresses = {}
        targets: dict[str, Target] = {}
        for reach in args.reaches:
            backend = reach.backend
            endpoint = self._endpoint(reach)
            self.endpoint_ids[backend.name] = endpoint.endpoint_id
            self.endpoint_addresses[backend.name] = endpoint.addresses
            targets[backend.name] = self._target(backend, endpoint)
        link = VpcLink(
            name,
            VpcLinkArgs(
                vpc_id=networks.gateway.vpc_id,
                subnet_ids=[subnet.id for subnet in nlb_subnets.values()],
                targets=targets,
                shared=args.shared,
                version=args.api.vpc_link,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        self.link_id = link.link_id
        self.api = PublicApi(
            name,
            PublicApiArgs(
                api=args.api,
                account_id=consumer.account_id,
                region=consumer.region,
                routes=list(self._routes()),
                link_id=self.link_id,
                target=link.target,
                permissions_boundary=consumer.permissions_boundary,
                protect=args.protect,
                ready=[
                    *link.ready,
                    *(resource for reach in args.reaches for resource in reach.awaited),
                ],
            ),
            ResourceOptions(parent=self),
        )
        self.existing_networks = existing_networks(consumer, self._networks)
        groups = {region: network.log_group for region, network in self._networks.items()}
        flow_logs = {region: group for region, group in groups.items() if group is not None}
        log_groups = {"api": self.api.log_group, "flowLogs": flow_logs or None}
        self.log_groups = {what: groups for what, groups in log_groups.items() if groups is not None}
        if consumer.alarms:
            alarms = AlarmsArgs(
                topic_arn=consumer.alarms.topic_arn,
                region=consumer.region,
                settings=args.api,
                api=self.api,
                link=link,
                endpoints={reach.backend.name: self._watched(reach) for reach in args.reaches},
            )
            self.dashboard = Alarms(name, alarms, ResourceOptions(parent=self)).dashboard
        self.register_outputs({"url": self.api.url})

    def _watched(self, reach: Reach) -> Endpoint:
        region = self._args.consumer.endpoint_region(reach.backend)
        return Endpoint(
            id=self.endpoint_ids[reach.backend.name],
            vpc_id=self._networks[region].vpc_id,
            region=region,
            service_name=reach.service_name,
        )

    def _routes(self) -> Iterator[Route]:
        """The API's routes, in the order of the backends' paths."""
        args = self._args
        shared = {route.path: route for route in args.shared}
        told: set[str] = set()
        for reach in args.reaches:
            for served in reach.backend.served:
                if served.path in told or not args.api.leads_to(served.path, reach.backend.name):
                    continue
                told.add(served.path)
                backend, port = reach.backend, reach.backend.listener_port
                if route := shared.get(served.path):
                    backend, port = route.backends[0], route.listener_port
                origin = _origin(backend, args.api.backend_domain, port)
                yield Route(path=served.path, origin=origin, sent_as=served.sent_as)

    def _endpoint(self, reach: Reach) -> InterfaceEndpoint:
        """The backend's endpoint, in the network of its region, or in the gateway network."""
        consumer, backend = self._args.consumer, reach.backend
        region = consumer.endpoint_region(backend)
        network = self._networks[region]
        nlb_subnets = self._networks[consumer.region].subnets[NLB]
        return InterfaceEndpoint(
            f"{self.pulumi_resource_name}-{backend.name}",
            InterfaceEndpointArgs(
                vpc_id=network.vpc_id,
                subnets={zone: network.subnets[ENDPOINTS][zone] for zone in consumer.endpoint_zones(backend)},
                addresses=asked_addresses(consumer, backend),
                service_name=reach.service_name,
                service_region=backend.region if consumer.is_native(backend) else None,
                port=backend.port,
                client_cidrs={zone: subnet.cidr for zone, subnet in nlb_subnets.items()},
                acceptance=reach.acceptance,
                deployed=reach.deployed,
            ),
            ResourceOptions(parent=self, provider=self._args.landing_accounts.get(region)),
        )

    def _target(self, backend: Backend, endpoint: InterfaceEndpoint) -> Target:
        """The backend's endpoint as a target of the gateway NLB."""
        region = self._args.consumer.endpoint_region(backend)
        return Target(
            slot=backend.slot,
            listener_port=backend.listener_port,
            port=backend.port,
            tls=backend.tls_domain is not None,
            health_path=backend.health_path,
            addresses=endpoint.targets,
            ranges=self._ranges(backend, endpoint.targets),
            inside=region == self._args.consumer.region,
            # The old target goes before the way to it.
            connected=[*endpoint.connected, *filter(None, [self._peerings.get(region)])],
        )

    def _ranges(self, backend: Backend, zones: Iterable[str]) -> Mapping[str, pulumi.Input[str]] | None:
        """What holds the backend's endpoint and nothing but endpoints; None in an existing network.

        The gateway network has the NLB beside them, another region's network has nothing else: there one
        range is enough.
        """
        consumer = self._args.consumer
        region = consumer.endpoint_region(backend)
        network = self._networks[region]
        if consumer.endpoint_subnets(backend) is not None:
            return None
        if region == consumer.region:
            return {zone: network.subnets[ENDPOINTS][zone].cidr for zone in zones}
        (whole,) = network.destinations[ENDPOINTS].values()
        return {region: whole}


def _origin(backend: Backend, backend_domain: str, port: int) -> str:
    """Scheme, host and port of integrations. With TLS, the host is the certificate's domain; of a route that
    two backends serve it is the first one's."""
    scheme = "https" if backend.tls_domain else "http"
    return f"{scheme}://{backend.host(backend_domain)}:{port}"
