"""A timeline as a table and as JSON."""

from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crosslink.graph.node import Node
from crosslink.report.lists import write_list
from crosslink.report.text import line
from crosslink.timeline.timeline import LONG, PER_CPU, Bar, Timeline
from crosslink.timeline.times import times
from crosslink.timeline.waits import Why

_UNCONFIRMED = "*"
_CRITICAL = "→"
_BECAUSE: Mapping[Why, str] = {
    Why.INPUT: "",
    Why.DEPENDS_ON: " (depends_on)",
    Why.PROVIDER: " (provider)",
    Why.PARENT: " (parent)",
    Why.INSIDE: "",
    Why.PODS: " (its pods)",
    Why.SLOT: " (as many as run at once)",
}


def clock(seconds: int) -> str:
    """A time from the start, in minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02}"


def kind(node: Node) -> str:
    """A resource's type in short: `ec2:NatGateway` is `aws:ec2/natGateway:NatGateway`."""
    package, _, rest = node.type.partition(":")
    module, _, name = rest.partition(":")
    return f"{module.partition('/')[0] if package == 'aws' else module}:{name}"


def write(found: Timeline, console: Console) -> None:
    """Print a timeline: the critical path in its order, then what is hidden behind it."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for heading in ("starts", "takes", "spare"):
        table.add_column(heading, justify="right")
    for heading in ("what", "where", "waits for"):
        table.add_column(heading, overflow="fold")
    for bar in found.critical:
        start, takes, _none_to_spare, what, where, _line_before = _row(bar, 1)
        why = f"the one before{_BECAUSE[bar.after[1]]}" if bar.after else ""
        _add(table, f"{_CRITICAL} {start}", takes, "", what, where, why, style="bold")
    table.add_row(clock(found.seconds), "", "", Text("the end", "bold"), "", "")
    if found.beside:
        table.add_section()
        for bars in grouped(found.beside):
            _add(table, *_row(bars[0], len(bars)))
    console.print(table)
    console.print()
    for sentence in _summary(found):
        console.print(Text(sentence), soft_wrap=True)
    told = [bar.time for bar in (*found.critical, *found.beside) if bar.time.unconfirmed]
    doubts = [f"{time.what}: {time.unconfirmed}" for time in told]
    write_list(f"{_UNCONFIRMED} An estimate, or of one source", list(dict.fromkeys(doubts)), console)
    console.print()
    console.print(
        Text(f"Times of {times().as_of}, of others' logs: crosslink/timeline/times.yaml", "dim"),
        soft_wrap=True,
    )


def grouped(bars: Iterable[Bar]) -> list[list[Bar]]:
    """Bars by type, place and time; in each group, the one with the least to spare comes first."""
    groups: dict[tuple[object, ...], list[Bar]] = {}
    for bar in bars:
        groups.setdefault((bar.node.type, bar.time.what, *_place(bar.node)), []).append(bar)
    found = [sorted(group, key=lambda bar: bar.span.spare) for group in groups.values()]
    return sorted(found, key=lambda group: group[0].span.start)


def as_json(found: Timeline) -> dict[str, object]:
    """A timeline as `timeline.schema.json` describes it."""
    return {
        "asOf": str(times().as_of),
        "seconds": found.seconds,
        "low": found.low,
        "high": found.high,
        "parallel": found.parallel,
        "unlimited": found.unlimited,
        "critical": [bar.node.urn for bar in found.critical],
        "resources": [_as_json(bar) for bar in found.bars],
    }


def _as_json(bar: Bar) -> dict[str, object]:
    node, after = bar.node, bar.after
    return {
        **{name: getattr(node, name) for name in ("urn", "type", "name", "account", "region")},
        "start": bar.span.start,
        "seconds": bar.seconds,
        "low": bar.time.low,
        "high": bar.time.high,
        "spare": bar.span.spare,
        "critical": bar.critical,
        "waitsFor": {"urn": after[0].urn, "why": after[1].value} if after else None,
        "source": bar.time.source,
        "unconfirmed": bar.time.unconfirmed,
    }


def _summary(found: Timeline) -> Iterable[str]:
    low, typical, high = (round(seconds / 60) for seconds in (found.low, found.seconds, found.high))
    yield (
        f"About {typical} minutes; {low} to {high}, by the table. "
        f"{found.short} more resources take less than {LONG} seconds each."
    )
    limit = f"{found.parallel} at once (pulumi up --parallel, by default {PER_CPU} for each CPU)"
    faster = found.unlimited < found.seconds
    yield f"{limit}; without a limit {clock(found.unlimited) if faster else 'it is no shorter'}."
    yield "Answers come some minutes later: ALBs of Ingresses get active, and targets healthy, after the end."


def _add(table: Table, *cells: str, style: str = "") -> None:
    """Names may be anybody's: none is markup."""
    table.add_row(*(Text(line(cell)) for cell in cells), style=style)


def _row(bar: Bar, number: int) -> tuple[str, ...]:
    mark = _UNCONFIRMED if bar.time.unconfirmed else ""
    more = f" and {number - 1} more" if number > 1 else ""
    return (
        clock(bar.span.start),
        clock(bar.seconds) + mark,
        clock(bar.span.spare),
        f"{kind(bar.node)} {bar.node.name}{more}",
        " ".join(_place(bar.node)),
        f"{kind(bar.after[0])} {bar.after[0].name}{_BECAUSE[bar.after[1]]}" if bar.after else "",
    )


def _place(node: Node) -> list[str]:
    return [told for told in (node.account, node.region) if told]
