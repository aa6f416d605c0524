"""The resources of a type by what they say, so that nobody looks through all for each one."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias, TypeVar

from crosslink.graph.node import Node, Value

K = TypeVar("K")
Place: TypeAlias = tuple[str | None, str | None]  # an account and a region


class Index:
    """All resources of one type, in their order."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self._by_property: dict[str, tuple[dict[str, list[Node]], list[Node]]] = {}

    def referring(self, property_: str, urn: str) -> Sequence[Node]:
        """Those with a property whose value is known to come from a resource."""
        return self._of(property_)[0].get(urn, ())

    def naming(self, property_: str, urn: str) -> list[Node]:
        """The same, and those with a value of it that comes from no resource: an id, perhaps."""
        by_source, from_nowhere = self._of(property_)
        return self._in_order((*by_source.get(urn, ()), *from_nowhere))

    def _of(self, property_: str) -> tuple[Mapping[str, list[Node]], list[Node]]:
        if property_ not in self._by_property:
            by_source: dict[str, list[Node]] = {}
            from_nowhere: list[Node] = []
            for node in self.nodes:
                sources = node.references.get(property_, frozenset())
                for urn in sources:
                    by_source.setdefault(urn, []).append(node)
                if not sources and node.get(property_) is not None:
                    from_nowhere.append(node)
            self._by_property[property_] = by_source, from_nowhere
        return self._by_property[property_]

    def called(self, names: Iterable[str]) -> list[Node]:
        """Those that others refer to by one of some names."""
        return self._in_order(node for name in names for node in self._by_name.get(name, ()))

    def at(self, account: str | None, region: str | None) -> Sequence[Node]:
        """Those in an account and region."""
        return self._by_place.get((account, region), [])

    def in_namespace(self, account: str | None, region: str | None, namespace: Value) -> Sequence[Node]:
        """Those in an account and region that are in a namespace of Kubernetes."""
        return self._by_namespace.get((account, region, repr(namespace)), [])

    def objects_named(
        self, account: str | None, region: str | None, namespace: Value, name: Value
    ) -> Sequence[Node]:
        """Those of them that have a name."""
        return self._by_full_name.get((account, region, repr(namespace), repr(name)), [])

    def _in_order(self, nodes: Iterable[Node]) -> list[Node]:
        once = {self._order[node.urn]: node for node in nodes}
        return [once[place] for place in sorted(once)]

    @cached_property
    def _order(self) -> Mapping[str, int]:
        return {node.urn: place for place, node in enumerate(self.nodes)}

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Node]]:
        return grouped((name, node) for node in self.nodes for name in node.names())

    @cached_property
    def _by_place(self) -> Mapping[Place, Sequence[Node]]:
        return grouped(((node.account, node.region), node) for node in self.nodes)

    @cached_property
    def _by_namespace(self) -> Mapping[tuple[str | None, str | None, str], Sequence[Node]]:
        # What is no text may have no hash.
        return grouped(
            ((node.account, node.region, repr(node.get("metadata", "namespace"))), node)
            for node in self.nodes
        )

    @cached_property
    def _by_full_name(self) -> Mapping[tuple[str | None, str | None, str, str], Sequence[Node]]:
        return grouped(
            ((*place, repr(node.get("metadata", "name"))), node)
            for place, nodes in self._by_namespace.items()
            for node in nodes
        )


def grouped(pairs: Iterable[tuple[K, Node]]) -> dict[K, list[Node]]:
    """Resources by what each is paired with, in their order."""
    found: dict[K, list[Node]] = {}
    for key, node in pairs:
        found.setdefault(key, []).append(node)
    return found
