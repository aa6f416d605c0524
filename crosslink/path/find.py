"""How the resources of a step are found from those of other steps, where one property doesn't say it."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import product
from typing import Any

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, follow
from crosslink.graph.node import Node, NotOurs, Value, doubt, fields, side_of
from crosslink.graph.unknown import Fact, Found, Unknown, present, visible
from crosslink.path.hop import Hop, base_of, each, if_known
from crosslink.path.ingress import ingresses_behind, paths_of, with_rule
from crosslink.path.load_balancers import SUBNETS, endpoint_subnet, is_outside, listener_for, target_port
from crosslink.path.methods import LINK_VARIABLE, Method, is_preflight
from crosslink.path.output import Id
from crosslink.path.private_link import endpoint_behind
from crosslink.path.routes import INTERNET, Way, routes_of
from crosslink.path.trail import Finds, Trail


def named(title: str, property_: str, kind: type[Hop]) -> Finds:
    """Finds the resource of a kind that a property of another step's names."""
    return lambda trail: trail.graph.step(trail.node(title), property_, kind.token)


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


def what_names_it(trail: Trail) -> Sequence[Hop]:
    """What names a route: the stage that serves it, or else the stack's output, or its Ingress."""
    if isinstance(trail.stack.stage, Node):
        return [Hop(**base_of(trail.stack.stage))]
    if declared := trail.stack.declared:
        account, region = declared.consumer.account_id, declared.consumer.region
        return [Hop(resource="stack output path", urn="path", id="path", account=account, region=region)]
    ingresses = trail.graph.of_type(tokens.INGRESS)
    return [Hop(**base_of(ingress)) for ingress in ingresses if trail.path in paths_of(ingress)][:1]


def base_paths(trail: Trail) -> Fact[Sequence[Node]]:
    """The mappings of base paths to the stage, the declared one first."""
    graph, declared = trail.graph, trail.stack.declared
    meant = declared.api.base_path if declared else None
    type_ = tokens.BASE_PATH_MAPPING
    mappings = follow(trail.node("stage"), lambda stage: graph.all_naming(stage, "stageName", type_)) or []
    if isinstance(mappings, Unknown):
        return mappings
    return sorted(mappings, key=lambda mapping: mapping.get("basePath") != meant)


def rest_api(trail: Trail) -> Found[Node]:
    """The API; None for one that is somebody else's, whose definition the stack doesn't have."""
    api, declared = trail.graph.step(trail.node("stage"), "restApi", tokens.REST_API), trail.stack.declared
    return None if isinstance(api, NotOurs) and declared and declared.api.existing else api


def methods(trail: Trail, *, preflights: bool = False) -> Fact[Sequence[Method]]:
    """The methods of the route that go on to the backend, or else its preflights.

    A preflight that the stack doesn't declare is a method like any other.
    """
    own, declared = trail.own_methods, trail.stack.declared
    cors = declared is None or declared.routes[trail.path].cors
    if isinstance(own, Unknown):
        return own
    return [method for method in own if (cors and is_preflight(method)) == preflights]


def integrations(trail: Trail) -> Sequence[Node]:
    """The integrations that are resources of their own."""
    graph = trail.graph
    nodes = present(*(graph.get(method.urn) for method in visible(trail.own_methods)))
    return [found for node in nodes for found in graph.naming(node, "httpMethod", tokens.INTEGRATION)]


def permissions(trail: Trail) -> Fact[Sequence[Node]]:
    """All permissions to invoke functions: whose they are, the rules ask."""
    graph, type_ = trail.graph, tokens.LAMBDA_PERMISSION
    return follow(trail.stack.stage, lambda stage: graph.of_type(type_) or graph.why_not(type_, stage)) or []


