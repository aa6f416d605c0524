"""What changes on the way of a request, as a Mermaid flowchart: the hops that do, and their neighbours.

Source: https://mermaid.js.org/syntax/flowchart.html
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from crosslink.compare.sources import Side
from crosslink.compare.stops import Key, Stop, stops, told, told_apart
from crosslink.graph.unknown import present
from crosslink.path.hop import Hop
from crosslink.report.mermaid import CLIENT, Arrow, Node, flowchart
from crosslink.report.text import line
from crosslink.rules.verdict import Result

MAX_FACTS = 4
MAX_FACT_LENGTH = 60


class Mark(Enum):
    """What becomes of a hop: how its node says so, and its class's style. The first of several counts."""

    BROKEN = "✗ broken", "fill:#ffebe9,stroke:#cf222e,stroke-width:3px,color:#1f2328"
    GONE = "- goes", "fill:#f6f8fa,stroke:#cf222e,stroke-dasharray:5 5,color:#1f2328"
    NEW = "+ new", "fill:#dafbe1,stroke:#1a7f37,stroke-width:2px,color:#1f2328"
    CHANGED = "~ changed", "fill:#fff8c5,stroke:#9a6700,stroke-width:2px,color:#1f2328"
    SAME = "", ""

    @property
    def rank(self) -> int:
        """Its place among all."""
        return list(Mark).index(self)

    @property
    def sign(self) -> str:
        """What the node says."""
        return self.value[0]

    @property
    def style(self) -> str:
        """Of the class that is named as the mark is."""
        return self.value[1]


@dataclass(frozen=True)
class _Marked:
    """A stop with what becomes of it.

    Attributes:
        stop: the stop.
        mark: what becomes of it.
        lines: what the node tells beside its title.
    """

    stop: Stop
    mark: Mark
    lines: tuple[str, ...]


def mermaid(base: Side, head: Side) -> str | None:
    """The flowchart of what changes between two sides; None if nothing on the way does."""
    before, after = ({walk.path: stops(walk) for walk in one.model.walks} for one in (base, head))
    old, new = (
        {key: hop for way in one.values() for stop in way for key, hop in stop.contents.items()}
        for one in (before, after)
    )
    ways: list[list[_Marked]] = []
    for path, way in after.items():
        broken = {one.title for one in head.judgement.walks[path] if one.result is Result.BROKEN}
        was = {stop.title: stop for stop in before.get(path, [])}
        ways.append([_marked(stop, was, old, broken) for stop in way if stop.keys or stop.title in broken])
    for path, way in before.items():
        if path not in after:
            ways.append([_left(stop, new) for stop in way if stop.keys])
    return _drawn(ways)


def _marked(stop: Stop, was: Mapping[str, Stop], old: Mapping[Key, Hop], broken: Collection[str]) -> _Marked:
    """What becomes of a stop of HEAD.

    Args:
        stop: the stop.
        was: title → the stop of the same route in BASE.
        old: all hops of BASE.
        broken: the titles of the stops where a rule is broken.
    """
    if stop.title in broken:
        return _Marked(stop, Mark.BROKEN, tuple(map(told, present(*stop.hops))) or ("missing",))
    before = was.get(stop.title, Stop(stop.title, ())).contents
    if not before and not old.keys() & set(stop.keys):
        return _Marked(stop, Mark.NEW, tuple(map(told, present(*stop.hops))))
    lines: list[str] = []
    for key, hop in stop.contents.items():
        if key not in old:
            lines.append(f"new: {told(hop)}")
        elif old[key] != hop:
            said, was_said = told(hop), told(old[key])
            lines.append(said if said != was_said else f"differs in: {told_apart(old[key], hop)}")
    lines += [f"gone: {told(hop)}" for key, hop in before.items() if key not in stop.keys]
    return _Marked(stop, Mark.CHANGED if lines else Mark.SAME, tuple(lines))


def _left(stop: Stop, new: Mapping[Key, Hop]) -> _Marked:
    """What becomes of a stop of a route that goes: other routes may pass it, too."""
    if set(stop.keys) <= new.keys():
        return _Marked(stop, Mark.SAME, ())
    return _Marked(stop, Mark.GONE, tuple(map(told, present(*stop.hops))))


def _drawn(ways: Iterable[list[_Marked]]) -> str | None:
    """The nodes in their accounts and regions, and the arrows: dotted over what stays and isn't drawn."""
    nodes: dict[Node, _Marked] = {}
    arrows: dict[Arrow, None] = {}
    # The longest first: of the others, what they share with it is drawn already.
    for way in sorted(ways, key=lambda way: -sum(marked.mark is not Mark.SAME for marked in way)):
        own = _nodes(way)
        more = [
            place
            for place, (node, marked) in enumerate(zip(own, way, strict=True))
            if marked.mark.rank < (nodes[node].mark if node in nodes else Mark.SAME).rank
        ]
        near = sorted({n for place in more for n in (place - 1, place, place + 1) if 0 <= n < len(way)})
        before, last = CLIENT, -1
        for place in near:
            node, marked = own[place], way[place]
            nodes[node] = min(marked, nodes.get(node, marked), key=lambda one: one.mark.rank)
            arrows[Arrow(before, node, dotted=place != last + 1)] = None
            before, last = node, place
    if not arrows:
        return None
    styles = {
        (mark.name.lower(), mark.style): found
        for mark in Mark
        if mark.style and (found := [node for node, marked in nodes.items() if marked.mark is mark])
    }
    return flowchart({node: _label(marked) for node, marked in nodes.items()}, list(arrows), styles)


def _nodes(way: Iterable[_Marked]) -> list[Node]:
    """What is missing is where the hop before it is. Walks share the nodes of the same hops."""
    nodes = [CLIENT]
    for marked in way:
        hop = next(present(*marked.stop.hops), None)
        account, region = (
            (str(hop.account), str(hop.region)) if hop else (nodes[-1].account, nodes[-1].region)
        )
        nodes.append(Node((marked.stop.title, marked.stop.keys), account, region))
    return nodes[1:]


def _label(marked: _Marked) -> list[str]:
    """The title, what becomes of it, and the facts of what isn't just a neighbour."""
    if marked.mark is Mark.SAME:
        return [marked.stop.title]
    lines = [line(text, MAX_FACT_LENGTH) for text in marked.lines[:MAX_FACTS]]
    more = [f"and {len(marked.lines) - MAX_FACTS} more"] if len(marked.lines) > MAX_FACTS else []
    return [f"{marked.stop.title} ({marked.mark.sign})", *lines, *more]
