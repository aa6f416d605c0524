"""A resource, and how its values are read: whatever a property is, it may be unknown or missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from crosslink.graph import tokens
from crosslink.graph.unknown import Unknown

Value: TypeAlias = Any
"""A property's value: text, number, boolean, list, mapping, `Unknown`, or None where there is none."""


@dataclass(frozen=True)
class NotOurs(Unknown):
    """What a property names is no resource of the program, so that its facts aren't at hand."""

    @staticmethod
    def of(named: str) -> "NotOurs":
        """The reason, which says what is named."""
        return NotOurs(f"{named} is not a resource of this program")


@dataclass(frozen=True, kw_only=True)
class Node:
    """One resource.

    Attributes:
        urn: its identity.
        type: its type token.
        name: its logical name.
        id: its id; Unknown in a preview.
        account: the account it is in; None where that can't be told.
        region: the region it is in.
        properties: its inputs, and the outputs where they are known. What is unknown is an `Unknown`.
        missing: what an output that isn't among them is: unknown in a preview, None after an up.
        references: property → URNs of the resources that its value comes from.
        dependencies: URNs of all resources that it waits for, `depends_on` included.
        parent: URN of the component that it belongs to.
        provider: URN of the Pulumi provider that made it.
    """

    urn: str
    type: str
    name: str
    id: str | Unknown
    account: str | None
    region: str | None
    properties: Mapping[str, Value]
    missing: Unknown | None
    references: Mapping[str, frozenset[str]]
    dependencies: frozenset[str]
    parent: str | None = None
    provider: str | None = None

    def __str__(self) -> str:
        return f"{self.type} {self.name}"

    def get(self, *path: str | int) -> Value:
        """The value at a path of keys and indexes; None where there is none, Unknown below an unknown one."""
        value: Value = self.properties
        for step in path:
            if isinstance(value, Unknown):
                return value
            if isinstance(step, int):
                value = next(iter(items(value)[step:]), None)
            else:
                value = fields(value).get(step)
        return value

    def output(self, *path: str | int) -> Value:
        """The value of a computed output at a path."""
        value = self.get(*path)
        return self.missing if value is None else value

    def names(self) -> frozenset[str]:
        """By what other resources name it, as far as that is known: id, ARN, or the name of a service."""
        names = (
            self.id,
            self.get("arn"),
            self.get("serviceName") if self.type == tokens.ENDPOINT_SERVICE else None,
        )
        return frozenset(name for name in names if isinstance(name, str))


SIDES = {"crosslink:consumer:ConsumerSide": "consumer", "crosslink:provider:ProviderSide": "provider"}
"""Type token of the component that holds all resources of a side → the side."""


def side_of(urn: str) -> str | None:
    """The side that a resource belongs to; None for what a team has added beside the sides."""
    return next((side for token, side in SIDES.items() if token in urn), None)


def same_place(one: Node, other: Node) -> bool:
    """Whether two resources are in one account and region."""
    return (one.account, one.region) == (other.account, other.region)


def doubt(*values: Value) -> Unknown | None:
    """The first thing in some values, however deep, that can't be known; None if all is known."""
    for value in values:
        if isinstance(value, Unknown):
            return value
        if found := doubt(*items(value), *fields(value).values()):
            return found
    return None


def texts_in(value: Value) -> Iterator[str]:
    """All texts in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif not isinstance(value, Unknown):
        for inner in (*items(value), *fields(value).values()):
            yield from texts_in(inner)


def items(value: Value) -> list[Value]:
    """The items of a list; `[]` if it isn't one, because it is unknown or missing."""
    return cast("list[Value]", value) if isinstance(value, list) else []


def fields(value: Value) -> Mapping[str, Value]:
    """The fields of a mapping; `{}` if it isn't one, because it is unknown or missing."""
    # A dict first: whether something is any other Mapping takes ten times as long to tell.
    return cast("Mapping[str, Value]", value) if isinstance(value, (dict, Mapping)) else {}


def number(value: Value) -> Value:
    """A whole number: they arrive as floats."""
    return int(value) if isinstance(value, float) else value
