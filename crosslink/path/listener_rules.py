"""The rules of an existing ALB: what they demand of a route's requests.

The owner of the load balancer sets them, and AWS alone tells them.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from components.route_header import ROUTE_HEADER
from crosslink.graph import tokens
from crosslink.graph.graph import follow
from crosslink.graph.node import Node, Value, fields, items, number
from crosslink.graph.unknown import Fact, Unknown
from crosslink.path.hop import Source, if_known
from crosslink.path.ingress_rules import Asked
from crosslink.path.load_balancers import listener_for, target_port

PATH, HOST, HEADER = "pathPattern", "hostHeader", "httpHeader"


def demanded_by_rules(source: Source) -> Fact[tuple[str, ...] | None]:
    """The values of the binding header of which the first rule that takes a route needs one.

    Returns:
        The values; None if the rule, or the default action, takes requests without the header.
    """
    graph, trail = source.graph, source.trail
    target = trail.node("provider target")
    port = if_known(target, lambda node: target_port(source.at(node)) if node else None)
    listener = listener_for(graph, source.node, port)
    rules = follow(listener, lambda node: graph.all_naming(node, "listenerArn", tokens.LISTENER_RULE))
    if isinstance(rules, Unknown):
        return rules
    return next(demands(rules or (), trail.asked), None)


def demands(rules: Sequence[Node], asked: Asked) -> Iterator[tuple[str, ...] | None]:
    """What each rule demands that takes a route's requests, in the order in which the ALB asks them.

    Those with other conditions, such as a verb or an address, take some of them at most.
    """
    for rule in sorted(rules, key=lambda rule: number(rule.get("priority"))):
        conditions = [fields(condition) for condition in items(rule.get("conditions"))]
        if not all(condition.keys() & {PATH, HOST, HEADER} for condition in conditions):
            continue
        headers = [fields(condition[HEADER]) for condition in conditions if HEADER in condition]
        if any(str(header.get("httpHeaderName")).lower() != ROUTE_HEADER.lower() for header in headers):
            continue
        values = tuple(str(value) for header in headers for value in items(header.get("values")))
        if headers and asked.route not in values:
            continue
        if _fit(conditions, PATH, asked.path) and _fit(conditions, HOST, asked.host):
            yield values if headers else None


def _fit(conditions: Sequence[Mapping[str, Value]], name: str, asked: str | None) -> bool:
    """Whether the conditions on a path or a host, each a list of patterns, take what is asked."""
    patterns = [items(fields(condition[name]).get("values")) for condition in conditions if name in condition]
    return all(any(fnmatchcase(asked or "", str(pattern)) for pattern in own) for own in patterns)
