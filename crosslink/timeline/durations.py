"""How long a resource takes: by its type, or by what it says."""

from collections.abc import Callable, Mapping

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, texts_in
from crosslink.timeline.times import Time, by_type, times

LOAD_BALANCERS = {"network": "nlb", "application": "alb"}


def _load_balancer(_graph: Graph, node: Node) -> str | None:
    kind = node.get("loadBalancerType") or "application"
    return LOAD_BALANCERS.get(kind) if isinstance(kind, str) else None


def _endpoint(graph: Graph, node: Node) -> str | None:
    """One that somebody has to accept is there at once: its accepter waits for it."""
    if node.get("vpcEndpointType") != "Interface":
        return None
    services = graph.named_by(node, "serviceName", tokens.ENDPOINT_SERVICE)
    if any(service.get("acceptanceRequired") is True for service in services):
        return "endpoint-to-accept"
    across = node.get("serviceRegion") not in (None, node.region)
    return "endpoint-across-regions" if across else "interface-endpoint"


def _endpoint_service(_graph: Graph, node: Node) -> str:
    across = set(texts_in(node.get("supportedRegions"))) - {node.region}
    return "endpoint-service-in-more-regions" if across else "endpoint-service"


def _deployment(graph: Graph, node: Node) -> str:
    """A cluster that the stack makes has no nodes: the first pods bring them."""
    new = bool(graph.beside(node, tokens.EKS_CLUSTER))
    return "pods-on-new-nodes" if new else "pods"


# Type → which row of times.yaml such a resource has; None for that of all others.
_DECIDES: Mapping[str, Callable[[Graph, Node], str | None]] = {
    tokens.LOAD_BALANCER: _load_balancer,
    tokens.ENDPOINT: _endpoint,
    tokens.ENDPOINT_SERVICE: _endpoint_service,
    tokens.KUBERNETES_DEPLOYMENT: _deployment,
}


def time_of(graph: Graph, node: Node) -> Time:
    """How long creating a resource takes."""
    if decides := _DECIDES.get(node.type):
        name = decides(graph, node)
        return times().times[name] if name else times().other
    return by_type().get(node.type, times().other)
