"""The walks of some routes as text, a line per hop, and the lines that tell a hop."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from crosslink.compare.sources import Side
from crosslink.path.hop import Hop
from crosslink.path.walk import Walk
from crosslink.report.hops import facts
from crosslink.report.marks import mark
from crosslink.report.text import line
from crosslink.report.walk import TITLE_WIDTH, judged_hops
from crosslink.rules.verdict import Verdict


@dataclass(frozen=True)
class _Step:
    """A hop on a walk; one that isn't there has no place."""

    title: str
    place: str | None
    lines: tuple[str, ...]


def told(hop: Hop) -> str:
    """What a hop is wired to, in a line, without what only an up will tell; its name if that is all."""
    parts = (part for part in facts(hop).split(", ") if not part.startswith("unknown: "))
    return ", ".join(parts) or hop.resource_name


def walks(side: Side, paths: Collection[str]) -> str:
    """The walks of some routes, a line per hop; of hops that an earlier walk shows, only the titles."""
    told_on: dict[_Step, str] = {}
    texts: list[str] = []
    for walk in side.model.walks:
        if walk.name in paths:
            steps = list(_steps(walk, side.judgement.walks[walk.name]))
            texts.append("\n".join([f"Walk of {line(walk.name)}", *_lines(steps, told_on)]))
            told_on = dict.fromkeys(steps, walk.name) | told_on
    return "\n\n".join(texts)


def _steps(walk: Walk, verdicts: Sequence[Verdict]) -> Iterator[_Step]:
    for title, hop, own, reached in judged_hops(walk, verdicts):
        if isinstance(hop, Hop):  # a name that is all there is to tell isn't told twice
            text = " · ".join(dict.fromkeys([told(hop), hop.resource_name]))
        else:
            text = str(hop or ("missing" if reached else "not reached"))
        told_of = (f"{verdict.result} {verdict.rule}: {verdict.why}" for verdict in own if verdict.why)
        rows = [(mark(own)[0] or " ", title, text), *((" ", "", why) for why in dict.fromkeys(told_of))]
        lines = tuple(f"{sign} {title:{TITLE_WIDTH}}  {line(text)}" for sign, title, text in rows)
        yield _Step(title, hop.place if isinstance(hop, Hop) else None, lines)


def _lines(steps: Sequence[_Step], told_on: Mapping[_Step, str]) -> Iterator[str]:
    """The lines of a walk under their places."""
    place: str | None = None
    for path, group in groupby(steps, key=told_on.get):
        own = list(group)
        if path:
            yield f"    {' to '.join(dict.fromkeys([own[0].title, own[-1].title]))}: as on {path}"
            place = None
            continue
        for step in own:
            if step.place and step.place != place:
                place = step.place
                yield f"  {place}"
            yield from (f"    {text}" for text in step.lines)
