"""The sections of a comparison's comment, each without what there is no room for."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from enum import StrEnum
from typing import TypeAlias, TypeVar

from crosslink.compare.changes import Change, Operation, displayed
from crosslink.compare.comparison import Comparison
from crosslink.compare.differences import Difference
from crosslink.compare.markdown import block, code, details, prose, table
from crosslink.compare.routes import Finding, Route, State
from crosslink.compare.walks import is_told, walks
from crosslink.report.walk import MARKS
from crosslink.rules.verdict import Result

FEW = 3
ITEMS = 20
LONG = 1000  # characters of a sentence
LARGEST_PICTURE = 20_000  # characters; Mermaid itself refuses 50,000
HASH = re.compile(r"[0-9a-f]{40,}")


class Part(StrEnum):
    """What a comment can do without, the first first; each as the comment says that it is left out."""

    WALKS = "the walks"
    VALUES = "the values of changed properties"
    RESOURCES = "the list of resources"
    PICTURE = "the picture"
    ITEMS = f"more than {ITEMS} of a list"


T = TypeVar("T")
Parts: TypeAlias = Collection[Part]


def routes(comparison: Comparison, left_out: Parts) -> str:
    """The routes: who may call each, and whether a request gets through."""
    if not comparison.routes:
        return "The stack has no routes."
    told = comparison.routes
    if Part.ITEMS in left_out:  # what changes or doesn't hold comes first
        told = sorted(told, key=_stays_well)[:ITEMS]
    rows = [
        [code(one.path), _was_is(one, _auth), _was_is(one, _methods), _was_is(one, _result, whole=True)]
        for one in told
    ]
    return "\n\n".join(
        [table(["route", "auth", "methods", "before → after"], rows), *_more(comparison.routes, told)]
    )


def _stays_well(route: Route) -> bool:
    return route.before == route.after and route.after is not None and route.after.result is Result.HOLDS


def _auth(state: State) -> str:
    return prose(state.auth or "unknown")


def _methods(state: State) -> str:
    return prose(", ".join(state.methods) or "unknown")


def _result(state: State) -> str:
    where = f" at the {prose(state.hop)}" if state.hop else ""
    return f"{MARKS[state.result][0]} {state.result}{where}"


def _was_is(route: Route, told: Callable[[State], str], *, whole: bool = False) -> str:
    """What both sides say, once if they say the same; with `whole` also that a route is new, or goes."""
    before, after = (told(one) if one else None for one in (route.before, route.after))
    if whole:
        before, after = before or "new", after or "removed"
    return " → ".join(dict.fromkeys(one for one in (before, after) if one))


def findings(comparison: Comparison, left_out: Parts) -> str:
    """What is broken: where, why, and what to do."""
    told = _some(comparison.findings, left_out)
    return "\n\n".join([*map(_finding, told), *_more(comparison.findings, told)])


def _finding(finding: Finding) -> str:
    verdict = finding.verdict
    headline = (
        f"{_few(finding.paths, FEW)}: broken at the {prose(verdict.title)}"
        if finding.paths
        else "Broken beside the path"
    )
    already = ", as it was before" if finding.already else ""
    type_, _blank, name = verdict.hop.resource.partition(" ")
    return "\n".join(
        [
            f"**✗ {headline}**{already}",
            f"- **where**: {code(displayed(type_))} {code(name)}, {prose(verdict.hop.place)}",
            f"- **why**: {prose(verdict.why or '', LONG)}",
            f"- **rule**: {code(verdict.rule)}: {prose(verdict.statement, LONG)}",
            f"- **fix**: {prose(verdict.fix, LONG)}",
            f"- **see**: <{verdict.source}>",
        ]
    )


def walked(comparison: Comparison, left_out: Parts) -> str:
    """The walks of the routes where somebody may want to look; folded up, and empty if there are none."""
    paths = [one.path for one in comparison.routes if is_told(one)]
    if not paths or Part.WALKS in left_out:
        return ""
    summary = "The walk of each route that is new, changed or broken, hop by hop"
    return details(summary, block(walks(comparison.head, paths)))


def openings(comparison: Comparison, left_out: Parts) -> str:
    """What opens up."""
    told = _some(comparison.openings, left_out)
    lines = [f"- {_few(one.what, ITEMS)}: {prose(one.how, LONG)}" for one in told]
    said = ["\n".join(lines)] if lines else ["Nothing: no route, range, principal or limit is wider."]
    return "\n\n".join(["#### What opens up", *said, *_more(comparison.openings, told)])


def secrets(comparison: Comparison, left_out: Parts) -> str:
    """The settings with another encrypted value; empty if there are none."""
    if not comparison.secrets:
        return ""
    told = _some(comparison.secrets, left_out)
    lines = "\n".join(f"- {code(one)}" for one in told)
    return "\n\n".join(
        [
            "#### Secret settings",
            "Encrypted anew. Nothing here can read the values: what they change, the real preview tells.",
            lines,
            *_more(comparison.secrets, told),
        ]
    )


def picture(drawn: str | None, left_out: Parts) -> str:
    """What changes on the way; empty if nothing does."""
    if not drawn or Part.PICTURE in left_out:
        return ""
    if len(drawn) > LARGEST_PICTURE:
        return "#### On the way\n\n_More changes than can be drawn. With `--json` there is the picture._"
    legend = (
        "What changes on a request's way, with the hops next to it; a dotted arrow leaves out hops that stay."
    )
    return "\n\n".join(["#### On the way", legend, block(drawn, "mermaid")])


def resources(comparison: Comparison, left_out: Parts) -> str:
    """The resources by account and region: how many, and folded up which."""
    if not comparison.changes:
        return ""
    places: dict[str, list[Change]] = {}
    for one in sorted(comparison.changes, key=_place):
        places.setdefault(_place(one), []).append(one)
    rows = [[place, *_counts(found)] for place, found in places.items()]
    head = ["account and region", *Operation]
    text = ["#### Resources", table(head, rows)]
    if Part.RESOURCES not in left_out:
        lists = ["\n".join([f"**{place}**\n", *_listed(one, left_out)]) for place, one in places.items()]
        text.append(details("Each resource, with what changes of it", "\n\n".join(lists)))
    return "\n\n".join(text)


def _place(change: Change) -> str:
    return prose(f"{change.account} {change.region}") if change.account else "elsewhere"


def _counts(changes: Sequence[Change]) -> list[str]:
    counts = Counter(one.operation for one in changes)
    return [str(counts[one]) for one in Operation]


def _listed(changes: Sequence[Change], left_out: Parts) -> Iterator[str]:
    """A line per type of what comes or goes, one per resource of what changes."""
    for operation in Operation:
        same = [one for one in changes if one.operation is operation]
        types: dict[tuple[str, str | None], list[Change]] = {}
        for one in same:
            types.setdefault((one.type, one.note), []).append(one)
        for (type_, note), found in sorted(types.items(), key=lambda item: item[0][0]):
            noted = f" ({prose(note)})" if note else ""
            if operation in (Operation.CREATED, Operation.DELETED):
                names = ", ".join(code(one.name) for one in found)
                yield f"- {operation} {code(displayed(type_))}: {names}{noted}"
            else:
                for one in found:
                    yield f"- {operation} {code(displayed(type_))} {code(one.name)}{noted}"
                    yield from _properties(one.differences, left_out)


def _properties(differences: Sequence[Difference], left_out: Parts) -> Iterator[str]:
    if Part.VALUES in left_out:
        if differences:
            yield f"  - {', '.join(code(one.path) for one in differences)}"
        return
    for one in differences:
        before, after = (code(text) if text is not None else None for text in (one.before, one.after))
        if HASH.fullmatch(one.before or "") and HASH.fullmatch(one.after or ""):
            told = "another hash"
        elif before and after:
            told = f"{before} → {after}"
        else:
            told = f"new: {after}" if after else f"gone: {before}"
        yield f"  - {code(one.path)}: {told}"


def _some(all_: Sequence[T], left_out: Parts) -> Sequence[T]:
    return all_[:ITEMS] if Part.ITEMS in left_out else all_


def _few(texts: Sequence[str], most: int) -> str:
    """The first of several, and how many there are besides."""
    left = len(texts) - most
    return ", ".join(map(code, texts[:most])) + (f" and {left} more" if left > 0 else "")


def _more(all_: Sequence[object], told: Sequence[object]) -> list[str]:
    left = len(all_) - len(told)
    return [f"_… and {left} more_"] if left else []
