"""Who gets in: load balancers, security groups, and what answers HTTP on the internet."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from itertools import chain

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, value_at
from crosslink.graph.unknown import known
from crosslink.path.alb import let_in_by, scheme_of
from crosslink.path.methods import Method, is_preflight, methods_of, route_of, single_method
from crosslink.rules.rule import fix
from crosslink.rules.text import listed
from policy.security.rule import SECURITY_HUB, Stack, rule, several, sure
from settings.auth import AUTHS

ANYWHERE = "0.0.0.0/0"
# IP version → the prefix of its widest private range, 10.0.0.0/8 and fc00::/7. Whoever lets in a wider one
# lets in everybody, or a good part: 0.0.0.0/1 with 128.0.0.0/1 beside it, 2000::/3.
WIDEST = {4: 8, 6: 7}

SECURITY_GROUPS = (tokens.SECURITY_GROUP, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
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
    same=("balancer-is-private", "alb-is-private", "service-has-no-balancer-of-its-own"),
)
@fix("""Set internal=True; of an Ingress scheme "internal" in its IngressClassParams; of a Service the type
ClusterIP.""")
def no_public_load_balancer(stack: Stack, node: Node) -> str | None:
    """No load balancer faces the internet: the API alone does."""
    match node.type:
        case tokens.INGRESS:
            scheme = known(scheme_of(stack.graph, node))
            return None if scheme == "internal" else f"its scheme is {scheme}"
        case tokens.KUBERNETES_SERVICE if known(node.get("spec", "type")) == "LoadBalancer":
            # Without it the scheme depends on the controller that takes the Service.
            scheme = known(node.get("metadata", "annotations", SCHEME)) or "not set"
            return None if scheme == "internal" else f"its type is LoadBalancer, its scheme {scheme}"
        case tokens.KUBERNETES_SERVICE:
            return None
        case _:
            return None if known(node.get("internal")) is True else "it is not internal"


@rule(
    tokens.INGRESS_RULE,
    tokens.SECURITY_GROUP_RULE,
    *SECURITY_GROUPS,
    tokens.INGRESS,
    tokens.EKS_CLUSTER,
    source=f"{SECURITY_HUB}/ec2-controls.html#ec2-18",
    same=("alb-lets-the-nlb-in",),
)
@fix("""Name the ranges that connect: those of the subnets before, or of where Pulumi runs for a cluster's
publicAccessCidrs; of an Ingress in the annotation inbound-cidrs.""")
def no_ingress_from_anywhere(stack: Stack, node: Node) -> str | None:
    """Nothing lets everybody in: no security group, no ALB, no cluster's API."""
    ranges = list(_ranges(stack, node))
    found = {cidr for cidr in ranges if isinstance(cidr, str) and _is_everybody(cidr)}
    return f"it lets {listed(found)} in" if found else sure(ranges)


def _ranges(stack: Stack, node: Node) -> Iterator[Value]:
    """What a resource lets in."""
    match node.type:
        case tokens.INGRESS:
            for permission in known(let_in_by(stack.graph, node)):
                yield from known(permission.ranges)
        case tokens.EKS_CLUSTER:
            # Over the internet its API is on, and open to everybody, by default:
            # https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
            if known(node.get("vpcConfig", "endpointPublicAccess")) is not False:
                yield from several(node.get("vpcConfig", "publicAccessCidrs")) or [ANYWHERE]
        case tokens.INGRESS_RULE:
            yield from (node.get("cidrIpv4"), node.get("cidrIpv6"))
            yield from _of_prefix_lists(stack, node, "prefixListId")
        case tokens.SECURITY_GROUP_RULE:
            if known(node.get("type")) == "ingress":
                yield from _of_rule(node.properties)
                yield from _of_prefix_lists(stack, node, "prefixListIds")
        case _:
            yield from chain.from_iterable(map(_of_rule, several(node.get("ingress"))))
            yield from _of_prefix_lists(stack, node, "ingress")


def _of_rule(value: Value) -> list[Value]:
    """The ranges of a rule that stands in its security group, or of one of the old kind."""
    return [*several(value_at(value, "cidrBlocks")), *several(value_at(value, "ipv6CidrBlocks"))]


def _of_prefix_lists(stack: Stack, node: Node, property_: str) -> Iterator[Value]:
    """The ranges of the stack's own prefix lists; AWS's hold the addresses of its services."""
    for listing in stack.graph.named_by(node, property_, tokens.PREFIX_LIST):
        entries = stack.graph.naming(listing, "prefixListId", tokens.PREFIX_LIST_ENTRY)
        yield from (value_at(entry, "cidr") for entry in several(listing.get("entries")))
        yield from (entry.get("cidr") for entry in entries)


def _is_everybody(cidr: str) -> bool:
    """Whether a range is wider than any private one, however it is written: 0.0.0.0/0, ::/0, 10.1.2.3/0."""
    try:
        network = ip_network(cidr, strict=False)
    except ValueError:
        return False  # not a range: AWS will say so
    return network.prefixlen < WIDEST[network.version]


@rule(
    tokens.REST_API,
    tokens.METHOD,
    HTTP_ROUTE,
    FUNCTION_URL,
    source=f"{SECURITY_HUB}/apigateway-controls.html#apigateway-8",
    same=("method-has-its-auth", "only-declared-methods"),
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
    if node.type in (HTTP_ROUTE, FUNCTION_URL):
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
    stages = graph.naming(node, "restApi", tokens.STAGE)
    return known(methods_of(graph, stages[0])) if stages else []


def _is_declared(stack: Stack, method: Method) -> bool:
    """Whether the stack says that a method is open."""
    route = stack.declared.routes.get(route_of(method.path)) if stack.declared else None
    if route is None or route.auth is None:  # without an API of its own a stack declares no auth
        return False
    return AUTHS[route.auth].scheme is None or (route.cors and is_preflight(method))
