"""What an existing ALB makes of a route's requests: its owner sets the rules, and AWS alone tells them.

Which rule is meant for the route its header tells; if no rule demands that, any that forwards may be.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crosslink.graph import tokens
from crosslink.graph.graph import follow
from crosslink.graph.node import Node, fields, items, number
from crosslink.graph.unknown import Fact, Found, Text, Unknown, visible
from crosslink.path.alb_conditions import AlbRule, Callers, Request, takes
from crosslink.path.hop import Hop, base_of, if_known
from crosslink.path.load_balancers import alb_port, listener_for
from crosslink.path.made_order import actions_of, does, is_bound, rules_at
from crosslink.path.rule_order import Taken, first_that_takes, requests_of
from crosslink.path.trail import Trail

FORWARD = "forward"


@dataclass(frozen=True, kw_only=True)
class JoinedOrder(Hop):
    """What the listener of an existing ALB makes of a route's requests."""

    own: Text  # the rule that is meant for the route, for people; None if none is told to be
    taken: Fact[
        tuple[Taken, ...]
    ]  # one for the path itself, one for what is below it, and by verb and source
    # the values of the binding header of which each rule needs one that takes them; None if it demands none
    demanded: Fact[frozenset[tuple[str, ...] | None]]
    first_actions: Fact[tuple[str, ...]]  # what is done with them before they are forwarded
    groups: Fact[tuple[str, ...]]  # the ARNs of the target groups that they are forwarded to


@dataclass(frozen=True)
class _Outcome:
    """What becomes of one request."""

    taken: Taken
    owner: Node  # the rule that takes it, or the listener by its default action
    rule: AlbRule | None


def joined_order(trail: Trail) -> Sequence[JoinedOrder] | Unknown:
    """What the listener does at which the NLB asks an existing ALB; nothing of another ALB."""
    if trail.backend is None or trail.backend.kind != "loadBalancer":
        return []
    found = _listener(trail)
    if not isinstance(found, Node):
        return found or []
    rules = rules_at(trail, found)
    outcomes = if_known(rules, lambda known: _Judge(trail, found, known).outcomes())
    bound = [rule for rule in visible(rules) if is_bound(rule, trail.asked)]
    order = JoinedOrder(
        **base_of(found),
        own=if_known(rules, lambda _: bound[0].told if bound else None),
        taken=if_known(outcomes, lambda every: tuple(outcome.taken for outcome in every)),
        demanded=if_known(outcomes, _demanded),
        first_actions=if_known(outcomes, _first_actions),
        groups=if_known(outcomes, _groups),
    )
    return [order]


def _listener(trail: Trail) -> Found[Node]:
    return follow(trail.node("ALB"), lambda alb: listener_for(trail, alb, alb_port(trail)))


class _Judge:
    """Tells for each request whether the rule that takes it may be the one that is meant."""

    def __init__(self, trail: Trail, listener: Node, rules: Sequence[AlbRule]) -> None:
        self._trail, self._listener, self._rules = trail, listener, rules
        self._bound = [rule for rule in rules if is_bound(rule, trail.asked)]
        self._meant = {arn for rule in self._bound for arn in forwarded(rule.owner)}
        self._default = f"{does(trail, listener)} by default"

    def outcomes(self) -> tuple[_Outcome, ...]:
        return tuple(self._outcome(request) for request in requests_of(self._trail, self._rules))

    def _outcome(self, request: Request) -> _Outcome:
        taker, doubts = first_that_takes(self._rules, request)
        owner = taker.owner if taker else self._listener
        is_own = self._is_meant(owner)
        # Who sends what another rule asks for its owner knows; the route's own must take all the rest.
        counting = [
            fact
            for rule, fact in doubts
            if self._is_meant(rule.owner) != is_own and not (is_own and isinstance(fact, Callers))
        ]
        taken = Taken(
            request=request,
            is_own=is_own or bool(counting),
            rule=taker.told if taker else None,
            answer=taker.answer if taker else self._default,
            doubt=counting[0].reason if counting else None,
            lacking=self._lacking(request),
        )
        return _Outcome(taken, owner, taker)

    def _is_meant(self, owner: Node) -> bool:
        """Whether what a rule, or the listener by default, does may be meant for the route."""
        groups = forwarded(owner)
        return bool(groups) and (not self._bound or set(groups) <= self._meant)

    def _lacking(self, request: Request) -> tuple[str, ...]:
        """What the rule that is meant asks for that a request hasn't got."""
        own = next(iter(self._bound), None) or next(filter(self._has_path, self._rules), None)
        conditions = visible(own.conditions) if own else ()
        return tuple(str(found) for found in conditions if takes([found], request) is False)

    def _has_path(self, rule: AlbRule) -> bool:
        own = self._trail.asked.request()
        paths = [found for found in visible(rule.conditions) if found.field == "path"]
        return bool(paths) and bool(forwarded(rule.owner)) and takes(paths, own) is True


def forwarded(owner: Node) -> tuple[str, ...]:
    """The ARNs of the target groups that a rule, or a listener by default, forwards requests to."""
    last = fields((actions_of(owner) or [None])[-1])
    if last.get("type") != FORWARD:
        return ()
    told = [fields(group) for group in items(fields(last.get("forward")).get("targetGroups"))]
    several = tuple(str(group.get("arn")) for group in told if number(group.get("weight")) != 0)
    single = last.get("targetGroupArn")
    return several if told else (str(single),) if single else ()


def _demanded(outcomes: Sequence[_Outcome]) -> Fact[frozenset[tuple[str, ...] | None]]:
    told = [outcome.rule.demands() if outcome.rule else None for outcome in outcomes]
    unknown = next((found for found in told if isinstance(found, Unknown)), None)
    return unknown or frozenset(found for found in told if not isinstance(found, Unknown))


def _first_actions(outcomes: Sequence[_Outcome]) -> tuple[str, ...]:
    """Such as `authenticate-oidc`."""
    every = (fields(action) for outcome in outcomes for action in actions_of(outcome.owner)[:-1])
    return tuple(dict.fromkeys(str(action.get("type")) for action in every))


def _groups(outcomes: Sequence[_Outcome]) -> tuple[str, ...]:
    meant = (outcome.owner for outcome in outcomes if outcome.taken.is_own)
    return tuple(dict.fromkeys(arn for owner in meant for arn in forwarded(owner)))


def joined_groups(trail: Trail) -> Fact[Sequence[Node]]:
    """The target groups that an existing ALB forwards the route's requests to."""
    orders = [hop for hop in visible(trail.hops("order of the existing ALB")) if isinstance(hop, JoinedOrder)]
    arns, graph, alb = orders[0].groups if orders else (), trail.graph, trail.node("ALB")
    groups = {str(node.id): node for node in graph.of_type(tokens.TARGET_GROUP)}
    missing = [arn for arn in visible(arns) if arn not in groups]
    if missing:
        beside = alb if isinstance(alb, Node) else None
        return graph.why_not(tokens.TARGET_GROUP, beside) or Unknown(f"{missing[0]} could not be read")
    return if_known(arns, lambda known: [groups[arn] for arn in known])
