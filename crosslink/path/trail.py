"""A step of the path, and how the resources of a route's steps are found."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value
from crosslink.graph.unknown import Beyond, Fact, Found, Unknown, visible
from crosslink.path.alb_conditions import AlbRule
from crosslink.path.group_rules import asked_rules
from crosslink.path.hop import Hop, Source, if_known, read
from crosslink.path.ingress_rules import Asked
from crosslink.path.methods import Method, route_of
from crosslink.path.output import Declared, DeclaredBackend
from crosslink.path.reach import reach_of
from crosslink.path.recall import Question, Recall, identity
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
    recall: Recall = field(default_factory=Recall, init=False)  # what several routes share

    @cached_property
    def _by_route(self) -> Mapping[str, list[Method]]:
        found: dict[str, list[Method]] = {}
        for method in visible(self.methods):
            found.setdefault(route_of(method.path), []).append(method)
        return found

    def methods_of(self, route: str) -> Sequence[Method]:
        """The methods of a route, by their paths."""
        return sorted(self._by_route.get(route, ()), key=attrgetter("path"))


class Trail:
    """The resources of one route, found step by step when they are asked for.

    What is asked is kept with what is found and read: that is other routes', too, where the answers are the
    same.
    """

    def __init__(self, stack: Stack, path: str, backend: str | None = None) -> None:
        """The resources on a route's way to one of its backends, by default the first one."""
        self.stack, self.graph = stack, stack.graph
        declared = stack.declared
        route = declared.routes[path] if declared else None
        name = backend or (route.backend if route else None)
        own = declared.backends[name] if declared and name else None
        titles = {title: place for place, title in enumerate(stack.steps)}
        self._reach = reach_of(titles, declared, own) if declared and own else None
        # What doesn't hang on steps is asked by the name of a property, as of no step.
        given = {
            "path": path,
            "backend_name": name,
            "backend": own,
            "is_shared": bool(route and route.weights),
            "own_methods": if_known(stack.methods, lambda _: stack.methods_of(path)),
        }
        self._answers: dict[Question, tuple[Any, Hashable]] = {
            (what, ""): (answer, identity(answer)) for what, answer in given.items()
        }

    @property
    def path(self) -> str:
        """The route."""
        return self._ask("path")

    @property
    def backend_name(self) -> str | None:
        """The backend, by its name; None where none is declared."""
        return self._ask("backend_name")

    @property
    def backend(self) -> DeclaredBackend | None:
        """The backend."""
        return self._ask("backend")

    @property
    def is_shared(self) -> bool:
        """Whether another backend serves the route, too."""
        return self._ask("is_shared")

    @property
    def own_methods(self) -> Fact[Sequence[Method]]:
        """The methods of the path itself, then those of what is below it."""
        return self._ask("own_methods")

    @property
    def asked(self) -> Asked:
        """The route's requests, as an ALB gets them."""
        return self._ask("asked")

    @property
    def asked_rules(self) -> Fact[Sequence[AlbRule]]:
        """What the Ingresses that share the ALB ask for."""
        return self._ask("asked_rules")

    def found(self, title: str) -> Fact[list[Node]]:
        """The resources of a step."""
        found = self._ask("found", title)
        return found if isinstance(found, Unknown) else [node for node in found if isinstance(node, Node)]

    def node(self, title: str) -> Found[Node]:
        """The first resource of a step."""
        found = self._ask("found", title)
        if isinstance(found, Unknown):
            return found
        return next((node for node in found if isinstance(node, Node)), None)

    def lacks(self, title: str) -> bool:
        """Whether a step has no resource for certain: routes with different ones have one answer."""
        return self._ask("lacks", title)

    def hops(self, title: str) -> Fact[tuple[Hop, ...]]:
        """The hops of a step."""
        return self._ask("hops", title)

    def source(self, node: Node) -> Source:
        """A resource, for those who read hops or follow references."""
        return Source(self.graph, node, self)

    def ways_from(self, subnet: Node, destination: Value) -> Sequence[Way]:
        """What becomes of packets from a subnet to a destination, whichever route they belong to."""
        key = "ways", subnet.urn, destination
        return self.recall(key, lambda: list(ways(Source(self.graph, subnet), destination)))

    def answer(self, question: Question) -> Hashable:
        """What tells the answer to a question about this route from others."""
        return self._answered(question)[1]

    def _ask(self, what: str, title: str = "") -> Any:  # noqa: ANN401 - the properties have the types
        question = what, title
        answer, told_by = self._answered(question)
        self.stack.recall.tell(question, told_by)
        return answer

    def _answered(self, question: Question) -> tuple[Any, Hashable]:
        if question not in self._answers:
            answer = self.stack.recall.apart(lambda: self._work_out(*question))
            self._answers[question] = answer, identity(answer)
        return self._answers[question]

    def _work_out(self, what: str, title: str) -> Any:  # noqa: ANN401 - as above
        match what:
            case "hops":
                return self._hops(title)
            case "found":
                return self._find(title)
            case "lacks":
                return self.node(title) is None
            case "asked_rules":
                return self._asked_rules()
            case _:
                return self._requests()

    def _requests(self) -> Asked:
        declared = self.stack.declared
        methods, backend = visible(self.own_methods), self.backend
        sent_as = declared.intent(self.path).sent_as if declared else self.path
        host = next((host for method in methods if (host := method.host)), None)
        sets_host = any(method.host_header is not None for method in methods)
        planned = backend.tls_domain if backend and not sets_host else None
        return Asked(self.path, sent_as, host or planned)

    def _asked_rules(self) -> Fact[Sequence[AlbRule]]:
        return self.recall("asked rules", lambda: if_known(self.found("Ingress"), asked_rules))

    def recall(self, key: Hashable, work: Callable[[], T]) -> T:
        """What is worked out for this route, or was for another where all that was asked is the same."""
        return self.stack.recall.result(key, self, work)

    def _find(self, title: str) -> Fact[list[Node | Hop]]:
        return self._beyond(title) or self.recall(("find", title), lambda: self._look_for(title))

    def _beyond(self, title: str) -> Beyond | None:
        return self._reach.beyond(title) if self._reach else None

    def _look_for(self, title: str) -> Fact[list[Node | Hop]]:
        found = self.stack.steps[title].find(self)
        several = [found] if isinstance(found, Node) else found or ()
        return if_known(several, list[Node | Hop])

    def _hops(self, title: str) -> Fact[tuple[Hop, ...]]:
        return self._beyond(title) or self.recall(("hops", title), lambda: self._read_all(title))

    def _read_all(self, title: str) -> Fact[tuple[Hop, ...]]:
        found, kind = self._ask("found", title), self.stack.steps[title].kind
        if isinstance(found, Unknown):
            return found
        return tuple(node if isinstance(node, Hop) else self._read(kind, node) for node in found)

    def _read(self, kind: type[Hop], node: Node) -> Hop:
        return self.recall((kind, id(node)), lambda: read(kind, self.source(node)))
