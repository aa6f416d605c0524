"""The rules of the times that the network load balancers wait: for answers, and for health checks."""

from crosslink.graph.unknown import known
from crosslink.path import steps
from crosslink.path.load_balancers import Listener, TargetGroup
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade
from crosslink.rules.load_balancers import GROUPS, HEALTH_CHECKS, LISTENERS
from crosslink.rules.rule import NLB, fix, rule

# AWS's defaults, in seconds and in checks
# (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html).
IDLE, INTERVAL, HEALTHY, UNHEALTHY = 350, 30, 5, 2
NOTICED_IN = 300  # seconds; by default a target that stops is noticed in 60, one that is back in 150


@rule(
    *LISTENERS,
    when=lambda walk, _: walk.seen(steps.METHOD),
    source=f"{NLB}/update-idle-timeout.html",
    grade=Grade.STOPS_SOME,
)
@fix("""Set tcp_idle_timeout_seconds above the timeout of the route's integrations; look with `aws elbv2
    describe-listener-attributes --listener-arn <arn>`.""")
def nlb_outwaits_the_api(walk: Walk, listener: Listener) -> str | None:
    """An NLB keeps a connection without packets longer than API Gateway waits for an answer."""
    longest = max(known(method.waits) or 0 for method in walk.seen(steps.METHOD))
    idle = known(listener.idle)
    idle = IDLE if idle is None else idle
    told = f"it forgets a connection after {idle} s, API Gateway waits {longest} s: slow answers are lost"
    return None if idle > longest else told


@rule(*GROUPS, source=HEALTH_CHECKS, grade=Grade.REDUNDANCY)
@fix("Take an interval of 10 s, and 2 checks in a row.")
def dead_target_is_noticed(_walk: Walk, group: TargetGroup) -> str | None:
    """A target that stops, or is back, is noticed within five minutes."""
    check = known(group.health_check)
    if check is None:
        return None
    interval = known(check.interval) or INTERVAL
    for what, given, default in (
        ("that stops", check.unhealthy_threshold, UNHEALTHY),
        ("that is back", check.healthy_threshold, HEALTHY),
    ):
        if (seconds := interval * (known(given) or default)) > NOTICED_IN:
            return f"a target {what} is noticed after {seconds} s"
    return None
