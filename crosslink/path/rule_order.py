"""Which rule of the ALB takes a route's requests: the first that does, in the order of the ALB.

The order is told twice: by the Ingresses of the group, and in AWS by the listener that the controller made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from components.route_header import ROUTE_HEADER
from crosslink.graph import tokens
from crosslink.graph.graph import follow
from crosslink.graph.node import Node, Value, fields, items, number
from crosslink.graph.unknown import Fact, Found, Text, Unknown, visible
from crosslink.path.alb_conditions import AlbRule, Callers, Condition, Field, Request, takes
from crosslink.path.endless_redirects import without_endless
from crosslink.path.group_rules import asked_rules, own_rule
from crosslink.path.hop import Hop, base_of, if_known
from crosslink.path.ingress_rules import Asked
from crosslink.path.load_balancers import SUBNETS, listener_for, target_port
from crosslink.path.refused_rules import refused
from crosslink.path.trail import Trail
from settings.route import VERBS

_KINDS: dict[str, Field] = {
    "pathPattern": "path",
    "hostHeader": "host",
    "httpHeader": "header",
    "httpRequestMethod": "method",
    "queryStrings": "query",
    "sourceIp": "source",
}


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What becomes of one of a route's requests."""

    request: Request
    is_own: bool  # whether the route's own rule takes it, or may
    rule: str | None  # the rule that takes it; None for the default action
    answer: str  # what the ALB does with it
    doubt: str | None  # why it can't be told that this rule takes it; None if it can
    lacking: tuple[str, ...]  # what the route's own rule asks for that the request hasn't got


@dataclass(frozen=True, kw_only=True)
class RuleOrder(Hop):
    """What the rules of an ALB make of a route's requests."""

    made: bool  # whether they are those of the listener in AWS, and not those that Ingresses ask for
    own: Text  # the route's own rule, for people; None if there is none
    default: str  # what becomes of requests that no rule takes
    refused: Fact[tuple[str, ...]]  # what of the group's Ingresses the controller refuses
    taken: Fact[
        tuple[Taken, ...]
    ]  # one for the path itself, one for what is below it, and by verb and source


def requests_of(trail: Trail, rules: Iterable[AlbRule]) -> list[Request]:
    """The requests of a route that rules may treat differently."""
    asked = trail.asked.request()
    used = {condition.field for rule in rules for condition in visible(rule.conditions)}
    methods = _methods(trail) if "method" in used else [None]
    sources = _sources(trail) if "source" in used else [None]
    return [
        replace(request, method=method, source=source)
        for request, method, source in product((asked, asked.below()), methods, sources)
    ]


def _methods(trail: Trail) -> list[str | None]:
    found = {str(method.http_method) for method in visible(trail.own_methods)} - {"OPTIONS"}
    return list(VERBS if not found or "ANY" in found else found)


def _sources(trail: Trail) -> list[str | None]:
    """The ranges that the provider NLB's nodes are in: it is its addresses that the ALB sees."""
    balancer, graph = trail.node("provider NLB"), trail.graph
    subnets = follow(balancer, lambda node: graph.all_named(node, SUBNETS, tokens.SUBNET)) or []
    ranges = [subnet.get("cidrBlock") for subnet in visible(subnets)]
    return [cidr if isinstance(cidr, str) else None for cidr in ranges] or [None]


def taken_by(rules: Sequence[AlbRule], own: AlbRule | None, request: Request, default: str) -> Taken:
    """What becomes of a request."""
    doubts: list[tuple[AlbRule, Unknown]] = []
    taker: AlbRule | None = None
    for rule in rules:
        fact = takes(rule.conditions, request)
        if fact is True:
            taker = rule
            break
        # The route's own rule must not depend on what callers send; another one may take their requests.
        if isinstance(fact, Unknown) and not (rule is own and isinstance(fact, Callers)):
            doubts.append((rule, fact))
    return Taken(
        request=request,
        is_own=own is not None and own in (taker, *(rule for rule, _ in doubts)),
        rule=taker.told if taker else None,
        answer=taker.answer if taker else default,
        doubt=doubts[0][1].reason if doubts else None,
        lacking=_lacking(own, request),
    )


def _lacking(own: AlbRule | None, request: Request) -> tuple[str, ...]:
    """What a rule asks for, beside path, host and binding header, that a request hasn't got for certain."""
    asked = visible(own.conditions) if own else ()
    own_names = ("path", "host", ROUTE_HEADER.lower())
    others = [found for found in asked if (found.name.lower() or found.field) not in own_names]
    facts = [(condition, takes([condition], request)) for condition in others]
    return tuple(str(condition) for condition, fact in facts if fact is False or isinstance(fact, Callers))


