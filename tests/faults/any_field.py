"""Any field of any resource, set to another value: what is said of it from a vantage point."""

import collections.abc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin

from crosslink.fields.lists import FieldPath, Harmless, Judged, kind_of
from crosslink.graph.node import Node
from crosslink.rules.verdict import Judgement, Result, judge
from tests.crosslink.fields.sdk import typed
from tests.fake_aws import UnplayedError
from tests.faults.change import Change
from tests.faults.fault import model_of
from tests.faults.nodes import Nodes, refer, with_value

VALUES: Mapping[type, Sequence[object]] = {
    bool: (True, False),
    int: (1, 7, 4000),
    float: (0.5, 7.0),
    str: ("other", "0", "HTTPS", "dualstack"),
}


class Said(StrEnum):
    """What is said of a change."""

    NAMED = "named"  # a rule is broken, redundancy is lost, or a convention isn't kept
    NOTICED = "noticed"  # a rule can't tell any more
    NOT_JUDGED = "not judged"
    NOT_LOOKED_AT = "not looked at"  # the resource is on no walk
    HARMLESS = "harmless"  # by the lists
    HOLDS = "holds"  # a rule judges the field, and takes the value
    UNPLAYED = "not played"  # the played AWS can't tell it
    SILENCE = "silence"


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a resource, with a value that it doesn't have."""

    urn: str
    type: str
    path: tuple[str | int, ...]
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
        property_, changed = str(self.path[0]), with_value(node, self.path, self.value)
        return refer(changed, property_) if property_ in node.references else changed


def fields_of(node: Node) -> Iterator[Field]:
    """The fields that the SDK takes for a resource, each with a few values."""
    for path, type_ in typed(node.type):
        place = tuple(_place(node, path))
        for value in _values(type_):
            if node.get(*place) != value:
                yield Field(urn=node.urn, type=node.type, path=place, value=value)


def _values(type_: Any) -> Iterator[object]:
    """Values of a type of the SDK's; in its annotations of lists and mappings each may be an `Output`."""
    inner = [value for argument in get_args(type_) for value in _values(argument)]
    match get_origin(type_):
        case collections.abc.Sequence:
            yield from ([value] for value in inner)
        case collections.abc.Mapping:
            yield from ({"other": value} for value in inner)
        case None:
            yield from VALUES.get(type_, ())
        case _:
            yield from dict.fromkeys(inner)


def _place(node: Node, path: FieldPath) -> Iterator[str | int]:
    """A field's path in a resource: in a list it is in the first of its items."""
    value: Any = node.properties
    for key in path:
        if isinstance(value, list):
            yield 0
            value = value[0] if value else None
        yield key
        value = value.get(key) if isinstance(value, dict) else None


@cache
def _before(vantage: str, stack: str) -> Judgement:
    return judge(model_of(vantage, stack))


def said_of(field: Field, vantage: str, stack: str) -> Said:
    """What is said of a change of a field in a stack."""
    before = _before(vantage, stack)
    try:
        after = judge(model_of(vantage, stack, field.change()))
    except UnplayedError:
        return Said.UNPLAYED
    if new := {result for _rule, _urn, result, _why in {*_told(after)} - {*_told(before)}}:
        return Said.NOTICED if new == {Result.UNKNOWN} else Said.NAMED
    if {*after.not_judged} - {*before.not_judged}:
        return Said.NOT_JUDGED
    return _by_the_lists(field, after)


def _by_the_lists(field: Field, judgement: Judgement) -> Said:
    """Why no rule and no setting that nothing judges tells a field."""
    if field.type in judgement.not_looked_at:
        return Said.NOT_LOOKED_AT
    match kind_of(field.type, field.names):
        case Harmless():
            return Said.HARMLESS
        case Judged():
            return Said.HOLDS
        case kind:
            return Said.HARMLESS if kind and kind.is_default(field.value) else Said.SILENCE


def _told(judgement: Judgement) -> Iterator[tuple[str, str, Result, str | None]]:
    for verdict in judgement.all():
        if verdict.result is not Result.HOLDS:
            yield verdict.rule, verdict.hop.urn, verdict.result, verdict.why
