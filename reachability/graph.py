"""Resources as a Pulumi program registers them, with the references between them.

In a preview ids are unknown: a reference is followed by *property dependencies*, which say which resources a
property's value comes from, never by the value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from reachability.facts import Unknown

Value: TypeAlias = Any
"""A property's value: text, number, boolean, list, mapping, `Unknown`, or None where there is none."""


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


class Graph:
    """All resources of a stack."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._nodes = {node.urn: node for node in nodes}
        self._by_type: dict[str, list[Node]] = {}
        for node in self._nodes.values():
            self._by_type.setdefault(node.type, []).append(node)

    def of_type(self, type_: str) -> list[Node]:
        """All resources of a type."""
        return self._by_type.get(type_, [])

    def named_by(self, node: Node | None, property_: str, type_: str) -> list[Node]:
        """The resources of a type that a property's value comes from; nothing comes from a missing node."""
        return self._of(node.references.get(property_, frozenset()), type_) if node else []

    def naming(self, node: Node | None, property_: str, type_: str) -> list[Node]:
        """The resources of a type that have a property whose value comes from `node`."""
        return [
            other for other in self.of_type(type_) if node and node.urn in other.references.get(property_, ())
        ]

    def waited_for(self, node: Node | None, type_: str) -> list[Node]:
        """The resources of a type that `node` waits for, whether a property says so or `depends_on`."""
        return self._of(node.dependencies, type_) if node else []

    def _of(self, urns: Iterable[str], type_: str) -> list[Node]:
        return [
            self._nodes[urn] for urn in sorted(urns) if urn in self._nodes and self._nodes[urn].type == type_
        ]


def only(nodes: list[Node]) -> Node | None:
    """The first of what should be one node; None if there is none."""
    return nodes[0] if nodes else None


def at(node: Node) -> dict[str, Any]:
    """What every hop says of its resource."""
    return {"resource": str(node), "id": node.id, "account": node.account, "region": node.region}


def items(value: Value) -> list[Value]:
    """The items of a list; none of what isn't one, be it unknown or missing."""
    return cast("list[Value]", value) if isinstance(value, list) else []


def fields(value: Value) -> Mapping[str, Value]:
    """The fields of a mapping; none of what isn't one, be it unknown or missing."""
    return cast("Mapping[str, Value]", value) if isinstance(value, Mapping) else {}


def number(value: Value) -> Value:
    """A whole number: they arrive as floats."""
    return int(value) if isinstance(value, float) else value