def asked_order(trail: Trail) -> Sequence[RuleOrder]:
    """What the Ingresses of the group ask for."""
    ingresses = trail.found("Ingress")
    if isinstance(ingresses, Unknown) or not ingresses:
        return []
    rules = without_endless(trail, asked_rules(ingresses))
    own, first = own_asked(trail, rules), trail.node("Ingress rule")
    shown = own.owner if own else first if isinstance(first, Node) else ingresses[0]
    default = _default_asked(ingresses)
    return [_order(trail, shown, rules, own, default, made=False)]


def own_asked(trail: Trail, rules: Fact[Sequence[AlbRule]]) -> AlbRule | None:
    """The rule of the Ingresses that is the route's own: the one that is followed."""
    namespaces = trail.backend.namespaces if trail.backend else ()
    followed = trail.node("Ingress rule")
    rule = followed.get("rule") if isinstance(followed, Node) else None
    same = [found for found in visible(rules) if rule is not None and found.path_rule == rule]
    mine = [found for found in same if isinstance(followed, Node) and found.owner.urn == followed.urn]
    return next(iter(mine), None) or own_rule(visible(rules), trail.asked, namespaces)


def _default_asked(ingresses: Iterable[Node]) -> str:
    services = (
        fields(fields(ingress.get("spec", "defaultBackend")).get("service")).get("name")
        for ingress in ingresses
    )
    name = next(filter(None, services), None)
    return f"the default backend {name} takes it" if name else "the ALB answers 404"


def _order(
    trail: Trail,
    shown: Node,
    rules: Fact[Sequence[AlbRule]],
    own: AlbRule | None,
    default: str,
    *,
    made: bool,
) -> RuleOrder:
    requests = requests_of(trail, visible(rules))
    taken = if_known(
        rules, lambda found: tuple(taken_by(found, own, request, default) for request in requests)
    )
    told = if_known(rules, lambda _: own.told if own else None)
    why = () if made else if_known(trail.found("Ingress"), refused)
    return RuleOrder(**base_of(shown), made=made, own=told, default=default, refused=why, taken=taken)


def listener(trail: Trail) -> Found[Node]:
    """The ALB's listener that the provider's target is asked at, in AWS."""
    target, alb = trail.node("provider target"), trail.node("ALB")
    if trail.graph.registered or not isinstance(alb, Node) or alb.type != tokens.LOAD_BALANCER:
        return None
    port = if_known(target, lambda node: target_port(trail.source(node)) if node else None)
    return listener_for(trail.graph, alb, port)


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
    return AlbRule(rule, told, conditions, does(trail, rule, items(rule.get("actions"))), {})


def _condition(told: Value) -> Condition:
    kind = next(iter(fields(told)), "other")
    given = fields(told).get(kind)
    if kind == "queryStrings":
        pairs = map(fields, items(given))
        return Condition("query", tuple(f"{pair.get('key') or '*'}={pair.get('value')}" for pair in pairs))
    values, regexes = (tuple(map(str, items(fields(given).get(name)))) for name in ("values", "regexValues"))
    name = str(fields(given).get("httpHeaderName") or "")
    return Condition(_KINDS.get(kind, "other"), values, regexes, name)


def does(trail: Trail, owner: Node, actions: Sequence[Value]) -> str:
    """What a listener does with requests, for people."""
    last = fields(actions[-1] if actions else None)
    if last.get("type") == "forward":
        groups = groups_of(trail, owner)
        return f"target group {', '.join(group.name for group in groups) or 'of somebody else'}"
    code = fields(last.get("fixedResponse")).get("statusCode")
    return f"the ALB's own {code}" if code else str(last.get("type"))


def groups_of(trail: Trail, owner: Node) -> list[Node]:
    """The target groups that a rule, or a listener by default, sends to."""
    key = "actions" if owner.type == tokens.LISTENER_RULE else "defaultActions"
    return trail.graph.named_by(owner, key, tokens.TARGET_GROUP)


def own_made(trail: Trail, rules: Fact[Sequence[AlbRule]]) -> AlbRule | None:
    """The route's own rule of the listener: as the Ingress asks, or else with its header, or its path."""
    asked = own_asked(trail, if_known(trail.found("Ingress"), asked_rules))
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
    default = f"{does(trail, found, items(found.get('defaultActions')))} by default"
    return [_order(trail, found, rules, own_made(trail, rules), default, made=True)]
