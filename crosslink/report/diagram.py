"""The architecture of a stack as a Mermaid flowchart: the steps of all routes, and arrows between them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from crosslink.graph.unknown import visible
from crosslink.path import steps
from crosslink.path.alb import Alb
from crosslink.path.api import Stage, VpcLink
from crosslink.path.domain import Domain
from crosslink.path.hop import Hop
from crosslink.path.load_balancers import Listener, LoadBalancer, TargetGroup
from crosslink.path.pods import Deployment, KubernetesService
from crosslink.path.private_link import Endpoint, EndpointService
from crosslink.path.trail import Step
from crosslink.path.walk import Walk
from crosslink.report.hops import listed, listening
from crosslink.report.mermaid import CLIENT, Arrow, Node, flowchart

TOLD_BY_ARROWS = (
    steps.PREFLIGHT,
    steps.METHOD,
    steps.TARGET,
    steps.ROUTE_OUT,
    steps.PEERING,
    steps.ROUTE_BACK,
    steps.PROVIDER_TARGET,
    steps.INGRESS_RULE,
)
TITLES: Mapping[Step[Hop], str] = {
    steps.STAGE: "REST API",
    steps.PROVIDER_LISTENER: "listener",
    steps.PROVIDER_GROUP: "target group",
    steps.ALB: "ALB of the Ingress",
}
"""Where a picture has another title: a box tells which of two it is."""


def mermaid(walks: Iterable[Walk]) -> str:
    """The flowchart of all walks together, its arrows in the order of a request."""
    walks = list(walks)
    # Routes may ask for different things, but there is one way from the client to the API.
    auths = dict.fromkeys(str(method.auth) for walk in walks for method in walk.seen(steps.METHOD))
    labels: dict[Node, Sequence[str]] = {}
    arrows: dict[Arrow, None] = {}
    for walk in walks:
        before = CLIENT
        for step, hop in walk.hops():
            if step in TOLD_BY_ARROWS or (step.optional and hop is None):
                continue
            title = TITLES.get(step, step.title)
            if isinstance(hop, Hop):
                label = (title, *_facts(hop))
                node = Node((f"{hop.resource} {hop.id}", *label), hop.account, hop.region)
            else:  # it is missing where the last one was
                label = (title, "missing")
                node = Node(title, before.account, before.region)
            labels[node] = label
            arrows[Arrow(before, node, tuple(_carried(walk, step, ", ".join(auths))))] = None
            before = node
    return flowchart(labels, list(arrows))


def _carried(walk: Walk, step: Step[Hop], auth: str) -> Iterator[str]:
    """What carries a request to a step."""
    if step is steps.DOMAIN:
        yield "HTTPS"
    elif step is steps.STAGE:
        yield f"HTTPS, auth {auth}"
    elif step is steps.ENDPOINT:
        yield from ["VPC peering"] if walk.seen(steps.PEERING) else []
        yield from (f"{target.target}:{target.port}" for target in walk.seen(steps.TARGET))
    elif step is steps.SERVICE:
        yield "PrivateLink"
    elif step is steps.KUBERNETES_SERVICE:
        yield walk.path


def _facts(hop: Hop) -> Iterator[str]:
    """The addresses and ports of a hop, a line each."""
    match hop:
        case Domain():
            yield str(hop.url)
        case Stage():
            yield f"stage {hop.name}"
        case LoadBalancer():
            yield from (f"{subnet.cidr} in {subnet.zone}" for subnet in visible(hop.subnets))
        case Listener() | TargetGroup():
            yield f"{hop.protocol} {hop.port}"
        case Endpoint():
            yield from (str(interface.address) for interface in hop.interfaces)
        case VpcLink() | EndpointService():
            yield str(hop.id)
        case Alb():
            yield f"{hop.scheme}, {listening(hop)}"
        case KubernetesService():
            yield from (str(hop.id), f"port {hop.port} → {hop.target_port}")
        case Deployment():
            yield f"{hop.replicas} pods, port {listed(number for _name, number in visible(hop.ports))}"
        case _:
            pass
