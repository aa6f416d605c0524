"""What is billed of a resource whether or not there is traffic: which prices, and how many times each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from crosslink.graph import tokens
from crosslink.graph.controllers import PARAMETERS
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, items
from crosslink.graph.unknown import Unknown
from crosslink.path.ingress import asked_of_class, class_of, group_of
from settings.kubernetes_versions import AS_OF, VERSIONS

LOAD_BALANCERS = {"application": "alb", "network": "nlb"}


@dataclass(frozen=True)
class Charge:
    """So many times a price."""

    price: str  # its name in prices.yaml
    quantity: int = 1


@dataclass(frozen=True)
class Gap:
    """Something of a resource that is billed and has no price here."""

    what: str
    why: str


Charges: TypeAlias = Iterator[Charge | Gap]


def _load_balancer(_graph: Graph, node: Node) -> Charges:
    """By the hour, and an internet-facing one for its public addresses: one in each zone at least
    (https://aws.amazon.com/vpc/pricing/).
    """
    kind = node.get("loadBalancerType") or "application"
    if (price := LOAD_BALANCERS.get(kind) if isinstance(kind, str) else None) is None:
        yield Gap(f"load balancer of type {kind}", "no price was looked up")
        return
    yield Charge(price)
    if node.get("internal") is not True:
        subnets = (items(node.get(name)) for name in ("subnets", "subnetMappings"))
        yield Charge("public-ipv4", max(1, *map(len, subnets)))


def _ingress(graph: Graph, node: Node) -> Charges:
    """The ALB that a controller makes, which the Ingresses of a group share: the first has it."""
    controller = _controller(graph, node)
    if controller not in PARAMETERS:
        yield Gap("what is made of an Ingress", f"of a class with controller {controller or 'unknown'}")
        return
    group = group_of(graph, node)
    if isinstance(group, str):
        beside = [other for other in graph.of_type(tokens.INGRESS) if other.provider == node.provider]
        if node.urn != min(other.urn for other in beside if group_of(graph, other) == group):
            return
    yield Charge("alb")
    if asked_of_class(graph, node, "scheme", "scheme") == "internet-facing":
        yield Gap("public IPv4 addresses of an ALB", "how many it has, its controller decides")


def _controller(graph: Graph, ingress: Node) -> object:
    class_ = class_of(graph, ingress)
    return class_.get("spec", "controller") if isinstance(class_, Node) else None


def _nat_gateway(_graph: Graph, node: Node) -> Charges:
    if node.get("availabilityMode") == "regional":
        yield Gap("regional NAT gateway", "billed for each zone that AWS extends it to")
    else:
        yield Charge("nat-gateway")


def _endpoint(_graph: Graph, node: Node) -> Charges:
    """By the hour in each zone; one of type Gateway, which is the default, costs nothing
    (https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html).
    """
    kind = node.get("vpcEndpointType") or "Gateway"
    if kind == "Interface":
        subnets = (items(node.get(name)) for name in ("subnetIds", "subnetConfigurations"))
        yield Charge("interface-endpoint", max(1, *map(len, subnets)))
    elif kind != "Gateway":
        yield Gap(f"VPC endpoint of type {kind}", "no price was looked up")


def _endpoint_service(_graph: Graph, node: Node) -> Charges:
    """By the hour for each other region that it supports; nothing for its own
    (https://aws.amazon.com/privatelink/pricing/).
    """
    regions = node.get("supportedRegions")
    if isinstance(regions, Unknown):
        yield Gap("endpoint service, each other region", f"how many it supports is {regions}")
    elif others := [region for region in items(regions) if region != node.region]:
        yield Charge("privatelink-region", len(others))


def _cluster(_graph: Graph, node: Node) -> Charges:
    """By the hour; more in extended support, which only one of that support type goes into, the default
    (https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html).
    """
    support = VERSIONS.get(str(node.get("version")))
    extends = node.get("upgradePolicy", "supportType") != "STANDARD"
    yield Charge("eks-extended" if extends and support and not support.is_standard(AS_OF) else "eks")
    if (tier := node.get("controlPlaneScalingConfig", "tier")) not in (None, "standard"):
        yield Gap("provisioned control plane", f"tier {tier} costs more than a cluster's hour")


def _stage(_graph: Graph, node: Node) -> Charges:
    if node.get("cacheClusterEnabled") is True:
        yield Gap("cache of an API's stage", "billed by the hour and its size")


def _service(_graph: Graph, node: Node) -> Charges:
    if node.get("spec", "type") == "LoadBalancer":
        yield Gap("load balancer of a Service", "of which kind, its controller decides")


def _alarm(_graph: Graph, node: Node) -> Charges:
    """By the month for each metric that it reads; of a query nobody knows how many those are
    (https://aws.amazon.com/cloudwatch/pricing/).
    """
    yield Charge("alarm")
    if node.get("metricQueries"):
        yield Gap("alarm on a query", "billed for each metric that it reads, such as each target group's")


def _one(price: str) -> Callable[[Graph, Node], Charges]:
    """Once a price, whatever the resource says."""

    def charges(_graph: Graph, _node: Node) -> Charges:
        yield Charge(price)

    return charges


# Type → what is billed of such a resource. The pods of a Deployment need nodes: see pods.py.
CHARGES: Mapping[str, Callable[[Graph, Node], Charges]] = {
    tokens.STAGE: _stage,
    tokens.LOAD_BALANCER: _load_balancer,
    tokens.ENDPOINT: _endpoint,
    tokens.ENDPOINT_SERVICE: _endpoint_service,
    tokens.INGRESS: _ingress,
    tokens.KUBERNETES_SERVICE: _service,
    tokens.EKS_CLUSTER: _cluster,
    tokens.DASHBOARD: _one("dashboard"),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": _one("custom-metric"),
    tokens.METRIC_ALARM: _alarm,
    "aws:kms/key:Key": _one("kms-key"),
    tokens.NAT_GATEWAY: _nat_gateway,
    "aws:ec2/eip:Eip": _one("public-ipv4"),
}
