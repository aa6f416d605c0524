"""Everything in account 2: a backend, from its network to its endpoint service."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.network.vpc import Nat, Network, NetworkArgs
from components.provider.cluster import Cluster, ClusterArgs
from components.provider.endpoint_service import EndpointService, EndpointServiceArgs
from components.provider.ingress import Ingress, IngressArgs
from settings.address_plan import load_balancer_subnet, node_subnet, public_subnet
from settings.backend import Backend

NODES = "nodes"
LOAD_BALANCERS = "load-balancers"


@dataclass(frozen=True, kw_only=True)
class ProviderSideArgs:
    """Arguments of a ProviderSide.

    Args:
        backend: the backend's settings.
        cluster_name: the EKS cluster's name in AWS.
        endpoint_creator: ARN of the principal that may connect to the endpoint service.
        flow_log_days: how long the network's flow logs are kept; None for no flow logs.
        protect: Pulumi refuses to delete the VPC, the cluster and the endpoint service.
    """

    backend: Backend
    cluster_name: str
    endpoint_creator: str
    flow_log_days: int | None
    protect: bool


class ProviderSide(pulumi.ComponentResource):
    """A backend in its account and region, offered to the consumer as an endpoint service.

    Part of the path: endpoint service → NLB → ALB → Ingress → Services → pods. The network holds, per
    zone, a subnet for nodes, one for both load balancers, and a public one for NAT.

    Outputs:
        service: the endpoint service.
        port: the port that the endpoint service listens on.
        cluster_name: name of the EKS cluster.
        namespace: the services' namespace in the cluster.
        kubeconfig: the cluster's kubeconfig, JSON, secret.
        log_groups: what is logged, `cluster` or `flowLogs` → name of its log group.
    """

    service: aws.ec2.VpcEndpointService
    port: int
    cluster_name: str
    namespace: str
    kubeconfig: pulumi.Output[str]
    log_groups: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: ProviderSideArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:provider:ProviderSide", name, None, opts)
        backend = args.backend
        self.cluster_name = args.cluster_name
        self.namespace = f"crosslink-{backend.name}"
        cidr, zones = backend.network.cidr, backend.network.zone_ids
        balancer_cidrs = {zone: load_balancer_subnet(cidr, zone) for zone in zones}

        network = Network(
            name,
            NetworkArgs(
                cidr=cidr,
                account_id=backend.account_id,
                region=backend.region,
                tiers={
                    NODES: {zone: node_subnet(cidr, zone) for zone in zones},
                    LOAD_BALANCERS: balancer_cidrs,
                },
                # Auto Mode places internal load balancers in subnets with this tag.
                tier_tags={LOAD_BALANCERS: {"kubernetes.io/role/internal-elb": "1"}},
                nat=Nat(
                    tier=NODES,
                    public={zone: public_subnet(cidr, zone) for zone in zones},
                    gateway_zones=zones if backend.network.nat == "per-zone" else zones[:1],
                ),
                flow_log_days=args.flow_log_days,
                permissions_boundary=backend.permissions_boundary,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        cluster = Cluster(
            name,
            ClusterArgs(
                cluster_name=args.cluster_name,
                account_id=backend.account_id,
                region=backend.region,
                version=backend.cluster.version,
                vpc_id=network.vpc.id,
                subnet_ids=[subnet.id for subnet in network.subnets[NODES].values()],
                egress=network.egress,
                public_access_cidrs=backend.cluster.public_access_cidrs,
                admins=backend.cluster.admins,
                log_retention_days=backend.cluster.log_retention_days,
                viewers=[backend.preview_role_arn] if backend.preview_role_arn else [],
                role_arn=backend.role_arn,
                key_arn=backend.cluster.key_arn,
                permissions_boundary=backend.permissions_boundary,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        ingress = Ingress(
            name,
            IngressArgs(
                object_name=self.namespace,
                services=backend.services,
                subnet_ids=[subnet.id for subnet in network.subnets[LOAD_BALANCERS].values()],
                client_cidrs=list(balancer_cidrs.values()),
                kubernetes_version=backend.cluster.version,
                certificate_arn=backend.tls.certificate_arn if backend.tls else None,
            ),
            ResourceOptions(parent=self, providers=[cluster.kubernetes]),
        )
        endpoint_service = EndpointService(
            name,
            EndpointServiceArgs(
                vpc_id=network.vpc.id,
                subnets=network.subnets[LOAD_BALANCERS],
                subnet_cidrs=balancer_cidrs,
                port=ingress.listener_port,
                tls=backend.tls is not None,
                alb_arn=ingress.alb_arn,
                alb=[ingress.ingress],
                endpoint_creator=args.endpoint_creator,
                acceptance_required=backend.acceptance == "manual",
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        self.service = endpoint_service.service
        self.port = ingress.listener_port
        self.kubeconfig = cluster.kubeconfig
        self.log_groups = {"cluster": cluster.log_group}
        if network.log_group is not None:
            self.log_groups["flowLogs"] = network.log_group
        self.register_outputs({"serviceName": self.service.service_name})
