"""The rules of the limits: the stage's, a route's, and those of usage plans with their keys."""

from collections.abc import Iterable

from crosslink.graph.unknown import Unknown, known, present, visible
from crosslink.path.hops.api import Stage, Throttle, UsagePlan
from crosslink.path.walk import Walk
from crosslink.rules import guides as pages
from crosslink.rules.rule import rule
from crosslink.rules.text import listed

UNLIMITED = -1


def _stage(walk: Walk) -> Iterable[Stage]:
    return present(walk.stage)


def _with_keys(walk: Walk) -> Iterable[Stage]:
    intents = present(walk.intent)
    return _stage(walk) if any(intent.auth == "apiKey" for intent in intents) else ()


def _of_stage(walk: Walk, stage: Stage) -> Iterable[Throttle]:
    """Those of the stage that the route's requests may meet."""
    for one in visible(stage.throttles):
        # `svc1/GET`, `svc1/{proxy+}/*`, `*/*`; an unknown one is judged.
        path, _, _method = str(one.method_path).rpartition("/")
        if path == "*" or isinstance(one.method_path, Unknown) or f"/{path}/".startswith(f"{walk.path}/"):
            yield one


def _plans(walk: Walk) -> Iterable[UsagePlan]:
    """Those that the route's callers need."""
    return [one for stage in _with_keys(walk) for one in visible(stage.usage_plans)]


def _limits(walk: Walk) -> Iterable[Throttle]:
    for stage in _stage(walk):
        yield from _of_stage(walk, stage)
    yield from (plan.limit for plan in _plans(walk) if plan.limit)


@rule(
    "stage",
    _stage,
    fix="Register MethodSettings for `*/*` with throttlingRateLimit and throttlingBurstLimit.",
    source=f"{pages.API_GATEWAY}/api-gateway-request-throttling.html",
)
def stage_is_limited(walk: Walk, stage: Stage) -> str | None:
    """The stage limits the requests of all its methods, and switches that off for none of the route's."""
    known(stage.throttles)
    limits = {
        str(known(one.method_path)): (known(one.rate), known(one.burst)) for one in _of_stage(walk, stage)
    }
    if "*/*" not in limits:
        return "no limit for */*"
    off = [path for path, both in limits.items() if any(one in (None, UNLIMITED) for one in both)]
    return f"the limit for {listed(off)} is off" if off else None


@rule(
    "stage",
    _limits,
    fix="Set a rate and a burst above 0.",
    source=f"{pages.API_GATEWAY}/api-gateway-request-throttling.html",
)
def limit_lets_requests_through(_walk: Walk, throttle: Throttle) -> str | None:
    """A limit of the stage, or of a usage plan, lets some requests through: with 0 callers get a 429."""
    limits = {"rate": known(throttle.rate), "burst": known(throttle.burst)}
    closed = [name for name, limit in limits.items() if limit == 0]
    return f"{' and '.join(closed)} of {throttle.method_path} is 0" if closed else None


@rule(
    "stage",
    _plans,
    fix="Set a quota above 0, or none.",
    source=f"{pages.API_GATEWAY}/api-gateway-api-usage-plans.html",
)
def quota_lets_requests_through(_walk: Walk, plan: UsagePlan) -> str | None:
    """A usage plan's quota lets some requests through: with 0 callers get a 429."""
    return "the quota is 0" if known(plan.quota) == 0 else None


@rule(
    "stage",
    _with_keys,
    fix="Register a UsagePlan that names the API's stage.",
    source=f"{pages.API_GATEWAY}/api-gateway-api-usage-plans.html",
)
def keys_have_a_plan(_walk: Walk, stage: Stage) -> str | None:
    """A usage plan names the stage: without one every key is refused."""
    return None if known(stage.usage_plans) else "no usage plan names the stage"


@rule(
    "stage",
    _plans,
    fix="Register a UsagePlanKey that joins an enabled key to the plan.",
    source=f"{pages.API_GATEWAY}/api-gateway-api-usage-plans.html",
)
def plan_has_keys(_walk: Walk, plan: UsagePlan) -> str | None:
    """A usage plan has a key that is enabled."""
    keys = known(plan.keys)
    if not keys:
        return "no key belongs to the plan"
    return None if any(known(key.enabled) is not False for key in keys) else "its keys are disabled"
