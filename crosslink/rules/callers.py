"""The rules of callers: what a method asks of them, whom it asks, what browsers ask before, the limits."""

from crosslink.graph.unknown import NotKnownError, Unknown, known, present
from crosslink.path import steps
from crosslink.path.api import Stage
from crosslink.path.limits import PlanLimit, Throttle, UsagePlan
from crosslink.path.methods import Method
from crosslink.path.permissions import InvokePermission
from crosslink.path.walk import Walk
from crosslink.rules import by_hand
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.rule import API_GATEWAY, by_intent, fix, rule
from crosslink.rules.text import listed

AUTHORIZERS = f"{API_GATEWAY}/api-gateway-swagger-extensions-authorizer.html"
USER_POOLS = f"{API_GATEWAY}/apigateway-enable-cognito-user-pool.html"
FUNCTIONS = f"{API_GATEWAY}/configure-api-gateway-lambda-authorization.html"
CORS = f"{API_GATEWAY}/how-to-cors.html"
THROTTLING = f"{API_GATEWAY}/api-gateway-request-throttling.html"
USAGE_PLANS = f"{API_GATEWAY}/api-gateway-api-usage-plans.html"
UNLIMITED = -1
ALL_METHODS = "*/*"
OPEN = "NONE"  # the auth of a method that asks its callers nothing
CALLER = "apigateway.amazonaws.com"
INVOKES = ("lambda:InvokeFunction", "lambda:*", "*")


def _by_permission(walk: Walk, _stage: Stage) -> bool:
    """Whether API Gateway invokes a function by the function's own permission, and not by a role."""
    asks = any(intent.kind.asks == "function" for intent in present(walk.intent))
    return asks and not all({method.authorizer_role for method in walk.seen(steps.METHOD)} or {None})


@rule(steps.METHOD, source=f"{API_GATEWAY}/apigateway-control-access-to-api.html", partly=Grade.STOPS_SOME)
@fix("Set the method's authorization to what the route's `auth` says.")
def method_has_its_auth(walk: Walk, method: Method) -> str | Graded | None:
    """A method asks its callers for exactly what the route's `auth` says."""
    auth = known(method.auth)
    if auth != OPEN and isinstance(walk.intent, Unknown):
        return None
    meant = known(walk.intent).kind.shown_as
    if auth == meant:
        return None
    why = f"{method.http_method} {method.path} has auth {auth}, meant is {meant}"
    return Graded(why, Grade.LETS_IN) if auth == OPEN else why


@rule(
    steps.METHOD, when=by_intent(lambda intent: intent.kind.asks), source=AUTHORIZERS, partly=Grade.STOPS_SOME
)
@fix("Name the authorizer of `api.cognito` or `api.lambda` in the method.", look=by_hand.AUTHORIZERS)
def method_asks_the_authorizer(walk: Walk, method: Method) -> str | None:
    """The user pool, or the function, that a method asks about its callers is the one that is declared."""
    asked, meant = known(method.authorizers), known(walk.intent).authorizer
    wrong = f"{method.http_method} {method.path} asks {listed(asked)}, not {meant}"
    return None if asked == (meant,) else wrong


@rule(
    steps.METHOD,
    when=by_intent(lambda intent: intent.kind.asks == "user pool"),
    source=USER_POOLS,
    partly=Grade.STOPS_SOME,
)
@fix("Give the method the scopes of the route; none with `cognito.token: id`.")
def method_asks_for_its_scopes(walk: Walk, method: Method) -> str | Graded | None:
    """A method that asks a user pool wants one of the route's scopes: with none, ID tokens of all pass, which
    is for `cognito.token: id` to say.
    """
    intent = known(walk.intent)
    scopes, meant = set(known(method.scopes)), set(intent.scopes)
    if scopes == meant and bool(scopes) is not intent.id_tokens:
        return None
    why = f"{method.http_method} {method.path} asks for scope {listed(scopes)}, meant is {listed(meant)}"
    if not scopes or scopes > meant:  # with none ID tokens of all pass; of several one is enough
        return Graded(why, Grade.LETS_IN)
    return Graded(why, Grade.STOPS_SOME) if scopes & meant else why


