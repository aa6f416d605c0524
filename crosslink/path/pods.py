"""What an Ingress sends requests to: Services, and the pods behind them."""

from collections.abc import Mapping
from typing import Any

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, follow
from crosslink.graph.node import Node, Value, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Found, Number, Text
from crosslink.path.alb_actions import sent_to
from crosslink.path.beside_pods import Autoscaler, account_of, autoscalers
from crosslink.path.hop import Hop, Source, as_tuple, computed, hop, hops_at, prop
from crosslink.path.ingress import object_named
from crosslink.path.ingress_rules import annotation
from crosslink.path.placement import Placement, placement_of
from crosslink.path.pod_security import insecure_of
from crosslink.path.pod_states import (
    ClusterNode,
    Pod,
    Said,
    conditions_of,
    nodes_of,
    pods_of,
    warnings_of,
)
from crosslink.path.pod_template import (
    Drain,
    Needs,
    Rollout,
    drain_of,
    first_port_of,
    needs_of,
    rollout_of,
)
from crosslink.path.probes import Probe, probes_of
from crosslink.path.quotas import over_quota_of
from crosslink.path.read_by_pods import Named, keys_of, named_by
from crosslink.path.refused_pods import refused_of

OF_SERVICE = "kubernetes.io/service-name"  # label of an EndpointSlice
TRAFFIC_PORT = "traffic-port"  # the port of the requests
Labels = tuple[tuple[str, str], ...]
Ports = tuple[tuple[str | None, int], ...]


def service_behind(graph: Graph, rule: Node) -> Found[Node]:
    """The Service that an Ingress's rule names."""
    namespace, name = rule.get("metadata", "namespace"), sent_to(rule, rule.get("rule")).get("name")
    return object_named(graph, tokens.KUBERNETES_SERVICE, rule, namespace, name)


def _port(source: Source) -> Mapping[str, Value]:
    """The port of a Service that the Ingress's rule names, by number or name."""
    rule = follow(source.trail.node("Ingress rule"), lambda node: sent_to(node, node.get("rule")))
    asked = fields(fields(rule).get("port"))
    wanted = [value for value in (number(asked.get("number")), asked.get("name")) if value is not None]
    ports = map(fields, items(source.node.get("spec", "ports")))
    fitting = (port for port in ports if number(port.get("port")) in wanted or port.get("name") in wanted)
    return next(fitting, fields(None))


def _own_port(source: Source) -> Number:
    return number(_port(source).get("port")) or doubt(source.node.get("spec", "ports"))


def _target_port(source: Source) -> Fact[int | str | None]:
    return number(_port(source).get("targetPort")) or _own_port(source)


def _protocol(source: Source) -> Text:
    return _port(source).get("protocol") or doubt(source.node.get("spec", "ports"))


def _asked_of_pods(name: str, default: str | None) -> Any:  # noqa: ANN401 - the field's annotation has its type
    """What the ALB asks of pods: the Service says it, or else the Ingress."""

    def read(source: Source) -> Text:
        of_ingress = follow(source.trail.node("Ingress rule"), lambda node: annotation(node, name))
        return annotation(source.node, name) or of_ingress or default

    return computed(read)


def _labels(value: Value) -> Labels:
    return tuple(sorted(fields(value).items()))


def _endpoints(source: Source) -> Number:
    graph, service = source.graph, source.node
    if graph.registered:
        return None
    name = service.get("metadata", "name")
    there = graph.in_namespace_of(service, tokens.ENDPOINT_SLICE)
    own = [node for node in there if node.get("metadata", "labels", OF_SERVICE) == name]
    found = [fields(endpoint) for node in own for endpoint in items(node.get("endpoints"))]
    ready = [each for each in found if fields(each.get("conditions")).get("ready") is not False]
    return (graph.why_not(tokens.ENDPOINT_SLICE, service) if not own else None) or len(ready)


@hop
class KubernetesService(Hop):
    """The Service in front of the pods."""

    token = tokens.KUBERNETES_SERVICE
    port: Number = computed(_own_port)  # the one that the rule names; None if it has no such port
    target_port: Fact[int | str | None] = computed(_target_port)  # by name or number; by default `port`
    selector: Fact[Labels] = prop("spec", "selector", convert=_labels)
    health_path: Text = _asked_of_pods("healthcheck-path", "/")  # what the ALB asks the pods
    health_port: Text = _asked_of_pods("healthcheck-port", TRAFFIC_PORT)
    health_protocol: Text = _asked_of_pods("healthcheck-protocol", None)  # None for that of requests
    health_interval: Text = _asked_of_pods("healthcheck-interval-seconds", "15")  # seconds, as for the next
    health_timeout: Text = _asked_of_pods("healthcheck-timeout-seconds", "5")
    healthy_after: Text = _asked_of_pods("healthy-threshold-count", "2")  # how many checks, as for the next
    unhealthy_after: Text = _asked_of_pods("unhealthy-threshold-count", "2")
    success_codes: Text = _asked_of_pods("success-codes", "200")
    backend_protocol: Text = _asked_of_pods("backend-protocol", "HTTP")
    protocol_version: Text = _asked_of_pods("backend-protocol-version", "HTTP1")
    target_attributes: Text = _asked_of_pods("target-group-attributes", "")  # `<name>=<value>,…`
    protocol: Text = computed(_protocol)  # of the port; None for TCP
    type: Text = prop("spec", "type")  # None for `ClusterIP`
    ip_families: Fact[tuple[str, ...]] = prop("spec", "ipFamilies", convert=as_tuple)
    endpoints: Number = computed(_endpoints)  # that are ready


