"""How walks are printed: a line per hop under its account and region, with what the rules say of it."""

from collections import Counter
from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from crosslink.graph.unknown import Found
from crosslink.path.hop import Hop
from crosslink.path.walk import Model, Walk
from crosslink.report.hops import facts, more, named
from crosslink.rules.verdict import WORST_FIRST, Judgement, Result, Verdict

TITLE_WIDTH = len("provider target group")
MARKS = {
    Result.HOLDS: ("✓", "green"),
    Result.BROKEN: ("✗", "bold red"),
    Result.UNKNOWN: ("?", "yellow"),
    Result.ADVICE: ("!", "yellow"),
}
"""How a result is shown: its sign and its style."""


def write_walks(model: Model, judgement: Judgement, console: Console) -> None:
    """Print the walk of every route, where requests stop, and how many rules hold."""
    for walk in model.walks:
        console.print(_walk(walk, judgement.walks[walk.path]))
        console.print()
    for part in _stops(judgement):
        console.print(part)
        console.print()
    counts = Counter(judgement.results().values())
    style = next((MARKS[result][1] for result in WORST_FIRST if counts[result]), "")
    noun = "rule holds" if counts[Result.HOLDS] == 1 else "rules hold"
    told = f"{counts[Result.HOLDS]} {noun}, {counts[Result.BROKEN]} broken, {counts[Result.UNKNOWN]} unknown"
    if advice := counts[Result.ADVICE]:
        told += f", {advice} house {'rule' if advice == 1 else 'rules'} not kept"
    console.print(Text(told, style))


def _walk(walk: Walk, verdicts: Iterable[Verdict]) -> RenderableType:
    parts: list[RenderableType] = [Text(f"Walk of {walk.path}", "bold")]
    place: str | None = None
    table = _grid(None, TITLE_WIDTH)
    hops = [(step.title, hop) for step, hop in walk.hops()]
    reached = True
    for title, hop, own in _with_verdicts(hops, list(verdicts)):
        if isinstance(hop, Hop) and place != hop.place:
            place = hop.place
            table = _grid(None, TITLE_WIDTH)
            parts += [Text(f"  {place}"), _indented(table)]
        elif len(parts) == 1:  # the first hop isn't there to tell a place
            parts.append(_indented(table))
        for row in _rows(title, hop, own, reached=reached):
            table.add_row(*row)
        reached = reached and hop is not None
    return Group(*parts)


def _indented(table: Table) -> Padding:
    return Padding(table, (0, 0, 0, 4), expand=False)


def _grid(*widths: int | None) -> Table:
    """A table without lines: columns of some widths, and one for text."""
    table = Table.grid(padding=(0, 1))
    for width in widths:
        table.add_column(width=width)
    table.add_column(overflow="fold")
    return table


def _with_verdicts(
    hops: list[tuple[str, Found[Hop]]], verdicts: list[Verdict]
) -> Iterator[tuple[str, Found[Hop], list[Verdict]]]:
    """The hops with the verdicts on each; one on what isn't a hop itself stands at the first of its title."""
    own = set(hops)
    first = {title: place for place, (title, _hop) in reversed(list(enumerate(hops)))}
    for place, (title, hop) in enumerate(hops):
        is_first = first[title] == place
        yield (
            title,
            hop,
            [
                verdict
                for verdict in verdicts
                if verdict.title == title
                and (verdict.hop == hop or (is_first and (title, verdict.hop) not in own))
            ],
        )


def _rows(
    title: str, hop: Found[Hop], verdicts: list[Verdict], *, reached: bool
) -> Iterator[tuple[Text, ...]]:
    if isinstance(hop, Hop):
        text = Text.assemble(facts(hop), (f"  {named(hop)}", "dim"))
    elif hop is None:
        text = Text("missing", "bold red") if reached else Text("not reached", "dim")
    else:
        text = Text(str(hop))
    yield Text(*mark(verdicts)), Text(title, "cyan"), _known_or_not(text)
    if isinstance(hop, Hop):
        for below, line in more(hop):
            yield Text(""), Text(f"  {below}", "cyan"), _known_or_not(Text(line))
    for verdict in verdicts:
        if verdict.result is not Result.HOLDS:
            result = Text(f"  {verdict.result}", MARKS[verdict.result][1])
            yield Text(""), result, Text(f"{verdict.rule}: {verdict.why}")


def mark(verdicts: Iterable[Verdict]) -> tuple[str, str]:
    """How the worst of some verdicts is shown: its sign and its style; both are empty if there are none."""
    results = {verdict.result for verdict in verdicts}
    return next((MARKS[result] for result in WORST_FIRST if result in results), ("", ""))


def _known_or_not(text: Text) -> Text:
    text.highlight_words(["unknown"], "yellow")
    return text


def _stops(judgement: Judgement) -> Iterator[RenderableType]:
    """What is broken and what to do: the first finding of each route, those that several share once.

    Then what is broken or unknown beside the path, which no walk shows.
    """
    for verdict, paths in judgement.stops().items():
        yield _finding(f"{', '.join(paths)}: broken at the {verdict.title}", verdict)
    for verdict in judgement.stack:
        if verdict.result is Result.BROKEN:
            yield _finding("Beside the path", verdict)
    unknown = (verdict for verdict in judgement.stack if verdict.result is Result.UNKNOWN)
    for rule, why in dict.fromkeys((verdict.rule, verdict.why) for verdict in unknown):
        yield Text(f"Beside the path: {rule} is unknown: {why}", MARKS[Result.UNKNOWN][1])


def _finding(headline: str, verdict: Verdict) -> RenderableType:
    table = _grid(len("  where"))
    for title, text in (
        ("where", f"{verdict.hop.resource}, {verdict.hop.place}"),
        ("why", verdict.why or ""),
        ("rule", f"{verdict.rule}: {verdict.statement}"),
        ("fix", verdict.fix),
        ("see", verdict.source),
    ):
        table.add_row(Text(f"  {title}", "cyan"), Text(text))
    return Group(Text(headline, MARKS[Result.BROKEN][1]), table)
