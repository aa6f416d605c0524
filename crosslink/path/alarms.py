"""Alarms beside the path, which no request passes."""

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import side_of
from crosslink.graph.unknown import Fact
from crosslink.path.hop import Hop, Source, hop, prop, read


@hop
class Alarm(Hop):
    """An alarm of a side."""

    token = tokens.METRIC_ALARM
    enabled: Fact[bool] = prop("actionsEnabled", convert=lambda enabled: enabled is not False)
    told: Fact[tuple[str, ...]] = prop("alarmActions", convert=lambda arns: tuple(arns or ()))


def alarms_of(graph: Graph) -> tuple[Alarm, ...]:
    """The alarms of the sides; a team's own may tell whom they like."""
    nodes = graph.of_type(tokens.METRIC_ALARM)
    return tuple(read(Alarm, Source(graph, node)) for node in nodes if side_of(node.urn))
