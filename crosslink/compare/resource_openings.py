"""How a resource is more open than it was; of one that is new, how it is open. Below, what wider means."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from components.consumer.openapi_keys import AUTHORIZER, INTEGRATION
from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, fields, items
from crosslink.ip_ranges import within
from crosslink.path.ingress import annotation
from crosslink.sandbox import eks

WEB_ACL = "aws:wafv2/webAclAssociation:WebAclAssociation"
EVERYWHERE = "0.0.0.0/0"
STAGE_WIDE = "*/*"
LIMITS = {"rate": "throttlingRateLimit", "burst": "throttlingBurstLimit"}
ALL_PORTS = 65536
DAYS = {"DAY": 1, "WEEK": 7, "MONTH": 30}
OLDER_TLS = "TLS_1_2"
TTL = "authorizerResultTtlInSeconds"
ALLOWED_HEADERS = "method.response.header.Access-Control-Allow-Headers"
# An origin in a preflight's answer, be it a header's value or in a template
ORIGIN = re.compile(r"""['"](\*|https?://[^'"]*)['"]""")
OPEN_WHEN_NEW = (eks.CLUSTER, tokens.SUBNET)  # what a new one of another type opens is what it is for


def properties(old: Graph, new: Graph) -> Iterator[tuple[Node, str]]:
    """What the properties of a resource open, compared with those that it had."""
    for node in new:
        before = old.get(node.urn)
        if before is None and node.type in OPEN_WHEN_NEW:
            before = replace(node, properties={})
        if before:
            for find in (_of_backend, _of_api, _of_limits):
                yield from ((node, how) for how in find(before, node))
        elif node.type == tokens.USAGE_PLAN_KEY:
            yield node, "is a new caller's key"


def connections(old: Graph, new: Graph) -> Iterator[tuple[Node, str]]:
    """Who else may connect: ranges outside the stack's own subnets, which the path runs through."""
    own = [str(subnet.get("cidrBlock")) for subnet in new.of_type(tokens.SUBNET)]
    for node in (*new.of_type(tokens.INGRESS_RULE), *new.of_type(tokens.INGRESS)):
        before = old.get(node.urn)
        more = ranges([*(_let_in(before) if before else []), *own], _let_in(node))
        yield from ((node, how) for how in gained("lets in", more))
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
        cidrs = (_texts(node, "publicAccessCidrs") for node in (before, after))
        yield from gained("its API can be reached from", ranges(*cidrs))
        yield from gained("gives access to its API:", more_of(_admitted(before), _admitted(after)))
    elif after.type == tokens.ENDPOINT_SERVICE:
        principals = (_texts(node, "allowedPrincipals") for node in (before, after))
        yield from gained("lets in", more_of(*principals))
        if _ceases(before, after, "acceptanceRequired"):
            yield "takes connections without asking"
    elif after.type == tokens.SUBNET and _ceases(after, before, "mapPublicIpOnLaunch"):
        yield "gives what starts in it a public address"


def _admitted(cluster: Node) -> list[str]:
    """Who has access to a cluster, and by which policies and groups."""
    entries = [fields(entry) for entry in fields(cluster.get("accessEntries")).values()]
    rights = [
        (*fields(entry.get("accessPolicies")), *items(entry.get("kubernetesGroups"))) for entry in entries
    ]
    principals = [entry.get("principalArn") for entry in entries]
    return [f"{who} ({', '.join(map(str, what))})" for who, what in zip(principals, rights, strict=True)]


def _of_api(before: Node, after: Node) -> Iterator[str]:
    if after.type == tokens.REST_API:
        yield from _rest_api(before, after)
    elif after.type == tokens.AUTHORIZER:
        yield from _authorizer(*((node.get("identitySource"), node.get(TTL)) for node in (before, after)))
    elif after.type == tokens.DOMAIN_NAME:
        if before.get("securityPolicy") != OLDER_TLS and after.get("securityPolicy") == OLDER_TLS:
            yield "takes TLS 1.2, too"
    elif after.type == tokens.STAGE:
        was, is_ = before.get("restApi"), after.get("restApi")
        if isinstance(was, str) and isinstance(is_, str) and is_ != was:  # of a new API it is unknown
            yield f"serves another API: {is_}, it was {was}"
    elif after.type == WEB_ACL and before.get("webAclArn") != after.get("webAclArn"):
        yield f"puts another web ACL in front of the API: {after.get('webAclArn')}"