@rule(steps.STAGE, told_at=steps.METHOD, when=_by_permission, source=FUNCTIONS)
@fix(
    """Register a Permission with principal apigateway.amazonaws.com on the function, whose source ARN is
    the API's with `/authorizers/*`.""",
    look=by_hand.AUTHORIZERS,
)
def function_may_be_invoked(walk: Walk, _stage: Stage) -> str | None:
    """API Gateway may invoke the function that it asks: otherwise every caller gets a 500."""
    function, permissions = known(walk.intent).authorizer, known(walk.every(steps.PERMISSION))
    doubts: list[NotKnownError] = []
    for permission in permissions:
        try:
            if known(permission.function) == function and _lets_in(permission):
                return None
        except NotKnownError as doubt:
            doubts.append(doubt)
    if doubts:
        raise doubts[0]
    return f"no permission lets API Gateway invoke {function} for this API"


def _lets_in(permission: InvokePermission) -> bool:
    """Whether a permission lets API Gateway invoke the function for the stage's API."""
    if known(permission.principal) != CALLER or known(permission.action) not in INVOKES:
        return False
    if known(permission.source_account) not in (None, permission.account) or not known(permission.for_api):
        return False
    if others := known(permission.conditions):
        raise NotKnownError(f"whether {permission.id} is for API Gateway isn't known: {listed(others)}")
    return True


@rule(
    steps.STAGE,
    told_at=steps.METHOD,
    when=by_intent(lambda intent: intent.cors),
    source=CORS,
    grade=Grade.STOPS_SOME,
)
@fix("Give the route's two paths an OPTIONS each of type MOCK, and no auth: browsers send none.")
def preflights_are_answered(walk: Walk, _stage: Stage) -> str | None:
    """The API itself answers what browsers ask before they call a route with CORS, and asks them nothing."""
    found = {method.path: known(method.auth) for method in known(walk.every(steps.PREFLIGHT))}
    missing = [path for path in (walk.path, f"{walk.path}/{{proxy+}}") if path not in found]
    if missing:
        return f"no OPTIONS of type MOCK at {listed(missing)}"
    asking = [f"{path} has auth {auth}" for path, auth in found.items() if auth != OPEN]
    return f"OPTIONS {', '.join(asking)}" if asking else None


@rule(
    steps.PREFLIGHT,
    source=f"{API_GATEWAY}/api-gateway-payload-encodings-workflow.html",
    grade=Grade.STOPS_SOME,
)
@fix("Set the integration's contentHandling to CONVERT_TO_TEXT.")
def preflight_has_a_text(walk: Walk, method: Method) -> str | None:
    """Where all bodies are binary, a preflight's becomes text, or the mock has no template to use: a 500."""
    for api in walk.seen(steps.REST_API):
        if "*/*" in known(api.binary_media_types) and known(method.content_handling) != "CONVERT_TO_TEXT":
            return f"contentHandling of OPTIONS {method.path} is {method.content_handling}"
    return None


@rule(steps.PREFLIGHT, source=CORS, grade=Grade.STOPS_SOME)
@fix("""Set Access-Control-Allow-Credentials to 'true' in the answer to a preflight if the route has
    `cors.credentials`, and only then.""")
def preflight_allows_credentials(walk: Walk, method: Method) -> Graded | None:
    """A preflight lets pages send cookies and other credentials where the route declares it, nowhere else."""
    allowed, meant = known(method.allows_credentials), known(walk.intent).credentials
    answers = "allows" if allowed else "doesn't allow"
    grade = Grade.LETS_IN if allowed else Grade.STOPS_SOME
    why = f"OPTIONS {method.path} {answers} pages to send credentials"
    return None if allowed == meant else Graded(why, grade)


_has_keys = by_intent(lambda intent: intent.kind.key)


