"""The walks of both sides: their stops, what makes a hop the same on both, and the lines that tell a walk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import groupby
from typing import TypeAlias

from crosslink.compare.sources import Side
from crosslink.graph.unknown import Found, present
from crosslink.path.hop import Hop
from crosslink.path.ingress import IngressRule
from crosslink.path.methods import Method
from crosslink.path.routes import Way
from crosslink.path.walk import Walk
from crosslink.report.hops import facts, named
from crosslink.report.text import line
from crosslink.report.walk import TITLE_WIDTH, mark
from crosslink.rules.verdict import Verdict

Key: TypeAlias = tuple[str, ...]  # what makes a hop the same on both sides


@dataclass(frozen=True)
class Stop:
    """All hops of a title on a walk, or what is in their place: the targets of a group are one stop."""

    title: str
    hops: tuple[Found[Hop], ...]

    @property
    def contents(self) -> Mapping[Key, Hop]:
        """The hops that are there, with what each says of itself: a route may lead to several targets."""
        return {
            _key(self.title, hop): replace(hop, destination=None) if isinstance(hop, Way) else hop
            for hop in present(*self.hops)
        }

    @property
    def lines(self) -> tuple[str, ...]:
        """What is told of the hops that are there."""
        return tuple(map(told, present(*self.hops)))


def stops(walk: Walk) -> list[Stop]:
    """A walk's stops in the order in which a request passes them."""
    grouped = groupby(walk.hops(), key=lambda found: found[0].title)
    return [Stop(title, tuple(hop for _step, hop in found)) for title, found in grouped]


def told(hop: Hop) -> str:
    """What a hop is wired to, in a line, without what only an up will tell; its name if that is all."""
    parts = (part for part in facts(hop).split(", ") if not part.startswith("unknown: "))
    return ", ".join(parts) or named(hop)


def told_apart(before: Hop, after: Hop) -> str:
    """What a hop is wired to, or where `told` says the same of another version by which facts they differ."""
    if told(before) != told(after):
        return told(after)
    names = [field.name for field in fields(after)]
    differing = [name for name in names if getattr(before, name, None) != getattr(after, name)]
    return f"differs in: {', '.join(differing)}".replace("_", " ")


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


@dataclass(frozen=True)
class _Step:
    """A hop on a walk; one that isn't there has no place."""

    title: str
    place: str | None
    lines: tuple[str, ...]


def walks(side: Side, paths: Sequence[str]) -> str:
    """The walks of some routes, a line per hop; of hops that an earlier walk shows, only the titles."""
    by_path = {walk.path: walk for walk in side.model.walks}
    told_on: dict[_Step, str] = {}
    texts: list[str] = []
    for path in paths:
        steps = list(_steps(by_path[path], side.judgement.walks[path]))
        texts.append("\n".join([f"Walk of {line(path)}", *_lines(steps, told_on)]))
        told_on = {**dict.fromkeys(steps, path), **told_on}
    return "\n\n".join(texts)


def _steps(walk: Walk, verdicts: Sequence[Verdict]) -> Iterator[_Step]:
    reached = True
    for step, hop in walk.hops():
        own = [verdict for verdict in verdicts if verdict.title == step.title]
        # A verdict on what isn't a hop itself, such as a subnet, is one on every hop of the step.
        on_it = [verdict for verdict in own if verdict.hop == hop or verdict.hop not in walk.seen(step)]
        whys = dict.fromkeys(
            f"{verdict.result} {verdict.rule}: {verdict.why}" for verdict in on_it if verdict.why
        )
        if isinstance(hop, Hop):  # a name that is all there is to tell isn't told twice
            text = " · ".join(dict.fromkeys([told(hop), named(hop)]))
        else:
            text = str(hop or ("missing" if reached else "not reached"))
        rows = [(mark(on_it)[0] or " ", step.title, text), *((" ", "", why) for why in whys)]
        lines = tuple(f"{sign} {title:{TITLE_WIDTH}}  {line(text)}" for sign, title, text in rows)
        yield _Step(step.title, hop.place if isinstance(hop, Hop) else None, lines)
        reached = reached and hop is not None


def _lines(steps: Sequence[_Step], told_on: Mapping[_Step, str]) -> Iterator[str]:
    """The lines of a walk under their places."""
    place: str | None = None
    for path, group in groupby(steps, key=told_on.get):
        own = list(group)
        if path:
            ends = dict.fromkeys([own[0].title, own[-1].title])
            yield f"    {' to '.join(ends)}: as on {path}"
            place = None
            continue
        for step in own:
            if step.place and step.place != place:
                place = step.place
                yield f"  {place}"
            yield from (f"    {text}" for text in step.lines)
