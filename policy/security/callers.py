"""Who may call: the methods of APIs, and what else answers HTTP on the internet without one."""

from collections.abc import Iterable, Iterator

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value
from crosslink.graph.unknown import known
from crosslink.path.methods import Method, is_preflight, methods_of, route_of, single_method
from policy.security.rule import SECURITY_HUB, Stack, rule, sure
from settings.auth import AUTHS

HTTP_API = "aws:apigatewayv2/api:Api"
HTTP_ROUTE = "aws:apigatewayv2/route:Route"
FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl"


@rule(
    tokens.REST_API,
    tokens.METHOD,
    HTTP_ROUTE,
    FUNCTION_URL,
    fix="Give the methods what the route's `auth` says; a route that is meant to be open declares "
    "`auth: none` with `allowUnauthenticated: true` beside it. Beside the path set authorizationType.",
    source=f"{SECURITY_HUB}/apigateway-controls.html#apigateway-8",
    same=("method-has-its-auth", "only-declared-methods"),
)
def no_unauthenticated_method(stack: Stack, node: Node) -> str | None:
    """Nothing answers callers who show nothing, be it an API or a function's own URL, unless a route declares
    that: auth `none`, or CORS.
    """
    asked = dict(_asked(stack, node))
    open_ = [name for name, auth in asked.items() if auth == "NONE"]
    return f"nothing is asked of callers at {', '.join(open_)}" if open_ else sure(asked.values())


def _asked(stack: Stack, node: Node) -> Iterator[tuple[str, Value]]:
    """What callers call → what they must show."""
    if node.type == HTTP_ROUTE:
        if not _is_message(stack.graph, node):
            yield str(node.get("routeKey")), node.get("authorizationType") or "NONE"
    elif node.type == FUNCTION_URL:
        yield "the function's URL", node.get("authorizationType") or "NONE"
    else:
        for method in _methods(stack.graph, node):
            if not _is_declared(stack, method):
                yield f"{method.http_method} {method.path}", method.auth


def _is_message(graph: Graph, route: Node) -> bool:
    """Whether a route takes messages of a WebSocket, whose caller was asked when it connected.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-control-access.html
    """
    apis = graph.named_by(route, "apiId", HTTP_API)
    return route.get("routeKey") != "$connect" and any(api.get("protocolType") == "WEBSOCKET" for api in apis)


def _methods(graph: Graph, node: Node) -> Iterable[Method]:
    """The methods of an API's document, or the one that a resource is."""
    if node.type == tokens.METHOD:
        return [single_method(graph, node)]
    stages = graph.naming(node, "restApi", tokens.STAGE)
    return known(methods_of(graph, stages[0])) if stages else []


def _is_declared(stack: Stack, method: Method) -> bool:
    """Whether the stack says that a method is open."""
    route = stack.declared.routes.get(route_of(method.path)) if stack.declared else None
    return route is not None and (AUTHS[route.auth].scheme is None or (route.cors and is_preflight(method)))
