"""How the resources of the API's steps are found, where one property doesn't say it."""

from collections.abc import Sequence

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, follow
from crosslink.graph.node import Node, NotOurs, Value, doubt, fields
from crosslink.graph.unknown import Fact, Found, Unknown, present, visible
from crosslink.path.hop import Hop, base_of
from crosslink.path.ingress_rules import routes_in
from crosslink.path.methods import LINK_VARIABLE, Method, is_preflight
from crosslink.path.trail import Trail


def what_names_it(trail: Trail) -> Sequence[Hop]:
    """What names a route: the stage that serves it, or else the stack's output, or its Ingress."""
    if isinstance(trail.stack.stage, Node):
        return [Hop(**base_of(trail.stack.stage))]
    declared = trail.stack.declared
    if declared and (consumer := declared.consumer):
        account, region = consumer.account_id, consumer.region
        return [Hop(resource="stack output path", urn="path", id="path", account=account, region=region)]
    ingresses = trail.graph.of_type(tokens.INGRESS)
    return [Hop(**base_of(ingress)) for ingress in ingresses if trail.path in routes_in(ingress)][:1]


def base_paths(trail: Trail) -> Fact[Sequence[Node]]:
    """The mappings of base paths to the stage, the declared one first."""
    graph, declared = trail.graph, trail.stack.declared
    meant = declared.api.base_path if declared and declared.api else None
    type_ = tokens.BASE_PATH_MAPPING
    mappings = follow(trail.node("stage"), lambda stage: graph.all_naming(stage, "stageName", type_)) or []
    if isinstance(mappings, Unknown):
        return mappings
    return sorted(mappings, key=lambda mapping: mapping.get("basePath") != meant)


def rest_api(trail: Trail) -> Found[Node]:
    """The API; None for one that is somebody else's, whose definition the stack doesn't have."""
    api, declared = trail.graph.step(trail.node("stage"), "restApi", tokens.REST_API), trail.stack.declared
    existing = declared and declared.api and declared.api.existing
    return None if isinstance(api, NotOurs) and existing else api


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
        return graph.one(graph.named_by(stage, "variables", *tokens.VPC_LINKS), tokens.VPC_LINK, stage)
    if isinstance(variables, Unknown):
        return variables
    literal = {id_ for id_ in ids if isinstance(id_, str) and not LINK_VARIABLE.fullmatch(id_)}
    literal |= {value for name in names if isinstance(value := fields(variables).get(name), str)}
    links = [link for type_ in tokens.VPC_LINKS for link in graph.of_type(type_)]
    found = [link for link in links if link.names() & literal]
    if found or not literal:
        return graph.one(found, tokens.VPC_LINK, stage) or doubt(trail.own_methods, *ids)
    missing = graph.why_not(tokens.VPC_LINK, stage)
    return NotOurs.of(f"VPC link {min(literal)}") if graph.registered else missing


def gateway_nlb(trail: Trail) -> Found[Node]:
    """The load balancer that a link v1 names, or to which the integrations lead through a link v2.

    Where the document can't be read it is the one that the document's value comes from, or that the API's
    definition names in AWS: whether each integration leads there, a rule says.
    """
    graph, link, type_ = trail.graph, trail.node("VPC link"), tokens.LOAD_BALANCER
    if not isinstance(link, Node) or link.type == tokens.VPC_LINK:
        return graph.step(link, "targetArn", type_)
    sending = methods(trail)
    found = [node for method in visible(sending) for node in present(_balancer(graph, method))]
    if found:
        return found[0]
    targets = [method.target for method in visible(sending)]
    unknown = doubt(sending, *targets)
    api = trail.node("REST API")
    if unknown and isinstance(api, Node):
        named = graph.named_by(api, "body", type_) or graph.named_by(api, "definition", type_)
        return named[0] if len(named) == 1 else unknown
    if unknown or not (arns := sorted({target for target in targets if isinstance(target, str)})):
        return unknown
    return NotOurs.of(f"load balancer {arns[0]}") if graph.registered else graph.why_not(type_, link)


def _balancer(graph: Graph, method: Method) -> Node | None:
    """The load balancer to which an integration leads through a link v2, if it is a resource of the graph."""
    if isinstance(method.balancer, str):
        return graph.get(method.balancer)
    balancers = graph.of_type(tokens.LOAD_BALANCER)
    return next((node for node in balancers if method.target in node.names()), None)
