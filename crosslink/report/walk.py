"""How walks are printed: a line per hop under its account and region, with what the rules say of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from crosslink.graph.unknown import Beyond, Found
from crosslink.path.hop import Hop
from crosslink.path.walk import Model, Walk
from crosslink.report.hops import facts, more, named
from crosslink.rules.verdict import WORST_FIRST, Judgement, Result, Verdict, with_result

TITLE_WIDTH = len("provider target group")
MARKS = {  # how a result is shown: its sign and its style
    Result.HOLDS: ("✓", "green"),
    Result.BROKEN: ("✗", "bold red"),
    Result.DEGRADED: ("▲", "yellow"),
    Result.UNKNOWN: ("?", "yellow"),
    Result.ADVICE: ("!", "yellow"),
}


def write_walks(model: Model, judgement: Judgement, console: Console) -> None:
    """Print the walk of every route, where requests stop, and how many rules hold."""
    walks = (_walk(walk, judgement.walks[walk.path]) for walk in model.walks)
    for part in (*walks, *_stops(judgement), *_not_judged(judgement)):
        console.print(part)
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


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def judged_hops(
    walk: Walk, verdicts: Iterable[Verdict]
) -> Iterator[tuple[str, Found[Hop], list[Verdict], bool]]:
    """The hops of a walk: title, hop, the verdicts on it, and whether no hop before it is missing."""
    hops = [(step.title, hop) for step, hop in walk.hops()]
    first = dict(reversed(hops))  # title → its first hop
    own: defaultdict[tuple[str, Found[Hop]], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:  # one on what isn't a hop itself stands at the first of its title
        key = (verdict.title, verdict.hop)
        own[key if key in hops else (verdict.title, first.get(verdict.title))].append(verdict)
    reached = True
    for title, hop in hops:
        yield title, hop, own[title, hop], reached
        reached = reached and hop is not None


def _walk(walk: Walk, verdicts: Iterable[Verdict]) -> RenderableType:
    parts: list[RenderableType] = [Text(f"Walk of {walk.path}", "bold")]
    table, place = None, None
    for title, hop, own, reached in judged_hops(walk, verdicts):
        if table is None or (isinstance(hop, Hop) and place != hop.place):
            place = hop.place if isinstance(hop, Hop) else None
            table = Table.grid(Column(), Column(width=TITLE_WIDTH), Column(overflow="fold"), padding=(0, 1))
            parts += [Text(f"  {place}")] if place else []
            parts.append(Padding(table, (0, 0, 0, 4), expand=False))
        _add_rows(table, title, hop, own, reached=reached)
    return Group(*parts)


def _add_rows(table: Table, title: str, hop: Found[Hop], verdicts: list[Verdict], *, reached: bool) -> None:
    if isinstance(hop, Hop):
        text = Text.assemble(facts(hop), (f"  {named(hop)}", "dim"))
    elif hop is None:
        text = Text("missing", "bold red") if reached else Text("not reached", "dim")
    else:
        text = Text(str(hop))
    below = [("", f"  {name}", Text(line)) for name, line in more(hop)] if isinstance(hop, Hop) else []
    # Another owner's part of the path is more than the step at which it begins.
    title = "" if isinstance(hop, Beyond) else title
    for sign, name, told in [(Text(*mark(verdicts)), title, text), *below]:
        told.highlight_words(["unknown"], "yellow")
        table.add_row(sign, Text(name, "cyan"), told)
    for verdict in verdicts:
        if verdict.result is not Result.HOLDS:
            result = Text(f"  {verdict.result}", MARKS[verdict.result][1])
            table.add_row("", result, Text(f"{verdict.rule}: {verdict.why}"))


def mark(verdicts: Iterable[Verdict]) -> tuple[str, str]:
    """How the worst of some verdicts is shown: its sign and its style; both are empty if there are none."""
    results = {verdict.result for verdict in verdicts}
    return next((MARKS[result] for result in WORST_FIRST if result in results), ("", ""))


def _stops(judgement: Judgement) -> Iterator[RenderableType]:
    """What is broken and what to do: the first finding of each route, those that several share once.

    Then what is broken beside the path, where redundancy is lost, and what is unknown beside the path.
    """
    for verdict, paths in judgement.stops().items():
        yield _finding(f"{', '.join(paths)}: broken at the {verdict.title}", verdict)
    for verdict in with_result(judgement.stack, Result.BROKEN):
        yield _finding("Beside the path", verdict)
    for verdict, paths in judgement.degraded().items():
        routes = ", ".join(paths) or "Beside the path"
        yield _finding(f"{routes}: redundancy lost at the {verdict.title}", verdict)
    unknown = with_result(judgement.stack, Result.UNKNOWN)
    for rule, why in dict.fromkeys((verdict.rule, verdict.why) for verdict in unknown):
        yield Text(f"Beside the path: {rule} is unknown: {why}", MARKS[Result.UNKNOWN][1])


def _not_judged(judgement: Judgement) -> Iterator[RenderableType]:
    """The settings that nothing judges, each with the routes that it is on."""
    if judgement.not_judged:
        lines = (f"  {setting} ({', '.join(routes)})" for setting, routes in judgement.not_judged.items())
        yield Text("\n".join(["Settings that nothing judges", *lines]), MARKS[Result.UNKNOWN][1])


def _finding(headline: str, verdict: Verdict) -> RenderableType:
    table = Table.grid(Column(width=len("  where")), Column(overflow="fold"), padding=(0, 1))
    for title, text in (
        ("where", f"{verdict.hop.resource}, {verdict.hop.place}"),
        ("why", verdict.why or ""),
        ("grade", f"{verdict.grade}: {verdict.grade.meaning}" if verdict.grade else ""),
        ("rule", f"{verdict.rule}: {verdict.statement}"),
        ("fix", verdict.fix),
        ("see", verdict.source),
    ):
        table.add_row(Text(f"  {title}", "cyan"), Text(text))
    return Group(Text(headline, MARKS[verdict.result][1]), table)
