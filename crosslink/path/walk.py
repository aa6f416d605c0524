"""The way of a request for each route, hop by hop, and what else of a stack is judged."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TypeVar, cast

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, follow
from crosslink.graph.node import Node, side_of
from crosslink.graph.unknown import Beyond, Fact, Found, Unknown, known, present, visible
from crosslink.path import steps
from crosslink.path.alarms import Alarm, alarms_of
from crosslink.path.document import document_nodes
from crosslink.path.existing import with_existing
from crosslink.path.hop import Hop, if_known
from crosslink.path.ingress_rules import routes_in
from crosslink.path.intent import NOT_DECLARED, Intent, Place
from crosslink.path.methods import methods_of, route_of
from crosslink.path.output import Declared
from crosslink.path.registered import Account, Registered, accounts_of, registered_of
from crosslink.path.trail import Stack, Step, Trail

H = TypeVar("H", bound=Hop)


@dataclass(frozen=True, kw_only=True)
class Order:
    """Which resource waits for which; destroying goes the other way."""

    before: Callable[[str], frozenset[str]]  # URN → URNs of all that must exist before it, directly or not

    def after(self, later: Hop, earlier: Hop) -> bool:
        """Whether one resource waits for another."""
        return earlier.urn in self.before(later.urn)


@dataclass(frozen=True, kw_only=True)
class Walk:
    """The way of a request for one route, from the API to the pods."""

    path: str  # the route, `/svc1`
    backend: str | None = None  # the backend, of a route that several serve
    intent: Fact[Intent]  # what the stack means it to be
    found: Mapping[Step[Hop], Fact[tuple[Hop, ...]]]  # Unknown where nobody could look for a step's hops
    order: Order | None = field(repr=False)  # None where AWS was asked, which doesn't tell

    @property
    def name(self) -> str:
        """The route, with the backend if several serve it: each has a walk of its own."""
        return f"{self.path} ({self.backend})" if self.backend else self.path

    def every(self, step: Step[H]) -> Fact[tuple[H, ...]]:
        """The hops of a step."""
        return cast("Fact[tuple[H, ...]]", self.found[step])

    def one(self, step: Step[H]) -> Found[H]:
        """The hop of a step that has one; None if it is missing."""
        return if_known(self.every(step), lambda hops: next(iter(hops), None))

    def seen(self, *steps_: Step[H]) -> Sequence[H]:
        """The hops of steps, as far as one could look."""
        return [hop for step in steps_ for hop in visible(self.every(step))]

    def reach(self, *steps_: Step[H]) -> Sequence[H]:
        """The hops of steps that a rule can't do without, as far as one could look.

        Raises:
            BeyondError: they are another owner's.
        """
        for hops in map(self.every, steps_):
            if isinstance(hops, Beyond):
                known(hops)
        return self.seen(*steps_)

    def distinct(self, step: Step[H]) -> Sequence[H]:
        """The hops of a step that one could look at, each once."""
        return cast("Sequence[H]", self._distinct[step])

    @cached_property
    def _distinct(self) -> Mapping[Step[Hop], Sequence[Hop]]:
        return {step: tuple(dict.fromkeys(visible(found))) for step, found in self.found.items()}

    @cached_property
    def resources(self) -> Mapping[str, tuple[str, Hop]]:
        """URN → the title and the hop of each resource, those that hops are made of included."""
        found: dict[str, tuple[str, Hop]] = {}
        for step, hops in self._distinct.items():
            for part in chain.from_iterable(hop.inside for hop in hops):
                found.setdefault(part.urn, (step.told_as, part))
        return found

    def waits(self, later: Hop, earlier: Hop) -> bool | None:
        """Whether one resource waits for another; None where AWS was asked."""
        return self.order and self.order.after(later, earlier)

    @property
    def sent_as(self) -> Fact[str]:
        """What the backend is sent for the route itself: its path, unless the backend is sent less."""
        return if_known(self.intent, lambda intent: intent.sent_as)

    def hops(self) -> Iterator[tuple[Step[Hop], Found[Hop]]]:
        """The hops in the order in which a request passes them, each with its step.

        Those of several targets are side by side: every target, the routes out, the peering, the routes back.
        Of those of another owner, before the stack's own or behind them, the first stands for all.
        """
        domain = any(intent.domain for intent in present(self.intent))
        told: set[Beyond] = set()
        for step, found in self.found.items():
            if step.part_of or (isinstance(found, Beyond) and found in told):
                continue
            if isinstance(found, Beyond):
                told.add(found)
            if isinstance(found, Unknown):
                yield step, found
            elif found or not step.optional or (domain and step is steps.DOMAIN):
                yield from ((step, hop) for hop in found or (None,))

    def parts(self) -> Iterator[tuple[Step[Hop], Found[Hop]]]:
        """What is told with the hops, such as the limits of the stage; nothing of what isn't there."""
        for step, found in self.found.items():
            if step.part_of and not isinstance(found, Beyond):
                yield from ((step, hop) for hop in ([found] if isinstance(found, Unknown) else found))