def vpc_link(trail: Trail) -> Found[Node]:
    """The link that the stage's variables hold, or else the one that the methods name by its id."""
    graph, stage = trail.graph, trail.stack.stage
    if not isinstance(stage, Node):
        return stage
    for method in visible(trail.own_methods):
        if isinstance(method.link, str):
            return graph.get(method.link)
    ids = {method.connection_id for method in visible(trail.own_methods)} - {""}
    names = [found[1] for id_ in ids if (found := LINK_VARIABLE.fullmatch(str(id_)))]
    variables: Value = stage.get("variables")
    if stage.references.get("variables"):
        return graph.one(graph.named_by(stage, "variables", tokens.VPC_LINK), tokens.VPC_LINK, stage)
    if isinstance(variables, Unknown):
        return variables
    literal = {id_ for id_ in ids if isinstance(id_, str) and not LINK_VARIABLE.fullmatch(id_)}
    literal |= {value for name in names if isinstance(value := fields(variables).get(name), str)}
    found = [link for link in graph.of_type(tokens.VPC_LINK) if link.names() & literal]
    if found or not literal:
        return graph.one(found, tokens.VPC_LINK, stage) or doubt(trail.own_methods, *ids)
    missing = graph.why_not(tokens.VPC_LINK, stage)
    return NotOurs.of(f"VPC link {min(literal)}") if graph.registered else missing


def listener(trail: Trail) -> Found[Node]:
    """The listener whose port the integrations' URIs have."""
    port = if_known(methods(trail), lambda found: found[0].port if found else None)
    return follow(trail.node("gateway NLB"), lambda nlb: listener_for(trail.graph, nlb, port))


def crossing(trail: Trail, *, back: bool = False) -> Sequence[Way]:
    """From each subnet of the gateway NLB to each target outside its VPC, or back from there.

    Those that take the same route from a subnet are one.
    """
    graph, gateways = trail.graph, present(trail.node("gateway NLB"))
    nearby = [node for nlb in gateways for node in visible(graph.all_named(nlb, SUBNETS, tokens.SUBNET))]
    targets = map(trail.source, visible(trail.found("target")))
    outside = [endpoint_subnet(target) for target in targets if is_outside(target) is True]
    once: dict[tuple[str, Value], Way] = {}
    for far, near in product(present(*outside), nearby):
        start, end = (far, near) if back else (near, far)
        for way in trail.stack.ways_from(start, end.get("cidrBlock")):
            once[start.urn, way.urn if way.route else way.destination] = way
    return list(once.values())


def peerings(trail: Trail) -> Sequence[Hop]:
    """The peerings that the routes go over."""
    both = [way for title in ("route out", "route back") for way in visible(trail.hops(title))]
    routes = [route for way in both if isinstance(way, Way) for route in present(way.route)]
    return list(dict.fromkeys(peering for route in routes for peering in present(route.peering)))


def _only(nodes: Sequence[Node], id_: Id, account: str, region: str) -> Node | None:
    """The resource with an id, which a preview doesn't know: the only one that a side has in its place."""
    fitting = [node for node in nodes if node.id == id_]
    if isinstance(id_, Unknown):
        beside = [node for node in nodes if side_of(node.urn)]
        fitting = [node for node in beside if (node.account, node.region) == (account, region)]
    return fitting[0] if len(fitting) == 1 else None


def endpoint(trail: Trail) -> Found[Node]:
    """The endpoint whose addresses the targets are; if that can't be told, the declared one."""
    found, declared = endpoint_behind(trail.graph, trail.found("target")), trail.stack.declared
    if isinstance(found, Unknown) and declared and trail.backend:
        place = declared.consumer.account_id, trail.backend.region
        return _only(trail.graph.of_type(tokens.ENDPOINT), trail.backend.endpoint_id, *place) or found
    return found


def endpoint_service(trail: Trail) -> Found[Node]:
    """The endpoint service that the endpoint names; if that can't be told, the declared one."""
    graph, type_, backend = trail.graph, tokens.ENDPOINT_SERVICE, trail.backend
    found = graph.step(trail.node("interface endpoint"), "serviceName", type_, anywhere=True)
    if isinstance(found, Unknown) and backend:
        return _only(graph.of_type(type_), backend.service_id, backend.account_id, backend.region) or found
    return found


