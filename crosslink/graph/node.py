"""A resource, and how its values are read: whatever a property is, it may be unknown or missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, cast

from crosslink.graph import tokens
from crosslink.graph.unknown import Unknown

# A property's text, number, boolean, list, mapping, `Unknown`; None where there is none.
Value: TypeAlias = Any
# Type token of the component that holds all resources of a side → the side.
SIDES = {"crosslink:consumer:ConsumerSide": "consumer", "crosslink:provider:ProviderSide": "provider"}


@dataclass(frozen=True)
class NotOurs(Unknown):
    """Unknown because a property names a resource that this program doesn't manage."""

    @staticmethod
    def of(named: str) -> "NotOurs":
        """Why nothing is known of what a property names."""
        return NotOurs(f"{named} is not a resource of this program")


@dataclass(frozen=True, kw_only=True)
class Node:
    """One resource."""

    urn: str
    type: str  # its type token
    name: str  # its logical name
    id: str | Unknown  # Unknown in a preview
    account: str | None  # None where it can't be told, as for the region
    region: str | None
    properties: Mapping[str, Value]  # its inputs, and the outputs where they are known
    missing: Unknown | None  # an output that isn't among them: unknown in a preview, None after an up
    references: Mapping[str, frozenset[str]]  # property → URNs of the resources that its value comes from
    dependencies: frozenset[str]  # URNs of all resources that it waits for, `depends_on` included
    ignored: frozenset[str] = frozenset()  # paths of properties that an up leaves as they are
    parent: str | None = None  # URN of the component that it belongs to
    provider: str | None = None  # URN of the Pulumi provider that made it
    # why nothing more is known of a resource that the program only looks up; None for one that it registers
    looked_up: Unknown | None = None
    # its inputs alone, where there are outputs that nobody has set; None where `properties` are to be read
    given: Mapping[str, Value] | None = None

    def __str__(self) -> str:
        return f"{self.type} {self.name}"

    def get(self, *path: str | int) -> Value:
        """The value at a path of keys and indexes, see `value_at`."""
        value = value_at(self.properties, *path)
        return self.looked_up if value is None else value

    def output(self, *path: str | int) -> Value:
        """The value of a computed output at a path."""
        value = self.get(*path)
        return self.missing if value is None else value

    def names(self) -> frozenset[str]:
        """The known values that others refer to it by: its id, its ARN, or an endpoint service's name."""
        service = self.get("serviceName") if self.type == tokens.ENDPOINT_SERVICE else None
        return frozenset(name for name in (self.id, self.get("arn"), service) if isinstance(name, str))


def side_of(urn: str) -> str | None:
    """The side that a resource belongs to; None for what a team has added beside the sides."""
    for token, side in SIDES.items():
        if token in urn:
            return side
    return None


class Placed(Protocol):
    """What is in an account and a region."""

    @property
    def account(self) -> str | None:
        """12 digits."""

    @property
    def region(self) -> str | None:
        """Of AWS."""


def same_place(node: Placed, other: Placed) -> bool:
    """Whether two things are in one account and region."""
    return (node.account, node.region) == (other.account, other.region)


def value_at(value: Value, *path: str | int) -> Value:
    """The value at a path of keys and indexes; None where there is none, Unknown below an unknown one."""
    for step in path:
        if isinstance(value, str):  # its characters are no items
            return None
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return value if isinstance(value, Unknown) else None
    return value


def doubt(*values: Value) -> Unknown | None:
    """The first thing in some values, however deep, that can't be known; None if all is known."""
    for value in values:
        if isinstance(value, Unknown):
            return value
        if isinstance(value, list | dict) and (found := doubt(*_inner(value))):
            return found
    return None


def texts_in(value: Value) -> list[str]:
    """All texts in a value, however deep."""
    if isinstance(value, str):
        return [value]
    inner = _inner(value) if isinstance(value, list | dict) else ()
    return [text for part in inner for text in texts_in(part)]


def _inner(value: Value) -> Iterable[Value]:
    """The items of a list, or the values of a mapping."""
    return cast("dict[str, Value]", value).values() if isinstance(value, dict) else value


def items(value: Value) -> list[Value]:
    """The items of a list; `[]` if it isn't one, because it is unknown or missing."""
    return cast("list[Value]", value) if isinstance(value, list) else []


def fields(value: Value) -> Mapping[str, Value]:
    """The fields of a mapping; `{}` if it isn't one, because it is unknown or missing."""
    return cast("Mapping[str, Value]", value) if isinstance(value, dict) else {}


def number(value: Value) -> Value:
    """A whole number: they arrive as floats."""
    return int(value) if isinstance(value, float) else value