def selected(graph: Graph, service: Node) -> Found[Node]:
    """The Deployment whose pods a Service selects."""
    selector, namespace = service.get("spec", "selector"), service.get("metadata", "namespace")
    wanted, type_ = fields(selector).items(), tokens.KUBERNETES_DEPLOYMENT
    there = graph.in_namespace(namespace, service, type_) if wanted else ()
    fitting = [node for node in there if wanted <= fields(node.get(*_LABELS)).items()]
    if fitting:
        # Of several, as in a blue-green release, one that wants pods.
        wanting = [node for node in fitting if number(node.get("spec", "replicas")) != 0]
        return (wanting or fitting)[0]
    others = [[node.get(*where) for where in (_NAMESPACE, _LABELS)] for node in graph.beside(service, type_)]
    return doubt(selector, namespace, *others) or graph.why_not(type_, service)


_NAMESPACE = ("metadata", "namespace")
_POD = ("spec", "template")
_LABELS = (*_POD, "metadata", "labels")
_CONTAINERS = (*_POD, "spec", "containers")


def _ports(containers: Value) -> Fact[Ports]:
    """Those for TCP of all containers, for sidecars may come first."""
    listed = [fields(container).get("ports") for container in items(containers)]
    ports = [fields(port) for ports in listed for port in items(ports)]
    ports = [port for port in ports if port.get("protocol", "TCP") == "TCP"]
    return doubt(listed) or tuple((port.get("name"), number(port.get("containerPort"))) for port in ports)


def _autoscalers(source: Source) -> Fact[tuple[Autoscaler, ...]]:
    return hops_at(Autoscaler, source, autoscalers(source.graph, source.node))


def _available(source: Source) -> Number:
    """Those that are ready; `minReadySeconds` later Kubernetes calls them available, too."""
    counts = (number(source.node.get("status", f"{how}Replicas")) or 0 for how in ("ready", "available"))
    return None if source.graph.registered else max(counts)


@hop
class Deployment(Hop):
    """The pods."""

    token = tokens.KUBERNETES_DEPLOYMENT
    replicas: Number = prop("spec", "replicas", convert=number)  # None means one, or as its autoscaler says
    keeps_replicas: bool = computed(lambda source: "spec.replicas" in source.node.ignored)
    autoscalers: Fact[tuple[Autoscaler, ...]] = computed(_autoscalers)
    available: Number = computed(_available)  # None where the cluster wasn't asked
    labels: Fact[Labels] = prop(*_LABELS, convert=_labels)
    ports: Fact[Ports] = prop(*_CONTAINERS, convert=_ports)
    image: Text = prop(*_CONTAINERS, 0, "image")  # of the first container
    probes: Fact[tuple[Probe, ...]] = prop(*_CONTAINERS, convert=probes_of)
    rollout: Fact[Rollout] = prop("spec", convert=rollout_of)
    drain: Fact[Drain] = prop(*_POD, "spec", convert=drain_of)
    placement: Fact[Placement] = prop(*_POD, "spec", convert=placement_of)  # the nodes that pods take
    needs: Fact[Needs] = prop(*_POD, "spec", convert=needs_of)  # of a node, for one of them
    first_port: Number = prop(
        *_POD, "spec", convert=first_port_of
    )  # that it may listen on without being root
    # what Kubernetes refuses of it, or a node, and what the security standard of the namespace does
    refused: Fact[tuple[str, ...]] = prop("spec", convert=refused_of)
    over_quota: Fact[tuple[str, ...]] = computed(lambda source: over_quota_of(source.graph, source.node))
    insecure: Fact[tuple[str, ...]] = computed(lambda source: insecure_of(source.graph, source.node))
    # The pods that there are, what is said of them and of their nodes; none where the cluster wasn't asked
    pods: Fact[tuple[Pod, ...]] = computed(lambda source: pods_of(source.graph, source.node))
    conditions: tuple[tuple[str, Said], ...] = computed(lambda source: conditions_of(source.node))
    warnings: tuple[Said, ...] = computed(lambda source: warnings_of(source.graph, source.node))
    nodes: Fact[tuple[ClusterNode, ...]] = computed(lambda source: nodes_of(source.graph, source.node))
    namespace: Text = prop("metadata", "namespace")
    service_account: Text = prop(*_POD, "spec", convert=account_of)  # its name; None for `default`
    reads: Fact[tuple[Named, ...]] = prop(*_POD, "spec", convert=named_by)  # objects that pods start with
    keys: Fact[tuple[tuple[Named, str], ...]] = prop(*_POD, "spec", convert=keys_of)  # what they read of each
