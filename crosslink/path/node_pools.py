"""The node pools of a cluster, which say on what its pods can run."""

from collections.abc import Mapping, Sequence

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, fields, items, same_place
from crosslink.graph.unknown import Fact
from crosslink.path.hop import Hop, hop, prop

ARCHITECTURE = "kubernetes.io/arch"
ALL = frozenset({"amd64", "arm64"})


def _architectures(requirements: Value) -> frozenset[str]:
    """The processors that all requirements leave."""
    left = ALL
    for requirement in map(fields, items(requirements)):
        if requirement.get("key") == ARCHITECTURE:
            left = _left(left, requirement)
    return left


def _left(left: frozenset[str], requirement: Mapping[str, Value]) -> frozenset[str]:
    values = frozenset(map(str, items(requirement.get("values"))))
    match requirement.get("operator"):
        case "In":
            return left & values
        case "NotIn":
            return left - values
        case _:  # a node has the label, whatever its value
            return left


@hop
class NodePool(Hop):
    """A node pool of the cluster."""

    token = tokens.NODE_POOL
    architectures: Fact[frozenset[str]] = prop(
        "spec", "template", "spec", "requirements", convert=_architectures
    )


def node_pools_of(graph: Graph, deployment: Node) -> Fact[Sequence[Node]]:
    """The node pools of a Deployment's cluster; a program registers none of the built-in ones."""
    beside = (node for node in graph.of_type(tokens.NODE_POOL) if same_place(node, deployment))
    found = [node for node in beside if node.provider == deployment.provider]
    return found or graph.why_not(tokens.NODE_POOL, deployment) or []
