"""The node pools of a cluster, which say on what its pods can run."""

from collections.abc import Sequence

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, fields, same_place
from crosslink.graph.unknown import Fact, Text
from crosslink.path.hop import Hop, hop, prop
from crosslink.path.placement import (
    ARCHITECTURE,
    VALUES,
    Requirement,
    Taint,
    requirements_of,
    taints_of,
)

_TEMPLATE = ("spec", "template")
_OF_NODES = (*_TEMPLATE, "spec")


def _architectures(requirements: Value) -> frozenset[str]:
    """The processors that all requirements leave; a node has the label, whatever else is said of it."""
    asked = [said for said in requirements_of(requirements) if said.key == ARCHITECTURE]
    return frozenset(name for name in VALUES[ARCHITECTURE] if all(said.takes(name) for said in asked))


@hop
class NodePool(Hop):
    """A node pool of the cluster."""

    token = tokens.NODE_POOL
    name: Text = prop("metadata", "name")
    architectures: Fact[frozenset[str]] = prop(*_OF_NODES, "requirements", convert=_architectures)
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