def meets(walk: Walk, limit: Throttle) -> bool:
    """Whether requests of the route may meet a limit."""
    if isinstance(limit, PlanLimit) and not _has_keys(walk, limit):
        return False
    # `svc1/GET`, `svc1/{proxy+}/*`, `*/*`; an unknown one is judged.
    path, _, _method = str(limit.method_path).rpartition("/")
    return path == "*" or isinstance(limit.method_path, Unknown) or f"/{path}/".startswith(f"{walk.path}/")


@rule(steps.STAGE, source=THROTTLING, grade=Grade.LETS_IN)
@fix("Register MethodSettings for `*/*` with throttlingRateLimit and throttlingBurstLimit.")
def stage_is_limited(walk: Walk, _stage: Stage) -> str | None:
    """The stage limits the requests of all its methods, and switches that off for none of the route's."""
    own = [limit for limit in known(walk.every(steps.LIMIT)) if meets(walk, limit) and known(limit.of_api)]
    limits = {str(known(limit.method_path)): (known(limit.rate), known(limit.burst)) for limit in own}
    if "*/*" not in limits:
        return "no limit for */*"
    off = [path for path, both in limits.items() if None in both or UNLIMITED in both]
    return f"the limit for {listed(off)} is off" if off else None


@rule(steps.LIMIT, steps.PLAN_LIMIT, when=meets, source=THROTTLING, partly=Grade.STOPS_SOME)
@fix("Set a rate and a burst above 0.")
def limit_lets_requests_through(_walk: Walk, throttle: Throttle) -> str | Graded | None:
    """A limit of the stage, or of a usage plan, lets some requests through: with 0 callers get a 429."""
    rate, burst = known(throttle.rate), known(throttle.burst)
    closed = [name for name, limit in {"rate": rate, "burst": burst}.items() if limit == 0]
    if closed:
        return f"{' and '.join(closed)} of {throttle.method_path} is 0"
    slow = rate is not None and 0 < rate < 1
    return (
        Graded(f"{throttle.method_path} has {rate:g} requests a second", Grade.STOPS_SOME) if slow else None
    )


@rule(steps.USAGE_PLAN, when=_has_keys, source=USAGE_PLANS, partly=Grade.STOPS_SOME)
@fix("Set a quota above 0, or none.")
def quota_lets_requests_through(_walk: Walk, plan: UsagePlan) -> str | Graded | None:
    """A usage plan's quota lets some requests through: with 0 callers get a 429."""
    quota, used = known(plan.quota), known(plan.used) or 0
    if quota == 0:
        return "the quota is 0"
    if quota is not None and used >= quota:
        return Graded(f"{used} of {quota} requests are taken off the first period", Grade.STOPS_SOME)
    return None


@rule(steps.STAGE, when=_has_keys, source=USAGE_PLANS)
@fix(
    "Register a UsagePlan that names the API's stage.",
    look="aws apigateway get-usage-plans --region {region}",
)
def keys_have_a_plan(walk: Walk, _stage: Stage) -> str | None:
    """A usage plan names the stage: without one every key is refused."""
    return None if known(walk.every(steps.USAGE_PLAN)) else "no usage plan names the stage"


@rule(steps.USAGE_PLAN, when=_has_keys, source=USAGE_PLANS, partly=Grade.STOPS_SOME)
@fix(
    "Register a UsagePlanKey that joins an enabled key to the plan.",
    look="aws apigateway get-usage-plan-keys --usage-plan-id {id} --region {region}",
)
def plan_has_keys(_walk: Walk, plan: UsagePlan) -> str | None:
    """A usage plan has a key that is enabled."""
    keys = known(plan.keys)
    if not keys:
        return "no key belongs to the plan"
    disabled = [str(key.id) for key in keys if known(key.enabled) is False]
    if 0 < len(disabled) < len(keys):
        raise NotKnownError(f"whether {listed(disabled)} is disabled on purpose isn't known")
    return "its keys are disabled" if disabled else None
