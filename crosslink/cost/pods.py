"""What the pods of a stack ask of nodes, whose instances nobody names: that is why they aren't priced."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, number
from crosslink.graph.unknown import Unknown, visible
from crosslink.path.beside_pods import autoscalers
from crosslink.path.pod_template import needs_of

GIB = Decimal(1024**3)
WHAT = "nodes"


def nodes_of(graph: Graph) -> Iterator[tuple[Node, str]]:
    """One resource of each place with a cluster or Deployments, and why its nodes aren't priced.

    Auto Mode chooses instances that fit, and shares them between pods; its fee depends on each instance
    (https://aws.amazon.com/eks/pricing/). A cluster that exists may have room for the pods already.
    """
    beside: dict[tuple[str | None, str | None], list[Node]] = {}
    for node in (*graph.of_type(tokens.KUBERNETES_DEPLOYMENT), *graph.of_type(tokens.EKS_CLUSTER)):
        beside.setdefault((node.account, node.region), []).append(node)
    for nodes in beside.values():
        deployments = [node for node in nodes if node.type == tokens.KUBERNETES_DEPLOYMENT]
        yield nodes[0], _asked(graph, deployments) if deployments else "what runs there, others deploy"


def _asked(graph: Graph, deployments: Sequence[Node]) -> str:
    """What pods ask for at least."""
    pods, cpu, memory = 0, Decimal(0), Decimal(0)
    for deployment in deployments:
        count = _count(graph, deployment)
        needs = needs_of(deployment.get("spec", "template", "spec"))
        pods += count
        if not isinstance(needs, Unknown):
            cpu, memory = cpu + count * needs.cpu, memory + count * needs.memory
    who = "1 pod asks" if pods == 1 else f"{pods} pods ask"
    asked = f"{_short(cpu)} vCPU and {_short(memory / GIB)} GiB"
    return f"{who} for {asked}; on which instances, and with what fee of Auto Mode, the cluster decides"


def _count(graph: Graph, deployment: Node) -> int:
    """How many pods there are at least."""
    scaled = [number(node.get("spec", "minReplicas")) for node in visible(autoscalers(graph, deployment))]
    replicas = scaled or [number(deployment.get("spec", "replicas"))]
    return max((count for count in replicas if isinstance(count, int)), default=1)


def _short(value: Decimal) -> str:
    """At most two digits after the point, and no zeros at the end."""
    return f"{value.quantize(Decimal('0.01')).normalize():f}"
