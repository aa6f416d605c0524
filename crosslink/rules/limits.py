"""The rules of the limits: the stage's, a route's, and those of usage plans with their keys."""

from crosslink.graph.unknown import Unknown, known
from crosslink.path import steps
from crosslink.path.api import PlanLimit, Stage, Throttle, UsagePlan
from crosslink.path.walk import Walk
from crosslink.rules.rule import API_GATEWAY, by_intent, fix, rule
from crosslink.rules.text import listed

USAGE_PLANS = f"{API_GATEWAY}/api-gateway-api-usage-plans.html"
UNLIMITED = -1

_has_keys = by_intent(lambda intent: intent.kind.key)


def _meets(walk: Walk, limit: Throttle) -> bool:
    """Whether requests of the route may meet a limit."""
    if isinstance(limit, PlanLimit):
        return _has_keys(walk, limit)
    # `svc1/GET`, `svc1/{proxy+}/*`, `*/*`; an unknown one is judged.
    path, _, _method = str(limit.method_path).rpartition("/")
    return path == "*" or isinstance(limit.method_path, Unknown) or f"/{path}/".startswith(f"{walk.path}/")


@rule(steps.STAGE, source=f"{API_GATEWAY}/api-gateway-request-throttling.html")
@fix("Register MethodSettings for `*/*` with throttlingRateLimit and throttlingBurstLimit.")
def stage_is_limited(walk: Walk, _stage: Stage) -> str | None:
    """The stage limits the requests of all its methods, and switches that off for none of the route's."""
    own = [limit for limit in known(walk.every(steps.LIMIT)) if _meets(walk, limit)]
    limits = {str(known(limit.method_path)): (known(limit.rate), known(limit.burst)) for limit in own}
    if "*/*" not in limits:
        return "no limit for */*"
    off = [path for path, both in limits.items() if None in both or UNLIMITED in both]
    return f"the limit for {listed(off)} is off" if off else None


@rule(steps.LIMIT, steps.PLAN_LIMIT, when=_meets, source=f"{API_GATEWAY}/api-gateway-request-throttling.html")
@fix("Set a rate and a burst above 0.")
def limit_lets_requests_through(_walk: Walk, throttle: Throttle) -> str | None:
    """A limit of the stage, or of a usage plan, lets some requests through: with 0 callers get a 429."""
    limits = {"rate": known(throttle.rate), "burst": known(throttle.burst)}
    closed = [name for name, limit in limits.items() if limit == 0]
    return f"{' and '.join(closed)} of {throttle.method_path} is 0" if closed else None


@rule(steps.USAGE_PLAN, when=_has_keys, source=USAGE_PLANS)
@fix("Set a quota above 0, or none.")
def quota_lets_requests_through(_walk: Walk, plan: UsagePlan) -> str | None:
    """A usage plan's quota lets some requests through: with 0 callers get a 429."""
    return "the quota is 0" if known(plan.quota) == 0 else None


@rule(steps.STAGE, when=_has_keys, source=USAGE_PLANS)
@fix("Register a UsagePlan that names the API's stage.")
def keys_have_a_plan(walk: Walk, _stage: Stage) -> str | None:
    """A usage plan names the stage: without one every key is refused."""
    return None if known(walk.every(steps.USAGE_PLAN)) else "no usage plan names the stage"


@rule(steps.USAGE_PLAN, when=_has_keys, source=USAGE_PLANS)
@fix("Register a UsagePlanKey that joins an enabled key to the plan.")
def plan_has_keys(_walk: Walk, plan: UsagePlan) -> str | None:
    """A usage plan has a key that is enabled."""
    keys = known(plan.keys)
    if not keys:
        return "no key belongs to the plan"
    return None if any(known(key.enabled) is not False for key in keys) else "its keys are disabled"
