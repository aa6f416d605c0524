"""A comparison as one comment of a pull request, in GitHub's Markdown, without what there is no room for."""

import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from typing import TypeAlias

from crosslink.compare.changes import Change, Difference, Operation, displayed
from crosslink.compare.comparison import Comparison, Finding, Route, State
from crosslink.compare.cost_line import cost_line
from crosslink.compare.flowchart import mermaid
from crosslink.compare.headline import FEW, few, headline
from crosslink.compare.markdown import block, code, details, prose, table
from crosslink.compare.standing_section import standing_section
from crosslink.compare.types_comment import told_types
from crosslink.compare.walks import walks
from crosslink.fields.not_judged import NotJudged
from crosslink.path.hop import Hop
from crosslink.report.marks import MARKS
from crosslink.rules.verdict import Result

# Characters. GitHub refuses a comment of more than 65,536 ("body is too long"), and `preview.yml` cuts this
# one here: the end of the real preview goes below.
LIMIT = 60_000
FOOTER = (
    "<sub>From two runs of the program without AWS, `crosslink compare`: what differs between two "
    "versions of the program and its settings. What is deployed isn't looked at: of that the real preview "
    "tells.</sub>"
)
ITEMS = 20
LONG = 1000  # characters of a sentence
LARGEST_PICTURE = 20_000  # characters; Mermaid itself refuses 50,000
SIDES_GONE = {
    "consumer": "the API and its way to the endpoints go; who calls the backends is another stack's to say",
    "provider": "the endpoint services go, with all that the stack made behind them",
}
HASH = re.compile(r"[0-9a-f]{40,}")


class Part(StrEnum):
    """What a comment can do without, in the order in which it is left out; each as the comment names it."""

    WALKS = "the walks"
    VALUES = "the values of changed properties"
    RESOURCES = "the list of resources"
    PICTURE = "the picture"
    ITEMS = f"more than {ITEMS} of a list"


Parts: TypeAlias = Sequence[Part]


def marker(stack: str) -> str:
    """The hidden line by which a stack's comment is found again."""
    name = re.sub(r"[^\w.-]", "_", stack)  # what Pulumi allows
    return f"<!-- crosslink:{name} -->"


def write(comparison: Comparison) -> str:
    """The comment, with as many of its parts as there is room for."""
    drawn = mermaid(comparison.base, comparison.head)
    text = ""
    for count in range(len(Part) + 1):
        text = "\n\n".join(_paragraphs(comparison, drawn, tuple(Part)[:count])) + "\n"
        if len(text) <= LIMIT:
            break
    return text[:LIMIT]


def failed(stack: str, error: str) -> str:
    """The comment of a stack of which one side doesn't run, or whose sides can't be compared."""
    room = LIMIT // 4  # a block of nothing but backticks takes three times its length
    text = error if len(error) <= room else f"{error[:room]}…"
    return f"{marker(stack)}\n\n### ✗ {code(stack)}: the comparison could not run\n\n{block(text)}\n"


def _paragraphs(comparison: Comparison, drawn: str | None, left_out: Parts) -> Iterator[str]:
    """All paragraphs; `drawn` is a flowchart in Mermaid, None if nothing changes on the way."""
    yield marker(comparison.stack)
    yield f"### {headline(comparison)}"
    most = ITEMS if Part.ITEMS in left_out else None
    yield from (f"**The {side} side goes**: {SIDES_GONE[side]}." for side in comparison.sides_gone)
    yield from _routes(comparison.routes, most)
    yield from map(_finding, comparison.findings[:most])
    yield from _more(comparison.findings, most)
    yield from map(_finding, comparison.degraded[:most])
    yield from _more(comparison.degraded, most)
    if settings := comparison.not_judged:
        told = "\n".join(f"- {_setting(setting)}" for setting in settings[:most])
        yield f"**? New settings that nothing judges**: what they do to requests nobody has said.\n{told}"
        yield from _more(settings, most)
    paths = [route.path for route in comparison.routes if _is_walked(route)]
    if paths and Part.WALKS not in left_out:
        summary = "The walk of each route that is new, changed, broken or without redundancy, hop by hop"
        yield details(summary, block(walks(comparison.head, paths)))
    yield from standing_section(comparison.standing, most)
    yield "#### What opens up"
    lines = [f"- {few(open_.what, ITEMS)}: {prose(open_.how, LONG)}" for open_ in comparison.openings]
    if lines:
        yield "\n".join(lines[:most])
    elif all(beside.reason for beside in comparison.types_beside):
        yield "Nothing: no route, range, principal or limit is wider."
    yield from _more(lines, most)
    yield from told_types(comparison.types_beside, most)
    if comparison.secrets:
        yield "#### Secret settings"
        yield "Encrypted anew. Nothing here can read the values: what they change, the real preview tells."
        yield "\n".join(f"- {code(name)}" for name in comparison.secrets[:most])
        yield from _more(comparison.secrets, most)
    if drawn and Part.PICTURE not in left_out:
        yield from _picture(drawn)
    if comparison.changes:
        yield from _resources(comparison.changes, left_out)
        yield cost_line(comparison.cost)
    if left_out:
        yield f"_There is no room for {', '.join(left_out)}. With `--json` there is all but the walks._"
    yield FOOTER


def _routes(routes: Sequence[Route], most: int | None) -> Iterator[str]:
    if not routes:
        yield "The stack has no routes."
        return
    told = sorted(routes, key=_stays_well)[:most] if most else routes  # what changes or fails comes first
    yield table(["route", "auth", "methods", "before → after"], list(map(_row, told)))
    yield from _more(routes, most)


