"""What an existing ALB, whose rules and targets are its owner's, makes of a route's requests."""

from components.route_header import ROUTE_HEADER
from crosslink.graph.unknown import NotKnownError, known
from crosslink.path import steps
from crosslink.path.alb import Alb
from crosslink.path.alb_conditions import Request, told
from crosslink.path.listener_rule import PodGroup
from crosslink.path.listener_rules import JoinedOrder
from crosslink.path.rule_order import Taken
from crosslink.path.walk import Walk
from crosslink.rules import by_hand
from crosslink.rules.alb import LISTENER_RULES
from crosslink.rules.alb_rules import TARGET_HEALTH, judged_health, plain
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.rule import by_intent, fix, rule
from crosslink.rules.text import listed

NOT_CHECKED = "unavailable"  # the state of targets whose group has no health checks


@rule(
    steps.ALB, when=by_intent(lambda intent: intent.joins_alb), source=LISTENER_RULES, partly=Grade.STOPS_SOME
)
@fix(
    """Ask its owner to have a rule before all others forward the route's requests, with what is below its
    path: by the path and the header alone, and no method or host that they haven't got.""",
    look=by_hand.LISTENERS,
)
def existing_alb_forwards_the_route(walk: Walk, _alb: Alb) -> Graded | None:
    """The first rule of an existing ALB that takes a route's requests forwards them to its service."""
    for order in known(walk.every(steps.JOINED_ORDER)):
        if found := _lost(order):
            return found
        for taken in known(order.taken):
            if taken.doubt:
                raise NotKnownError(f"whether it forwards {told([taken.request])} to them: {taken.doubt}")
        if first := known(order.first_actions):
            raise NotKnownError(f"which requests pass {listed(first)}, before it forwards them, isn't known")
    return None


def _lost(order: JoinedOrder) -> Graded | None:
    every, lost = known(order.taken), dict[str, list[Request]]()
    for taken in every:
        if not taken.is_own:
            lost.setdefault(_why_lost(taken, known(order.own)), []).append(taken.request)
    why = "; ".join(text.format(told(requests)) for text, requests in lost.items())
    all_ = sum(map(len, lost.values())) == len(every)
    return Graded(why, Grade.STOPS if all_ else Grade.STOPS_SOME) if lost else None


def _why_lost(taken: Taken, own: str | None) -> str:
    """Why a request isn't forwarded as it should be, with braces in the place of the request."""
    answer, asked = plain(taken.answer), plain(listed(taken.lacking))
    takes = f"{plain(taken.rule)} takes {{}}: {answer}" if taken.rule else f"no rule takes {{}}: {answer}"
    return f"{takes} ({own or 'the rule for its path'} asks for {asked})" if taken.lacking else takes


@rule(steps.ALB, when=by_intent(lambda intent: intent.joins_alb), source=LISTENER_RULES, grade=Grade.HOUSE)
@fix(
    f"Ask its owner to add the condition http-header {ROUTE_HEADER} with the route's path "
    "to the rule for the route, as docs/adr/0012-a-header-binds-route-and-service.md says.",
    look=by_hand.LISTENERS,
)
def existing_alb_demands_the_header(walk: Walk, _alb: Alb) -> str | None:
    """The rule of an existing ALB that takes the route demands the header that its integrations set."""
    for order in known(walk.every(steps.JOINED_ORDER)):
        if not all(taken.is_own for taken in known(order.taken)):
            return None  # then another rule takes them, of which it is told already
        others = known(order.demanded) - {(walk.path,)}
        if others:
            values = next(iter(sorted(others, key=lambda found: found or ())))
            asked = " or ".join(values) if values else "no value"
            told_as = f"its rule for {walk.path} demands {asked} of {ROUTE_HEADER}"
            return f"{told_as}: other routes may cross over to it"
    return None


@rule(steps.JOINED_GROUP, source=TARGET_HEALTH, partly=Grade.STOPS_SOME)
@fix(
    """Ask its owner to mend the targets: AWS's reason tells what ails them, such as
    Target.ResponseCodeMismatch for an answer that the health check doesn't take, Target.Timeout for none in
    time.""",
    look=by_hand.TARGETS,
)
def existing_albs_targets_are_healthy(_walk: Walk, group: PodGroup) -> str | Graded | None:
    """The targets are healthy to which an existing ALB forwards the route's requests."""
    if any(known(target.health) == NOT_CHECKED for target in known(group.targets)):
        return None  # its owner has no health checks made
    return judged_health(group, "its owner has registered none")
