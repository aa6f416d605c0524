"""The rules of the ALB in their order: what the Ingresses ask for, and what the controller has made of it."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from crosslink.graph.unknown import NotKnownError, Unknown, known, present, visible
from crosslink.path import steps
from crosslink.path.alb import Alb
from crosslink.path.alb_conditions import Request, told
from crosslink.path.listener_rule import ListenerRule, PodGroup
from crosslink.path.rule_order import RuleOrder, Taken
from crosslink.path.walk import Walk
from crosslink.rules.alb import CONTROLLER, LISTENER_RULES
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.rule import ELB, fix, rule
from crosslink.rules.text import listed

EVENTS = "`kubectl describe ingress -n NAMESPACE` tells the controller's events"
JWT = "jwt-validation"
RULES = "`aws elbv2 describe-rules --listener-arn ARN` tells them in their order"
TARGET_HEALTH = f"{ELB}/application/target-group-health-checks.html"


@rule(steps.ASKED_ORDER, source=f"{CONTROLLER}/annotations/#conditions")
@fix(f'Correct or remove it: {EVENTS}, such as "Failed build model".')
def controller_makes_the_rules(_walk: Walk, order: RuleOrder) -> str | None:
    """The controller can make the rules of all the group's Ingresses: one that it refuses stops all."""
    refused = known(order.refused)
    return f"it refuses {'; '.join(refused)}" if refused else None


@rule(steps.ASKED_ORDER, source=f"{CONTROLLER}/annotations/#group.order")
@fix("""Let the other rule come after the route's, by the annotation group.order of its Ingress, or within one
    by a shorter prefix; or have it demand a header, host or path that the route's requests haven't got.
    `kubectl get ingress -A -o yaml` shows the Ingresses of the group.""")
def first_rule_is_the_routes(_walk: Walk, order: RuleOrder) -> Graded | None:
    """The first rule of the group that takes a route's requests is its own."""
    own = known(order.own) or "the rule"  # what its annotations ask for besides, another rule judges
    return _judged([replace(found, lacking=()) for found in known(order.taken)], own, ())


@rule(steps.ALB, told_at=steps.INGRESS_RULE, when=lambda walk, _: _is_made(walk), source=LISTENER_RULES)
@fix(f"The controller hasn't made it, or somebody has deleted it: {EVENTS}. {RULES}.")
def listener_has_the_routes_rule(walk: Walk, _alb: Alb) -> str | None:
    """The listener that the controller made has a rule for the route, as the Ingress asks."""
    asked = [own for order in walk.seen(steps.ASKED_ORDER) if (own := known(order.own))]
    missing = [order for order in known(walk.every(steps.MADE_ORDER)) if known(order.own) is None]
    return f"there is none of {asked[0]}: {missing[0].default}" if asked and missing else None


@rule(steps.ALB, told_at=steps.INGRESS_RULE, when=lambda walk, _: _is_made(walk), source=LISTENER_RULES)
@fix(f"""Remove the other rule, or give it a higher number by `aws elbv2 set-rule-priorities`: {RULES}. The
    controller puts the Ingresses' rules back when it next makes them.""")
def listeners_first_rule_is_the_routes(walk: Walk, _alb: Alb) -> Graded | None:
    """The first rule of the listener in AWS that takes a route's requests is the route's own."""
    already = {
        taken.request
        for order in walk.seen(steps.ASKED_ORDER)
        for taken in visible(order.taken)
        if not taken.is_own
    }
    for order in known(walk.every(steps.MADE_ORDER)):
        if (own := known(order.own)) and (found := _judged(known(order.taken), own, already)):
            return found
    return None


def _is_made(walk: Walk) -> bool:
    """Whether AWS was asked, and a controller makes the ALB."""
    return walk.order is None and any(intent.controller for intent in present(walk.intent))


def _judged(taken: Iterable[Taken], own: str, told_already: Collection[Request]) -> Graded | None:
    """What is wrong with what becomes of requests, but for those of which it is told elsewhere."""
    every = [found for found in taken if found.request not in told_already]
    lost: dict[str, list[Request]] = {}
    for found in every:
        if why := _why_lost(found, own):
            lost.setdefault(why, []).append(found.request)
    if lost:
        all_ = sum(map(len, lost.values())) == len(every)
        why = "; ".join(why.format(told(requests)) for why, requests in lost.items())
        return Graded(why, Grade.STOPS if all_ else Grade.STOPS_SOME)
    for found in every:
        if found.doubt:
            raise NotKnownError(f"whether {own} takes {told([found.request])}: {found.doubt}")
    return None


