"""How the resources behind the provider NLB are found: ALB, Ingresses, and the cluster's own way out."""

from collections.abc import Sequence
from dataclasses import replace

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, follow
from crosslink.graph.node import Node
from crosslink.graph.unknown import Fact, Found, Unknown, visible
from crosslink.path.group_rules import with_rule
from crosslink.path.hop import each
from crosslink.path.ingress import ingresses_behind, is_of_own_namespace, object_named
from crosslink.path.ingress_rules import backend
from crosslink.path.output import DeclaredBackend
from crosslink.path.pods import selected, service_behind
from crosslink.path.routes import INTERNET, Way, routes_of
from crosslink.path.trail import Trail


def _registered_alb(trail: Trail) -> Found[Node]:
    """The ALB that a target is, where AWS was asked; a program doesn't register it."""
    target, graph, type_ = trail.node("provider target"), trail.graph, tokens.LOAD_BALANCER
    return follow(target, lambda node: graph.one(graph.named_by(node, "targetId", type_), type_, node))


def alb(trail: Trail) -> Found[Node]:
    """The ALB as AWS has it, or else the Ingress that asks for it; an existing one is known by its ARN."""
    if trail.backend and trail.backend.kind == "loadBalancer":
        return trail.graph.step(trail.node("provider target"), "targetId", tokens.LOAD_BALANCER)
    alb = _registered_alb(trail)
    return trail.node("Ingress of the target") if alb is None and trail.graph.registered else alb


def target_ingresses(trail: Trail) -> Fact[Sequence[Node]]:
    """The Ingresses whose ALB the provider's target is."""
    target, alb = trail.node("provider target"), _registered_alb(trail)
    return follow(target, lambda node: ingresses_behind(trail, node, alb)) or []


def ingresses(trail: Trail) -> Fact[Sequence[Node]]:
    """The Ingresses that share the ALB; if the way to them can't be followed, those of the cluster."""
    found, cluster = trail.found("Ingress of the target"), _cluster(trail)
    if isinstance(found, Unknown) and isinstance(cluster, Node):
        return ingresses_behind(trail, cluster, None) or found
    return found


def _cluster(trail: Trail) -> Found[Node]:
    """The cluster of the backend; its name is all that tells it from others in its account.

    Of an existing one the network is its owner's.
    """
    if trail.backend is None or trail.backend.existing:
        return None
    return trail.graph.one(_clusters_named(trail.graph, trail.backend), tokens.EKS_CLUSTER)


def _clusters_named(graph: Graph, backend: DeclaredBackend) -> Sequence[Node]:
    beside = graph.beside(backend.place, tokens.EKS_CLUSTER)
    return [node for node in beside if node.get("name") == backend.cluster_name]


def cluster(trail: Trail) -> Found[Node]:
    """The cluster; of an existing one, which the program only looks up, where AWS was asked."""
    backend, found = trail.backend, _cluster(trail)
    if found is not None or backend is None or trail.graph.registered:
        return found
    return next(iter(_clusters_named(trail.graph, backend)), None)


def _node_subnets(trail: Trail) -> Fact[list[Node]]:
    def subnets(cluster: Node) -> Fact[list[Node]]:
        # Beside the subnets there are other ids in it.
        config = {"vpcConfig": cluster.get("vpcConfig", "subnetIds")}
        return trail.graph.all_named(replace(cluster, properties=config), "vpcConfig", tokens.SUBNET)

    return follow(_cluster(trail), subnets) or []


def ingress_rule(trail: Trail) -> Found[Node]:
    """The Ingress with the rule that takes the route."""
    namespaces = trail.backend.namespaces if trail.backend else ()
    return with_rule(trail.asked_rules, trail.asked, namespaces)


def service(trail: Trail) -> Found[Node]:
    """The Service that the rule names; a program doesn't register those of an existing namespace."""
    graph, rule = trail.graph, trail.node("Ingress rule")
    found = follow(rule, lambda node: service_behind(graph, node))
    if found is None and isinstance(rule, Node) and graph.registered and trail.backend:
        namespace = rule.get("metadata", "namespace")
        own = object_named(graph, tokens.NAMESPACE, rule, None, namespace)
        if namespace in trail.backend.namespaces and own is None:
            named = f"Service {backend(rule.get('rule')).get('name')} of namespace {namespace}"
            return Unknown(f"{named} is deployed by somebody else")
    return found


def deployment(trail: Trail) -> Found[Node]:
    """The Deployment whose pods the Service selects; behind somebody else's may be pods of another kind."""
    found = follow(trail.node("Service"), lambda node: selected(trail.graph, node))
    rule = trail.node("Ingress rule")
    if found is None and isinstance(rule, Node) and is_of_own_namespace(rule) is False:
        namespace = rule.get("metadata", "namespace")
        return Unknown(f"its pods are of no Deployment of namespace {namespace}, and others aren't followed")
    return found


def exits(trail: Trail) -> Fact[Sequence[Way]]:
    """From each subnet of the cluster's nodes to the internet, for images."""
    return each(_node_subnets(trail), lambda subnet: list(trail.ways_from(subnet, INTERNET)))


def egress(trail: Trail) -> Sequence[Node]:
    """The associations and routes by which the cluster's nodes reach AWS."""
    found: list[Node] = []
    for subnet in visible(_node_subnets(trail)):
        found += trail.graph.naming(subnet, "subnetId", tokens.ASSOCIATION)
        found += visible(routes_of(trail.source(subnet)))
    return found


def node_endpoints(trail: Trail) -> Sequence[Node]:
    """The VPC endpoints in the network of the cluster's nodes."""
    graph, subnets = trail.graph, visible(_node_subnets(trail))
    vpcs = [vpc for subnet in subnets for vpc in graph.named_by(subnet, "vpcId", tokens.VPC)]
    named = {node.urn: node for vpc in vpcs for node in graph.naming(vpc, "vpcId", tokens.ENDPOINT)}
    return list(named.values())
