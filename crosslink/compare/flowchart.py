"""What changes on the way of a request, as a Mermaid flowchart: the hops that change, and their neighbours.

Source: https://mermaid.js.org/syntax/flowchart.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby
from operator import attrgetter
from typing import TypeAlias

from crosslink.compare.sources import Side
from crosslink.compare.walks import told
from crosslink.graph.unknown import given_in_the_up, present
from crosslink.path.hop import Hop
from crosslink.path.ingress_rule import IngressRule
from crosslink.path.methods import Method
from crosslink.path.routes import Way
from crosslink.path.walk import Walk
from crosslink.report.mermaid import CLIENT, Arrow, Node, flowchart
from crosslink.report.text import line
from crosslink.rules.verdict import Result, Verdict

Key: TypeAlias = tuple[str, ...]  # what makes a hop the same on both sides

MAX_WAYS = 4  # side by side; more can't be read
MAX_FACTS = 4
MAX_FACT_LENGTH = 60
_GIVEN_IN_THE_UP = given_in_the_up()


class Mark(Enum):
    """What becomes of a hop: the sign on its node, and its class's style. The first of several counts."""

    BROKEN = "✗ broken", "fill:#ffebe9,stroke:#cf222e,stroke-width:3px,color:#1f2328"
    DEGRADED = "▲ redundancy lost", "fill:#fff1e5,stroke:#bc4c00,stroke-width:3px,color:#1f2328"
    GONE = "- goes", "fill:#f6f8fa,stroke:#cf222e,stroke-dasharray:5 5,color:#1f2328"
    NEW = "+ new", "fill:#dafbe1,stroke:#1a7f37,stroke-width:2px,color:#1f2328"
    CHANGED = "~ changed", "fill:#fff8c5,stroke:#9a6700,stroke-width:2px,color:#1f2328"
    SAME = "", ""

    @property
    def rank(self) -> int:
        return list(Mark).index(self)


@dataclass(frozen=True)
class _Stop:
    """All hops of a title on a walk: the targets of a group are one stop."""

    title: str
    node: Node
    hops: Mapping[Key, Hop]  # those that are there, with what each says of itself
    lines: Sequence[str]  # below the title: what is told of the hops, or what changes of them
    mark: Mark


def mermaid(base: Side, head: Side) -> str | None:
    """The flowchart of what changes between two sides; None if nothing on the way does."""
    before, after = ({walk.name: list(_stops(walk)) for walk in side.model.walks} for side in (base, head))
    old, new = (
        {key: hop for way in ways.values() for stop in way for key, hop in stop.hops.items()}
        for ways in (before, after)
    )
    ways: list[list[_Stop]] = []
    for path, way in after.items():
        bad = _bad(head.judgement.walks[path])
        was = {stop.title: stop.hops for stop in before.get(path, [])}
        ways.append([_marked(stop, was, old, bad) for stop in way if stop.hops or stop.title in bad])
    for way in (way for path, way in before.items() if path not in after):
        # Other routes may pass a stop of a route that goes, too.
        marks = ((stop, Mark.SAME if stop.hops.keys() <= new.keys() else Mark.GONE) for stop in way)
        ways.append([replace(stop, mark=mark) for stop, mark in marks if stop.hops])
    return _drawn(ways)


def _bad(verdicts: Iterable[Verdict]) -> dict[str, Mark]:
    """The titles where something is broken or redundancy is lost, each with its mark."""
    marks = {Result.DEGRADED: Mark.DEGRADED, Result.BROKEN: Mark.BROKEN}
    found = [(verdict.title, marks[verdict.result]) for verdict in verdicts if verdict.result in marks]
    return dict(sorted(found, key=lambda pair: -pair[1].rank))


def _stops(walk: Walk) -> Iterator[_Stop]:
    """A walk's stops in the order in which a request passes them; one that is missing is where the last is.

    Walks share the nodes of the same hops.
    """
    node = CLIENT
    for title, group in groupby(walk.hops(), key=lambda found: found[0].title):
        there = list(present(*(hop for _step, hop in group)))
        hops = {_key(title, hop): _own(hop) for hop in there}
        key = title, tuple(hops)
        node = Node(key, str(there[0].account), str(there[0].region)) if there else replace(node, key=key)
        yield _Stop(title, node, hops, list(map(told, there)), Mark.SAME)


