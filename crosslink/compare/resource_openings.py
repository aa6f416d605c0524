"""How a resource is more open than it was; of one that is new, how it is open."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from components.consumer.openapi_keys import AUTHORIZER, INTEGRATION
from crosslink.compare.route_openings import EVERYWHERE, LIMITS, STAGE_WIDE, more_of, raised, wider
from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, fields, items
from crosslink.path.ingress import annotation
from crosslink.sandbox.eks import CLUSTER

WEB_ACL = "aws:wafv2/webAclAssociation:WebAclAssociation"
ALL_PORTS = 65536
DAYS = {"DAY": 1, "WEEK": 7, "MONTH": 30}
OLDER_TLS = "TLS_1_2"
TTL = "authorizerResultTtlInSeconds"
ALLOWED_HEADERS = "method.response.header.Access-Control-Allow-Headers"
ORIGIN = re.compile(r"""['"](\*|https?://[^'"]*)['"]""")
"""An origin in a preflight's answer, be it a header's value or in a template."""

Check: TypeAlias = Callable[[Node | None, Node], Iterator[str]]


def ranges_wider(old: Graph, new: Graph) -> Iterator[tuple[Node, str]]:
    """Who else may connect: ranges outside the stack's own subnets, which the path runs through."""
    own = [str(subnet.get("cidrBlock")) for subnet in new.of_type(tokens.SUBNET)]
    for node in (*new.of_type(tokens.INGRESS_RULE), *new.of_type(tokens.INGRESS)):
        before = old.get(node.urn)
        if more := wider([*(_let_in(before) if before else []), *own], _let_in(node)):
            yield node, f"lets in {', '.join(more)}"
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


def _cluster(before: Node | None, after: Node) -> Iterator[str]:
    if more := wider(_texts(before, "publicAccessCidrs"), _texts(after, "publicAccessCidrs")):
        yield f"its API can be reached from {', '.join(more)}"
    if more := more_of(_admitted(before), _admitted(after)):
        yield f"gives access to its API: {', '.join(more)}"


def _admitted(cluster: Node | None) -> list[str]:
    """Who has access to a cluster, and by which policies."""
    entries = map(fields, fields(cluster.get("accessEntries")).values()) if cluster else ()
    return [
        f"{entry.get('principalArn')} ({', '.join(fields(entry.get('accessPolicies')))})" for entry in entries
    ]


def _endpoint_service(before: Node | None, after: Node) -> Iterator[str]:
    more = more_of(_texts(before, "allowedPrincipals"), _texts(after, "allowedPrincipals"))
    if before and more:  # of a new one, one consumer is what it is for
        yield f"lets in {', '.join(more)}"
    if _is_true(before, "acceptanceRequired") and not _is_true(after, "acceptanceRequired"):
        yield "takes connections without asking"


def _subnet(before: Node | None, after: Node) -> Iterator[str]:
    if _is_true(after, "mapPublicIpOnLaunch") and not _is_true(before, "mapPublicIpOnLaunch"):
        yield "gives what starts in it a public address"


def _rest_api(before: Node | None, after: Node) -> Iterator[str]:
    if _is_true(before, "disableExecuteApiEndpoint") and not _is_true(after, "disableExecuteApiEndpoint"):
        yield "answers at its execute-api address, too"
    if before is None:
        return
    old, new = (fields(json.loads(node.get("body") or "{}")) for node in (before, after))
    was, is_ = _authorizers(old), _authorizers(new)
    for name in (name for name in is_ if name in was):
        yield from _authorizer_differs(was[name], is_[name])
    allowed, allows = _preflights(old), _preflights(new)
    for path in (path for path in allows if path in allowed):
        for what, known in allowed[path].items():
            if "*" not in known and (more := more_of(known, allows[path][what])):
                yield f"{path} lets in {what} {', '.join(more)}"


def _authorizers(document: Mapping[str, Value]) -> dict[str, tuple[Value, Value]]:
    """Security scheme → the header that it goes by, and how long a decision is remembered."""
    schemes = fields(fields(document.get("components")).get("securitySchemes"))
    return {
        name: (fields(scheme).get("name"), fields(fields(scheme).get(AUTHORIZER)).get(TTL))
        for name, scheme in schemes.items()
    }


