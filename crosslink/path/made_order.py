"""The rules of a listener in AWS, by whoever made them, and which of them takes a route's requests."""

from collections.abc import Sequence
from dataclasses import replace

from crosslink.graph import tokens
from crosslink.graph.graph import follow
from crosslink.graph.node import Node, Value, fields, items, number
from crosslink.graph.unknown import Fact, Found, Unknown, visible
from crosslink.path.alb_conditions import AlbRule, Condition, Field
from crosslink.path.hop import if_known
from crosslink.path.ingress_rules import Asked
from crosslink.path.load_balancers import alb_port, listener_for
from crosslink.path.rule_order import RuleOrder, order_of, own_asked
from crosslink.path.trail import Trail

_KINDS: dict[str, Field] = {
    "pathPattern": "path",
    "hostHeader": "host",
    "httpHeader": "header",
    "httpRequestMethod": "method",
    "queryStrings": "query",
    "sourceIp": "source",
}


def listener(trail: Trail) -> Found[Node]:
    """The ALB's listener that the provider's target is asked at, in AWS."""
    alb = trail.node("ALB")
    if trail.graph.registered or not isinstance(alb, Node) or alb.type != tokens.LOAD_BALANCER:
        return None
    return listener_for(trail, alb, alb_port(trail))


def made_rules(trail: Trail) -> Fact[list[AlbRule]]:
    """The rules that a listener has in AWS, but for its default action, in their order."""
    return rules_at(trail, listener(trail))


def rules_at(trail: Trail, listener: Found[Node]) -> Fact[list[AlbRule]]:
    """The rules of a listener in AWS, but for its default action, in their order."""
    graph = trail.graph
    found = follow(listener, lambda node: graph.all_naming(node, "listenerArn", tokens.LISTENER_RULE))
    return if_known(
        found or [],
        lambda rules: [
            _made(trail, rule) for rule in sorted(rules, key=lambda rule: number(rule.get("priority")))
        ],
    )


def _made(trail: Trail, rule: Node) -> AlbRule:
    conditions = tuple(_condition(fields(found)) for found in items(rule.get("conditions")))
    told = f"rule {rule.get('priority')} of the listener"
    return AlbRule(rule, told, conditions, does(trail, rule), {})


def _condition(told: Value) -> Condition:
    kind = next(iter(fields(told)), "other")
    given = fields(told).get(kind)
    if kind == "queryStrings":
        pairs = map(fields, items(given))
        return Condition("query", tuple(f"{pair.get('key') or '*'}={pair.get('value')}" for pair in pairs))
    values, regexes = (tuple(map(str, items(fields(given).get(name)))) for name in ("values", "regexValues"))
    name = str(fields(given).get("httpHeaderName") or "")
    return Condition(_KINDS.get(kind, "other"), values, regexes, name)


def actions_of(owner: Node) -> list[Value]:
    """What a listener's rule does, or a listener by default, one after the other."""
    return items(owner.get(_actions_key(owner)))


def _actions_key(owner: Node) -> str:
    return "actions" if owner.type == tokens.LISTENER_RULE else "defaultActions"


def does(trail: Trail, owner: Node) -> str:
    """What a listener's rule does with requests, or a listener by default, for people."""
    last = fields((actions_of(owner) or [None])[-1])
    if last.get("type") == "forward":
        groups = groups_of(trail, owner)
        return f"target group {', '.join(group.name for group in groups) or 'of somebody else'}"
    code = fields(last.get("fixedResponse")).get("statusCode")
    return f"the ALB's own {code}" if code else str(last.get("type"))


def groups_of(trail: Trail, owner: Node) -> list[Node]:
    """The target groups that a rule, or a listener by default, sends to."""
    return trail.graph.named_by(owner, _actions_key(owner), tokens.TARGET_GROUP)


def own_made(trail: Trail, rules: Fact[Sequence[AlbRule]]) -> AlbRule | None:
    """The route's own rule of the listener: as the Ingress asks, or else with its header, or its path."""
    asked = own_asked(trail, trail.asked_rules)
    conditions = asked.conditions if asked else Unknown("no Ingress asks for it")
    own = [rule for rule in visible(rules) if visible(conditions) and _same(rule.conditions, conditions)]
    bound = [rule for rule in visible(rules) if is_bound(rule, trail.asked)]
    paths = {condition for condition in visible(conditions) if condition.field == "path"}
    placed = [rule for rule in visible(rules) if paths & set(visible(rule.conditions))]
    return next(iter((*own, *bound, *placed)), None)


def _same(one: Fact[tuple[Condition, ...]], other: Fact[tuple[Condition, ...]]) -> bool:
    return {sorted_(found) for found in visible(one)} == {sorted_(found) for found in visible(other)}


def sorted_(condition: Condition) -> Condition:
    """A condition in a form that can be compared."""
    return replace(condition, name=condition.name.lower(), values=tuple(sorted(condition.values)))


def is_bound(rule: AlbRule, asked: Asked) -> bool:
    """Whether a rule demands the header of a route."""
    values = rule.demands()
    return isinstance(values, tuple) and asked.route.lower() in [value.lower() for value in values]


def made_order(trail: Trail) -> Fact[Sequence[RuleOrder]]:
    """What the listener does that the controller made; nothing where AWS wasn't asked."""
    found = listener(trail)
    if not isinstance(found, Node):
        return found or []
    rules = made_rules(trail)
    default = f"{does(trail, found)} by default"
    return [order_of(trail, found, rules, own_made(trail, rules), default, made=True)]
