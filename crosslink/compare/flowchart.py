"""What changes on the way of a request, as a Mermaid flowchart: the hops that change, and their neighbours.

Source: https://mermaid.js.org/syntax/flowchart.html
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from operator import attrgetter

from crosslink.compare.sources import Side
from crosslink.compare.walks import Key, Stop, stops, told, told_apart
from crosslink.graph.unknown import present
from crosslink.path.hop import Hop
from crosslink.report.mermaid import CLIENT, Arrow, Node, flowchart
from crosslink.report.text import line
from crosslink.rules.verdict import Result

MAX_FACTS = 4
MAX_FACT_LENGTH = 60


class Mark(Enum):
    """What becomes of a hop: the sign on its node, and its class's style. The first of several counts."""

    BROKEN = "✗ broken", "fill:#ffebe9,stroke:#cf222e,stroke-width:3px,color:#1f2328"
    GONE = "- goes", "fill:#f6f8fa,stroke:#cf222e,stroke-dasharray:5 5,color:#1f2328"
    NEW = "+ new", "fill:#dafbe1,stroke:#1a7f37,stroke-width:2px,color:#1f2328"
    CHANGED = "~ changed", "fill:#fff8c5,stroke:#9a6700,stroke-width:2px,color:#1f2328"
    SAME = "", ""

    @property
    def rank(self) -> int:
        return list(Mark).index(self)


@dataclass(frozen=True)
class _Marked:
    """A stop with what becomes of it, and the lines below the title of its node."""

    stop: Stop
    mark: Mark
    lines: tuple[str, ...] = ()


def mermaid(base: Side, head: Side) -> str | None:
    """The flowchart of what changes between two sides; None if nothing on the way does."""
    before, after = ({walk.path: stops(walk) for walk in side.model.walks} for side in (base, head))
    old, new = (
        {key: hop for way in ways.values() for stop in way for key, hop in stop.contents.items()}
        for ways in (before, after)
    )
    ways: list[list[_Marked]] = []
    for path, way in after.items():
        verdicts = head.judgement.walks[path]
        broken = {verdict.title for verdict in verdicts if verdict.result is Result.BROKEN}
        was = {stop.title: stop for stop in before.get(path, [])}
        ways.append(
            [_marked(stop, was, old, broken) for stop in way if stop.contents or stop.title in broken]
        )
    gone = (way for path, way in before.items() if path not in after)
    return _drawn([*ways, *([_left(stop, new) for stop in way if stop.contents] for way in gone)])


def _marked(stop: Stop, was: Mapping[str, Stop], old: Mapping[Key, Hop], broken: Collection[str]) -> _Marked:
    """What becomes of a stop of HEAD: `was` has the route's stops in BASE by title, `old` all hops there."""
    if stop.title in broken:
        return _Marked(stop, Mark.BROKEN, stop.lines or ("missing",))
    before = was.get(stop.title, Stop(stop.title, ())).contents
    if not before and old.keys().isdisjoint(stop.contents):
        return _Marked(stop, Mark.NEW, stop.lines)
    lines = [
        told_apart(old[key], hop) if key in old else f"new: {told(hop)}"
        for key, hop in stop.contents.items()
        if old.get(key) != hop
    ]
    lines += [f"gone: {told(hop)}" for key, hop in before.items() if key not in stop.contents]
    return _Marked(stop, Mark.CHANGED if lines else Mark.SAME, tuple(lines))


def _left(stop: Stop, new: Mapping[Key, Hop]) -> _Marked:
    """What becomes of a stop of a route that goes: other routes may pass it, too."""
    stays = set(stop.contents) <= new.keys()
    return _Marked(stop, Mark.SAME) if stays else _Marked(stop, Mark.GONE, stop.lines)


def _drawn(ways: Iterable[list[_Marked]]) -> str | None:
    """The nodes in their accounts and regions, and the arrows: dotted over what stays and isn't drawn."""
    nodes: dict[Node, _Marked] = {}
    arrows: dict[Arrow, None] = {}
    # The longest first: of the others, what they share with it is drawn already.
    for way in sorted(ways, key=lambda way: -sum(marked.mark is not Mark.SAME for marked in way)):
        own = _nodes(way)
        drawn = [nodes[node].mark if node in nodes else Mark.SAME for node in own]
        more = [place for place, mark in enumerate(drawn) if way[place].mark.rank < mark.rank]
        near = sorted({n for place in more for n in (place - 1, place, place + 1) if 0 <= n < len(way)})
        before, last = CLIENT, -1
        for place in near:
            node, marked = own[place], way[place]
            nodes[node] = min(marked, nodes.get(node, marked), key=attrgetter("mark.rank"))
            arrows[Arrow(before, node, dotted=place != last + 1)] = None
            before, last = node, place
    if not arrows:
        return None
    styles = {
        (mark.name.lower(), mark.value[1]): found
        for mark in Mark
        if mark is not Mark.SAME
        and (found := [node for node, marked in nodes.items() if marked.mark is mark])
    }
    return flowchart({node: _label(marked) for node, marked in nodes.items()}, list(arrows), styles)


def _nodes(way: Iterable[_Marked]) -> list[Node]:
    """A missing hop is placed where the hop before it is. Walks share the nodes of the same hops."""
    nodes = [CLIENT]
    for marked in way:
        hop = next(present(*marked.stop.hops), None)
        key = marked.stop.title, tuple(marked.stop.contents)
        nodes.append(Node(key, str(hop.account), str(hop.region)) if hop else replace(nodes[-1], key=key))
    return nodes[1:]


def _label(marked: _Marked) -> list[str]:
    """The title; of what isn't just a neighbour also what becomes of it, and its facts."""
    if marked.mark is Mark.SAME:
        return [marked.stop.title]
    lines = [line(text, MAX_FACT_LENGTH) for text in marked.lines[:MAX_FACTS]]
    more = [f"and {len(marked.lines) - MAX_FACTS} more"] if len(marked.lines) > MAX_FACTS else []
    return [f"{marked.stop.title} ({marked.mark.value[0]})", *lines, *more]