def provider_listener(trail: Trail) -> Found[Node]:
    """The endpoint passes a request on at the port at which it came."""
    targets = trail.found("target")
    if isinstance(targets, Unknown):
        return targets
    port = target_port(trail.source(targets[0])) if targets else None
    return follow(trail.node("provider NLB"), lambda nlb: listener_for(trail.graph, nlb, port))


def provider_target(graph: Graph, group: Node) -> Found[Node]:
    """The first target of the provider's target group."""
    return graph.one(graph.all_naming(group, "targetGroupArn", tokens.ATTACHMENT), tokens.ATTACHMENT, group)


def _registered_alb(trail: Trail) -> Found[Node]:
    """The ALB that a target is, where AWS was asked; a program doesn't register it."""
    target, graph, type_ = trail.node("provider target"), trail.graph, tokens.LOAD_BALANCER
    return follow(target, lambda node: graph.one(graph.named_by(node, "targetId", type_), type_, node))


def alb(trail: Trail) -> Found[Node]:
    """The ALB as AWS has it, or else the Ingress that asks for it."""
    alb = _registered_alb(trail)
    return trail.node("Ingress of the target") if alb is None and trail.graph.registered else alb


def target_ingresses(trail: Trail) -> Fact[Sequence[Node]]:
    """The Ingresses whose ALB the provider's target is."""
    target, alb = trail.node("provider target"), _registered_alb(trail)
    return follow(target, lambda node: ingresses_behind(trail.graph, node, alb, trail.path)) or []


def ingresses(trail: Trail) -> Fact[Sequence[Node]]:
    """The Ingresses that share the ALB; if the way to them can't be followed, those of the cluster."""
    found, cluster = trail.found("Ingress of the target"), _cluster(trail)
    if isinstance(found, Unknown) and isinstance(cluster, Node):
        return ingresses_behind(trail.graph, cluster, None, trail.path) or found
    return found


def _cluster(trail: Trail) -> Found[Node]:
    """The cluster of the backend; its name is all that tells it from others in its account."""
    if trail.backend is None:
        return None
    asked = (trail.backend.account_id, trail.backend.region, trail.backend.cluster_name)
    clusters = trail.graph.of_type(tokens.EKS_CLUSTER)
    named = [node for node in clusters if (node.account, node.region, node.get("name")) == asked]
    return trail.graph.one(named, tokens.EKS_CLUSTER)


def _node_subnets(trail: Trail) -> Fact[list[Node]]:
    subnets = partial(trail.graph.all_named, property_="vpcConfig", type_=tokens.SUBNET)
    return follow(_cluster(trail), subnets) or []


def ingress_rule(trail: Trail) -> Found[Node]:
    host = next((host for method in visible(trail.own_methods) if (host := method.host)), None)
    return with_rule(trail.found("Ingress"), trail.path, host)


def exits(trail: Trail) -> Fact[Sequence[Way]]:
    """From each subnet of the cluster's nodes to the internet, for images."""
    return each(_node_subnets(trail), lambda subnet: list(trail.stack.ways_from(subnet, INTERNET)))


def egress(trail: Trail) -> Sequence[Node]:
    """The associations and routes by which the cluster's nodes reach AWS."""
    found: list[Node] = []
    for subnet in visible(_node_subnets(trail)):
        found += trail.graph.naming(subnet, "subnetId", tokens.ASSOCIATION)
        found += visible(routes_of(trail.source(subnet)))
    return found


def node_endpoints(trail: Trail) -> Sequence[Node]:
    """The VPC endpoints in the network of the cluster's nodes."""
    graph, subnets = trail.graph, visible(_node_subnets(trail))
    vpcs = [vpc for subnet in subnets for vpc in graph.named_by(subnet, "vpcId", tokens.VPC)]
    named = {node.urn: node for vpc in vpcs for node in graph.naming(vpc, "vpcId", tokens.ENDPOINT)}
    return list(named.values())
