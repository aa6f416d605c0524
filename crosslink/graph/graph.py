"""Resources as a Pulumi program registers them, with the references between them.

In a preview ids are unknown: a reference is followed by *property dependencies*, which say which resources a
property's value comes from, never by the value.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias, TypeVar

from crosslink.graph import tokens
from crosslink.graph.index import Index, grouped
from crosslink.graph.node import Node, NotOurs, Placed, Value, doubt, items, same_place, side_of, texts_in
from crosslink.graph.unknown import Fact, Found, Unknown
from crosslink.graph.waiting import everything_before

T = TypeVar("T")
Kind: TypeAlias = tuple[str, str | None, str | None]  # a type of resource, an account and a region


class Graph:
    """All resources of a stack.

    Args:
        registered: whether a program registers them, so that dependencies say what waits for what; if not,
            they are read from AWS.
        unread: why resources of a type could not be read in a place: what isn't found there is unknown.
    """

    def __init__(
        self, nodes: Iterable[Node], *, registered: bool = True, unread: Mapping[Kind, Unknown] | None = None
    ) -> None:
        self.registered = registered
        self._unread = unread or {}
        self._nodes = {node.urn: node for node in nodes}
        by_type = grouped((node.type, node) for node in self._nodes.values())
        self._by_type = {type_: Index(own) for type_, own in by_type.items()}
        self._before: dict[str, frozenset[str]] = {}

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes.values())

    def joined_by(self, nodes: Iterable[Node]) -> "Graph":
        """This graph with other resources, but for those whose id one of its own has."""
        others = [node for node in nodes if not node.names() & self._all_names]
        return Graph([*self, *others], registered=self.registered, unread=self._unread)

    def get(self, urn: str) -> Node | None:
        """The resource of that URN."""
        return self._nodes.get(urn)

    @property
    def types(self) -> Collection[str]:
        """The types that resources have."""
        return self._by_type.keys()

    def of_type(self, type_: str) -> Sequence[Node]:
        """All resources of a type."""
        return self._index(type_).nodes

    def beside(self, node: Placed, type_: str) -> Sequence[Node]:
        """The resources of a type in the account and region of another thing."""
        return self._index(type_).at(node.account, node.region)

    def in_namespace(self, namespace: Value, node: Node, type_: str) -> Sequence[Node]:
        """The Kubernetes objects of a type in a namespace, in the account and region of another one."""
        return self._index(type_).in_namespace(node.account, node.region, namespace)

    def in_namespace_of(self, node: Node, type_: str) -> Sequence[Node]:
        """The Kubernetes objects of a type in the namespace of another one."""
        return self.in_namespace(node.get("metadata", "namespace"), node, type_)

    def objects_named(self, name: Value, namespace: Value, node: Node, type_: str) -> Sequence[Node]:
        """The Kubernetes objects of a type with a name, in a namespace and the place of another resource."""
        return self._index(type_).objects_named(node.account, node.region, namespace, name)

    def _index(self, type_: str) -> Index:
        return self._by_type.get(type_) or _NOTHING

    def named_by(self, node: Node, property_: str, *types: str) -> list[Node]:
        """The resources of a type, or of several, that a property's value is known to come from."""
        return self._of(node.references.get(property_, frozenset()), *types)

    def naming(self, node: Node, property_: str, type_: str) -> list[Node]:
        """The resources of a type that have a property whose value is known to come from `node`."""
        return list(self._index(type_).referring(property_, node.urn))

    def waited_for(self, node: Node, type_: str) -> list[Node]:
        """The resources of a type that `node` waits for, whether a property says so or `depends_on`."""
        return self._of(node.dependencies, type_)

    def _of(self, urns: Iterable[str], *types: str) -> list[Node]:
        return [node for node in map(self.get, sorted(urns)) if node and (not types or node.type in types)]

    def all_named(
        self, node: Node, property_: str, type_: str, *, anywhere: bool = False
    ) -> Fact[list[Node]]:
        """The resources of a type that a property names, by reference or by id.

        Unknown if the property holds an id that no resource of the program has, or if what it names could not
        be read: beside `node`, or with `anywhere` in any account and region.
        """
        sources, value = node.references.get(property_, frozenset()), node.get(property_)
        found = self._of(sources, type_)
        if self.registered and value is not None:
            if not sources:
                texts = texts_in(value)
                found = self._index(type_).called(texts)
                if len(found) < len(texts) or not texts:
                    return doubt(value) or (NotOurs.of(texts[0]) if texts else [])
            elif not found and (others := self._of(sources)):
                return NotOurs.of(f"{property_}, which comes from {others[0]},")
            elif len(items(value)) > len(sources):
                return NotOurs.of(f"one of {property_}")
        return found or self.why_not(type_, None if anywhere else node) or []

    def all_naming(self, node: Node, property_: str, type_: str) -> Fact[list[Node]]:
        """The resources of a type with a property that names `node`, by reference or by id.

        Unknown if there is none, but one may name it by an id that can't be compared, or wasn't read.
        """
        naming = self._index(type_).naming(property_, node.urn)
        named = [(other, self._names(other, property_, node)) for other in naming]
        found = [other for other, fact in named if fact is True]
        # With some at hand, what a team has added beside the sides is no reason for doubt.
        doubts = (
            fact
            for other, fact in named
            if isinstance(fact, Unknown) and same_place(other, node) and (not found or side_of(other.urn))
        )
        return next(doubts, None) or found or self.why_not(type_, node) or node.looked_up or []

    def _names(self, node: Node, property_: str, other: Node) -> Fact[bool]:
        sources = node.references.get(property_, frozenset())
        if other.urn in sources:
            return True
        value = node.get(property_)
        if sources or value is None or not self.registered:
            return False
        texts = {*texts_in(value)}
        if other.names() & texts:
            return True
        if other.type == tokens.STAGE and other.get("stageName") not in texts:
            return False
        elsewhere = not isinstance(other.id, Unknown) and (self._all_names & texts or not side_of(node.urn))
        return False if elsewhere else NotOurs.of(f"{min(texts, default='')}, the {property_} of {node},")

    @cached_property
    def _all_names(self) -> frozenset[str]:
        return frozenset[str]().union(*(node.names() for node in self))

    def one(self, nodes: Fact[Sequence[Node]], type_: str, beside: Node | None = None) -> Found[Node]:
        """The first of what should be one resource of a type, in the place of `beside` or anywhere."""
        if isinstance(nodes, Unknown):
            return nodes
        return nodes[0] if nodes else self.why_not(type_, beside)

    def step(self, found: Found[Node], property_: str, type_: str, *, anywhere: bool = False) -> Found[Node]:
        """The one resource of a type that a property names (see `all_named`); None if `found` is None."""
        if not isinstance(found, Node):
            return found
        nodes = self.all_named(found, property_, type_, anywhere=anywhere)
        return self.one(nodes, type_, None if anywhere else found)

    def why_not(self, type_: str, beside: Placed | None) -> Unknown | None:
        """Why nothing of a type can be found beside a resource, or anywhere; None if there is nothing."""
        for (unread, account, region), reason in self._unread.items():
            if unread == type_ and (beside is None or (account, region) == (beside.account, beside.region)):
                return reason
        return None

    def before(self, urn: str) -> frozenset[str]:
        """The URNs of all that a resource waits for, directly or not."""
        return everything_before(urn, self._direct, self._before)

    def _direct(self, urn: str) -> frozenset[str]:
        """What a resource waits for, and what must be there before it: its provider and its parent."""
        node = self._nodes.get(urn)
        if node is None:
            return frozenset()
        return node.dependencies.union(filter(None, (node.provider, node.parent)), *node.references.values())


_NOTHING = Index([])


def follow(found: Found[Node], step: Callable[[Node], Found[T]]) -> Found[T]:
    """The result of a step from a resource; one that is missing or unknown is handed on."""
    return step(found) if isinstance(found, Node) else found
