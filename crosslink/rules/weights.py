"""How the gateway NLB shares a route between the two backends that serve it."""

from crosslink.graph.unknown import NotKnownError, known
from crosslink.path import steps
from crosslink.path.load_balancers import Listener
from crosslink.path.walk import Walk
from crosslink.rules import by_hand
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.rule import NLB, fix, rule

LISTENERS = f"{NLB}/load-balancer-listeners.html"


@rule(steps.LISTENER, steps.PROVIDER_LISTENER, source=LISTENERS)
@fix(
    "Run `pulumi up`: it sets the weights of the route in the listener's default action.",
    look=by_hand.LISTENERS,
)
def weights_are_the_routes(walk: Walk, listener: Listener) -> str | Graded | None:
    """A listener gives each target group the share that the route's `weights` mean, and a single one all."""
    shares = known(listener.weights)
    if shares and not any(known(weight) for _, weight in shares):
        return "what it forwards to has the weight 0"
    if len(shares) < 2:  # noqa: PLR2004 - of one target group
        return None
    intent = known(walk.intent)
    if not walk.backend or not intent.weights or listener not in walk.seen(steps.LISTENER):
        raise NotKnownError(
            "it forwards to several target groups, and which requests go where isn't followed"
        )
    endpoint = known(walk.one(steps.ENDPOINT))
    if endpoint is None:
        raise NotKnownError("there is no endpoint to tell which target group is the backend's")
    if empty := [weight for ends, weight in shares if known(weight) and not ends]:
        others = any(known(weight) and ends for ends, weight in shares)
        why = f"a target group without targets has the weight {empty[0]}"
        return Graded(why, Grade.STOPS_SOME if others else Grade.STOPS)
    together = sum(known(weight) or 0 for ends, weight in shares if endpoint.urn in ends and len(ends) > 1)
    alone = sum(known(weight) or 0 for ends, weight in shares if ends == frozenset({endpoint.urn}))
    if intent.takes_over:
        return _not_taken_over(walk.backend, together, alone)
    meant = dict(intent.weights)[walk.backend]
    if not together and alone == meant:
        return None
    found = "a share together with the other" if together else f"the weight {alone}"
    grade = Grade.STOPS_SOME if meant == 0 else Grade.REDUNDANCY
    return Graded(f"backend {walk.backend} has {found}, meant is {meant}", grade)


def _not_taken_over(backend: str, together: int, alone: int) -> str | Graded | None:
    """Why a backend and the other don't take over from each other."""
    if not together and not alone:
        return f"backend {backend} gets no connections"
    why = f"backend {backend} has a share of its own, so that neither takes over"
    return Graded(why, Grade.REDUNDANCY) if alone else None
