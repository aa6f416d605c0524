"""How the resources of the API's steps are found, where one property doesn't say it."""

from collections.abc import Sequence

from crosslink.graph import tokens
from crosslink.graph.graph import follow
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