def _row(route: Route) -> list[str]:
    auth = _was_is(route, lambda state: state.auth or "unknown")
    methods = _was_is(route, lambda state: ", ".join(state.methods) or "unknown")
    return [code(route.path), auth, methods, _was_is(route, _result, "new", "removed")]


def _stays_well(route: Route) -> bool:
    return route.before == route.after and route.after is not None and route.after.result is Result.HOLDS


def _is_walked(route: Route) -> bool:
    """Whether a route's walk is worth the room: it is another one, or somebody must mend it."""
    bad = (Result.BROKEN, Result.DEGRADED)
    return route.after is not None and (route.before != route.after or route.after.result in bad)


def _result(state: State) -> str:
    return f"{MARKS[state.result][0]} {state.result}" + (f" at the {state.hop}" if state.hop else "")


def _was_is(route: Route, told: Callable[[State], str], new: str = "", removed: str = "") -> str:
    """What both sides say, once if they say the same; `new` or `removed` for a route that isn't on one."""
    sides = ((route.before, new), (route.after, removed))
    texts = dict.fromkeys(prose(told(state)) if state else missing for state, missing in sides)
    return " → ".join(filter(None, texts))


def _finding(finding: Finding) -> str:
    """What is broken: where, why, and what to do."""
    verdict = finding.verdict
    sign, _style = MARKS[verdict.result]
    what = str(verdict.result)
    at = f"{few(finding.paths, FEW)}: {what} at the {prose(verdict.title)}"
    beside = f"{what.capitalize()} beside the path"
    return f"""\
**{sign} {at if finding.paths else beside}**{", as it was before" if finding.already else ""}
- **where**: {_resource(verdict.hop)}, {prose(verdict.hop.place)}
- **why**: {prose(verdict.why or "", LONG)}
- **grade**: {verdict.grade}{f": {verdict.grade.meaning}" if verdict.grade else ""}
- **rule**: {code(verdict.rule)}: {prose(verdict.statement, LONG)}
- **fix**: {prose(verdict.fix, LONG)}
- **see**: <{verdict.source}>"""


def _setting(setting: NotJudged) -> str:
    """The resource and the field with its value, or that nothing judges such resources."""
    told = "all of it" if setting.field is None else f"{code(setting.field)} is {code(setting.value)}"
    return f"{_resource(setting.hop)}: {told}"


def _resource(hop: Hop) -> str:
    return f"{code(displayed(hop.resource_type))} {code(hop.resource_name)}"


def _picture(drawn: str) -> Iterator[str]:
    yield "#### On the way"
    if len(drawn) > LARGEST_PICTURE:
        yield "_More changes than can be drawn. With `--json` there is the picture._"
        return
    what = "What changes on a request's way, with the hops next to it"
    yield f"{what}; a dotted arrow leaves out hops that stay."
    yield block(drawn, "mermaid")


def _resources(changes: Sequence[Change], left_out: Parts) -> Iterator[str]:
    """The resources by account and region: how many, and folded up which."""
    places = {place: list(found) for place, found in groupby(sorted(changes, key=_place), key=_place)}
    yield "#### Resources"
    rows = [
        [place, *(str(sum(change.operation is operation for change in found)) for operation in Operation)]
        for place, found in places.items()
    ]
    yield table(["account and region", *Operation], rows)
    if Part.RESOURCES not in left_out:
        lists = ["\n".join([f"**{place}**\n", *_listed(found, left_out)]) for place, found in places.items()]
        yield details("Each resource, with what changes of it", "\n\n".join(lists))


def _place(change: Change) -> str:
    return prose(f"{change.account} {change.region}") if change.account else "elsewhere"


def _listed(changes: Sequence[Change], left_out: Parts) -> Iterator[str]:
    """A line per type of what comes or goes, one per resource of what changes."""
    kinds: dict[tuple[Operation, str, str | None], list[Change]] = {}
    for change in sorted(changes, key=lambda change: (list(Operation).index(change.operation), change.type)):
        kinds.setdefault((change.operation, change.type, change.note), []).append(change)
    for (operation, type_, note), found in kinds.items():
        noted = f" ({prose(note)})" if note else ""
        start = f"- {operation} {code(displayed(type_))}"
        if operation in (Operation.CREATED, Operation.DELETED):
            yield f"{start}: {', '.join(code(change.name) for change in found)}{noted}"
        else:
            for change in found:
                yield f"{start} {code(change.name)}{noted}"
                yield from _properties(change.differences, left_out)


def _properties(differences: Sequence[Difference], left_out: Parts) -> Iterator[str]:
    if Part.VALUES not in left_out:
        yield from (f"  - {code(difference.path)}: {_values(difference)}" for difference in differences)
    elif differences:
        yield f"  - {', '.join(code(difference.path) for difference in differences)}"


def _values(difference: Difference) -> str:
    before, after = difference.before, difference.after
    if before is None or after is None:
        return f"new: {code(after or '')}" if before is None else f"gone: {code(before)}"
    if HASH.fullmatch(before) and HASH.fullmatch(after):
        return "another hash"
    return f"{code(before)} → {code(after)}"


def _more(all_: Sequence[object], most: int | None) -> list[str]:
    """How many of a list are left out."""
    return [f"_… and {len(all_) - most} more_"] if most and len(all_) > most else []
