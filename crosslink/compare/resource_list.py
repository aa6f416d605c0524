"""The resources of a change in a comment, folded up: how many in each account and region, and which."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from crosslink.compare.changes import Change, Difference, Operation, displayed
from crosslink.compare.headline import counted
from crosslink.compare.markdown import code, details, prose, table

HASH = re.compile(r"[0-9a-f]{40,}")


def resources(changes: Sequence[Change], *, listed: bool, values: bool) -> Iterator[str]:
    """The resources by account and region: how many, and folded up which.

    Args:
        changes: what becomes of each.
        listed: whether there is room for each resource.
        values: whether there is room for the values of changed properties.
    """
    places = {place: list(found) for place, found in groupby(sorted(changes, key=_place), key=_place)}
    rows = [
        [place, *(str(sum(change.operation is operation for change in found)) for operation in Operation)]
        for place, found in places.items()
    ]
    lists = ["\n".join([f"**{place}**\n", *_listed(found, values=values)]) for place, found in places.items()]
    told = [table(["account and region", *Operation], rows), *(lists if listed else ())]
    yield details(f"{counted(len(changes), 'resource')}, with what changes of each", "\n\n".join(told))


def _place(change: Change) -> str:
    return prose(f"{change.account} {change.region}") if change.account else "elsewhere"


def _listed(changes: Sequence[Change], *, values: bool) -> Iterator[str]:
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
                yield from _properties(change.differences, values=values)


def _properties(differences: Sequence[Difference], *, values: bool) -> Iterator[str]:
    if values:
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
