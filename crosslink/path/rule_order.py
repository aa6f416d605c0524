"""Which rule of the ALB takes a route's requests: the first that does, in the order that Ingresses ask for.

The order is told twice: `made_order` tells what the listener has that the controller made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from components.route_header import ROUTE_HEADER
from crosslink.graph import tokens
from crosslink.graph.graph import follow
from crosslink.graph.node import Node, fields
from crosslink.graph.unknown import Fact, Text, Unknown, visible
from crosslink.path.alb_conditions import AlbRule, Callers, Request, takes
from crosslink.path.endless_redirects import without_endless
from crosslink.path.group_rules import own_rule
from crosslink.path.hop import Hop, base_of, if_known
from crosslink.path.load_balancers import SUBNETS
from crosslink.path.refused_rules import refused
from crosslink.path.trail import Trail
from settings.route import VERBS


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


def first_that_takes(
    rules: Iterable[AlbRule], request: Request
) -> tuple[AlbRule | None, list[tuple[AlbRule, Unknown]]]:
    """The rule that surely takes a request, None if none does; and those before it that may, with why."""
    doubts: list[tuple[AlbRule, Unknown]] = []
    for rule in rules:
        fact = takes(rule.conditions, request)
        if fact is True:
            return rule, doubts
        if isinstance(fact, Unknown):
            doubts.append((rule, fact))
    return None, doubts


def taken_by(rules: Sequence[AlbRule], own: AlbRule | None, request: Request, default: str) -> Taken:
    """What becomes of a request."""
    taker, unsure = first_that_takes(rules, request)
    # The route's own rule must not depend on what callers send; another one may take their requests.
    doubts = [(rule, why) for rule, why in unsure if not (rule is own and isinstance(why, Callers))]
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
    rules = trail.recall("rules of the listener", lambda: without_endless(trail, trail.asked_rules))
    own, first = own_asked(trail, rules), trail.node("Ingress rule")
    shown = own.owner if own else first if isinstance(first, Node) else ingresses[0]
    default = trail.recall("default of the Ingresses", lambda: _default_asked(trail))
    return [order_of(trail, shown, rules, own, default, made=False)]


def own_asked(trail: Trail, rules: Fact[Sequence[AlbRule]]) -> AlbRule | None:
    """The rule of the Ingresses that is the route's own: the one that is followed."""
    namespaces = trail.backend.namespaces if trail.backend else ()
    followed = trail.node("Ingress rule")
    rule = followed.get("rule") if isinstance(followed, Node) else None
    same = [found for found in visible(rules) if rule is not None and found.path_rule == rule]
    mine = [found for found in same if isinstance(followed, Node) and found.owner.urn == followed.urn]
    return next(iter(mine), None) or own_rule(visible(rules), trail.asked, namespaces)


def _default_asked(trail: Trail) -> str:
    services = (
        fields(fields(ingress.get("spec", "defaultBackend")).get("service")).get("name")
        for ingress in visible(trail.found("Ingress"))
    )
    name = next(filter(None, services), None)
    return f"the default backend {name} takes it" if name else "the ALB answers 404"


def order_of(
    trail: Trail,
    shown: Node,
    rules: Fact[Sequence[AlbRule]],
    own: AlbRule | None,
    default: str,
    *,
    made: bool,
) -> RuleOrder:
    """What some rules make of the route's requests; `shown` is the resource that it is told of."""
    requests = requests_of(trail, visible(rules))
    taken = if_known(
        rules, lambda found: tuple(taken_by(found, own, request, default) for request in requests)
    )
    told = if_known(rules, lambda _: own.told if own else None)
    why = () if made else trail.recall("refused rules", lambda: if_known(trail.found("Ingress"), refused))
    return RuleOrder(**base_of(shown), made=made, own=told, default=default, refused=why, taken=taken)