def _of_limits(before: Node, after: Node) -> Iterator[str]:
    if after.type == tokens.API_METHOD_SETTINGS and after.get("methodPath") == STAGE_WIDE:
        for name, key in LIMITS.items():
            yield from raised(name, before.get("settings", key), after.get("settings", key))
    elif after.type == tokens.USAGE_PLAN:
        for name in LIMITS:
            path = "throttleSettings", f"{name}Limit"
            yield from raised(name, before.get(*path), after.get(*path))
        was, is_ = _quota(before), _quota(after)
        if was and (is_ is None or is_[0] > was[0]):
            yield f"its quota is {is_[1] if is_ else 'gone'}, it was {was[1]}"


def _quota(plan: Node) -> tuple[float, str] | None:
    """Requests per day, and the quota as text; None without a quota."""
    limit, period = plan.get("quotaSettings", "limit"), plan.get("quotaSettings", "period")
    return (limit / DAYS.get(period, 1), f"{limit:g} per {period}") if limit else None


def _rest_api(before: Node, after: Node) -> Iterator[str]:
    if _ceases(before, after, "disableExecuteApiEndpoint"):
        yield "answers at its execute-api address, too"
    old, new = (fields(json.loads(node.get("body") or "{}")) for node in (before, after))
    authorizers, preflights = _authorizers(old), _preflights(old)
    for name, authorizer in _authorizers(new).items():
        if name in authorizers:
            yield from _authorizer(authorizers[name], authorizer)
    for (path, what), allowed in _preflights(new).items():
        known = preflights.get((path, what), ["*"])
        if "*" not in known:
            yield from gained(f"{path} lets in {what}", more_of(known, allowed))


def _authorizers(document: Mapping[str, Value]) -> dict[str, tuple[Value, Value]]:
    """Security scheme → the header that it goes by, and how long a decision is remembered."""
    schemes = fields(fields(document.get("components")).get("securitySchemes"))
    return {
        name: (fields(scheme).get("name"), fields(fields(scheme).get(AUTHORIZER)).get(TTL))
        for name, scheme in schemes.items()
    }


def _preflights(document: Mapping[str, Value]) -> dict[tuple[str, str], list[str]]:
    """Path → the origins and the headers that its preflight allows; of a route's two paths the shorter."""
    found: dict[tuple[str, str], list[str]] = {}
    for path, operations in fields(document.get("paths")).items():
        integration = fields(fields(operations).get("options")).get(INTEGRATION)
        answer = fields(fields(fields(integration).get("responses")).get("default"))
        if answer and not path.endswith("}"):
            headers = str(fields(answer.get("responseParameters")).get(ALLOWED_HEADERS, ""))
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


def _ceases(before: Node, after: Node, flag: str) -> bool:
    return before.get(flag) is True and after.get(flag) is not True


def _texts(node: Node, name: str) -> list[str]:
    return list(map(str, items(node.get(name))))


def raised(name: str, before: Value, after: Value) -> Iterator[str]:
    """A limit that is higher than it was, or gone; -1 is none."""
    if isinstance(before, float) and before >= 0 and not (isinstance(after, float) and 0 <= after <= before):
        limit = f"{after:g}" if isinstance(after, float) and after >= 0 else "gone"
        yield f"its {name} limit is {limit}, it was {before:g}"


def ranges(before: Sequence[str | None], after: Sequence[str]) -> list[str]:
    """The ranges of a list that don't lie in any of another."""
    return [cidr for cidr in more_of(before, after) if not any(within(cidr, other) for other in before)]


def more_of(before: Collection[str | None], after: Sequence[str]) -> list[str]:
    """What is in one list and not in another."""
    return [text for text in after if text not in before]


def gained(how: str, more: Sequence[str]) -> Iterator[str]:
    """How something opens up, if there is more of what it lets in."""
    if more:
        yield f"{how} {', '.join(more)}"
