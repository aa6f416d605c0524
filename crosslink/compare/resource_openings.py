"""How a resource is more open than it was; of one that is new, how it is open."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from components.consumer.openapi_keys import AUTHORIZER, INTEGRATION
from crosslink.compare.wider import ALL_NAMESPACES, EVERYWHERE, gained, raised
from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, fields, items, value_at
from crosslink.path.document import documented
from crosslink.path.ingress_rules import annotation
from crosslink.sandbox import eks

WEB_ACL = "aws:wafv2/webAclAssociation:WebAclAssociation"
STAGE_WIDE = "*/*"
ALL_PORTS = 65536
DAYS = {"DAY": 1, "WEEK": 7, "MONTH": 30}
OLDER_TLS = "TLS_1_2"
TTL = "authorizerResultTtlInSeconds"
ALLOWED_HEADERS = "method.response.header.Access-Control-Allow-Headers"
# An origin in a preflight's answer, be it a header's value or in a template
ORIGIN = re.compile(r"""['"](\*|https?://[^'"]*)['"]""")
CLASS_PARAMS = (tokens.INGRESS_CLASS_PARAMS, tokens.CONTROLLER_CLASS_PARAMS)
ROLES_OF_PODS = ("roleArn", "targetRoleArn")
ADMITS = "admits Ingresses of"
OPEN_WHEN_NEW = (
    eks.CLUSTER,
    tokens.POD_IDENTITY,
    tokens.SUBNET,
)  # what a new one of another type opens is what it is for


def properties(old: Graph, new: Graph) -> Iterator[tuple[Node, str]]:
    """What the properties of a resource open, compared with those that it had."""
    for node in new:
        before = old.get(node.urn)
        if node.type == tokens.POD_IDENTITY:
            roles = [str(each.get("roleArn")) for each in (before, node) if each]
            yield from ((node, how) for how in gained("gives its pods", roles[:-1], roles[-1:]))
        if before is None and node.type in OPEN_WHEN_NEW:
            before = replace(node, properties={})
        if before:
            for find in (_of_backend, _of_api, _of_limits):
                yield from ((node, how) for how in find(before, node))
        elif node.type == tokens.USAGE_PLAN_KEY:
            yield node, "is a new caller's key"
        elif node.type in CLASS_PARAMS:
            made = [f"namespace {other.get('metadata', 'name')}" for other in new.of_type(tokens.NAMESPACE)]
            yield from ((node, how) for how in gained(ADMITS, made, _namespaces(node)))


def new_services(old: Graph, new: Graph) -> Iterator[tuple[Node, str]]:
    """Whom new endpoint services let in: of a stack without an API, whose consumers are other stacks."""
    for node in new.of_type(tokens.ENDPOINT_SERVICE):
        if old.get(node.urn) is None:
            yield from ((node, how) for how in gained("lets in", (), _texts("allowedPrincipals", node)))


def connections(old: Graph, new: Graph) -> Iterator[tuple[Node, str]]:
    """Who else may connect: ranges outside the subnets that the stack makes, which the path runs through.

    In an existing subnet there may be others than the load balancers and endpoints of the path.
    """
    own = [str(subnet.get("cidrBlock")) for subnet in new.of_type(tokens.SUBNET)]
    for node in (*new.of_type(tokens.INGRESS_RULE), *new.of_type(tokens.INGRESS)):
        before = old.get(node.urn)
        # The Ingresses of one backend share an ALB.
        shared = [other for other in old.of_type(tokens.INGRESS) if other.provider == node.provider]
        known = [*own, *chain.from_iterable(map(_let_in, [before] if before else shared))]
        yield from ((node, how) for how in gained("lets in", known, _let_in(node)))
        if before and _ports(node) > _ports(before):
            ports = (node.get("fromPort"), node.get("toPort"))
            ends = [f"{port:g}" for port in ports if isinstance(port, float)]
            yield node, f"lets in to {'ports ' + ' to '.join(ends) if ends else 'all ports'}"


def _let_in(node: Node) -> list[str]:
    """The ranges that a security group's rule, or the ALB of an Ingress, lets in."""
    if node.type == tokens.INGRESS:  # everybody is the controller's default
        return [cidr.strip() for cidr in (annotation(node, "inbound-cidrs") or EVERYWHERE).split(",")]
    return [cidr for cidr in (node.get("cidrIpv4"), node.get("cidrIpv6")) if isinstance(cidr, str)]


def _ports(rule: Node) -> float:
    """How many ports a rule is for."""
    first, last = rule.get("fromPort"), rule.get("toPort")
    return last - first + 1 if isinstance(first, float) and isinstance(last, float) else ALL_PORTS


def limits_gone(old: Graph, new: Graph) -> Iterator[tuple[Node, str]]:
    """What limited the callers of a stage that is still there."""
    gone = {
        tokens.API_METHOD_SETTINGS: "goes, and the stage's limit with it",
        WEB_ACL: "goes: no web ACL stands in front of the API any more",
    }
    for type_, how in gone.items():
        for node in old.of_type(type_):
            of_a_route = node.get("methodPath") not in (None, STAGE_WIDE)
            if new.get(node.urn) is None and new.of_type(tokens.STAGE) and not of_a_route:
                yield node, how


