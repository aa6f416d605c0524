"""Any field of any resource, set to another value: what is said of it from a vantage point."""

import collections.abc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin

from crosslink.fields.lists import (
    FieldPath,
    Harmless,
    Judged,
    Kind,
    Neither,
    is_harmless,
    kind_of,
    leaves,
)
from crosslink.graph.node import Node, Value, fields, items, side_of, value_at
from crosslink.rules.verdict import Judgement, Result, judge
from tests.crosslink.fields.sdk import answered, is_typed, typed
from tests.fake_aws import UnplayedError
from tests.faults.change import Change
from tests.faults.fault import model_of
from tests.faults.nodes import Nodes, refer

VALUES: Mapping[type, Sequence[object]] = {
    bool: (True, False),
    int: (1, 7, 4000),
    float: (0.5, 7.0),
    str: ("other", "0", "HTTPS", "dualstack"),
}
RANGES: Mapping[type, Sequence[object]] = {**VALUES, str: ("10.99.0.0/24", "192.0.2.0/25")}
"""Those of fields that are ranges of addresses by their name: AWS refuses all other texts."""


class Said(StrEnum):
    """What is said of a change."""

    NAMED = "named"  # a rule is broken, redundancy is lost, or a convention isn't kept
    NOTICED = "noticed"  # a rule can't tell any more
    NOT_JUDGED = "not judged"
    HARMLESS = "harmless"  # by the lists
    HOLDS = "holds"  # a rule judges the field, and takes the value
    NOT_ANSWERED = "not answered"  # AWS has no member for it in its answers
    NOT_LOOKED_AT = "not looked at"  # the resource is on no walk, or the doctor reads none of its type
    UNPLAYED = "not played"  # AWS would refuse the value
    SILENCE = "silence"


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a resource, with a value that it doesn't have."""

    urn: str
    type: str
    path: tuple[str | int, ...]  # a 0 is the first item of a list
    value: object

    @property
    def names(self) -> FieldPath:
        """The path without indexes, as the lists have it."""
        return tuple(key for key in self.path if isinstance(key, str))

    def change(self) -> Change:
        """Sets it."""

        def changed(nodes: Nodes) -> Nodes:
            return [self._set(node) if node.urn == self.urn else node for node in nodes]

        return changed

    def _set(self, node: Node) -> Node:
        property_, below = str(self.path[0]), self.path[1:]
        value = _with(node.properties.get(property_), below, self.value)
        changed = replace(node, properties={**node.properties, property_: value})
        return refer(changed, property_) if property_ in node.references else changed


def _with(value: Value, path: Sequence[str | int], new: object) -> Value:
    """A value with another one at a path, all between made where it isn't there."""
    match path:
        case []:
            return new
        case [int(), *below]:
            first, *others = items(value) or [None]
            return [_with(first, below, new), *others]
        case [str(key), *below]:
            return {**fields(value), key: _with(fields(value).get(key), below, new)}


def fields_of(node: Node) -> Iterator[Field]:
    """The fields that the SDK takes for a resource, or of an unknown type its own, each with a few values."""
    for path, type_ in typed(node.type) if is_typed(node.type) else _own(node):
        place = tuple(_place(node, path))
        if isinstance(node.get(*place[:-1]), str):
            continue  # the program gives the document as a text
        for value in _values(type_, RANGES if "cidr" in str(place[-1]).lower() else VALUES):
            if node.get(*place) != value:
                yield Field(urn=node.urn, type=node.type, path=place, value=value)


def _own(node: Node) -> Iterator[tuple[FieldPath, Any]]:
    yield from ((path, type(value)) for path, value in leaves(node.properties))


def _values(type_: Any, known: Mapping[type, Sequence[object]]) -> Iterator[object]:
    """Values of a type of the SDK's; in its annotations of lists and mappings each may be an `Output`."""
    inner = [value for argument in get_args(type_) for value in _values(argument, known)]
    match get_origin(type_):
        case collections.abc.Sequence:
            yield from ([value] for value in inner)
        case collections.abc.Mapping:
            yield from ({"other": value} for value in inner)
        case None:
            yield from known.get(type_, ())
        case _:
            yield from {repr(value): value for value in inner}.values()


