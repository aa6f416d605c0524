"""Reads what an Ingress sends requests to, Services and their pods, and the cluster's way out."""

from collections.abc import Iterator

from reachability import tokens
from reachability.facts import Fact, Found, Hop, Unknown
from reachability.graph import Graph, Node, Value, at, fields, items, number
from reachability.hops.cluster import Deployment, KubernetesService, Labels
from reachability.reader.ingress import backend, named, rule_for, same_place


def service_behind(graph: Graph, ingress: Node, path: str) -> Found[Node]:
    """The Service that an Ingress's rule for a route names."""
    name = backend(rule_for(ingress, path) or {}).get("name")
    return named(graph, tokens.KUBERNETES_SERVICE, ingress, ingress.get("metadata", "namespace"), name)


def service_facts(service: Node, asked: list[Fact[int | str | None]]) -> KubernetesService:
    """A Service, with the port that is asked for, by number or name."""
    ports = [fields(one) for one in items(service.get("spec", "ports"))]
    wanted = (one for one in ports if {number(one.get("port")), one.get("name")} & {*asked})
    port = next(wanted, fields(None))
    return KubernetesService(
        **at(service),
        port=number(port.get("port")),
        # Without one it is the Service's own port.
        target_port=number(port.get("targetPort")) or number(port.get("port")),
        selector=_labels(service.get("spec", "selector")),
    )


def selected(graph: Graph, service: Node) -> Found[Node]:
    """The Deployment whose pods a Service selects."""
    selector = fields(service.get("spec", "selector"))
    fitting = [
        node
        for node in graph.of_type(tokens.KUBERNETES_DEPLOYMENT)
        if selector
        and same_place(node, service)
        and node.get("metadata", "namespace") == service.get("metadata", "namespace")
        and selector.items() <= fields(node.get("spec", "template", "metadata", "labels")).items()
    ]
    return graph.one(fitting, tokens.KUBERNETES_DEPLOYMENT, service)


def deployment_facts(graph: Graph, deployment: Node) -> Deployment:
    """The pods of a Deployment; the image is that of their first container, the ports are those of all."""
    containers = deployment.get("spec", "template", "spec", "containers")
    first = fields(next(iter(items(containers)), None))
    ports = [fields(port) for one in map(fields, items(containers)) for port in items(one.get("ports"))]
    available = None if graph.registered else number(deployment.get("status", "availableReplicas")) or 0
    return Deployment(
        **at(deployment),
        replicas=number(deployment.get("spec", "replicas")),
        available=available,
        labels=_labels(deployment.get("spec", "template", "metadata", "labels")),
        ports=containers
        if isinstance(containers, Unknown)
        else tuple((port.get("name"), number(port.get("containerPort"))) for port in ports),
        image=first.get("image"),
        probe_port=number(fields(fields(first.get("readinessProbe")).get("httpGet")).get("port")),
    )


def _labels(value: Value) -> Fact[Labels]:
    return value if isinstance(value, Unknown) else tuple(sorted(fields(value).items()))


def node_subnets(graph: Graph, cluster: Node | None) -> list[Node]:
    """The subnets of a cluster's nodes."""
    return graph.named_by(cluster, "vpcConfig", tokens.SUBNET) if cluster else []


def egress_of(graph: Graph, subnets: list[Node]) -> Iterator[Hop]:
    """The associations and routes by which the nodes in some subnets reach AWS."""
    for subnet in subnets:
        for association in graph.naming(subnet, "subnetId", tokens.ASSOCIATION):
            yield Hop(**at(association))
            for table in graph.named_by(association, "routeTableId", tokens.ROUTE_TABLE):
                yield from (Hop(**at(route)) for route in graph.naming(table, "routeTableId", tokens.ROUTE))