def _why_lost(taken: Taken, own: str) -> str | None:
    """Why the route's own rule doesn't take a request, with braces in the place of the request."""
    if taken.is_own:
        return None
    if taken.rule:
        return f"{plain(taken.rule)} takes {{}}: {plain(taken.answer)}"
    if not taken.lacking:
        return None
    asks = f"{plain(own)} asks for {plain(listed(taken.lacking))}"
    return f"{asks}, which {{}} hasn't got: {plain(taken.answer)}"


def plain(text: str) -> str:
    """A text that may have braces of its own."""
    return text.replace("{", "{{").replace("}", "}}")


@rule(steps.LISTENER_RULE, source=LISTENER_RULES, grade=Grade.LETS_IN)
@fix(f"""Let the controller make the rule again: delete it by `aws elbv2 delete-rule --rule-arn ARN`, and
    touch the Ingress. {EVENTS}.""")
def listener_rule_demands_what_is_asked(_walk: Walk, rule_: ListenerRule) -> str | None:
    """The listener's rule for the route demands the header, and whatever else the Ingress asks for."""
    lacks = [asked for asked in known(rule_.lacks) if not _is_of_place(asked)]
    return f"it doesn't demand {listed(lacks)}" if lacks else None


@rule(steps.LISTENER_RULE, source=LISTENER_RULES)
@fix(f"""Let the controller make the rule again: delete it by `aws elbv2 delete-rule --rule-arn ARN`, and
    touch the Ingress. {EVENTS}.""")
def listener_rule_is_as_asked(walk: Walk, rule_: ListenerRule) -> str | None:
    """The listener's rule for the route has the Ingress's path and hosts, and forwards to its Service."""
    if walk.one(steps.KUBERNETES_SERVICE) is None:
        return None  # then the controller lets the ALB answer 503, and another rule tells why
    differing = [*filter(_is_of_place, known(rule_.lacks)), *filter(_is_of_place, known(rule_.adds))]
    first, last = known(rule_.actions)[:-1], known(rule_.actions)[-1:]
    other, groups = known(rule_.other_service), known(rule_.groups)
    types = {known(group.target_type) for group in groups} - {"ip"}
    found = {
        f"it does {listed(last)}, and doesn't forward": last != ("forward",),
        f"it does {listed(first)} before it forwards": set(first) - {JWT},
        f"it forwards to the target group of Service {other}": other,
        "it forwards to a target group that isn't there": not groups,
        f"its targets are of type {listed(map(str, types))}, meant are pods' addresses": types,
        f"it and the Ingress differ in {listed(differing)}": differing,
    }
    wrong = next((why for why, is_so in found.items() if is_so), None)
    if wrong is None and first:
        raise NotKnownError("which tokens it takes before it forwards isn't known")
    return wrong


def _is_of_place(condition: str) -> bool:
    return condition.startswith(("path ", "host "))


@rule(steps.POD_GROUP, source=TARGET_HEALTH, symptom=True)
@fix("""Look at `aws elbv2 describe-target-health --target-group-arn ARN` for each target's reason: of
    Target.ResponseCodeMismatch and FailedHealthChecks see the annotations healthcheck-…, of Target.Timeout
    the pods' security group or the time they take; Elb.InternalError is AWS's own. With no healthy target at
    all the ALB sends to unhealthy ones.""")
def pods_are_healthy_targets(walk: Walk, group: PodGroup) -> str | Graded | None:
    """The ALB sees the pods of the route healthy."""
    if any(0 in (pods.replicas, pods.available) for pods in walk.seen(steps.DEPLOYMENT)):
        return None  # the pods' own rules tell that there are none
    return judged_health(group, "the controller has registered no pod")


def judged_health(group: PodGroup, none: str) -> str | Graded | None:
    """What is wrong with the health of a target group's targets, `none` being why it has none."""
    targets = known(group.targets)
    states = [known(target.health) for target in targets]
    if not targets:
        return f"it has no targets: {none}"
    well, bad = states.count("healthy"), [target for target in targets if target.health not in GETTING_THERE]
    reasons = listed(sorted({str(_shown(target.health_reason)) for target in bad}))
    if not well and not bad:
        raise NotKnownError(f"its targets are {listed(sorted(set(map(str, states))))}: ask again in a minute")
    if not well:
        return f"none of {len(targets)} targets is healthy: {reasons}"
    told = f"{len(bad)} of {len(targets)} targets are unhealthy: {reasons}"
    return Graded(told, Grade.REDUNDANCY) if bad else None


GETTING_THERE = ("healthy", "initial")


def _shown(fact: object) -> object:
    return fact.reason if isinstance(fact, Unknown) else fact