def _place(node: Node, path: Sequence[str | int]) -> Iterator[str | int]:
    """A field's path in a resource: in a list it is in the first of its items."""
    value: Any = node.properties
    for key in path:
        if isinstance(value, list) and key != 0:
            yield 0
            value = value_at(value, 0)
        yield key
        value = value_at(value, key)


@cache
def as_it_is(vantage: str, stack: str) -> Judgement:
    """What is judged of a stack."""
    return judge(model_of(vantage, stack))


def judged(field: Field, vantage: str, stack: str) -> Judgement | None:
    """What is judged of a stack with a field changed; None if AWS would refuse the value."""
    try:
        return judge(model_of(vantage, stack, field.change()))
    except UnplayedError:
        return None


def said_of(field: Field, vantage: str, stack: str) -> Said:
    """What is said of a change of a field in a stack."""
    return said_in(judged(field, vantage, stack), field, vantage, stack)


def said_in(after: Judgement | None, field: Field, vantage: str, stack: str) -> Said:
    """What a judgement says of a change of a field, beside what it says of the stack as it is."""
    if after is None:
        return Said.UNPLAYED
    before = as_it_is(vantage, stack)
    if new := {result for _rule, _urn, result, _why in told(after) - told(before)}:
        return Said.NOTICED if new == {Result.UNKNOWN} else Said.NAMED
    if {*after.not_judged} - {*before.not_judged}:
        return Said.NOT_JUDGED
    kind = kind_of(field.type, field.names)
    if _is_harmless(field, kind):
        return Said.HARMLESS
    unseen = _unasked(field, stack) if vantage == "live" else _beside(field, vantage, stack)
    return unseen or (Said.HOLDS if isinstance(kind, Judged) else Said.SILENCE)


def _is_harmless(field: Field, kind: Kind | None) -> bool:
    """Whether the lists of fields say that a value does nothing."""
    at_default = isinstance(kind, Neither) and kind.is_default(field.value)
    return is_harmless(field.type) or isinstance(kind, Harmless) or at_default


def _beside(field: Field, vantage: str, stack: str) -> Said | None:
    """Whether a resource is on no walk: the report counts those."""
    return None if field.urn in _on_walks(vantage, stack) else Said.NOT_LOOKED_AT


@cache
def _on_walks(vantage: str, stack: str) -> frozenset[str]:
    return model_of(vantage, stack).on_walks


def _unasked(field: Field, stack: str) -> Said | None:
    """Why nobody who asks AWS can see a field, if so."""
    read = read_live(stack).get(field.type)
    if read is None:
        return Said.NOT_LOOKED_AT
    keys = read | {path[0] for path in answered(field.type)}
    return None if field.names[0] in keys or field.type.startswith("kubernetes:") else Said.NOT_ANSWERED


@cache
def read_live(stack: str) -> Mapping[str, frozenset[str]]:
    """Type of resource that the doctor reads in a stack → the properties that it makes of the answers."""
    found: dict[str, frozenset[str]] = {}
    for node in model_of("live", stack).resources.values():
        found[node.type] = found.get(node.type, frozenset()) | node.properties.keys()
    return found


def told(judgement: Judgement) -> frozenset[tuple[str, str, Result, str | None]]:
    """The rules that don't hold: id, URN, result and why."""
    return frozenset(
        (verdict.rule, verdict.hop.urn, verdict.result, verdict.why)
        for verdict in judgement.all()
        if verdict.result is not Result.HOLDS
    )


@cache
def fields_by_type(stack: str) -> Mapping[str, tuple[Field, ...]]:
    """Type → the fields of its first resource: those of the others are judged by the same rules."""
    found: dict[str, list[Field]] = {}
    for node in model_of("planned", stack).resources.values():
        if side_of(node.urn) and node.type.startswith(("aws:", "kubernetes:")) and node.type not in found:
            found[node.type] = list(fields_of(node))
    return {type_: tuple(fields) for type_, fields in found.items() if fields}
