"""How walks are printed: a line per hop under its account and region, with what the rules say of it."""

import argparse
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from crosslink.graph.unknown import Beyond, Found
from crosslink.path.hop import Hop
from crosslink.path.walk import Model, Walk
from crosslink.report.cause_lines import lines_of, overview
from crosslink.report.causes import Doubt, doubts, grouped
from crosslink.report.hops import facts, more
from crosslink.report.marks import MARKS, mark, worst_of
from crosslink.rules.grade import Grade
from crosslink.rules.verdict import WORST_FIRST, Judgement, Result, Verdict, first_broken

TITLE_WIDTH = len("provider target group")
MOST_WALKS = 8  # of a stack with more routes than these, walks are printed if they are asked for
RUN = 3  # so many hops in a row that another walk has, too, are told in a line


def add_every_argument(parser: argparse.ArgumentParser) -> None:
    """The argument of a command that prints walks."""
    every = f"print every walk in full; of more than {MOST_WALKS} routes only causes are printed otherwise"
    parser.add_argument("--all", action="store_true", help=every)


def write_walks(
    model: Model,
    judgement: Judgement,
    console: Console,
    *,
    every: bool = False,
    only: Collection[str] = (),
) -> None:
    """Print the walk of every route, the causes of what was found, and how many rules hold.

    Args:
        model: the path.
        judgement: what the rules say of it.
        console: where to print.
        every: print all walks in full, however many there are, and name all that a cause touches.
        only: the routes whose walks are printed, by path or by name; by default all.
    """
    reasons = _reasons(model, judgement)
    told = [walk for walk in model.walks if not only or not {walk.path, walk.name}.isdisjoint(only)]
    if every or only or len(told) <= MOST_WALKS:
        printer = _Walks({doubt.why: sign for sign, doubt in reasons.items()}, every=every)
        for walk in told:
            console.print(printer.walk(walk, judgement.walks[walk.name]), crop=False)
            console.print()
        _write_causes(judgement, reasons, console, every=every)
        return
    hint = Text("--route PATH prints the walk of a route, --all those of all.", "dim")
    _write_causes(judgement, reasons, console, besides=(*overview(judgement), hint))


def _reasons(model: Model, judgement: Judgement) -> Mapping[str, Doubt]:
    """What can't be known, by the sign that refers to it."""
    return {f"[{number}]": doubt for number, doubt in enumerate(doubts(model, judgement), start=1)}


def write_causes(model: Model, judgement: Judgement, console: Console) -> None:
    """Print the causes of what was found, and how many rules hold.

    Args:
        model: the path.
        judgement: what the rules say of it.
        console: where to print.
    """
    _write_causes(judgement, _reasons(model, judgement), console)


def _write_causes(
    judgement: Judgement,
    reasons: Mapping[str, Doubt],
    console: Console,
    *,
    every: bool = False,
    besides: Iterable[RenderableType] = (),
) -> None:
    for part in (*lines_of(judgement, reasons, every=every), *besides):
        console.print(part, crop=False)  # commands are to be copied: they aren't wrapped
        console.print()
    if judgement.not_looked_at:
        console.print(Text(_beside(judgement), "dim"), soft_wrap=True)
        console.print()
    counts = Counter(judgement.results().values())
    style = next((MARKS[result][1] for result in WORST_FIRST if counts[result]), "")
    console.print(Text(summary(judgement), MARKS[Result.UNKNOWN][1] if judgement.not_judged else style))


def summary(judgement: Judgement) -> str:
    """How many rules hold, are broken and so on, and how many settings nothing judges."""
    counts = Counter(judgement.results().values())
    parts = [
        f"{_counted(counts[Result.HOLDS], 'rule holds', 'rules hold')}",
        f"{counts[Result.BROKEN]} broken",
        f"{counts[Result.UNKNOWN]} unknown",
    ]
    if degraded := counts[Result.DEGRADED]:
        parts.append(f"{degraded} with redundancy lost")
    if advice := counts[Result.ADVICE]:
        parts.append(_counted(advice, "house rule not kept", "house rules not kept"))
    if settings := len(judgement.not_judged):
        parts.append(_counted(settings, "setting nothing judges", "settings nothing judges"))
    return ", ".join(parts)


