"""Everything in a backend's account: from its network, or from what exists there, to its endpoint service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.network.subnets import told_as_existing
from components.provider.alarms import Alarms, AlarmsArgs
from components.provider.cluster import Cluster, ClusterArgs
from components.provider.endpoint_service import Alb, EndpointService, EndpointServiceArgs
from components.provider.existing_cluster import ExistingCluster, ExistingClusterArgs
from components.provider.ingress import Ingress, IngressArgs
from components.provider.ingress_class import AUTO_MODE, CONTROLLERS
from components.provider.ingress_rules import Probe
from components.provider.network import ProviderNetwork, existing_network, made_network
from settings.backend import (
    HEALTH_PATH,
    ClusterBackend,
    LoadBalancerBackend,
    NetworkLoadBalancerBackend,
    ProvidedBackend,
)
from settings.cluster import Cluster as ClusterSettings
from settings.cluster import ExistingCluster as ExistingClusterSettings
from settings.cluster import JoinedCluster
from settings.networks import JoinedBackendNetwork
from settings.shared_route import SharedRoute


@dataclass(frozen=True, kw_only=True)
class ProviderSideArgs:
    """Arguments of a ProviderSide.

    Args:
        backend: the backend's settings.
        cluster_name: the name in AWS of an EKS cluster that is made; in an existing one, which other stacks
            share, the name of the backend's objects.
        backend_domain: the domain of hosts without TLS, `backendDomain` of the API; None of another stack's.
        allowed_principals: ARNs of the principals that may connect to the endpoint service.
        longest_wait: how many seconds at most API Gateway waits for a byte.
        longest_requests: path of the backend → how many seconds at most a request for it takes.
        tags: tags of what a cluster makes: the ALB, and the nodes of a cluster that is made.
        flow_log_days: how long a made network's flow logs are kept; None for no flow logs.
        protect: Pulumi refuses to delete the VPC, the cluster and the endpoint service.
        supported_regions: regions whose endpoints may connect; empty for its own alone.
        shared: path of the backend → the route there, if another backend serves it, too.
    """

    backend: ProvidedBackend
    cluster_name: str
    backend_domain: str | None
    allowed_principals: Sequence[str]
    longest_wait: int
    longest_requests: Mapping[str, int]
    tags: Mapping[str, str]
    flow_log_days: int | None
    protect: bool
    supported_regions: Sequence[str] = ()
    shared: Mapping[str, SharedRoute] = field(default_factory=dict[str, SharedRoute])


class ProviderSide(pulumi.ComponentResource):
    """A backend in its account and region, offered to the consumer as an endpoint service.

    Part of the path: endpoint service → NLB → ALB → Ingress → Services → pods. Which of them are made depends
    on the backend's kind: all, with a network that holds, per zone, a subnet for nodes, one for both load
    balancers, and a public one for NAT; or those in front of what exists.

    Outputs:
        service: the endpoint service.
        ready: what must exist before a request that the service gets is answered, as far as the stack makes
            it: the cluster, too.
        port: the port that the endpoint service listens on.
        cluster_name: name of the EKS cluster; None without one.
        controller: name of the controller that makes the ALB of the Ingresses; None without Ingresses.
        namespaces: the Ingresses' namespaces in the cluster.
        kubeconfig: the cluster's kubeconfig, JSON, secret; None without a cluster.
        log_groups: what is logged, `cluster` or `flowLogs` → name of its log group.
        existing_network: account, region, VPC id and subnets of a network that exists, for the stack output
            `path`; None of a made one, or if none is known.
        load_balancer_arn: ARN of the load balancer that exists; None if there is none.
        dashboard: name of the dashboard; None without alarms.

    Raises:
        TypeError: if there is nothing to make for a backend of its kind.
    """

    service: aws.ec2.VpcEndpointService
    ready: Sequence[pulumi.Resource]
    port: int
    cluster_name: str | None = None
    controller: str | None = None
    namespaces: tuple[str, ...] = ()
    kubeconfig: pulumi.Output[str] | None = None
    log_groups: dict[str, pulumi.Output[str]]
    existing_network: Mapping[str, object] | None = None
    load_balancer_arn: str | None = None
    dashboard: pulumi.Output[str] | None = None

    def __init__(self, name: str, args: ProviderSideArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:provider:ProviderSide", name, None, opts)
        backend = args.backend
        self.port = backend.port
        self.log_groups = {}
        self.ready = ()
        self._nat_gateway_ids: Mapping[str, pulumi.Output[str]] = {}
        match backend:
            case ClusterBackend():
                balancer = self._behind_an_ingress(name, backend, args)
            case LoadBalancerBackend():
                balancer = self._existing_alb(backend)
            case NetworkLoadBalancerBackend():
                balancer = self.load_balancer_arn = backend.network_load_balancer.arn
            case _:
                raise TypeError(f"backend {backend.name} has no provider side: it is a {backend.kind}")
        offered = EndpointService(
            name,
            EndpointServiceArgs(
                balancer=balancer,
                allowed_principals=args.allowed_principals,
                supported_regions=args.supported_regions,
                acceptance_required=backend.acceptance == "manual",
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        self.service = offered.service
        self.ready = [*self.ready, *offered.ready]
        if backend.alarms:
            alarms = AlarmsArgs(
                topic_arn=backend.alarms.topic_arn,
                backend=backend,
                offered=offered,
                alb_arn=balancer.arn if isinstance(balancer, Alb) else None,
                nat_gateway_ids=self._nat_gateway_ids,
                namespaces=self.namespaces,
            )
            self.dashboard = Alarms(name, alarms, ResourceOptions(parent=self)).dashboard
        self.register_outputs({"serviceName": self.service.service_name})

    def _behind_an_ingress(self, name: str, backend: ClusterBackend, args: ProviderSideArgs) -> Alb:
        """The ALB of services in a cluster."""
        network = self._network(name, backend, args)
        if isinstance(backend.cluster, JoinedCluster):
            existing = backend.cluster.existing
            controller, version = CONTROLLERS[existing.controller], None
            self.cluster_name = existing.name
            cluster = self._existing_cluster(name, backend, existing, network)
            may_tag, node_pools = None, ()
        else:
            controller, version = AUTO_MODE, backend.cluster.version
            self.cluster_name = args.cluster_name
            cluster = self._made_cluster(name, backend, backend.cluster, network, args)
            may_tag, node_pools = cluster.may_tag, cluster.node_pools
        self.controller = controller.name
        self.kubeconfig = cluster.kubeconfig
        ingress = Ingress(
            name,
            IngressArgs(
                object_name=backend.object_name(args.cluster_name),
                controller=controller,
                services=backend.services,
                subnets=list(network.alb_subnets.values()),
                client_cidrs=[subnet.cidr for subnet in network.nlb_subnets.values()],
                kubernetes_version=version,
                certificate_arn=backend.tls.certificate_arn if backend.tls else None,
                longest_wait=args.longest_wait,
                longest_requests=args.longest_requests,
                probes={
                    path: Probe(slot=route.slot, path=route.health_path)
                    for path, route in args.shared.items()
                },
                cluster_name=self.cluster_name,
                host=backend.host(args.backend_domain),
                tags=args.tags,
                may_tag=may_tag,
                node_pools=node_pools,
            ),
            ResourceOptions(parent=self, providers=[cluster.kubernetes]),
        )
        self.namespaces = ingress.namespaces
        self.ready = ingress.ready
        return Alb(
            arn=ingress.alb_arn,
            port=backend.port,
            tls=backend.tls_domain is not None,
            health_path=HEALTH_PATH,
            vpc_id=network.vpc_id,
            subnets=network.alb_subnets,
            nlb_subnets=network.nlb_subnets,
            made_by=ingress.ingresses,
        )

    def _existing_alb(self, backend: LoadBalancerBackend) -> Alb:
        network = self._existing_network(backend, backend.network)
        self.load_balancer_arn = backend.load_balancer.arn
        return Alb(
            arn=backend.load_balancer.arn,
            port=backend.port,
            tls=backend.tls_domain is not None,
            health_path=backend.load_balancer.health_path,
            vpc_id=network.vpc_id,
            subnets=network.alb_subnets,
            nlb_subnets=network.nlb_subnets,
        )

    def _network(self, name: str, backend: ClusterBackend, args: ProviderSideArgs) -> ProviderNetwork:
        if isinstance(backend.network, JoinedBackendNetwork):
            return self._existing_network(backend, backend.network)
        network = made_network(
            name, backend, backend.network, self, flow_log_days=args.flow_log_days, protect=args.protect
        )
        if network.log_group is not None:
            self.log_groups["flowLogs"] = network.log_group
        self._nat_gateway_ids = network.nat_gateway_ids
        return network

    def _existing_network(self, backend: ProvidedBackend, joined: JoinedBackendNetwork) -> ProviderNetwork:
        network = existing_network(joined.existing, backend.name, self)
        self.existing_network = told_as_existing(
            backend.account_id,
            backend.region,
            network.vpc_id,
            network.nlb_subnets,
            network.alb_subnets,
            network.node_subnets,
        )
        return network

    def _made_cluster(
        self,
        name: str,
        backend: ClusterBackend,
        settings: ClusterSettings,
        network: ProviderNetwork,
        args: ProviderSideArgs,
    ) -> Cluster:
        cluster = Cluster(
            name,
            ClusterArgs(
                cluster_name=args.cluster_name,
                account_id=backend.account_id,
                region=backend.region,
                version=settings.version,
                vpc_id=network.vpc_id,
                subnet_ids=[subnet.id for subnet in network.node_subnets.values()],
                egress=network.egress,
                public_access_cidrs=settings.public_access_cidrs,
                admins=settings.admins,
                log_retention_days=settings.log_retention_days,
                metrics=any(service.scales for service in backend.services),
                viewers=[backend.preview_role_arn] if backend.preview_role_arn else [],
                role_arn=backend.role_arn,
                key_arn=settings.key_arn,
                permissions_boundary=backend.permissions_boundary,
                architectures=backend.architectures,
                tags=args.tags,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        self.log_groups["cluster"] = cluster.log_group
        return cluster

    def _existing_cluster(
        self, name: str, backend: ClusterBackend, settings: ExistingClusterSettings, network: ProviderNetwork
    ) -> ExistingCluster:
        return ExistingCluster(
            name,
            ExistingClusterArgs(
                cluster_name=settings.name,
                account_id=backend.account_id,
                region=backend.region,
                vpc_id=network.vpc_id,
                auto_mode=settings.controller == "auto",
                role_arn=backend.role_arn,
            ),
            ResourceOptions(parent=self),
        )