@dataclass(frozen=True, kw_only=True)
class Model:
    """All that the rules are about."""

    walks: tuple[Walk, ...]  # the way of each route
    alarms: tuple[Alarm, ...] = ()  # those of the sides; none where AWS was asked
    accounts: tuple[Account, ...] = ()  # the Pulumi providers of the sides; none where AWS was asked
    registered: tuple[Registered, ...] = ()  # every resource of a side; none where AWS was asked
    places: Fact[Mapping[str, frozenset[Place]]] = NOT_DECLARED  # where each side's resources may be
    resources: Mapping[str, Node] = field(default_factory=dict[str, Node], repr=False)  # all, by URN

    @property
    def on_walks(self) -> frozenset[str]:
        """URNs of the resources that are hops of a walk, or parts of such."""
        return frozenset(urn for walk in self.walks for urn in walk.resources)


def read_model(graph: Graph, declared: Declared | None) -> Model:
    """The walk of every route to each of its backends, in the order of their paths, and what is beside."""
    stack = _stack(graph, declared)
    return Model(
        walks=tuple(_walks(stack)),
        alarms=alarms_of(stack.graph),
        accounts=accounts_of(stack.graph),
        registered=tuple(registered_of(stack.graph)) if graph.registered else (),
        places=declared.places() if declared else NOT_DECLARED,
        resources={node.urn: node for node in (*stack.graph, *_parts(stack.graph, stack.stage))},
    )


def _walks(stack: Stack) -> Iterator[Walk]:
    order = Order(before=stack.graph.before) if stack.graph.registered else None
    for path in sorted(stack.routes):
        route = stack.declared.routes[path] if stack.declared else None
        for backend in route.backends if route and route.weights else (None,):
            intent = stack.declared.intent(path, backend) if stack.declared else NOT_DECLARED
            trail = Trail(stack, path, backend)
            found = {step: trail.hops(step.title) for step in steps.STEPS}
            yield Walk(path=path, backend=backend, intent=intent, found=found, order=order)


def _stack(graph: Graph, declared: Declared | None) -> Stack:
    """What all routes share.

    The routes are those that the stack's output `path` declares, or else those of its API and its Ingresses.
    """
    graph = with_existing(graph, declared)
    stage = _stage(graph, declared)
    methods = follow(stage, lambda node: methods_of(graph, node)) or []
    if declared:
        routes = frozenset(declared.routes)
    else:
        in_cluster = (path for ingress in graph.of_type(tokens.INGRESS) for path in routes_in(ingress))
        routes = frozenset((*(route_of(method.path) for method in visible(methods)), *in_cluster))
    by_title = {step.title: step for step in steps.STEPS}
    return Stack(graph=graph, declared=declared, stage=stage, methods=methods, routes=routes, steps=by_title)


def _parts(graph: Graph, stage: Found[Node]) -> Iterator[Node]:
    """The parts of the API's document."""
    api = graph.step(stage, "restApi", tokens.REST_API)
    return document_nodes(api) if isinstance(api, Node) else iter(())


def _stage(graph: Graph, declared: Declared | None) -> Found[Node]:
    """The stage of the stack, which is told from others by what the stack declares, or by whose it is."""
    stages = fitting = graph.of_type(tokens.STAGE)
    if declared:
        if (api := declared.api) is None:
            return None
        named = [stage for stage in stages if stage.get("stageName") in (api.stage, None)]
        fitting = [stage for stage in named if stage.get("restApi") == api.id] or named or stages
    ours = [stage for stage in fitting if side_of(stage.urn) == "consumer"]
    linked = [stage for stage in fitting if graph.named_by(stage, "variables", *tokens.VPC_LINKS)]
    return graph.one(ours or linked or fitting, tokens.STAGE)
