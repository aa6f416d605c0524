"""The architecture of a run as a Mermaid flowchart: accounts and regions as boxes, hops as nodes.

Source: https://mermaid.js.org/syntax/flowchart.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crosslink.graph.unknown import Found, Hop, present, visible
from crosslink.path.hops.api import Stage, VpcLink
from crosslink.path.hops.cluster import Alb, Deployment, KubernetesService
from crosslink.path.hops.domain import Domain
from crosslink.path.hops.load_balancers import Listener, LoadBalancer, TargetGroup
from crosslink.path.hops.private_link import Endpoint, EndpointService
from crosslink.path.walk import Walk
from crosslink.report.hops import listed, listening


@dataclass(frozen=True)
class _Node:
    """A node of the flowchart. Walks share those that are the same."""

    resource: str
    account: str | None
    region: str | None
    label: str


HEADER = """\
%%{init: {"flowchart": {"rankSpacing": 46, "padding": 8, "subGraphTitleMargin": {"top": 0, "bottom": 16}}}}%%
flowchart TB"""
"""Below a box's title there is room for the arrow that comes in."""
_CLIENT = _Node("client", None, None, "client")


def mermaid(walks: Iterable[Walk]) -> str:
    """The flowchart of all walks together, its edges in the order of a request."""
    walks = list(walks)
    # Routes may ask for different things, but there is one way from the client to the API.
    auths = dict.fromkeys(str(method.auth) for walk in walks for method in visible(walk.methods))
    edges = list(dict.fromkeys(edge for walk in walks for edge in _edges(walk, ", ".join(auths))))
    nodes = list(dict.fromkeys([_CLIENT, *(end for _, _, end in edges)]))
    ids = {node: f"n{number}" for number, node in enumerate(nodes)}
    arrows = (
        f'  {ids[start]} -->|"{way}"| {ids[end]}' if way else f"  {ids[start]} --> {ids[end]}"
        for start, way, end in edges
    )
    return "\n".join([HEADER, *_boxes(ids), *arrows]) + "\n"


def _boxes(ids: dict[_Node, str]) -> Iterator[str]:
    """The nodes, each in its account and region."""
    yield f'  {ids[_CLIENT]}(["{_CLIENT.label}"])'
    placed = [node for node in ids if node != _CLIENT]
    for account in dict.fromkeys(node.account for node in placed):
        yield f'  subgraph a{account}["account {account}"]'
        for region in dict.fromkeys(node.region for node in placed if node.account == account):
            yield f'    subgraph r{account}-{region}["{region}"]'
            for node in placed:
                if (node.account, node.region) == (account, region):
                    yield f'      {ids[node]}["{node.label}"]'
            yield "    end"
        yield "  end"


def _edges(walk: Walk, auth: str) -> Iterator[tuple[_Node, str, _Node]]:
    """From each hop to the next, with what carries the request there. A missing hop is where the last was."""
    before = _CLIENT
    for way, title, hop in _stops(walk, auth):
        if isinstance(hop, Hop):
            label = "<br>".join([f"<b>{title}</b>", *_facts(hop)])
            node = _Node(f"{hop.resource} {hop.id}", hop.account, hop.region, label)
        else:
            node = _Node(title, before.account, before.region, f"<b>{title}</b><br>missing")
        yield before, way, node
        before = node


def _stops(walk: Walk, auth: str) -> Iterator[tuple[str, str, Found[Hop]]]:
    """The hops that are drawn: what carries the request there, the hop's title, and the hop."""
    targets = [f"{target.target}:{target.port}" for target in visible(walk.targets)]
    peering = ["VPC peering"] if walk.peerings() else []
    yield from (("HTTPS", "domain", domain) for domain in present(walk.domain))
    yield f"HTTPS, auth {auth}", "REST API", walk.stage
    yield "", "VPC link", walk.link
    yield "", "gateway NLB", walk.balancer
    yield "", "listener", walk.listener
    yield "", "target group", walk.target_group
    yield "<br>".join([*peering, *targets]), "interface endpoint", walk.endpoint
    yield "PrivateLink", "endpoint service", walk.service
    yield "", "provider NLB", walk.provider_balancer
    yield "", "listener", walk.provider_listener
    yield "", "target group", walk.provider_target_group
    yield "", "ALB of the Ingress", walk.alb
    yield walk.path, "Service", walk.kubernetes_service
    yield "", "Deployment", walk.deployment


def _facts(hop: Hop) -> list[str]:
    """The addresses and ports of a hop, a line each."""
    facts: list[str] = []
    match hop:
        case Domain():
            facts = [str(hop.url)]
        case Stage():
            facts = [f"stage {hop.name}"]
        case LoadBalancer():
            facts = [f"{subnet.cidr} in {subnet.zone}" for subnet in visible(hop.subnets)]
        case Listener() | TargetGroup():
            facts = [f"{hop.protocol} {hop.port}"]
        case Endpoint():
            facts = [str(one.address) for one in hop.interfaces]
        case VpcLink() | EndpointService():
            facts = [str(hop.id)]
        case Alb():
            facts = [f"{hop.scheme}, {listening(hop)}"]
        case KubernetesService():
            facts = [str(hop.id), f"port {hop.port} → {hop.target_port}"]
        case Deployment():
            facts = [f"{hop.replicas} pods, port {listed(number for _name, number in visible(hop.ports))}"]
        case _:
            pass
    return facts
