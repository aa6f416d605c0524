"""Provider sides of every kind of backend in front of what exists, and runs of them."""

from collections.abc import Callable
from functools import cache
from typing import Any, cast

import pulumi
from pulumi import ResourceOptions

from components.provider.side import ProviderSide, ProviderSideArgs
from crosslink.sandbox import existing as beside
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import Run
from settings.backend import (
    ClusterBackend,
    LoadBalancer,
    LoadBalancerBackend,
    NetworkLoadBalancer,
    NetworkLoadBalancerBackend,
    ProvidedBackend,
)
from settings.cluster import ExistingCluster, JoinedCluster
from settings.networks import ExistingBackendNetwork, JoinedBackendNetwork
from settings.path import PathSettings
from settings.service import ExistingService, JoinedService, Service
from settings.tls import Tls, TlsName
from tests.components.support import (
    CERTIFICATE,
    CONSUMER,
    PROVIDER,
    account,
    backend,
    children,
)

REGION = "us-east-1"
VPC = "vpc-0a1b2c3d4e5f60718"
SUBNETS = {
    # purpose and zone → id of the subnet and its CIDR, partly of a secondary CIDR of the VPC
    ("nlb", "use1-az1"): ("subnet-00000001", "10.40.1.0/28"),
    ("nlb", "use1-az2"): ("subnet-00000002", "10.40.1.16/28"),
    ("alb", "use1-az2"): ("subnet-00000003", "100.64.2.0/24"),
    ("alb", "use1-az4"): ("subnet-00000004", "100.64.4.0/24"),
    ("node", "use1-az1"): ("subnet-00000005", "10.40.64.0/20"),
    ("node", "use1-az6"): ("subnet-00000006", "10.40.80.0/20"),
}
NLB_SUBNETS, ALB_SUBNETS, NODE_SUBNETS = (
    {zone: id_ for (tier, zone), (id_, _) in SUBNETS.items() if tier == purpose}
    for purpose in ("nlb", "alb", "node")
)
CIDRS = dict(SUBNETS.values())
_BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{PROVIDER}:loadbalancer"
ALB_ARN, NLB_ARN = f"{_BALANCER}/app/search/50dc6c495c0c9188", f"{_BALANCER}/net/search/50dc6c495c0c9188"
PRINCIPALS = [f"arn:aws:iam::{CONSUMER}:root", f"arn:aws:iam::{CONSUMER}:role/crosslink-deploy"]
ROLE = f"arn:aws:iam::{PROVIDER}:role/crosslink-deploy"
BESIDE = beside.Existing(
    vpcs=(
        beside.Vpc(
            id=VPC,
            account=PROVIDER,
            region=REGION,
            cidrs=("10.40.0.0/16", "100.64.0.0/16"),
            subnets={
                id_: beside.Subnet(zone_id=zone, cidr=cidr) for (_, zone), (id_, cidr) in SUBNETS.items()
            },
        ),
    ),
    clusters=(
        beside.Cluster(
            name="platform", account=PROVIDER, region=REGION, vpc_id=VPC, version="1.35", auto_mode=True
        ),
    ),
)

SIDE, SERVICE = "crosslink:provider:ProviderSide", "aws:ec2/vpcEndpointService:VpcEndpointService"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
ATTACHMENT = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"

IMAGE = Service(name="svc1", path="/svc1", image="hashicorp/http-echo:1.0", port=8080)
ORDERS = JoinedService(
    name="orders", path="/orders", existing=ExistingService(namespace="orders", service="api", port=80)
)
SHOP = JoinedService(
    name="shop", path="/", existing=ExistingService(namespace="shop", service="front", port=3000)
)


def network(*, alb: bool = True, nodes: bool = False) -> JoinedBackendNetwork:
    return JoinedBackendNetwork(
        existing=ExistingBackendNetwork(
            vpc_id=VPC,
            nlb_subnets=NLB_SUBNETS,
            alb_subnets=ALB_SUBNETS if alb else {},
            node_subnets=NODE_SUBNETS if nodes else {},
        )
    )


def made_cluster() -> ClusterBackend:
    return backend(network=network(nodes=True), role_arn=ROLE)


def existing_cluster(
    *services: Service | JoinedService, controller: str = "auto", **given: Any
) -> ClusterBackend:
    joined = JoinedCluster(existing=ExistingCluster(name="platform", controller=cast("Any", controller)))
    return backend(network=network(), cluster=joined, services=services, role_arn=ROLE, **given)


def load_balancer(*, alb: bool = True) -> LoadBalancerBackend:
    return LoadBalancerBackend(
        name="apps",
        account_id=PROVIDER,
        region=REGION,
        network=network(alb=alb),
        load_balancer=LoadBalancer(arn=ALB_ARN, port=8443, health_path="/status"),
        tls=TlsName(domain="search.example.com"),
        paths={"/search": PathSettings()},
    )


def network_load_balancer() -> NetworkLoadBalancerBackend:
    return NetworkLoadBalancerBackend(
        name="apps",
        account_id=PROVIDER,
        region=REGION,
        acceptance="manual",
        network_load_balancer=NetworkLoadBalancer(arn=NLB_ARN, port=9000, zone_ids=("use1-az1",)),
        paths={"/search": PathSettings(strip_prefix=True)},
    )


KINDS: dict[str, Callable[[], ProvidedBackend]] = {
    "made cluster": made_cluster,
    "image": lambda: existing_cluster(IMAGE),
    "joined": lambda: existing_cluster(ORDERS, SHOP),
    "mixed": lambda: existing_cluster(ORDERS, IMAGE, SHOP),
    "mixed-alb": lambda: existing_cluster(ORDERS, IMAGE, SHOP, controller="alb"),
    "tls": lambda: existing_cluster(ORDERS, tls=Tls(domain="apps.example.com", certificate_arn=CERTIFICATE)),
    "alb": load_balancer,
    "alb in the NLB's subnets": lambda: load_balancer(alb=False),
    "nlb": network_load_balancer,
}


@cache
def built(kind: str, *, preview: bool = False, protect: bool = False) -> Run:
    def program() -> None:
        args = ProviderSideArgs(
            backend=KINDS[kind](),
            cluster_name="crosslink-test-apps",
            backend_domain="crosslink.example.com",
            allowed_principals=PRINCIPALS,
            longest_wait=29,
            tags={},
            flow_log_days=90,
            protect=protect,
        )
        side = ProviderSide("crosslink-apps", args, ResourceOptions(provider=account(PROVIDER, REGION)))
        told = {
            "port": side.port,
            "cluster": side.cluster_name,
            "controller": side.controller,
            "namespaces": side.namespaces,
            "kubeconfig": side.kubeconfig,
            "logGroups": side.log_groups,
            "network": side.existing_network,
            "loadBalancer": side.load_balancer_arn,
        }
        for name, value in told.items():
            pulumi.export(name, value)

    return run(program, existing=BESIDE, preview=preview)


def parts(found: Run) -> set[str]:
    """The short types of what a side consists of."""
    return {part.type.rpartition(":")[2] for part in children(found, found.one(SIDE))}
