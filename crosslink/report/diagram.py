"""The architecture of a stack as a Mermaid flowchart: the steps of all routes, and arrows between them."""

from collections.abc import Iterator, Mapping, Sequence

from crosslink.graph.unknown import Beyond, present, visible
from crosslink.path import alb, api, domain, load_balancers, methods, pods, private_link, routes, steps
from crosslink.path.hop import Hop
from crosslink.path.ingress_rule import IngressRule
from crosslink.path.trail import Step
from crosslink.path.walk import Walk
from crosslink.report.hops import listed, listening, pods_of
from crosslink.report.mermaid import CLIENT, Arrow, Node, flowchart

TOLD_BY_ARROWS = (methods.Method, load_balancers.Target, routes.Way, routes.Peering, IngressRule)
# Told with the NLB or the Service before them; one that is missing stands by itself.
PARTS = (load_balancers.Listener, load_balancers.TargetGroup, pods.Deployment)
MOST = 3  # parts of one hop that are told; of more there is a count
# Where a picture has another title: a box tells which of two it is.
TITLES: Mapping[Step[Hop], str] = {
    steps.STAGE: "REST API",
    steps.ALB: "ALB of the Ingress",
}


def mermaid(walks: Sequence[Walk]) -> str:
    """The flowchart of all walks together, its arrows in the order of a request."""
    # Routes may ask for different things, but there is one way from the client to the API.
    auths = dict.fromkeys(str(method.auth) for walk in walks for method in walk.seen(steps.METHOD))
    labels: dict[Node, Sequence[str]] = {}
    arrows: dict[Arrow, None] = {}
    starts: list[Node] = []
    parts = _parts(walks)
    for walk in walks:
        before, carried = CLIENT, _carried(walk, ", ".join(auths))
        beside: list[Node] = [CLIENT]  # hops of one step stand side by side
        last: Step[Hop] | None = None
        for step, hop in walk.hops():
            told_by_arrows = issubclass(step.kind, TOLD_BY_ARROWS) and not isinstance(hop, Beyond)
            if told_by_arrows or isinstance(hop, PARTS) or (step.optional and hop is None):
                continue
            title, carries = TITLES.get(step, step.title), carried.get(step, ())
            if isinstance(hop, Hop):
                label = (title, *_facts(hop), *parts.get(hop.urn, ()))
                node = Node((f"{hop.resource} {hop.id}", *label), hop.account, hop.region)
            elif isinstance(hop, Beyond):
                place = next(present(walk.intent)).backend if before != CLIENT else None
                label, carries = (hop.reason,), (walk.name,) if place else ()
                node = Node((before, label), place and place.account, place and place.region)
            else:  # it is drawn where the last one was
                label = (title, "missing" if hop is None else "unknown")
                node = Node((before, label, carries), before.account, before.region)
            labels[node] = label
            if step is not last:
                starts, beside, last = beside, [], step
            arrows.update(dict.fromkeys(Arrow(start, node, carries) for start in starts))
            beside.append(node)
            before = node
    return flowchart(labels, list(arrows))


def _carried(walk: Walk, auth: str) -> Mapping[Step[Hop], tuple[str, ...]]:
    """Step → what carries a request to it."""
    peering = ["VPC peering"] if walk.seen(steps.PEERING) else []
    targets = dict.fromkeys(f"{target.target}:{target.port}" for target in walk.seen(steps.TARGET))
    return {
        steps.DOMAIN: ("HTTPS",),
        steps.STAGE: (f"HTTPS, auth {auth}",),
        steps.ENDPOINT: (*peering, *targets),
        steps.SERVICE: ("PrivateLink",),
        steps.KUBERNETES_SERVICE: (walk.name,),
    }


def _parts(walks: Sequence[Walk]) -> Mapping[str, Sequence[str]]:
    """URN of a hop → what is told with it of all walks: where an NLB listens, the pods of a Service."""
    found: dict[str, dict[str, None]] = {}
    for walk in walks:
        for balancer, listener, group in (
            (steps.GATEWAY_NLB, steps.LISTENER, steps.TARGET_GROUP),
            (steps.PROVIDER_NLB, steps.PROVIDER_LISTENER, steps.PROVIDER_GROUP),
        ):
            to = listed(dict.fromkeys(group.port for group in walk.seen(group)))
            told = [f"{hop.protocol} {hop.port}{f' → {to}' if to else ''}" for hop in walk.seen(listener)]
            for hop in walk.seen(balancer):
                found.setdefault(hop.urn, {}).update(dict.fromkeys(told))
        behind = [pods_of(hop) for hop in walk.seen(steps.DEPLOYMENT)]
        for hop in walk.seen(steps.KUBERNETES_SERVICE):
            found.setdefault(hop.urn, {}).update(dict.fromkeys(behind))
    return {urn: _few([*told]) for urn, told in found.items()}


def _few(told: Sequence[str]) -> Sequence[str]:
    return told if len(told) <= MOST + 1 else [*told[:MOST], f"and {len(told) - MOST} more"]


def _facts(hop: Hop) -> Iterator[str]:
    """The addresses and ports of a hop, a line each."""
    match hop:
        case domain.Domain():
            yield str(hop.url)
        case api.Stage():
            yield f"stage {hop.name}"
        case load_balancers.LoadBalancer():
            yield from (f"{subnet.cidr} in {subnet.zone}" for subnet in visible(hop.subnets))
        case private_link.Endpoint():
            yield from (str(interface.address) for interface in hop.interfaces)
        case api.VpcLink() | private_link.EndpointService():
            yield str(hop.id)
        case alb.Alb():
            yield f"{hop.scheme}, {listening(hop)}"
        case pods.KubernetesService():
            yield from (str(hop.id), f"port {hop.port} → {hop.target_port}")
        case _:
            pass
