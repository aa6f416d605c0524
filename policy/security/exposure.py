"""Who gets in: load balancers, security groups, endpoint services, methods of the API."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from typing import Any

from policy.security.rule import Stack, rule, sure
from reachability import tokens
from reachability.facts import known
from reachability.graph import Node, Value, items
from reachability.reader.alb import alb_facts
from reachability.reader.methods import is_preflight, methods_of, route_of
from reachability.rules.words import listed

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide"
CONTROLLER = "https://docs.aws.amazon.com/eks/latest/userguide"
ANYWHERE = "0.0.0.0/0"

LOAD_BALANCERS = (
    tokens.LOAD_BALANCER,
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:elb/loadBalancer:LoadBalancer",
)
SECURITY_GROUPS = (tokens.SECURITY_GROUP, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
SECURITY_GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
ALLOWED_PRINCIPAL = "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple"
SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme"


@rule(
    *LOAD_BALANCERS,
    tokens.INGRESS,
    tokens.KUBERNETES_SERVICE,
    fix='Set internal=True; of an Ingress scheme "internal" in its IngressClassParams; of a Service the type '
    "ClusterIP.",
    source=f"{SECURITY_HUB}/elb-controls.html",
    same=("balancer-is-private", "alb-is-private"),
)
def no_public_load_balancer(stack: Stack, node: Node) -> str | None:
    """No load balancer faces the internet: the API alone does."""
    match node.type:
        case tokens.INGRESS:
            alb: Any = alb_facts(stack.graph, None, node)
            scheme = known(alb.scheme)
            return None if scheme == "internal" else f"its scheme is {scheme}"
        case tokens.KUBERNETES_SERVICE:
            if known(node.get("spec", "type")) != "LoadBalancer":
                return None
            scheme = known(node.get("metadata", "annotations", SCHEME))
            return (
                None
                if scheme == "internal"
                else f"its type is LoadBalancer, its scheme {scheme or 'not set'}"
            )
        case _:
            return None if known(node.get("internal")) is True else "it is not internal"


@rule(
    tokens.INGRESS_RULE,
    SECURITY_GROUP_RULE,
    *SECURITY_GROUPS,
    tokens.INGRESS,
    tokens.EKS_CLUSTER,
    fix="Name the ranges that connect: those of the subnets before, or of where Pulumi runs for a cluster's "
    "publicAccessCidrs; of an Ingress in the annotation inbound-cidrs.",
    source=f"{SECURITY_HUB}/ec2-controls.html#ec2-18",
    same=("alb-lets-the-nlb-in",),
)
def no_ingress_from_anywhere(stack: Stack, node: Node) -> str | None:
    """Nothing lets everybody in: no security group, no ALB, no cluster's API."""
    ranges = list(_ranges(stack, node))
    found = {one for one in ranges if isinstance(one, str) and _is_everybody(one)}
    return f"it lets {listed(found)} in" if found else sure(ranges)


def _ranges(stack: Stack, node: Node) -> Iterator[Value]:
    """What a resource lets in."""
    match node.type:
        case tokens.INGRESS_RULE:
            yield from (node.get("cidrIpv4"), node.get("cidrIpv6"))
        case tokens.INGRESS:
            alb: Any = alb_facts(stack.graph, None, node)
            yield from (one.cidr for one in known(alb.lets_in))
        case tokens.EKS_CLUSTER:
            yield from _of_cluster(node)
        case _ if node.type == SECURITY_GROUP_RULE:
            if known(node.get("type")) == "ingress":
                yield from (*_listed(node, "cidrBlocks"), *_listed(node, "ipv6CidrBlocks"))
        case _:
            inline = known(node.get("ingress"))
            for place in range(len(items(inline))):
                yield from _listed(node, "ingress", place, "cidrBlocks")
                yield from _listed(node, "ingress", place, "ipv6CidrBlocks")


def _of_cluster(cluster: Node) -> Iterable[Value]:
    """Who may reach its API over the internet, which is on, and open to everybody, by default.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
    """
    if known(cluster.get("vpcConfig", "endpointPublicAccess")) is False:
        return []
    return _listed(cluster, "vpcConfig", "publicAccessCidrs") or [ANYWHERE]


def _listed(node: Node, *path: str | int) -> list[Value]:
    return items(known(node.get(*path)))


def _is_everybody(cidr: str) -> bool:
    """Whether a range has no prefix, however it is written: 0.0.0.0/0, ::/0, 1.2.3.4/0."""
    try:
        return ip_network(cidr, strict=False).prefixlen == 0
    except ValueError:
        return False  # not a range: AWS will say so


@rule(
    tokens.ENDPOINT_SERVICE,
    ALLOWED_PRINCIPAL,
    fix="Name the consumer's account among the allowed principals, `arn:aws:iam::111111111111:root`.",
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html",
    same=("service-allows-the-consumer",),
)
def no_open_endpoint_service(_stack: Stack, node: Node) -> str | None:
    """No endpoint service takes connections of all accounts in the world."""
    if node.type == ALLOWED_PRINCIPAL:
        principals = [node.get("principalArn")]
    else:
        principals = _listed(node, "allowedPrincipals")
    return "everybody, `*`, is an allowed principal" if "*" in principals else sure(principals)


@rule(
    tokens.REST_API,
    tokens.METHOD,
    fix="Give the methods what the route's `auth` says; a route that is meant to be open declares "
    "`auth: none` with `allowUnauthenticated: true` beside it.",
    source=f"{SECURITY_HUB}/apigateway-controls.html#apigateway-8",
    same=("method-has-its-auth", "only-declared-methods"),
)
def no_unauthenticated_method(stack: Stack, node: Node) -> str | None:
    """No method answers callers who show nothing, unless its route declares that: auth `none`, or CORS."""
    asked: dict[str, Value] = {}
    for stage in stack.graph.of_type(tokens.STAGE):
        for method in known(methods_of(stack.graph, stage)):
            route = stack.declared and stack.declared.routes.get(route_of(method.path))
            meant = route and (route.auth == "none" or (route.cors and is_preflight(method)))
            if method.urn == node.urn and not meant:
                asked[f"{method.http_method} {method.path}"] = method.auth
    open_ = [name for name in asked if asked[name] == "NONE"]
    return f"nothing is asked of callers at {', '.join(open_)}" if open_ else sure(asked.values())