def _beside(judgement: Judgement) -> str:
    """The resources that no rule looks at, by their types."""
    types = (f"{count} {type_.rpartition(':')[2]}" for type_, count in judgement.not_looked_at.items())
    return f"Not on the way of requests, and looked at by no rule: {', '.join(types)}"


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def judged_hops(
    walk: Walk, verdicts: Sequence[Verdict]
) -> Iterator[tuple[str, Found[Hop], list[Verdict], bool]]:
    """The hops of a walk: title, hop, the verdicts on it, and whether a request gets there.

    It doesn't where a hop before it is missing, or stops all requests.
    """
    hops = [(step.title, hop) for step, hop in walk.hops()]
    first = dict(reversed(hops))  # title → its first hop
    own: defaultdict[tuple[str, Found[Hop]], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:  # one on what isn't a hop itself stands at the first of its title
        key = (verdict.title, verdict.hop)
        own[key if key in hops else (verdict.title, first.get(verdict.title))].append(verdict)
    stop = first_broken(verdicts)
    stopped, reached = stop if stop and stop.grade is Grade.STOPS else None, True
    for title, group in groupby(hops, lambda told: told[0]):
        beside = [hop for _, hop in group]
        for hop in beside:
            yield title, hop, own[title, hop], reached
        told = chain.from_iterable(own[title, hop] for hop in beside)
        reached = reached and None not in beside and (stopped is None or stopped not in told)


@dataclass(frozen=True)
class _Row:
    """What a walk tells of a hop."""

    title: str
    hop: Found[Hop]
    verdicts: tuple[Verdict, ...]
    reached: bool  # whether a request gets there


class _Walks:
    """Prints walks: what an earlier one has told in a line, reasons that are told apart by their signs."""

    def __init__(self, signs: Mapping[str, str], *, every: bool) -> None:
        self._signs = signs  # reason → the sign that stands for it
        self._every = every
        self._told: set[_Row] = set()

    def walk(self, walk: Walk, verdicts: Sequence[Verdict]) -> RenderableType:
        """The walk of a route."""
        parts: list[RenderableType] = [Text(f"Walk of {walk.name}", "bold")]
        table, place = None, None
        rows = [
            _Row(title, hop, tuple(own), reached) for title, hop, own, reached in judged_hops(walk, verdicts)
        ]
        for run in self._runs(rows):
            hop = run[0].hop
            if table is None or (isinstance(hop, Hop) and place != hop.place):
                table = Table.grid(
                    Column(width=1), Column(width=TITLE_WIDTH), Column(overflow="fold"), padding=(0, 1)
                )
                parts += [Text(f"  {hop.place}")] if isinstance(hop, Hop) else []
                parts.append(Padding(table, (0, 0, 0, 4), expand=False))
            places = [row.hop.place for row in run if isinstance(row.hop, Hop)]
            place = places[-1] if places else place
            self._add(table, run)
        self._told.update(rows)
        return Group(*parts)

    def _runs(self, rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
        """Hops in a row that were told before; every other hop by itself."""
        for told, group in groupby(rows, lambda row: row in self._told and not self._every):
            run = [*group]
            yield from [run] if told and len(run) >= RUN else ([row] for row in run)

    def _add(self, table: Table, run: Sequence[_Row]) -> None:
        if len(run) == 1:
            self._add_hop(table, run[0])
        else:
            sign = Text(*mark(verdict for row in run for verdict in row.verdicts))
            table.add_row(sign, Text(run[0].title, "cyan"), Text(f"to {run[-1].title}: as above", "dim"))

    def _add_hop(self, table: Table, row: _Row) -> None:
        hop, title = row.hop, row.title
        if isinstance(hop, Hop) and row.reached:
            text = Text.assemble(self._short(facts(hop)), (f"  {hop.resource_name}", "dim"))
        elif isinstance(hop, Hop):
            text = Text(f"not reached: {self._short(facts(hop))}  {hop.resource_name}", "dim")
        elif hop is None:
            text = Text("missing", "bold red") if row.reached else Text("not reached", "dim")
        else:
            text = Text(self._short(str(hop)))
        below = (
            [("", f"  {name}", Text(self._short(told))) for name, told in _more(hop)] if row.reached else []
        )
        # Another owner's part of the path is more than the step at which it begins.
        title = "" if isinstance(hop, Beyond) else title
        # What holds at a hop that isn't reached says nothing of a request.
        tells = row.reached or worst_of(row.verdicts) is not Result.HOLDS
        own = Text(*mark(row.verdicts)) if tells else Text()
        for sign, name, told in [(own, title, text), *below]:
            told.highlight_words(["unknown"], "yellow")
            table.add_row(sign, Text(name, "cyan"), told)
        told_of = [verdict for verdict in row.verdicts if verdict.result is not Result.HOLDS]
        for alike in grouped(told_of, lambda verdict: (verdict.result, verdict.why)).values():
            result, why = alike[0].result, alike[0].why or ""
            rules = ", ".join(dict.fromkeys(verdict.rule for verdict in alike))
            sign = self._signs.get(why) if result is Result.UNKNOWN else None
            told = f"{rules} {sign}" if sign else f"{rules}: {why}"
            table.add_row("", Text(f"  {result}", MARKS[result][1]), Text(told))

    def _short(self, text: str) -> str:
        """A text with signs for the reasons that are told apart."""
        for why, sign in self._signs.items():
            text = text.replace(f"unknown: {why}", f"unknown {sign}")
        return text


def _more(hop: Found[Hop]) -> Iterable[tuple[str, str]]:
    return more(hop) if isinstance(hop, Hop) else ()