def _preflights(document: Mapping[str, Value]) -> dict[str, dict[str, list[str]]]:
    """Path → the origins and the headers that its preflight allows; of a route's two paths the shorter."""
    found: dict[str, dict[str, list[str]]] = {}
    for path, operations in fields(document.get("paths")).items():
        integration = fields(fields(operations).get("options")).get(INTEGRATION)
        answer = fields(fields(fields(integration).get("responses")).get("default"))
        if answer and not path.endswith("}"):
            headers = str(fields(answer.get("responseParameters")).get(ALLOWED_HEADERS, ""))
            origins = ORIGIN.findall(str(answer))
            found[path] = {"pages of": origins, "the headers": headers.strip("'").split(",")}
    return found


def _authorizer(before: Node | None, after: Node) -> Iterator[str]:
    if before:
        was, is_ = ((node.get("identitySource"), node.get(TTL)) for node in (before, after))
        yield from _authorizer_differs(was, is_)


def _authorizer_differs(before: tuple[Value, Value], after: tuple[Value, Value]) -> Iterator[str]:
    """API Gateway remembers decisions by the header: callers may share one if the function reads others."""
    (header, seconds), (new_header, new_seconds) = before, after
    if new_header != header:
        yield f"tells callers apart by {new_header}, it was {header}"
    if isinstance(seconds, int | float) and isinstance(new_seconds, int | float) and new_seconds > seconds:
        yield f"remembers what its authorizer has decided for {new_seconds:g} s, it was {seconds:g} s"


def _domain_name(before: Node | None, after: Node) -> Iterator[str]:
    took_it, takes_it = (node and node.get("securityPolicy") == OLDER_TLS for node in (before, after))
    if before and takes_it and not took_it:
        yield "takes TLS 1.2, too"


def _stage(before: Node | None, after: Node) -> Iterator[str]:
    was, is_ = before.get("restApi") if before else None, after.get("restApi")
    if isinstance(was, str) and isinstance(is_, str) and is_ != was:  # of a new API it is unknown
        yield f"serves another API: {is_}, it was {was}"


def _web_acl(before: Node | None, after: Node) -> Iterator[str]:
    if before and before.get("webAclArn") != after.get("webAclArn"):
        yield f"puts another web ACL in front of the API: {after.get('webAclArn')}"


def _method_settings(before: Node | None, after: Node) -> Iterator[str]:
    if before and after.get("methodPath") == STAGE_WIDE:
        for name, key in LIMITS.items():
            yield from raised(name, before.get("settings", key), after.get("settings", key))


def _usage_plan(before: Node | None, after: Node) -> Iterator[str]:
    if before is None:
        return
    for name in LIMITS:
        yield from raised(name, *(node.get("throttleSettings", f"{name}Limit") for node in (before, after)))
    was, is_ = (_quota(node) for node in (before, after))
    if was and (is_ is None or is_[0] > was[0]):
        yield f"its quota is {is_[1] if is_ else 'gone'}, it was {was[1]}"


def _quota(plan: Node) -> tuple[float, str] | None:
    """Requests per day, and the quota as text; None without a quota."""
    limit, period = plan.get("quotaSettings", "limit"), plan.get("quotaSettings", "period")
    return (limit / DAYS.get(period, 1), f"{limit:g} per {period}") if limit else None


def _usage_plan_key(before: Node | None, _after: Node) -> Iterator[str]:
    if before is None:
        yield "is a new caller's key"


CHECKS: Mapping[str, Check] = {
    CLUSTER: _cluster,
    tokens.ENDPOINT_SERVICE: _endpoint_service,
    tokens.SUBNET: _subnet,
    tokens.REST_API: _rest_api,
    tokens.AUTHORIZER: _authorizer,
    tokens.DOMAIN_NAME: _domain_name,
    tokens.STAGE: _stage,
    WEB_ACL: _web_acl,
    tokens.API_METHOD_SETTINGS: _method_settings,
    tokens.USAGE_PLAN: _usage_plan,
    tokens.USAGE_PLAN_KEY: _usage_plan_key,
}


def _is_true(node: Node | None, name: str) -> bool:
    return node is not None and node.get(name) is True


def _texts(node: Node | None, name: str) -> list[str]:
    return list(map(str, items(node.get(name)))) if node else []
