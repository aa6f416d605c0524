"""Reads what an Ingress sends requests to, Services and their pods, and the cluster's way out."""

from collections.abc import Iterator, Sequence

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, Node, Value, at, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Found, Hop, Unknown
from crosslink.path.hops.cluster import Deployment, KubernetesService, Labels
from crosslink.path.reader.ingress import backend, named, rule_for, same_place


def service_behind(graph: Graph, ingress: Node, path: str) -> Found[Node]:
    """The Service that an Ingress's rule for a route names."""
    name = backend(rule_for(ingress, path) or {}).get("name")
    return named(graph, tokens.KUBERNETES_SERVICE, ingress, ingress.get("metadata", "namespace"), name)


def service_facts(service: Node, asked: list[Fact[int | str | None]]) -> KubernetesService:
    """A Service, with the port that is asked for, by number or name."""
    ports = [fields(one) for one in items(service.get("spec", "ports"))]
    wanted = (one for one in ports if any(key in asked for key in (number(one.get("port")), one.get("name"))))
    port = next(wanted, fields(None))
    return KubernetesService(
        **at(service),
        port=number(port.get("port")) or doubt(service.get("spec", "ports")),
        # Without one it is the Service's own port.
        target_port=number(port.get("targetPort"))
        or number(port.get("port"))
        or doubt(service.get("spec", "ports")),
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
    # Of several, as in a blue-green release, one that wants pods.
    wanting = [one for one in fitting if number(one.get("spec", "replicas")) != 0]
    others = [
        (node.get("metadata", "namespace"), node.get("spec", "template", "metadata", "labels"))
        for node in graph.of_type(tokens.KUBERNETES_DEPLOYMENT)
        if same_place(node, service)
    ]
    return (
        next(iter(wanting or fitting), None)
        or doubt(service.get("spec", "selector"), service.get("metadata", "namespace"), *map(list, others))
        or graph.one([], tokens.KUBERNETES_DEPLOYMENT, service)
    )


def deployment_facts(graph: Graph, deployment: Node) -> Deployment:
    """The pods of a Deployment: of all their containers, for sidecars may come first."""
    containers = deployment.get("spec", "template", "spec", "containers")
    each_one = [fields(one) for one in items(containers)]
    listed = [one.get("ports") for one in each_one]
    ports = [fields(port) for ports in listed for port in items(ports)]
    probes = [fields(fields(one.get("readinessProbe")).get("httpGet")).get("port") for one in each_one]
    available = None if graph.registered else number(deployment.get("status", "availableReplicas")) or 0
    return Deployment(
        **at(deployment),
        replicas=number(deployment.get("spec", "replicas")),
        available=available,
        labels=_labels(deployment.get("spec", "template", "metadata", "labels")),
        ports=_unread(containers)
        or doubt(listed)
        or tuple((port.get("name"), number(port.get("containerPort"))) for port in ports),
        image=deployment.get("spec", "template", "spec", "containers", 0, "image"),
        probe_port=_unread(containers) or number(next((one for one in probes if one is not None), None)),
    )


def _unread(value: Value) -> Unknown | None:
    return value if isinstance(value, Unknown) else None


def _labels(value: Value) -> Fact[Labels]:
    return value if isinstance(value, Unknown) else tuple(sorted(fields(value).items()))


def node_subnets(graph: Graph, cluster: Found[Node]) -> Fact[list[Node]]:
    """The subnets of a cluster's nodes."""
    if not isinstance(cluster, Node):
        return cluster or []
    return graph.all(graph.named_by(cluster, "vpcConfig", tokens.SUBNET), tokens.SUBNET, cluster)


def egress_of(graph: Graph, subnets: Sequence[Node]) -> Iterator[Hop]:
    """The associations and routes by which the nodes in some subnets reach AWS."""
    for subnet in subnets:
        for association in graph.naming(subnet, "subnetId", tokens.ASSOCIATION):
            yield Hop(**at(association))
            for table in graph.named_by(association, "routeTableId", tokens.ROUTE_TABLE):
                yield from (Hop(**at(route)) for route in graph.naming(table, "routeTableId", tokens.ROUTE))
