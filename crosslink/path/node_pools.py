"""The node pools of a cluster, which say on what its pods can run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, fields, number
from crosslink.graph.unknown import Fact, Text, Unknown, visible
from crosslink.path.beside_pods import autoscalers
from crosslink.path.hop import Hop, Source, computed, hop, prop
from crosslink.path.placement import (
    Placement,
    Requirement,
    Taint,
    placement_of,
    requirements_of,
    taints_of,
)
from crosslink.path.pod_template import Needs, needs_of

_TEMPLATE = ("spec", "template")
_OF_NODES = (*_TEMPLATE, "spec")


@dataclass(frozen=True, kw_only=True)
class Pods:
    """The pods of a Deployment that may take nodes of a pool, as far as it says them."""

    name: str
    count: int  # at least
    placement: Placement
    needs: Needs  # of each


def _pods_beside(source: Source) -> tuple[Pods, ...]:
    """The pods of all Deployments of the cluster that can be seen."""
    beside = source.graph.beside(source.node, tokens.KUBERNETES_DEPLOYMENT)
    return tuple(
        pods for node in beside if node.provider == source.node.provider for pods in _pods(source.graph, node)
    )


def _pods(graph: Graph, deployment: Node) -> Iterator[Pods]:
    template = deployment.get("spec", "template", "spec")
    placement, needs = placement_of(template), needs_of(template)
    least = [number(node.get("spec", "minReplicas")) or 1 for node in visible(autoscalers(graph, deployment))]
    replicas = number(deployment.get("spec", "replicas"))
    counts = least or [1 if replicas is None else replicas]
    if not isinstance(placement, Unknown) and not isinstance(needs, Unknown):
        name = str(deployment.get("metadata", "name"))
        known = (count for count in counts if isinstance(count, int))
        yield Pods(name=name, count=max(known, default=1), placement=placement, needs=needs)


@hop
class NodePool(Hop):
    """A node pool of the cluster."""

    token = tokens.NODE_POOL
    name: Text = prop("metadata", "name")
    requirements: Fact[tuple[Requirement, ...]] = prop(*_OF_NODES, "requirements", convert=requirements_of)
    taints: Fact[tuple[Taint, ...]] = prop(*_OF_NODES, "taints", convert=taints_of)
    labels: Fact[tuple[tuple[str, str], ...]] = prop(
        *_TEMPLATE, "metadata", "labels", convert=lambda labels: tuple(sorted(fields(labels).items()))
    )
    # of all its nodes together
    limits: Fact[tuple[tuple[str, str], ...]] = prop(
        "spec",
        "limits",
        convert=lambda limits: tuple((name, str(number(most))) for name, most in fields(limits).items()),
    )
    node_class: Text = prop(*_OF_NODES, "nodeClassRef", "name")
    pods: tuple[Pods, ...] = computed(_pods_beside)  # that may take its nodes


def node_pools_of(graph: Graph, deployment: Node) -> Fact[Sequence[Node]]:
    """The node pools of a Deployment's cluster; a program registers none of the built-in ones."""
    beside = graph.beside(deployment, tokens.NODE_POOL)
    found = [node for node in beside if node.provider == deployment.provider]
    return found or graph.why_not(tokens.NODE_POOL, deployment) or []
