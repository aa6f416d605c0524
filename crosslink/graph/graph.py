"""Resources as a Pulumi program registers them, with the references between them.

In a preview ids are unknown: a reference is followed by *property dependencies*, which say which resources a
property's value comes from, never by the value.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, cast

from crosslink.graph.unknown import Fact, Found, Unknown

T = TypeVar("T")

Value: TypeAlias = Any
"""A property's value: text, number, boolean, list, mapping, `Unknown`, or None where there is none."""


Kind: TypeAlias = tuple[str, str | None, str | None]
"""A type of resource in an account and region."""


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


class Graph:
    """All resources of a stack.

    Args:
        nodes: the resources.
        registered: whether they are as a program registers them, so that dependencies say what waits for
            what; if not, AWS was asked, and they are as they are.
        unread: type, account and region → why resources of that type there could not be read: what isn't
            found among them isn't missing, but unknown.
    """

    def __init__(
        self,
        nodes: Iterable[Node],
        *,
        registered: bool = True,
        unread: Mapping[Kind, Unknown] | None = None,
    ) -> None:
        self.registered = registered
        self._unread = unread or {}
        self._nodes = {node.urn: node for node in nodes}
        self._by_type: dict[str, list[Node]] = {}
        for node in self._nodes.values():
            self._by_type.setdefault(node.type, []).append(node)

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes.values())

    def get(self, urn: str) -> Node | None:
        """The resource of that URN."""
        return self._nodes.get(urn)

    def of_type(self, type_: str) -> list[Node]:
        """All resources of a type."""
        return self._by_type.get(type_, [])

    def named_by(self, node: Node, property_: str, type_: str) -> list[Node]:
        """The resources of a type that a property's value comes from."""
        return self._of(node.references.get(property_, frozenset()), type_)

    def naming(self, node: Node, property_: str, type_: str) -> list[Node]:
        """The resources of a type that have a property whose value comes from `node`."""
        return [other for other in self.of_type(type_) if node.urn in other.references.get(property_, ())]

    def waited_for(self, node: Node, type_: str) -> list[Node]:
        """The resources of a type that `node` waits for, whether a property says so or `depends_on`."""
        return self._of(node.dependencies, type_)

    def _of(self, urns: Iterable[str], type_: str) -> list[Node]:
        return [
            self._nodes[urn] for urn in sorted(urns) if urn in self._nodes and self._nodes[urn].type == type_
        ]

    def one(self, nodes: list[Node], type_: str, beside: Node | None = None) -> Found[Node]:
        """The first of what should be one resource of a type.

        Args:
            nodes: what was found.
            type_: what was looked for.
            beside: a resource in whose account and region it would be; None for anywhere.
        """
        return nodes[0] if nodes else self._why_not(type_, beside)

    def step(self, found: Found[Node], property_: str, type_: str, *, anywhere: bool = False) -> Found[Node]:
        """The one resource of a type that a property's value comes from; there is none from what is missing.

        Args:
            found: where the step starts.
            property_: the property.
            type_: what is looked for.
            anywhere: whether it may be in another account or region.
        """
        if not isinstance(found, Node):
            return found
        return self.one(self.named_by(found, property_, type_), type_, None if anywhere else found)

    def all(self, nodes: list[Node], type_: str, beside: Node) -> Fact[list[Node]]:
        """What was found of a type in the account and region of a resource; Unknown if one couldn't look."""
        return nodes or self._why_not(type_, beside) or []

    def _why_not(self, type_: str, beside: Node | None) -> Unknown | None:
        """Why nothing of a type can be found; None if there is nothing."""
        for (unread, account, region), reason in self._unread.items():
            if unread == type_ and (beside is None or (account, region) == (beside.account, beside.region)):
                return reason
        return None

    def order(self) -> dict[str, frozenset[str]]:
        """URN → the URNs of all that a resource waits for, directly or not."""
        found: dict[str, frozenset[str]] = {}

        def waits(urn: str) -> frozenset[str]:
            if urn not in found:
                found[urn] = frozenset()  # until it is known: a circle can't be registered
                node = self._nodes.get(urn)
                direct = _direct(node) if node else frozenset[str]()
                found[urn] = direct.union(*map(waits, direct))
            return found[urn]

        for urn in self._nodes:
            waits(urn)
        return found


def _direct(node: Node) -> frozenset[str]:
    """What a resource waits for, and what must be there before it: its provider and its parent."""
    above = (one for one in (node.provider, node.parent) if one)
    return node.dependencies.union(above, *node.references.values())


def follow(found: Found[Node], step: Callable[[Node], Found[T]]) -> Found[T]:
    """The next step from a resource; there is none from one that is missing or can't be looked at."""
    return step(found) if isinstance(found, Node) else found


def each(nodes: Fact[list[Node]], read: Callable[[Node], T]) -> Fact[tuple[T, ...]]:
    """What is read of each of several resources; Unknown if one couldn't look."""
    return nodes if isinstance(nodes, Unknown) else tuple(map(read, nodes))


def at(node: Node) -> dict[str, Any]:
    """What every hop says of its resource."""
    return {
        "resource": str(node),
        "urn": node.urn,
        "id": node.id,
        "account": node.account,
        "region": node.region,
    }


def doubt(*values: Value) -> Unknown | None:
    """The first thing in some values, however deep, that can't be known; None if all is known."""
    for value in values:
        if isinstance(value, Unknown):
            return value
        if found := doubt(*items(value), *fields(value).values()):
            return found
    return None


def items(value: Value) -> list[Value]:
    """The items of a list; none of what isn't one, be it unknown or missing."""
    return cast("list[Value]", value) if isinstance(value, list) else []


def fields(value: Value) -> Mapping[str, Value]:
    """The fields of a mapping; none of what isn't one, be it unknown or missing."""
    return cast("Mapping[str, Value]", value) if isinstance(value, Mapping) else {}


def number(value: Value) -> Value:
    """A whole number: they arrive as floats."""
    return int(value) if isinstance(value, float) else value
