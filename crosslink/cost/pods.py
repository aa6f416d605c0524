"""What the pods of a stack ask of nodes, whose instances nobody names: that is why they aren't priced."""

from collections.abc import Iterable
from decimal import Decimal

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, number
from crosslink.graph.unknown import Unknown, visible
from crosslink.path.beside_pods import autoscalers
from crosslink.path.pod_template import needs_of

GIB = Decimal(1024**3)
WHAT = "nodes"


def pods_ask(graph: Graph, deployments: Iterable[Node]) -> str:
    """Why nodes aren't priced, with what pods ask of them at least.

    Auto Mode chooses instances that fit, and shares them between pods; its fee depends on each instance
    (https://aws.amazon.com/eks/pricing/). A cluster that exists may have room for the pods already.
    """
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


def deployments_of(graph: Graph) -> list[Node]:
    """The Deployments of a stack."""
    return graph.of_type(tokens.KUBERNETES_DEPLOYMENT)


def _short(value: Decimal) -> str:
    """At most two digits after the point, and none that are nothing."""
    return f"{value.quantize(Decimal('0.01')).normalize():f}"
