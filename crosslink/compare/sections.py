"""The sections of a comment about routes, faults and what stands: the first of each, the rest folded up.

What a reviewer has to see fits on a screen. So each section shows a few of its items.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from crosslink.compare.changes import displayed
from crosslink.compare.comparison import Finding, Route, State
from crosslink.compare.headline import FEW, counted, few
from crosslink.compare.markdown import code, details, prose, sentence, table
from crosslink.compare.own_code import OwnCode
from crosslink.compare.standing import Effect, Kind
from crosslink.fields.not_judged import NotJudged
from crosslink.path.hop import Hop
from crosslink.report.marks import MARKS
from crosslink.rules.verdict import Result

ROUTES = 8  # rows of the table
SHOWN = 5  # items of a list
NAMED = 8  # names of an item
LONG = 400  # characters of a sentence
_HEAD = ["route", "auth", "methods", "before → after"]


def own_code(own: OwnCode) -> Iterator[str]:
    """The note that a change brings code along, and how far this comment can be trusted then."""
    if own.program:
        yield (
            f"**This change's own code had a hand in this comment**: {few(own.program, FEW)}. "
            "Read that part of the diff first."
        )
    if own.checks:
        yield (
            f"**It changes what checks others**: {few(own.checks, FEW)}. This comment is made without that; "
            "once merged, it counts."
        )


def routes(found: Sequence[Route], most: int | None) -> Iterator[str]:
    """The routes that change or fail, and folded up those that stay as they are."""
    if not found:
        yield "The stack has no routes."
        return
    same = [route for route in found if _stays_well(route)]
    others = [route for route in found if not _stays_well(route)]
    if others or len(same) <= ROUTES:
        told, folded = (others, same) if others else (same, [])
    else:
        told, folded = [], same
    if told:
        yield table(_HEAD, list(map(_row, told[:ROUTES])))
    if rest := told[ROUTES:most]:
        yield details(f"{len(rest)} more that change", table(_HEAD, list(map(_row, rest))))
    yield from more(told, most)
    if folded:
        summary = f"{counted(len(folded), 'route')} as before: every request gets through"
        yield details(summary, table(_HEAD, list(map(_row, folded[:most]))))
        yield from more(folded, most)


def _row(route: Route) -> list[str]:
    auth = _was_is(route, lambda state: state.auth or "unknown")
    methods = _was_is(route, lambda state: ", ".join(state.methods) or "unknown")
    return [code(route.path), auth, methods, _was_is(route, _result, "new", "removed")]


def _stays_well(route: Route) -> bool:
    return route.before == route.after and route.after is not None and route.after.result is Result.HOLDS


def is_walked(route: Route) -> bool:
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


def findings(found: Sequence[Finding], most: int | None) -> Iterator[str]:
    """What is broken, or by which redundancy is lost: the first in full, the others folded up."""
    yield from map(_finding, found[:1])
    most = most and SHOWN  # each is long
    if rest := found[1:most]:
        yield details(f"{len(rest)} more of the kind", "\n\n".join(map(_finding, rest)))
    yield from more(found, most)


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


def settings(found: Sequence[NotJudged], most: int | None) -> Iterator[str]:
    """Settings that come with the change, and that nothing judges."""
    if found:
        yield "**? New settings that nothing judges**: nobody has said what they do to requests."
        yield from shown([f"- {_setting(setting)}" for setting in found], most)


def _setting(setting: NotJudged) -> str:
    """The resource and the field with its value, or that nothing judges such resources."""
    told = "all of it" if setting.field is None else f"{code(setting.field)} is {code(setting.value)}"
    return f"{_resource(setting.hop)}: {told}"


def _resource(hop: Hop) -> str:
    return f"{code(displayed(hop.resource_type))} {code(hop.resource_name)}"


def effects(found: Sequence[Effect], most: int | None) -> Iterator[str]:
    """What the change does to what stands."""
    if found:
        yield "#### What this does to what stands"
        yield from shown(list(map(_effect, _joined(found))), most)


def _joined(found: Sequence[Effect]) -> Iterator[Effect]:
    """What happens to several routes in the same way, told once."""
    groups: dict[Effect, list[Effect]] = {}
    for effect in found:
        by_itself = effect.routes == effect.what
        groups.setdefault(replace(effect, what=(), routes=()) if by_itself else effect, []).append(effect)
    for first, *others in groups.values():
        what = first.what + tuple(path for effect in others for path in effect.what)
        yield replace(first, what=what, routes=what) if others else first


def _effect(effect: Effect) -> str:
    """What happens to what, for how long and why, who notices, and the way round."""
    lasts = f" ({prose(effect.lasts)})" if effect.lasts else ""
    sign = "" if effect.kind is Kind.GONE else f"{effect.kind.sign} "
    lines = [f"- {sign}{few(effect.what, NAMED)}: {sentence(effect.how, LONG)}{lasts}"]
    if effect.routes not in ((), effect.what):
        lines += [f"**Who**: callers of {few(effect.routes, NAMED)}"]
    lines += [f"**Why**: {sentence(effect.why, LONG)}"] if effect.why else []
    lines += [f"**Instead**: {sentence(effect.way, LONG)}"] if effect.way else []
    return "\n  <br>".join(lines)


def shown(lines: Sequence[str], most: int | None) -> Iterator[str]:
    """The first lines of a list, and the others folded up."""
    yield "\n".join(lines[:SHOWN])
    if rest := lines[SHOWN:most]:
        yield details(f"{len(rest)} more", "\n".join(rest))
    yield from more(lines, most)


def more(all_: Sequence[object], most: int | None) -> list[str]:
    """How many of a list are left out."""
    return [f"_… and {len(all_) - most} more_"] if most and len(all_) > most else []
