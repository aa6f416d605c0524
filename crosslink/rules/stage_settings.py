"""The rules of what changes a stage's answers without a deployment, and of the limits around it."""

import re
from collections.abc import Iterator

from crosslink.graph.unknown import Fact, NotKnownError, Unknown, known
from crosslink.path import steps
from crosslink.path.api import Stage
from crosslink.path.hop import if_known
from crosslink.path.limits import Throttle
from crosslink.path.methods import LINK_VARIABLE
from crosslink.path.stage_settings import ApiAccount, Canary, Override, WebAcl
from crosslink.path.walk import Walk
from crosslink.rules.callers import ALL_METHODS, THROTTLING, UNLIMITED, meets
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.rule import API_GATEWAY, AWS, by_intent, fix, given, rule
from settings.route import VERBS

CACHING = f"{API_GATEWAY}/api-gateway-caching.html"
LOGGING = f"{API_GATEWAY}/set-up-logging.html"
CANARY = f"{AWS}/apigateway/latest/api/API_CanarySettings.html"
PREFIX_VARIABLE = "prefix"  # what the program's integrations tell backends of a caller's URL
ALL = 100  # percent


@rule(steps.STAGE, when=given("canary"), source=CANARY)
@fix("""Take the canary away, or let it be the stage's own. To look: `aws apigateway get-stage`; to mend:
    `aws apigateway update-stage --patch-operations op=remove,path=/canarySettings`.""")
def canary_leads_where_the_stage_does(walk: Walk, stage: Stage) -> Graded | None:
    """A canary of the stage serves the stage's deployment, by the stage's VPC link."""
    canary = known(stage.canary)
    percent = canary and known(canary.percent)
    if canary is None or not percent:
        return None
    share = f"{percent:g} % of requests"
    links = {
        found[1] for method in walk.seen(steps.METHOD) if (found := _link_variable(method.connection_id))
    }
    for override in canary.overrides:
        if override.name in links and override.same is False and override.somewhere is False:
            why = f"{share} take the link {override.value}, which isn't the stage's"
            return Graded(why, Grade.STOPS if percent >= ALL else Grade.STOPS_SOME)
    _raise_if_elsewhere(share, canary)
    return None


def _link_variable(connection_id: object) -> re.Match[str] | None:
    return LINK_VARIABLE.fullmatch(str(connection_id))


def _raise_if_elsewhere(share: str, canary: Canary) -> None:
    """Stops a rule if nobody can tell where a canary leads.

    Raises:
        NotKnownError: it isn't the stage's own in everything.
    """
    others = [_told(override) for override in canary.overrides if not known(override.same)]
    if others:
        raise NotKnownError(f"{share} have {', '.join(others)}, and where that leads isn't looked at")
    if not known(canary.same_deployment):
        raise NotKnownError(f"{share} are served by another deployment, which isn't looked at")


def _told(override: Override) -> str:
    return f"{override.name} {override.value}"


@rule(steps.STAGE, when=given("has_cache"), source=CACHING, grade=Grade.LETS_IN)
@fix("""Set cachingEnabled to false for the route's methods. To look: `aws apigateway get-stage`; to mend:
    `aws apigateway update-stage --patch-operations op=replace,path=/cacheClusterEnabled,value=false`, then
    `aws apigateway flush-stage-cache`.""")
def answers_are_not_cached(walk: Walk, stage: Stage) -> str | None:
    """No cache answers callers of the route: it knows neither who calls nor what is below a path."""
    if not known(stage.has_cache):
        return None
    cached = list(_cached(walk))
    open_to_all = known(walk.intent).auth == "none" if cached else False
    if cached and open_to_all:
        raise NotKnownError(f"a cache answers {cached[0]}; what of a request is its key isn't looked at")
    return f"a cache answers {', '.join(cached)}, whoever calls" if cached else None


def _cached(walk: Walk) -> Iterator[str]:
    """The methods of the route that the stage's cache answers."""
    limits = known(walk.every(steps.LIMIT))
    settings = {str(known(limit.method_path)): limit for limit in limits}
    verbs = {str(known(method.http_method)) for method in walk.seen(steps.METHOD)}
    for path in (walk.path, f"{walk.path.rstrip('/')}/{{proxy+}}"):
        for verb in VERBS if "ANY" in verbs else sorted(verbs):
            own, of_all = settings.get(f"{path.removeprefix('/')}/{verb}"), settings.get(ALL_METHODS)
            if known(_caches(own, of_all, verb)):
                yield f"{verb} {path}"


def _caches(own: Throttle | None, of_all: Throttle | None, verb: str) -> Fact[bool]:
    """Whether a method is cached. What is set for all is for GET alone, and by default nobody says."""
    told = own if own and own.caches is not None else of_all
    if told is None or told.caches is None:
        return verb == "GET" and Unknown("whether a method is cached that sets nothing isn't known")
    asked = told is own or verb == "GET"
    return asked and if_known(told.caches, lambda on: bool(on) and told.cache_seconds != 0)


