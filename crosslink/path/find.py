"""How the resources of a step are found from those of other steps, where one property doesn't say it."""

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, follow
from crosslink.graph.node import Node, Value, side_of
from crosslink.graph.unknown import Beyond, Fact, Found, Unknown, present, visible
from crosslink.path.find_api import methods
from crosslink.path.hop import Hop, if_known, read
from crosslink.path.intent import Place
from crosslink.path.load_balancers import endpoint_subnet, is_outside, listener_for, subnets_at, target_port
from crosslink.path.output import Id
from crosslink.path.private_link import PENDING, endpoint_behind, service_of
from crosslink.path.routes import Peering, Way
from crosslink.path.trail import Finds, Trail


def named(title: str, property_: str, kind: type[Hop]) -> Finds:
    """Finds the resource of a kind that a property of another step's names."""
    return behind(title, lambda graph, node: graph.step(node, property_, kind.token))


def naming(title: str, property_: str, kind: type[Hop]) -> Finds:
    """Finds the resources of a kind with a property that names another step's."""
    return behind(title, lambda graph, node: graph.all_naming(node, property_, kind.token))


def behind(title: str, next_: Callable[[Graph, Node], Found[Node] | Fact[Sequence[Node]]]) -> Finds:
    """Finds what a function finds from another step's resource."""
    return lambda trail: follow(trail.node(title), lambda node: next_(trail.graph, node))


def within(title: str, parts: Callable[[Any], Iterable[Hop]]) -> Finds:
    """Finds the hops that the hops of another step have as parts."""
    return lambda trail: [part for hop in visible(trail.hops(title)) for part in parts(hop)]


def visibly(find: Finds) -> Finds:
    """Finds what another function finds, and nothing where one can't look."""
    return lambda trail: None if isinstance(found := find(trail), Unknown) else found


def listener(trail: Trail) -> Found[Node]:
    """The listener whose port the integrations' URIs have; if these can't be read, the declared one.

    Where they have several ports, it is that of the first one that has a listener.
    """
    told = if_known(methods(trail), lambda found: [method.port for method in found])
    ports = [told] if isinstance(told, Unknown) else told or [None]
    declared = trail.backend.listener_port if trail.backend else None
    meant = dict.fromkeys((declared or port) if isinstance(port, Unknown) else port for port in ports)

    def first(nlb: Node) -> Found[Node]:
        found = [listener_for(trail, nlb, port) for port in meant]
        return next((one for one in found if isinstance(one, Node)), found[0])

    return follow(trail.node("gateway NLB"), first)


def crossing(trail: Trail, *, back: bool = False) -> Sequence[Way]:
    """From each subnet of the gateway NLB to each target outside its VPC, or back from there.

    Those that take the same route from a subnet are one.
    """
    graph, gateways = trail.graph, present(trail.node("gateway NLB"))
    nearby = [
        node for nlb in gateways for node in visible(graph.all_named(nlb, subnets_at(nlb), tokens.SUBNET))
    ]
    targets = map(trail.source, visible(trail.found("target")))
    outside = [endpoint_subnet(target) for target in targets if is_outside(target) is True]
    once: dict[tuple[str, Value], Way] = {}
    for far, near in product(present(*outside), nearby):
        start, end = (far, near) if back else (near, far)
        for way in trail.ways_from(start, end.get("cidrBlock")):
            once[start.urn, way.urn if way.route else way.destination] = way
    return list(once.values())


def peerings(trail: Trail) -> Sequence[Hop]:
    """The peerings that the routes go over; if existing subnets' routes can't be seen, the stack's own."""
    both = [way for title in ("route out", "route back") for way in visible(trail.hops(title))]
    ways = [way for way in both if isinstance(way, Way)]
    routes = [route for way in ways for route in present(way.route)]
    found = dict.fromkeys(peering for route in routes for peering in present(route.peering))
    if not found and any(isinstance(way.route, Unknown) for way in ways):
        ends = frozenset(vpc for way in ways if isinstance(vpc := way.subnet.vpc, str))
        made = map(trail.source, trail.graph.of_type(tokens.PEERING))
        found = dict.fromkeys(peering for node in made if (peering := read(Peering, node)).vpcs == ends)
    return list(found)


def _only(trail: Trail, type_: str, id_: Id | None, place: Place) -> Node | None:
    """The resource of the route's backend with an id.

    A preview doesn't know ids: it is the only one that a side has in its place, or the one of those that has
    the backend's name.
    """
    nodes = trail.graph.of_type(type_)
    fitting = [node for node in nodes if node.id == id_]
    if isinstance(id_, Unknown):
        fitting = [node for node in trail.graph.beside(place, type_) if side_of(node.urn)]
        if len(fitting) > 1:
            fitting = [node for node in fitting if node.name.endswith(f"-{trail.backend_name}")]
    return fitting[0] if len(fitting) == 1 else None


def endpoint(trail: Trail) -> Found[Node]:
    """The endpoint whose addresses the targets are; if that can't be told, the declared one.

    What the targets are of a route that two backends serve the endpoint tells: there it is the declared one.
    """
    declared, backend = trail.stack.declared, trail.backend
    if trail.is_shared:
        found: Found[Node] = Unknown("which endpoint is the backend's can't be told")
    else:
        found = endpoint_behind(trail, trail.found("target"))
    if isinstance(found, Node) or not (declared and declared.consumer and backend):
        return found
    place = Place(account=declared.consumer.account_id, region=declared.endpoint_region(backend))
    own = _only(trail, tokens.ENDPOINT, backend.endpoint_id, place)
    if trail.is_shared:
        return own or trail.graph.why_not(tokens.ENDPOINT, place)
    # One that waits to be accepted may have no addresses yet.
    if isinstance(found, Unknown) or (own and own.get("state") == PENDING):
        return own or found
    return None


def endpoint_service(trail: Trail) -> Found[Node]:
    """The endpoint service that the endpoint names; if that can't be told, the declared one."""
    backend = trail.backend
    found = follow(trail.node("interface endpoint"), lambda node: service_of(trail.source(node)))
    if isinstance(found, Unknown) and backend:
        return _only(trail, tokens.ENDPOINT_SERVICE, backend.service_id, backend.place) or found
    return found


def provider_listener(trail: Trail) -> Found[Node]:
    """The endpoint passes a request on at the port at which it came."""
    targets = trail.found("target")
    if isinstance(targets, Beyond) and trail.backend:
        port = trail.backend.port
    elif isinstance(targets, Unknown):
        return targets
    else:
        port = target_port(trail.source(targets[0])) if targets else None
    return follow(trail.node("provider NLB"), lambda nlb: listener_for(trail, nlb, port))


def provider_targets(trail: Trail) -> Fact[Sequence[Node]] | Found[Node]:
    """The first target of the provider's target group; an existing NLB may have any number of them."""
    graph, type_ = trail.graph, tokens.ATTACHMENT
    group = trail.node("provider target group")
    targets = follow(group, lambda node: graph.all_naming(node, "targetGroupArn", type_)) or []
    if isinstance(targets, Unknown) or (trail.backend and trail.backend.kind == "networkLoadBalancer"):
        return targets
    return graph.one(targets, type_, group if isinstance(group, Node) else None) if group else None