def _of_backend(before: Node, after: Node) -> Iterator[str]:
    if after.type == eks.CLUSTER:
        ranges = (_texts("publicAccessCidrs", node) for node in (before, after))
        yield from gained("its API can be reached from", *ranges)
        yield from gained("gives access to its API:", _admitted(before), _admitted(after))
    elif after.type == tokens.ENDPOINT_SERVICE:
        yield from gained("lets in", *(_texts("allowedPrincipals", node) for node in (before, after)))
        if _ceases(before, after, "acceptanceRequired"):
            yield "takes connections without asking"
    elif after.type == tokens.POD_IDENTITY:
        roles = ([str(role) for key in ROLES_OF_PODS if (role := node.get(key))] for node in (before, after))
        yield from gained("gives pods the rights of", *roles)
    elif after.type in CLASS_PARAMS:
        yield from gained(ADMITS, _namespaces(before), _namespaces(after))
    elif after.type == tokens.SUBNET and _ceases(after, before, "mapPublicIpOnLaunch"):
        yield "gives what starts in it a public address"


def _admitted(cluster: Node) -> list[str]:
    """Who has access to a cluster, and by which policies and groups."""
    entries = fields(cluster.get("accessEntries")).values()
    rights = (
        (entry, [*fields(value_at(entry, "accessPolicies")), *items(value_at(entry, "kubernetesGroups"))])
        for entry in entries
    )
    return [f"{value_at(entry, 'principalArn')} ({', '.join(map(str, named))})" for entry, named in rights]


def _of_api(before: Node, after: Node) -> Iterator[str]:
    if after.type == tokens.REST_API:
        yield from _rest_api(before, after)
    elif after.type == tokens.AUTHORIZER:
        yield from _authorizer(*((node.get("identitySource"), node.get(TTL)) for node in (before, after)))
    elif after.type == tokens.DOMAIN_NAME and _ceases(after, before, "securityPolicy", OLDER_TLS):
        yield "takes TLS 1.2, too"
    elif after.type == tokens.STAGE:
        was, is_ = before.get("restApi"), after.get("restApi")
        if isinstance(was, str) and isinstance(is_, str) and is_ != was:  # of a new API it is unknown
            yield f"serves another API: {is_}, it was {was}"
    elif after.type == WEB_ACL and before.get("webAclArn") != after.get("webAclArn"):
        yield f"puts another web ACL in front of the API: {after.get('webAclArn')}"


def _of_limits(before: Node, after: Node) -> Iterator[str]:
    if after.type == tokens.API_METHOD_SETTINGS and after.get("methodPath") == STAGE_WIDE:
        yield from raised(before.get("settings"), after.get("settings"))
    elif after.type == tokens.USAGE_PLAN:
        yield from raised(before.get("throttleSettings"), after.get("throttleSettings"))
        was, is_ = _quota(before), _quota(after)
        if was and (is_ is None or is_[0] > was[0]):
            yield f"its quota is {is_[1] if is_ else 'gone'}, it was {was[1]}"


def _quota(plan: Node) -> tuple[float, str] | None:
    """Requests per day, and the quota as text; None without a quota."""
    limit, period = (plan.get("quotaSettings", key) for key in ("limit", "period"))
    return (limit / DAYS.get(period, 1), f"{limit:g} per {period}") if limit else None


def _rest_api(before: Node, after: Node) -> Iterator[str]:
    if _ceases(before, after, "disableExecuteApiEndpoint"):
        yield "answers at its execute-api address, too"
    old, new = documented(before), documented(after)  # of one that isn't known nothing is told
    authorizers, preflights = _authorizers(old), _preflights(old)
    for name, authorizer in _authorizers(new).items():
        if name in authorizers:
            yield from _authorizer(authorizers[name], authorizer)
    for (path, what), allowed in _preflights(new).items():
        known = preflights.get((path, what), ["*"])
        if "*" not in known:
            yield from gained(f"{path} lets in {what}", known, allowed)


def _authorizers(document: Mapping[str, Value]) -> dict[str, tuple[Value, Value]]:
    """Security scheme → the header that it goes by, and how long a decision is remembered."""
    schemes = fields(value_at(document, "components", "securitySchemes"))
    return {
        name: (value_at(scheme, "name"), value_at(scheme, AUTHORIZER, TTL))
        for name, scheme in schemes.items()
    }


def _preflights(document: Mapping[str, Value]) -> dict[tuple[str, str], list[str]]:
    """Path → the origins and the headers that its preflight allows; of a route's two paths the shorter."""
    found: dict[tuple[str, str], list[str]] = {}
    for path, operations in fields(document.get("paths")).items():
        answer = value_at(operations, "options", INTEGRATION, "responses", "default")
        if answer and not path.endswith("}"):
            headers = str(value_at(answer, "responseParameters", ALLOWED_HEADERS) or "")
            found[path, "pages of"] = ORIGIN.findall(str(answer))
            found[path, "the headers"] = headers.strip("'").split(",")
    return found


def _authorizer(before: tuple[Value, Value], after: tuple[Value, Value]) -> Iterator[str]:
    """API Gateway remembers decisions by the header: callers may share one if the function reads others."""
    (header, seconds), (new_header, new_seconds) = before, after
    if new_header != header:
        yield f"tells callers apart by {new_header}, it was {header}"
    if isinstance(seconds, int | float) and isinstance(new_seconds, int | float) and new_seconds > seconds:
        yield f"remembers what its authorizer has decided for {new_seconds:g} s, it was {seconds:g} s"


def _ceases(before: Node, after: Node, name: str, value: Value = True) -> bool:
    return before.get(name) == value != after.get(name)


def _texts(name: str, node: Node) -> list[str]:
    return list(map(str, items(node.get(name))))


def _namespaces(params: Node) -> list[str]:
    """The namespaces whose Ingresses may have a class, and so rules on its ALB."""
    selector = params.get("spec", "namespaceSelector")
    labels = fields(value_at(selector, "matchLabels")).values()
    listed = (
        items(value_at(expression, "values")) for expression in items(value_at(selector, "matchExpressions"))
    )
    return [f"namespace {name}" for name in (*labels, *chain.from_iterable(listed))] or [ALL_NAMESPACES]
