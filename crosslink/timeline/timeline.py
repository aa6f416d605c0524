"""How long a first `up` takes, what it waits for, and what hides behind that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from crosslink.graph.graph import Graph
from crosslink.graph.node import Node
from crosslink.timeline.durations import time_of
from crosslink.timeline.schedule import Schedule, Span, Task
from crosslink.timeline.times import Time
from crosslink.timeline.waits import Waits, Why, is_component, waits

LONG = 30  # seconds from which on a resource beside the critical path is worth a line
CPUS, PER_CPU = 4, 4
PARALLEL = CPUS * PER_CPU
"""How many resources `pulumi up` creates at once, unless `--parallel` says otherwise: four for each CPU, here
with four CPUs (`defaultParallel`, github.com/pulumi/pulumi, `pkg/cmd/pulumi/operations/up.go`)."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A resource in the timeline."""

    node: Node
    time: Time
    span: Span
    after: tuple[Node, Why] | None  # the last that it waited for; None if nothing
    critical: bool

    @property
    def seconds(self) -> int:
        """From start to end."""
        return self.span.end - self.span.start


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """A first `up` from its start to its end, in seconds."""

    bars: tuple[Bar, ...]  # all that takes time, in the order in which it starts
    critical: tuple[Bar, ...]  # what the end waits for, one after the other
    seconds: int
    low: int  # if all take as little as they may
    high: int
    unlimited: int  # with any number of resources at once
    parallel: int

    @cached_property
    def beside(self) -> tuple[Bar, ...]:
        """What takes long and nothing waits for to its end."""
        return tuple(bar for bar in self.bars if not bar.critical and bar.seconds >= LONG)

    @property
    def short(self) -> int:
        """How many resources are in neither."""
        return len(self.bars) - len(self.critical) - len(self.beside)


def timeline(graph: Graph, parallel: int = PARALLEL) -> Timeline:
    """How a first `up` goes.

    Args:
        graph: resources as a preview or an up registers them.
        parallel: how many the engine creates at once.

    Raises:
        StandstillError: it would never end: what runs waits for what can't start.
    """
    taken, waiting = _taken(graph), waits(graph)

    def schedule(seconds: Callable[[Time], int]) -> Schedule:
        return Schedule(_tasks(taken, waiting, seconds), parallel)

    found = schedule(_typical)
    path = [urn for urn in found.critical() if urn in taken]
    bars = {
        node.urn: Bar(
            node=node,
            time=taken[node.urn],
            span=found.spans[node.urn],
            after=_after(graph, node.urn, found),
            critical=node.urn in path,
        )
        for node in graph
        if node.urn in taken
    }
    return Timeline(
        bars=tuple(sorted(bars.values(), key=lambda bar: (bar.span.start, bar.node.urn))),
        critical=tuple(bars[urn] for urn in path),
        seconds=found.seconds,
        low=schedule(lambda time: time.low).seconds,
        high=schedule(lambda time: time.high).seconds,
        unlimited=Schedule(_tasks(taken, waiting, _typical), None).seconds,
        parallel=parallel,
    )


def shortest(graph: Graph) -> int:
    """How many seconds a first `up` takes with any number of resources at once."""
    return Schedule(_tasks(_taken(graph), waits(graph), _typical), None).seconds


def _typical(time: Time) -> int:
    return time.typical


def _taken(graph: Graph) -> Mapping[str, Time]:
    return {node.urn: time_of(graph, node) for node in graph if not is_component(node)}


def _tasks(
    taken: Mapping[str, Time], waiting: Mapping[str, Waits], seconds: Callable[[Time], int]
) -> Mapping[str, Task]:
    return {
        urn: Task(waits=what, seconds=seconds(taken[urn]) if urn in taken else 0, slot=urn in taken)
        for urn, what in waiting.items()
    }


def _after(graph: Graph, urn: str, found: Schedule) -> tuple[Node, Why] | None:
    """What it waited for last; of a component, what that waited for in turn."""
    after = found.spans[urn].after
    while after and (node := graph.get(after[0])):
        if not is_component(node):
            return node, after[1]
        further = found.spans[after[0]].after
        after = (further[0], after[1]) if further else None
    return None
