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
    if len(shares) < 2:  # noqa: PLR2004 - of one target group
        return (
            "its target group has the weight 0" if any(known(weight) == 0 for _, weight in shares) else None
        )
    intent = known(walk.intent)
    endpoint = known(walk.one(steps.ENDPOINT))
    if not intent.weights or walk.backend is None or listener not in walk.seen(steps.LISTENER):
        raise NotKnownError(
            "it forwards to several target groups, and which requests go where isn't followed"
        )
    if endpoint is None:
        raise NotKnownError("there is no endpoint to tell which target group is the backend's")
    together = sum(known(weight) or 0 for ends, weight in shares if endpoint.urn in ends and len(ends) > 1)
    alone = sum(known(weight) or 0 for ends, weight in shares if ends == frozenset({endpoint.urn}))
    meant = dict(intent.weights)[walk.backend]
    if intent.takes_over:
        if together and not alone:
            return None
        told = "gets requests apart from the other" if alone else "gets none"
        return Graded(f"backend {walk.backend} {told}, so that neither takes over", Grade.REDUNDANCY)
    if not together and alone == meant:
        return None
    found = "a share with the other" if together else f"a weight of {alone}"
    grade = Grade.STOPS_SOME if meant == 0 else Grade.REDUNDANCY
    return Graded(f"backend {walk.backend} has {found}, meant is {meant}", grade)
