"""The walks that a comment tells: those of routes that are new, changed or broken, as lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from crosslink.compare.sources import Side
from crosslink.compare.stops import told
from crosslink.graph.unknown import Found
from crosslink.path.hop import Hop
from crosslink.path.walk import Walk
from crosslink.report.hops import named
from crosslink.report.text import line
from crosslink.report.walk import TITLE_WIDTH, mark
from crosslink.rules.verdict import Verdict


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
        place = hop.place if isinstance(hop, Hop) else None
        yield _Step(step.title, place, tuple(_told(step.title, hop, on_it, reached=reached)))
        reached = reached and hop is not None


def _told(title: str, hop: Found[Hop], verdicts: Sequence[Verdict], *, reached: bool) -> Iterator[str]:
    sign, _style = mark(verdicts)
    if isinstance(hop, Hop):
        # A name that is all there is to tell isn't told twice.
        text = " · ".join(dict.fromkeys([told(hop), named(hop)]))
    elif hop is None:
        text = "missing" if reached else "not reached"
    else:
        text = str(hop)
    yield f"{sign or ' '} {title:{TITLE_WIDTH}}  {line(text)}"
    whys = (f"{verdict.result} {verdict.rule}: {verdict.why}" for verdict in verdicts if verdict.why)
    yield from (f"  {'':{TITLE_WIDTH}}  {line(why)}" for why in dict.fromkeys(whys))


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
