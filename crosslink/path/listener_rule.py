"""The rule that the controller has made of a route's at the ALB's listener, and the pods' target group."""

import re

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, follow
from crosslink.graph.node import Node, fields, items
from crosslink.graph.unknown import Fact, Found, Text, Unknown, visible
from crosslink.path.alb_conditions import Condition
from crosslink.path.hop import Hop, Source, computed, hop, hops_at, if_known, prop
from crosslink.path.ingress_rules import backend, is_annotated
from crosslink.path.load_balancers import Target
from crosslink.path.made_order import groups_of, made_rules, own_made, sorted_
from crosslink.path.rule_order import own_asked
from crosslink.path.trail import Trail


@hop
class PodGroup(Hop):
    """A target group of the ALB, whose targets are pods."""

    token = tokens.TARGET_GROUP
    target_type: Text = prop("targetType")  # `ip`
    targets: Fact[tuple[Target, ...]] = computed(
        lambda source: hops_at(
            Target,
            source,
            source.graph.all_naming(source.node, "targetGroupArn", tokens.ATTACHMENT),
        )
    )


def _conditions(source: Source) -> tuple[Condition, ...]:
    rules = made_rules(source.trail)
    own = (rule for rule in visible(rules) if rule.owner.urn == source.node.urn)
    return next((tuple(visible(rule.conditions)) for rule in own), ())


def _asked(source: Source) -> Fact[tuple[Condition, ...]]:
    rules = source.trail.asked_rules
    own = own_asked(source.trail, rules)
    return (
        own.conditions if own else rules if isinstance(rules, Unknown) else Unknown("no Ingress asks for it")
    )


def _lacks(source: Source) -> Fact[tuple[str, ...]]:
    made = {sorted_(condition) for condition in _conditions(source)}
    return if_known(
        _asked(source),
        lambda asked: tuple(str(condition) for condition in asked if sorted_(condition) not in made),
    )


def _adds(source: Source) -> Fact[tuple[str, ...]]:
    made = _conditions(source)

    def added(asked: tuple[Condition, ...]) -> tuple[str, ...]:
        known = {sorted_(condition) for condition in asked}
        return tuple(str(condition) for condition in made if sorted_(condition) not in known)

    return if_known(_asked(source), added)


def _actions(source: Source) -> Fact[tuple[str, ...]]:
    found = source.node.get("actions")
    return if_known(
        found, lambda actions: tuple(str(fields(action).get("type")) for action in items(actions))
    )


def _other_service(source: Source) -> Text:
    """The Service whose target group the rule sends to, if it is told by its name to be another one's.

    Source: https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/model_build_target_group.go
    """
    rules = source.trail.asked_rules
    if isinstance(rules, Unknown):
        return rules
    own = own_asked(source.trail, rules)
    named = {
        _start(rule.owner, str(backend(rule.path_rule).get("name"))): rule
        for rule in rules
        if not is_annotated(rule.path_rule)
    }
    if own is None or is_annotated(own.path_rule):
        return None  # what an annotation forwards to isn't compared
    meant = _start(own.owner, str(backend(own.path_rule).get("name")))
    for group in groups_of(source.trail, source.node):
        for start, rule in named.items():
            if group.name.startswith(start) and not group.name.startswith(meant):
                return str(backend(rule.path_rule).get("name"))
    return None


def _start(ingress: Node, service: str) -> str:
    """How the name of a Service's target group begins."""
    namespace = str(ingress.get("metadata", "namespace"))
    parts = (re.sub(r"[^0-9A-Za-z]", "", name)[:8] for name in (namespace, service))
    return f"k8s-{'-'.join(parts)}-"


def _groups(graph: Graph, rule: Node) -> Fact[list[Node]]:
    """The target groups that a rule sends to, as far as they could be read."""
    return graph.all_named(rule, "actions", tokens.TARGET_GROUP)


@hop
class ListenerRule(Hop):
    """The rule of the ALB's listener that the controller has made for a route."""

    token = tokens.LISTENER_RULE
    # what the Ingress asks for that the rule doesn't, and what it asks for besides
    lacks: Fact[tuple[str, ...]] = computed(_lacks)
    adds: Fact[tuple[str, ...]] = computed(_adds)
    actions: Fact[tuple[str, ...]] = computed(_actions)  # in their order: `forward` and so on
    groups: Fact[tuple[PodGroup, ...]] = computed(
        lambda source: hops_at(PodGroup, source, _groups(source.graph, source.node))
    )
    other_service: Text = computed(_other_service)  # None if it is the route's, or can't be told by name


def listener_rule(trail: Trail) -> Found[Node]:
    """The rule of the listener that is the route's own; nothing where AWS wasn't asked."""
    rules = made_rules(trail)
    own = own_made(trail, rules)
    return rules if isinstance(rules, Unknown) else own.owner if own else None


def pod_groups(trail: Trail) -> Fact[list[Node]]:
    """The target groups that the route's rule sends to."""
    return follow(trail.node("listener rule"), lambda rule: _groups(trail.graph, rule)) or []
