"""Who gets in: load balancers, security groups, and what answers HTTP on the internet."""

from collections.abc import Iterator, Sequence

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value
from crosslink.graph.unknown import known
from crosslink.path.alb import let_in_by, scheme_of
from crosslink.path.ingress_rules import annotation
from crosslink.path.methods import Method, is_preflight, methods_in, route_of, single_method
from crosslink.rules.rule import fix
from crosslink.rules.text import listed
from policy.security.ranges import (
    RULES_OF_GROUPS,
    SECURITY_GROUPS,
    everybody_in,
    foreign_prefix_lists,
    is_wide,
    let_in,
    of_group,
)
from policy.security.rule import ONLY_KNOWN, SECURITY_HUB, Stack, rule, several, sure
from settings.auth import AUTHS

ANYWHERE = "0.0.0.0/0"

HTTP_API = "aws:apigatewayv2/api:Api"
HTTP_ROUTE = "aws:apigatewayv2/route:Route"
FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl"
SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme"


@rule(
    tokens.LOAD_BALANCER,
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:elb/loadBalancer:LoadBalancer",
    tokens.INGRESS,
    tokens.KUBERNETES_SERVICE,
    source=f"{SECURITY_HUB}/elb-controls.html",
    same=("balancer-is-private", "alb-is-private", "service-has-no-balancer-of-its-own", ONLY_KNOWN),
)
@fix("""Set internal=True; of an Ingress scheme "internal" in its IngressClassParams; of a Service the type
ClusterIP.""")
def no_public_load_balancer(stack: Stack, node: Node) -> str | None:
    """No load balancer faces the internet: the API alone does."""
    match node.type:
        case tokens.INGRESS:
            # A class overrides the annotation, until somebody takes the scheme out of the class.
            schemes = [known(scheme_of(stack.graph, node)), known(annotation(node, "scheme"))]
            return next((f"its scheme is {each}" for each in schemes if each not in (None, "internal")), None)
        case tokens.KUBERNETES_SERVICE if known(node.get("spec", "type")) == "LoadBalancer":
            # Without it the scheme depends on the controller that takes the Service.
            scheme = known(node.get("metadata", "annotations", SCHEME)) or "not set"
            return None if scheme == "internal" else f"its type is LoadBalancer, its scheme {scheme}"
        case tokens.KUBERNETES_SERVICE:
            return None
        case _:
            return None if known(node.get("internal")) is True else "it is not internal"


@rule(
    *RULES_OF_GROUPS,
    *SECURITY_GROUPS,
    tokens.INGRESS,
    tokens.EKS_CLUSTER,
    source=f"{SECURITY_HUB}/ec2-controls.html#ec2-18",
    same=("alb-lets-the-nlb-in", "only-the-path-gets-in", "only-the-path-reaches-pods", ONLY_KNOWN),
)
@fix("""Name the ranges that connect: those of the subnets before, or of where Pulumi runs for a cluster's
publicAccessCidrs; of an Ingress in the annotation inbound-cidrs.""")
def no_ingress_from_anywhere(stack: Stack, node: Node) -> str | None:
    """Nothing lets everybody in, or a good part: no security group by all its rules, no ALB, no cluster."""
    if others := foreign_prefix_lists(stack.graph, node):
        return f"it lets in the prefix list {listed(others)}, which isn't the stack's: nobody here knows whom"
    if node.type in (*SECURITY_GROUPS, *RULES_OF_GROUPS):
        own = list(let_in(stack, node))
        ranges = [*own, *of_group(stack, node)] if any(map(is_wide, own)) else own
    else:
        ranges = list(_ranges(stack, node))
    found = everybody_in(ranges)
    return f"it lets {found} in" if found else sure(ranges)


def _ranges(stack: Stack, node: Node) -> Iterator[Value]:
    """What the ALB of an Ingress, or a cluster's API, lets in."""
    if node.type == tokens.INGRESS:
        for permission in known(let_in_by(stack.graph, node)):
            yield from known(permission.ranges)
    # Over the internet a cluster's API is on, and open to everybody, by default:
    # https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
    elif known(node.get("vpcConfig", "endpointPublicAccess")) is not False:
        yield from several(node.get("vpcConfig", "publicAccessCidrs")) or [ANYWHERE]


@rule(
    tokens.REST_API,
    tokens.METHOD,
    HTTP_API,
    HTTP_ROUTE,
    FUNCTION_URL,
    source=f"{SECURITY_HUB}/apigateway-controls.html#apigateway-8",
    same=("method-has-its-auth", "only-declared-methods", ONLY_KNOWN),
)
@fix("""Give the methods what the route's `auth` says; a route that is meant to be open declares
`auth: none` with `allowUnauthenticated: true` beside it. Beside the path set authorizationType.""")
def no_unauthenticated_method(stack: Stack, node: Node) -> str | None:
    """Nothing answers callers who show nothing, be it an API or a function's own URL, unless a route declares
    that: auth `none`, or CORS.
    """
    asked = dict(_asked(stack, node))
    open_ = [name for name, auth in asked.items() if auth == "NONE"]
    return f"nothing is asked of callers at {', '.join(open_)}" if open_ else sure(asked.values())


def _asked(stack: Stack, node: Node) -> Iterator[tuple[str, Value]]:
    """What callers call → what they must show."""
    if node.type == HTTP_API:
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop.html
        if node.get("target") or node.references.get("target"):
            yield f"the route {node.get('routeKey') or '$default'} that quick create makes", "NONE"
    elif node.type in (HTTP_ROUTE, FUNCTION_URL):
        name = "the function's URL" if node.type == FUNCTION_URL else str(node.get("routeKey"))
        if not _is_message(stack.graph, node):
            yield name, node.get("authorizationType") or "NONE"
    else:
        for method in _methods(stack.graph, node):
            if not _is_declared(stack, method):
                yield f"{method.http_method} {method.path}", method.auth


def _is_message(graph: Graph, route: Node) -> bool:
    """Whether a route takes messages of a WebSocket, whose caller was asked when it connected."""
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-control-access.html
    apis = graph.named_by(route, "apiId", HTTP_API)
    return route.get("routeKey") != "$connect" and any(api.get("protocolType") == "WEBSOCKET" for api in apis)


def _methods(graph: Graph, node: Node) -> Sequence[Method]:
    """The methods of an API's document, or the one that a resource is."""
    if node.type == tokens.METHOD:
        return [single_method(graph, node)]
    return known(methods_in(graph, node))  # whoever may deploy it can serve them


def _is_declared(stack: Stack, method: Method) -> bool:
    """Whether the stack says that a method is open."""
    route = stack.declared.routes.get(route_of(method.path)) if stack.declared else None
    if route is None or route.auth is None:  # without an API of its own a stack declares no auth
        return False
    return AUTHS[route.auth].scheme is None or (route.cors and is_preflight(method))
