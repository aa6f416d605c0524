"""A step of the path, and how the resources of a route's steps are found."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, doubt
from crosslink.graph.unknown import Fact, Found, Unknown, visible
from crosslink.path.hop import Hop, Source, if_known, read
from crosslink.path.ingress_rules import Asked
from crosslink.path.methods import Method, route_of
from crosslink.path.output import Declared
from crosslink.path.reach import reach_of
from crosslink.path.routes import Way, ways

T = TypeVar("T")
H_co = TypeVar("H_co", bound=Hop, covariant=True)
# Where a step's resources belong: the account and region of the API, the consumer's account in the backend's
# region, or the account and region of the backend.
Side: TypeAlias = Literal["api", "landing", "backend"]
Finds: TypeAlias = "Callable[[Trail], Found[Node] | Fact[Sequence[Node]] | Fact[Iterable[Hop]]]"


@dataclass(frozen=True, eq=False)
class Step(Generic[H_co]):
    """A step of the path."""

    title: str  # no other step has it
    kind: type[H_co]  # of its hops
    find: Finds  # finds its resources from those of other steps, or makes its hops of those
    heading: str  # the part of the path that it belongs to
    side: Side | None = None  # where its resources belong; None if that isn't judged
    part_of: "Step[Hop] | None" = None  # the step that it is told with; None if it is told itself
    optional: bool = False  # whether a path may be whole without it
    replaces: tuple[int, ...] = ()  # which of the eight steps by hand its resources do

    @property
    def told_as(self) -> str:
        """The title under which people find it."""
        return self.part_of.title if self.part_of else self.title


@dataclass(frozen=True, kw_only=True)
class Stack:
    """What all routes of a stack share."""

    graph: Graph
    declared: Declared | None  # the stack's output `path`; None where it can't be seen
    stage: Found[Node]  # the stage that serves them
    methods: Fact[Sequence[Method]]  # all that it serves
    routes: frozenset[str]  # their paths
    steps: Mapping[str, Step[Hop]]  # by title
    # What several routes share is found and read once. Resources are kept beside: they are known by `id()`.
    hops: dict[tuple[object, int], tuple[Node, Hop]] = field(default_factory=dict[Any, Any], init=False)
    found: dict[tuple[object, int], tuple[Node, Any]] = field(default_factory=dict[Any, Any], init=False)
    # By subnet and destination
    ways: dict[tuple[str, Value], Sequence[Way]] = field(default_factory=dict[Any, Any], init=False)

    @cached_property
    def _by_route(self) -> Mapping[str, list[Method]]:
        found: dict[str, list[Method]] = {}
        for method in visible(self.methods):
            found.setdefault(route_of(method.path), []).append(method)
        return found

    def methods_of(self, route: str) -> Sequence[Method]:
        """The methods of a route, by their paths."""
        return sorted(self._by_route.get(route, ()), key=attrgetter("path"))

    def next_of(self, node: Node, find: Callable[[Graph, Node], T]) -> T:
        """What a step finds from the resource of another."""
        key = find, id(node)
        if key not in self.found:
            self.found[key] = node, find(self.graph, node)
        return self.found[key][1]

    def ways_from(self, subnet: Node, destination: Value) -> Sequence[Way]:
        """What becomes of packets from a subnet to a destination, whichever route they belong to."""
        key = subnet.urn, destination
        if key not in self.ways:
            self.ways[key] = list(ways(Source(self.graph, subnet), destination))
        return self.ways[key]


class Trail:
    """The resources of one route, found step by step when they are asked for."""

    def __init__(self, stack: Stack, path: str, backend: str | None = None) -> None:
        """The resources on a route's way to one of its backends, by default the first one."""
        declared = stack.declared
        self.stack, self.graph, self.path = stack, stack.graph, path
        route = declared.routes[path] if declared else None
        self.backend_name = backend or (route.backend if route else None)
        self.is_shared = bool(route and route.weights)  # whether another backend serves the route, too
        self.backend = declared.backends[self.backend_name] if declared and self.backend_name else None
        titles = {title: place for place, title in enumerate(stack.steps)}
        self._reach = reach_of(titles, declared, self.backend) if declared and self.backend else None
        # The methods of the path itself, then those of what is below it.
        self.own_methods: Fact[Sequence[Method]] = doubt(stack.methods) or stack.methods_of(path)
        self._found: dict[str, Fact[list[Node | Hop]]] = {}

    @property
    def asked(self) -> Asked:
        """The route's requests, as an ALB gets them."""
        declared, backend = self.stack.declared, self.backend
        sent_as = declared.intent(self.path).sent_as if declared else self.path
        host = next((host for method in visible(self.own_methods) if (host := method.host)), None)
        sets_host = any(method.host_header is not None for method in visible(self.own_methods))
        planned = backend.tls_domain if backend and not sets_host else None
        return Asked(self.path, sent_as, host or planned)

    def found(self, title: str) -> Fact[list[Node]]:
        """The resources of a step."""
        return if_known(self._find(title), lambda found: [node for node in found if isinstance(node, Node)])

    def node(self, title: str) -> Found[Node]:
        """The first resource of a step."""
        return if_known(self.found(title), lambda nodes: next(iter(nodes), None))

    def hops(self, title: str) -> Fact[tuple[Hop, ...]]:
        """The hops of a step."""
        found, kind = self._find(title), self.stack.steps[title].kind
        if isinstance(found, Unknown):
            return found
        return tuple(node if isinstance(node, Hop) else self._read(kind, node) for node in found)

    def _read(self, kind: type[Hop], node: Node) -> Hop:
        """A hop; one that says all itself, without the route's other resources, is that of all routes."""
        shared, key = self.stack.hops, (kind, id(node))
        if key in shared:
            return shared[key][1]
        source = self.source(node)
        found = read(kind, source)
        if not source.asked:
            shared[key] = node, found
        return found

    def source(self, node: Node) -> Source:
        """A resource, for those who read hops or follow references."""
        return Source(self.graph, node, self)

    def _find(self, title: str) -> Fact[list[Node | Hop]]:
        if title not in self._found:
            if beyond := self._reach.beyond(title) if self._reach else None:
                self._found[title] = beyond
            else:
                found = self.stack.steps[title].find(self)
                several = [found] if isinstance(found, Node) else found or ()
                self._found[title] = if_known(several, list[Node | Hop])
        return self._found[title]