def _own(hop: Hop) -> Hop:
    """A hop without what doesn't make it another one: which of several targets a way leads to, and an id of
    AWS, which few previews know.
    """
    if isinstance(hop, Way):
        hop = replace(hop, destination=None)
    return replace(hop, id=_GIVEN_IN_THE_UP) if hop.resource_type.startswith("aws:") else hop


def _key(title: str, hop: Hop) -> Key:
    """One resource may make several hops, and another resource the same hop, such as a subnet's way."""
    match hop:
        case Way():
            return title, hop.subnet.urn, hop.urn if hop.route else str(hop.destination)
        case Method():
            return title, hop.urn, hop.path, str(hop.http_method)
        case IngressRule():
            return title, hop.urn, str(hop.path)
        case _:
            return title, hop.urn


def _marked(
    stop: _Stop, was: Mapping[str, Mapping[Key, Hop]], old: Mapping[Key, Hop], bad: Mapping[str, Mark]
) -> _Stop:
    """What becomes of a stop of HEAD: `was` has the route's hops in BASE by title, `old` all hops there."""
    if mark := bad.get(stop.title):
        return replace(stop, mark=mark, lines=stop.lines or ["missing"])
    before = was.get(stop.title, {})
    if not before and old.keys().isdisjoint(stop.hops):
        return replace(stop, mark=Mark.NEW)
    lines = [
        _told_apart(old[key], hop) if key in old else f"new: {told(hop)}"
        for key, hop in stop.hops.items()
        if old.get(key) != hop
    ]
    lines += [f"gone: {told(hop)}" for key, hop in before.items() if key not in stop.hops]
    return replace(stop, mark=Mark.CHANGED if lines else Mark.SAME, lines=lines)


def _told_apart(before: Hop, after: Hop) -> str:
    """What a hop is wired to, or where `told` says the same of another version by which facts they differ."""
    if told(before) != told(after):
        return told(after)
    differing = [name for name, value in vars(after).items() if vars(before).get(name) != value]
    return f"differs in: {', '.join(differing)}".replace("_", " ")


def _drawn(ways: Iterable[Sequence[_Stop]]) -> str | None:
    """The nodes in their accounts and regions, and the arrows: dotted over what stays and isn't drawn."""
    drawn: dict[Node, _Stop] = {}
    arrows: dict[Arrow, None] = {}
    left = MAX_WAYS
    # The worst first, and of those the longest: of the others, what they share with it is drawn already.
    for way in sorted(ways, key=_urgency):
        known = [drawn[stop.node].mark if stop.node in drawn else Mark.SAME for stop in way]
        more = [place for place, mark in enumerate(known) if way[place].mark.rank < mark.rank]
        near = sorted({n for place in more for n in (place - 1, place, place + 1) if 0 <= n < len(way)})
        if near and not left:
            break
        left -= bool(near)
        before, last = CLIENT, -1
        for place in near:
            stop = way[place]
            drawn[stop.node] = min(stop, drawn.get(stop.node, stop), key=attrgetter("mark.rank"))
            arrows[Arrow(before, stop.node, dotted=place != last + 1)] = None
            before, last = stop.node, place
    if not arrows:
        return None
    styles = {
        (mark.name.lower(), mark.value[1]): nodes
        for mark in Mark
        if mark is not Mark.SAME and (nodes := [node for node, stop in drawn.items() if stop.mark is mark])
    }
    return flowchart({node: _label(stop) for node, stop in drawn.items()}, list(arrows), styles)


def _urgency(way: Sequence[_Stop]) -> tuple[int, int]:
    marks = [stop.mark for stop in way]
    return min(mark.rank for mark in marks), -sum(mark is not Mark.SAME for mark in marks)


def _label(stop: _Stop) -> list[str]:
    """The title; of what isn't just a neighbour also what becomes of it, and its facts."""
    if stop.mark is Mark.SAME:
        return [stop.title]
    lines = list(dict.fromkeys(line(text, MAX_FACT_LENGTH) for text in stop.lines))
    more = [f"and {len(lines) - MAX_FACTS} more"] if len(lines) > MAX_FACTS else []
    return [f"{stop.title} ({stop.mark.value[0]})", *lines[:MAX_FACTS], *more]
