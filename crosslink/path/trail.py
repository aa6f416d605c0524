"""A step of the path, and how the resources of a route's steps are found."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Generic, Literal, TypeAlias, TypeVar

from crosslink.graph.graph import Graph
from crosslink.graph.node import Node
from crosslink.graph.unknown import Fact, Found, Unknown
from crosslink.path.hop import Hop, Source, read
from crosslink.path.methods import Method, route_of
from crosslink.path.output import Declared, DeclaredBackend

H_co = TypeVar("H_co", bound=Hop, covariant=True)
Side: TypeAlias = Literal["api", "landing", "backend"]
"""Where a step's resources belong: the account and region of the API, the consumer's account in the backend's
region, or the account and region of the backend."""
Finds: TypeAlias = "Callable[[Trail], Found[Node] | Fact[Sequence[Node]] | Fact[Iterable[Hop]]]"


@dataclass(frozen=True, eq=False)
class Step(Generic[H_co]):
    """A step of the path.

    Attributes:
        title: its name, which no other step has.
        kind: the kind of its hops.
        find: finds its resources from those of other steps, or makes its hops of those.
        heading: the part of the path that it belongs to.
        side: where its resources belong; None if that isn't judged.
        part_of: the step that it is told with; None if it is told itself.
        optional: whether a path may be whole without it.
        replaces: which of the eight steps by hand its resources do; none for 0.
    """

    title: str
    kind: type[H_co]
    find: Finds
    heading: str
    side: Side | None = None
    part_of: "Step[Hop] | None" = None
    optional: bool = False
    replaces: tuple[int, ...] = ()

    @property
    def told_as(self) -> str:
        """The title under which people find it."""
        return self.part_of.title if self.part_of else self.title


@dataclass(frozen=True, kw_only=True)
class Stack:
    """What all routes of a stack share.

    Attributes:
        graph: all resources.
        declared: the stack's output `path`; None where it can't be seen.
        stage: the stage that serves them.
        methods: all that it serves.
        routes: their paths.
        steps: title → step.
    """

    graph: Graph
    declared: Declared | None
    stage: Found[Node]
    methods: Fact[Sequence[Method]]
    routes: frozenset[str]
    steps: Mapping[str, Step[Hop]]


class Trail:
    """The resources of one route, found step by step when they are asked for."""

    def __init__(self, stack: Stack, path: str) -> None:
        self.stack = stack
        self.path = path
        self._found: dict[str, Fact[list[Node | Hop]]] = {}
        self._hops: dict[str, Fact[tuple[Hop, ...]]] = {}

    @property
    def graph(self) -> Graph:
        """All resources."""
        return self.stack.graph

    @cached_property
    def own_methods(self) -> Fact[Sequence[Method]]:
        """The methods of the route: of the path itself, then of what is below it."""
        methods = self.stack.methods
        if isinstance(methods, Unknown):
            return methods
        own = [method for method in methods if route_of(method.path) == self.path]
        return sorted(own, key=attrgetter("path"))

    @property
    def backend(self) -> DeclaredBackend | None:
        """What the stack says of the route's backend."""
        declared = self.stack.declared
        return declared.backends[declared.routes[self.path].backend] if declared else None

    def found(self, title: str) -> Fact[list[Node]]:
        """The resources of a step."""
        found = self._find(title)
        return found if isinstance(found, Unknown) else [node for node in found if isinstance(node, Node)]

    def node(self, title: str) -> Found[Node]:
        """The first resource of a step."""
        found = self.found(title)
        return found if isinstance(found, Unknown) else next(iter(found), None)

    def hops(self, title: str) -> Fact[tuple[Hop, ...]]:
        """The hops of a step."""
        if title not in self._hops:
            found, kind = self._find(title), self.stack.steps[title].kind
            self._hops[title] = (
                found
                if isinstance(found, Unknown)
                else tuple(
                    read(kind, self.source(node)) if isinstance(node, Node) else node for node in found
                )
            )
        return self._hops[title]

    def source(self, node: Node) -> Source:
        """A resource, for those who read hops or follow references."""
        return Source(self.graph, node, self)

    def _find(self, title: str) -> Fact[list[Node | Hop]]:
        if title not in self._found:
            found = self.stack.steps[title].find(self)
            if isinstance(found, Node):
                found = [found]
            self._found[title] = found if isinstance(found, Unknown) else list(found or ())
        return self._found[title]
