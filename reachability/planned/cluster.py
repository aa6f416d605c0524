"""Reads the hops behind a load balancer's target: Ingress, Service, Deployment.

In a cluster objects refer to each other by name and namespace, which are explicit in this program, so that a
preview knows them, too.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from reachability import tokens
from reachability.facts import Unknown
from reachability.graph import Graph, Node, Value, at, fields, items, number, only
from reachability.hops import Deployment, IngressRule, KubernetesService

LISTEN_PORTS = "alb.ingress.kubernetes.io/listen-ports"


@dataclass(frozen=True, kw_only=True)
class Behind:
    """What stands behind the load balancer for one route."""

    rule: IngressRule | None
    service: KubernetesService | None
    deployment: Deployment | None


def behind(graph: Graph, target: Node | None, path: str) -> Behind:
    """Follows a route from the ALB, which a target is, to the pods.

    Args:
        graph: all resources.
        target: the attachment of the ALB; it waits for the Ingress that makes the ALB.
        path: the route.
    """
    ingress = only(graph.waited_for(target, tokens.INGRESS))
    rule = _rule(ingress, path) if ingress else None
    if ingress is None or rule is None:
        return Behind(rule=None, service=None, deployment=None)
    namespace = ingress.get("metadata", "namespace")
    service_name = rule["backend"]["service"]["name"]
    service = _named(graph, tokens.KUBERNETES_SERVICE, ingress, namespace, service_name)
    deployment = _selected(graph, service) if service else None
    return Behind(
        rule=_rule_facts(graph, ingress, rule),
        service=_service_facts(service) if service else None,
        deployment=_deployment_facts(deployment) if deployment else None,
    )


def _rule(ingress: Node, path: str) -> Mapping[str, Value] | None:
    """The rule that takes a route: an exact one before a prefix, a longer prefix before a shorter one."""
    rules = [one for rule in items(ingress.get("spec", "rules")) for one in items(rule["http"]["paths"])]
    exact = [one for one in rules if one["pathType"] == "Exact" and one["path"] == path]
    prefixes = [one for one in rules if one["pathType"] == "Prefix" and _below(path, one["path"])]
    return max(exact or prefixes, key=lambda one: len(one["path"]), default=None)


def _below(path: str, prefix: str) -> bool:
    """Whether a path is a prefix or lies under it, by whole segments as an Ingress has it."""
    return f"{path}/".startswith(f"{prefix.rstrip('/')}/")


def _rule_facts(graph: Graph, ingress: Node, rule: Mapping[str, Value]) -> IngressRule:
    class_name = ingress.get("spec", "ingressClassName")
    ingress_class = _named(graph, tokens.INGRESS_CLASS, ingress, None, class_name)
    parameters_name = ingress_class.get("spec", "parameters", "name") if ingress_class else None
    parameters = _named(graph, tokens.INGRESS_CLASS_PARAMS, ingress, None, parameters_name)
    ports = ingress.get("metadata", "annotations", LISTEN_PORTS)
    port = rule["backend"]["service"]["port"]
    return IngressRule(
        **at(ingress),
        host_name=ingress.output("status", "loadBalancer", "ingress", 0, "hostname"),
        scheme=parameters.get("spec", "scheme") if parameters else None,
        ingress_class=class_name,
        path=rule["path"],
        path_type=rule["pathType"],
        service_name=rule["backend"]["service"]["name"],
        service_port=number(port.get("number")) or port.get("name"),
        listener_ports=tuple(int(one) for entry in json.loads(ports) for one in entry.values())
        if isinstance(ports, str)
        else ports,
    )


def _service_facts(service: Node) -> KubernetesService:
    return KubernetesService(
        **at(service),
        port=number(service.get("spec", "ports", 0, "port")),
        target_port=number(service.get("spec", "ports", 0, "targetPort")),
        selector=_labels(service.get("spec", "selector")),
    )


def _deployment_facts(deployment: Node) -> Deployment:
    pod = ("spec", "template", "spec", "containers", 0)
    return Deployment(
        **at(deployment),
        replicas=number(deployment.get("spec", "replicas")),
        labels=_labels(deployment.get("spec", "template", "metadata", "labels")),
        container_port=number(deployment.get(*pod, "ports", 0, "containerPort")),
        image=deployment.get(*pod, "image"),
    )


def _named(graph: Graph, type_: str, beside: Node, namespace: Value, name: Value) -> Node | None:
    """The object of that name where another one is: two clusters may have objects of one name."""
    return only(
        [
            node
            for node in graph.of_type(type_)
            if (node.account, node.region) == (beside.account, beside.region)
            and (node.get("metadata", "namespace"), node.get("metadata", "name")) == (namespace, name)
        ]
    )


def _selected(graph: Graph, service: Node) -> Node | None:
    """The Deployment whose pods a Service selects."""
    selector = fields(service.get("spec", "selector"))
    if not selector:
        return None
    return only(
        [
            node
            for node in graph.of_type(tokens.KUBERNETES_DEPLOYMENT)
            if (node.account, node.region) == (service.account, service.region)
            and node.get("metadata", "namespace") == service.get("metadata", "namespace")
            and selector.items() <= fields(node.get("spec", "template", "metadata", "labels")).items()
        ]
    )


def _labels(value: Value) -> Value:
    return value if isinstance(value, Unknown) else tuple(sorted(fields(value).items()))
