"""What a message proposes is tried before it is shown: it must itself be accepted."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, TypeAlias, cast

import yaml

from settings.errors import ABSENT, Fault, as_yaml, key, parts
from settings.rules.keys import CONSUMER

Given: TypeAlias = Mapping[str, object]
FaultsOf: TypeAlias = Callable[[Given], Sequence[Fault]]
"""Gives the faults of what a stack file holds."""
MAX_TRIED = 10
"""How many faults' proposals are tried: each takes a validation of the whole file, or a few."""
MAX_ROUNDS = 5
LANDINGS = "landings"


def tried(faults: Sequence[Fault], given: Given, faults_of: FaultsOf) -> Iterator[Fault]:
    """The faults, the first of them with proposals that were tried.

    Args:
        faults: The faults of `given`.
        given: What the stack file holds, by key.
        faults_of: Gives the faults of what another file would hold.

    Yields:
        Each fault. Where its proposal would be refused, it is mended by what the next message would say; one
        that can't be mended is left out.
    """
    for fault in faults[:MAX_TRIED]:
        yield _accepted(fault, given, faults_of)
    yield from faults[MAX_TRIED:]


def _accepted(fault: Fault, given: Given, faults_of: FaultsOf) -> Fault:
    proposed = _proposed(fault)
    if proposed is None:
        return fault
    file, written = _applied(given, fault.path, proposed)
    for round_ in range(MAX_ROUNDS):
        refused = [left for left in faults_of(file) if _is_in(left.path, written)]
        if not refused:
            return replace(fault, fix=_lines(file, written)) if round_ else fault
        mend = _proposed(refused[0])
        if mend is None:
            break
        file, more = _applied(file, refused[0].path, mend)
        kept = [path for path in written if not _is_in(path, more)]
        written = kept + [path for path in more if not _is_in(path, kept)]
    last = parts(fault.path)[-1]
    if isinstance(last, str) and fault.value is not ABSENT and not _is_missed(given, fault.path, faults_of):
        return replace(fault, fix=f"# without {as_yaml(last)}")
    return replace(fault, fix="# docs/settings.md has all keys, with their limits")


def _is_missed(given: Given, path: str, faults_of: FaultsOf) -> bool:
    """Whether a file without a key has a fault there, too."""
    file = _copied(given)
    *above, last = parts(path)
    _at(file, above).pop(last, None)
    return any(_is_in(left.path, [path]) for left in faults_of(file))


def _proposed(fault: Fault) -> object:
    """The YAML of a fix; None for a comment."""
    return None if fault.fix.startswith("#") else yaml.safe_load(fault.fix)


def _applied(given: Given, path: str, proposed: object) -> tuple[Given, list[str]]:
    """The file with what is proposed for a path, and the paths that this wrote.

    A list's item takes the place of the item; keys of a stack file, `landings` of the consumer and keys of a
    mapping further up go there; other keys take the place of the key.
    """
    file = _copied(given)
    *above, last = parts(path)
    if isinstance(proposed, list):
        _at(file, above)[last] = cast("list[object]", proposed)[0]
        return file, [path]
    new = cast("dict[str, object]", proposed)
    if all(name.startswith(("crosslink:", "pulumi:")) for name in new):
        _at(file, above).pop(last, None)
        file |= new
        return file, [*new]
    if LANDINGS in new:
        above, last = [CONSUMER], LANDINGS
    if (up := next((n for n, part in enumerate(above) if part in new), None)) is not None:
        above, last = above[:up], above[up]
    place = _at(file, above)
    place.setdefault(last, ABSENT)
    items = [new.items() if name == last else [(name, value)] for name, value in place.items()]
    place.clear()
    place.update(chain.from_iterable(items))
    return file, [key(str(above[0]), *above[1:], name) for name in new]


def _copied(given: Given) -> dict[str, Any]:
    return {name: copy.deepcopy(value) for name, value in given.items() if value is not ABSENT}


def _at(file: Mapping[str, Any], above: Sequence[str | int]) -> Any:  # noqa: ANN401 - what JSON holds
    place: Any = file
    for part in above:
        place = place.setdefault(part, {}) if isinstance(part, str) else place[part]
    return place


def _is_in(path: str, written: Sequence[str]) -> bool:
    return any(path == own or path.startswith((f"{own}.", f"{own}[")) for own in written)


def _lines(file: Given, written: Sequence[str]) -> str:
    """What was written, as it is now, in YAML."""
    lines: list[str] = []
    for path in written:
        *above, last = parts(path)
        value = _at(file, above)[last]
        lines.append(f"- {as_yaml(value)}" if isinstance(last, int) else f"{as_yaml(last)}: {as_yaml(value)}")
    return "\n".join(lines)