@rule(steps.LIMIT, when=given("logs_bodies"), source=LOGGING, grade=Grade.HOUSE)
@fix("Set dataTraceEnabled to false: AWS recommends so for APIs in production.")
def bodies_stay_out_of_the_logs(_walk: Walk, limit: Throttle) -> str | None:
    """The stage doesn't log what callers send and get."""
    return f"bodies of {limit.method_path} are logged" if known(limit.logs_bodies) else None


@rule(steps.ACCOUNT, source=LOGGING)
@fix("""Set API Gateway's role for logs, and let the stage wait for it: `aws apigateway get-account` shows it,
    `aws apigateway update-account --patch-operations op=replace,path=/cloudwatchRoleArn,value=…` sets it.""")
def logs_have_a_role(walk: Walk, account: ApiAccount) -> str | Graded | None:
    """API Gateway has a role for the stage's logs, before the stage asks for logs: others are refused."""
    stage = known(walk.one(steps.STAGE))
    if stage is None or not known(stage.logs):
        return None
    if known(account.log_role) is None:
        # The stage of an account whose role is gone still serves.
        return "there is no role" if walk.order else Graded("there is no role: logs are lost", Grade.HOUSE)
    return "the stage doesn't wait for the role" if walk.waits(stage, account) is False else None


@rule(steps.ACCOUNT, when=given("rate"), source=THROTTLING)
@fix("""Ask AWS for a higher limit, which all APIs of the account share in the region. To look:
    `aws apigateway get-account`; to mend: `aws service-quotas request-service-quota-increase --service-code
    apigateway --quota-code L-8A5B8E43 --desired-value …`.""")
def account_lets_requests_through(walk: Walk, account: ApiAccount) -> str | Graded | None:
    """The account's limit in the region isn't lower than the stage's: callers would get a 429."""
    limits = [limit for limit in known(walk.every(steps.LIMIT)) if meets(walk, limit)]
    for name, own, of_stage in (
        ("rate", known(account.rate), [known(limit.rate) for limit in limits]),
        ("burst", known(account.burst), [known(limit.burst) for limit in limits]),
    ):
        meant = max((limit for limit in of_stage if limit not in (None, UNLIMITED)), default=None)
        if own == 0:
            return f"the account's {name} is 0"
        if own is not None and (own < 1 if meant is None else own < meant):
            than = f", the stage's {meant:g}" if meant is not None else ""
            return Graded(f"the account's {name} is {own:g}{than}: some get a 429", Grade.STOPS_SOME)
    return None


def _has_web_acl(walk: Walk, _stage: Stage) -> bool:
    return walk.every(steps.WEB_ACL) != ()


@rule(
    steps.STAGE,
    told_at=steps.WEB_ACL,
    when=_has_web_acl,
    source=f"{AWS}/waf/latest/developerguide/web-acl-default-action.html",
)
@fix("""Let the default action be Allow, and look at what its rules have blocked: `aws wafv2 get-web-acl`,
    `aws wafv2 get-sampled-requests`.""")
def web_acl_lets_callers_through(walk: Walk, _stage: Stage) -> str | None:
    """The web ACL in front of the stage lets requests through."""
    for acl in known(walk.every(steps.WEB_ACL)):
        if known(acl.default) == "block" and not known(acl.allowing):
            return "it blocks by default, and no rule allows anything"
        _raise_if_some_may_be_blocked(acl)
    return None


def _raise_if_some_may_be_blocked(acl: WebAcl) -> None:
    rules = known(acl.stopping)
    if rules:
        raise NotKnownError(f"what {', '.join(rules)} of web ACL {acl.id} blocks isn't looked at")
    if known(acl.default) != "allow":
        raise NotKnownError(f"web ACL {acl.id} blocks what {', '.join(known(acl.allowing))} doesn't allow")


@rule(
    steps.STAGE,
    when=by_intent(lambda intent: intent.identity_headers or not intent.existing),
    source=f"{API_GATEWAY}/request-response-data-mappings.html",
    grade=Grade.STOPS_SOME,
)
@fix("Set the stage's variable `prefix` to what stands before a route's path in a caller's URL.")
def stage_tells_its_prefix(walk: Walk, stage: Stage) -> str | None:
    """Backends are told what stands before a route's path in a caller's URL: they write links with it."""
    variables, intent = dict(known(stage.variables)), known(walk.intent)
    if PREFIX_VARIABLE not in variables:
        return None
    told = known(variables[PREFIX_VARIABLE])
    meant = f"/{intent.base_path or ''}" if intent.domain else f"/{known(stage.name)}"
    return None if told == meant else f"links have {told} before the route, callers {meant}"
