"""The node pools of a cluster, which say on what its pods can run."""

from collections.abc import Sequence

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, fields, same_place
from crosslink.graph.unknown import Fact, Text
from crosslink.path.hop import Hop, hop, prop
from crosslink.path.placement import Requirement, Taint, requirements_of, taints_of

_TEMPLATE = ("spec", "template")
_OF_NODES = (*_TEMPLATE, "spec")


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
        convert=lambda limits: tuple((name, str(most)) for name, most in fields(limits).items()),
    )


def node_pools_of(graph: Graph, deployment: Node) -> Fact[Sequence[Node]]:
    """The node pools of a Deployment's cluster; a program registers none of the built-in ones."""
    beside = (node for node in graph.of_type(tokens.NODE_POOL) if same_place(node, deployment))
    found = [node for node in beside if node.provider == deployment.provider]
    return found or graph.why_not(tokens.NODE_POOL, deployment) or []
