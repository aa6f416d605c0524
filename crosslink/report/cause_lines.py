"""How causes are printed: findings with what to do, reasons, and settings that nothing judges."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from crosslink.report.causes import Doubt, Finding, behind, findings, settings, states
from crosslink.report.marks import MARKS
from crosslink.report.text import line
from crosslink.rules.verdict import Judgement, Result, Verdict, with_result

FEW = 3  # how many of several are named; the others are counted
MANY = 12  # routes in a row of the overview
LONGEST = 100  # characters of a setting


def lines_of(judgement: Judgement, doubts: Mapping[str, Doubt], *, every: bool) -> Iterator[RenderableType]:
    """All causes.

    Args:
        judgement: what the rules say.
        doubts: the reasons that are told once, by the sign that refers to them.
        every: name all that a cause touches.
    """
    for finding in findings(judgement):
        yield _finding(finding, judgement, every=every)
    for sign, doubt in doubts.items():
        yield _doubt(sign, doubt, judgement, every=every)
    told = {doubt.why for doubt in doubts.values()}
    beside = with_result(judgement.stack, Result.UNKNOWN)
    for rule, why in dict.fromkeys(
        (verdict.rule, verdict.why) for verdict in beside if verdict.why not in told
    ):
        yield Text(f"Beside the path: {rule} is unknown: {why}", MARKS[Result.UNKNOWN][1])
    if judgement.not_judged:
        yield Text("\n".join(_settings(judgement, every=every)), MARKS[Result.UNKNOWN][1])


def overview(judgement: Judgement) -> Iterator[RenderableType]:
    """In the place of the walks: what else is broken on them, and how each route is."""
    others = [
        f"  {_routes(finding.routes, judgement, every=False)}: {finding.verdicts[0].rule} "
        f"at the {finding.verdicts[0].title}: {finding.verdicts[0].why}"
        for finding in behind(judgement)
    ]
    if others:
        yield Text("\n".join(["Also broken", *others]), MARKS[Result.BROKEN][1])
    table = Table.grid(
        Column(), Column(max_width=45, overflow="fold"), Column(overflow="fold"), padding=(0, 1)
    )
    for state in states(judgement):
        sign, style = MARKS[state.result]
        table.add_row(
            f"  {sign}", Text(state.where or "all holds"), Text(listed(state.routes, few=MANY)), style=style
        )
    yield Group(Text("Routes", "bold"), table)


def listed(texts: Iterable[str], *, every: bool = False, more: str = "more", few: int = FEW) -> str:
    """A list in a line: a few, and how many more there are."""
    texts = [*texts]
    if every or len(texts) <= few + 1:
        return ", ".join(texts)
    return f"{', '.join(texts[:few])} and {len(texts) - few} {more}"


def _routes(routes: Sequence[str], judgement: Judgement, *, every: bool) -> str:
    if len(routes) == len(judgement.walks) > FEW + 1 and not every:
        return f"All {len(routes)} routes"
    return listed(routes, every=every, more="more routes") or "Beside the path"


def _finding(finding: Finding, judgement: Judgement, *, every: bool) -> RenderableType:
    verdict, routes = finding.verdicts[0], _routes(finding.routes, judgement, every=every)
    place = f": {finding.what} at the {verdict.title}" if finding.routes else ""
    grade = [("grade", f"{verdict.grade}: {verdict.grade.meaning}")] if verdict.grade else []
    rule = ("rule", f"{verdict.rule}: {verdict.statement}"), ("fix", verdict.fix)
    own = finding.verdicts if every else [verdict]
    told = [*(("look", verdict.look) for verdict in own), *(("mend", verdict.mend) for verdict in own)]
    commands = [
        Text.assemble((f"  {title:6}", "cyan"), command, no_wrap=True, overflow="ignore")
        for title, command in dict.fromkeys(told)
        if command
    ]
    return Group(
        Text(f"{routes}{place}", MARKS[verdict.result][1]),
        _table([*_where(finding.verdicts, every=every), *grade, *rule]),
        *commands,
        # A page is to be followed: its address isn't wrapped.
        Text.assemble(("  see   ", "cyan"), verdict.source, no_wrap=True, overflow="ignore"),
    )


def _table(rows: Iterable[tuple[str, str]]) -> RenderableType:
    table = Table.grid(Column(width=len("  where")), Column(overflow="fold"), padding=(0, 1))
    for title, text in rows:
        table.add_row(Text(f"  {title}", "cyan"), Text(text))
    return table


def _where(verdicts: Sequence[Verdict], *, every: bool) -> Iterator[tuple[str, str]]:
    """Each hop with what is wrong with it; a reason that is that of all once."""
    told = verdicts if every or len(verdicts) <= FEW + 1 else verdicts[:FEW]
    alike = len({verdict.why for verdict in verdicts}) == 1
    before = None
    for verdict in told:
        place = f"{verdict.hop.resource}, {verdict.hop.place}"
        if place != before:
            yield "" if alike and before else "where", place
        if not alike:
            yield "why", verdict.why or ""
        before = place
    if len(told) < len(verdicts):
        yield "", f"and {len(verdicts) - len(told)} more"
    if alike:
        yield "why", verdicts[0].why or ""


def _doubt(sign: str, doubt: Doubt, judgement: Judgement, *, every: bool) -> RenderableType:
    rows = [("where", f"{_routes(doubt.routes, judgement, every=every)}: {', '.join(doubt.titles)}")]
    rows += [("rules", listed(doubt.rules, every=every, more="more rules"))] if doubt.rules else []
    return Group(Text(f"{sign} unknown: {doubt.why}", MARKS[Result.UNKNOWN][1]), _table(rows))


def _settings(judgement: Judgement, *, every: bool) -> Iterator[str]:
    yield "Settings that nothing judges"
    for own in settings(judgement):
        routes = dict.fromkeys(route for setting in own for route in judgement.not_judged[setting])
        names = dict.fromkeys(setting.hop.resource_name for setting in own)
        values = dict.fromkeys(line(setting.what, None if every else LONGEST) for setting in own)
        yield (
            f"  {own[0].hop.resource_type} {listed(names, every=every)}: {listed(values, every=every)} "
            f"({_routes([*routes], judgement, every=every)})"
        )
