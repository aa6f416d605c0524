"""The rules of what else may stand in the API's document: demands, timeouts, headers, answers to browsers."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from crosslink.graph.unknown import NotKnownError, known
from crosslink.path import steps
from crosslink.path.api import Api, Stage
from crosslink.path.intent import Intent
from crosslink.path.methods import STATIC, Method
from crosslink.path.preflights import Answer
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.rule import API_GATEWAY, by_intent, fix, rule
from crosslink.rules.text import listed
from settings.quotas import MAX_TIMEOUT
from settings.route import VERBS

_VALIDATION = f"{API_GATEWAY}/api-gateway-request-validation-set-up.html"
_KEY_SOURCE = f"{API_GATEWAY}/api-gateway-api-key-source.html"
_INTEGRATION = "https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html"
_MAPPING = f"{API_GATEWAY}/request-response-data-mappings.html"
_FETCH = "https://fetch.spec.whatwg.org/#http-cors-protocol"
# The least time, in milliseconds, in which an answer comes back from another region, and from the same one:
# between regions alone a packet and its answer take up to 300 ms (https://www.cloudping.co).
_FAR, _NEAR = 1000, 100
# What callers of the kinds of auth show: a route has no need of another's.
_CREDENTIALS = {"authorization", "x-amz-date", "x-amz-security-token", "x-api-key"}
_ALWAYS_SENT = {"host"}


def _headers_of_auth(intent: Intent) -> set[str]:
    """The headers, in lower case, that callers of a route have to send."""
    if intent.kind.signed:
        return {"authorization", "x-amz-date"}
    if intent.kind.key:
        return {"x-api-key"}
    match intent.kind.asks:
        case "user pool":
            return {"authorization"}
        case "function":
            return {(intent.token_header or "Authorization").lower()}
        case _:
            return set()


@rule(steps.METHOD, source=_VALIDATION)
@fix("""Take the request validator away, or the parameter that it demands: what callers must send is a change
    for all of them. `aws apigateway get-request-validators` lists the API's.""")
def callers_send_what_is_demanded(walk: Walk, method: Method) -> str | Graded | None:
    """No request validator refuses requests: it demands nothing that callers of a route needn't send."""
    required = known(method.required)
    demanded = {name.lower() for name in required}
    if demanded:
        sent = {f"header.{name}" for name in _headers_of_auth(known(walk.intent)) | _ALWAYS_SENT}
        if missing := demanded - sent:
            told = [name for name in required if name.lower() in missing]
            return f"{method.http_method} {method.path} demands {listed(told)}: callers get a 400 without"
    if known(method.checks_bodies):
        raise NotKnownError(f"a request validator of {method.path} checks bodies, which nobody can see here")
    return None


@rule(steps.REST_API, when=by_intent(lambda intent: intent.kind.key), source=_KEY_SOURCE)
@fix("""Set the API's key source to HEADER: `aws apigateway update-rest-api --patch-operations
    op=replace,path=/apiKeySource,value=HEADER`, and deploy it.""")
def keys_come_in_the_header(_walk: Walk, api: Api) -> str | None:
    """API Gateway takes callers' keys from the header `x-api-key`, where they send them."""
    source = known(api.key_source)
    return None if source in (None, "HEADER") else f"it takes them from {source}: callers get a 403"


@rule(steps.METHOD, source=_INTEGRATION, grade=Grade.STOPS_SOME)
@fix("""Set the integration's timeoutInMillis to the route's `timeoutSeconds`, or leave it out for 29 seconds.
    `aws apigateway get-integration` shows it.""")
def integration_waits_as_declared(walk: Walk, method: Method) -> str | Graded | None:
    """The integration waits as long as the route declares: less ends slow requests, or all, in a 504."""
    timeout, intent = known(method.timeout) or MAX_TIMEOUT * 1000, known(walk.intent)
    far = intent.api is not None and intent.api.region != intent.backend.region
    told = f"{method.path} gives up after {timeout} ms"
    if timeout < (_FAR if far else _NEAR):
        return Graded(f"{told}, less than an answer takes", Grade.STOPS)
    if intent.timeout_seconds is None and timeout < MAX_TIMEOUT * 1000:
        raise NotKnownError("the stack's output doesn't say how long the route waits")
    meant = (intent.timeout_seconds or MAX_TIMEOUT) * 1000
    return f"{told}, meant are {meant} ms" if timeout < meant else None


@rule(
    steps.METHOD,
    when=by_intent(lambda intent: intent.streaming),
    source=f"{API_GATEWAY}/response-transfer-mode.html",
    grade=Grade.STOPS_SOME,
)
@fix("Set the integration's responseTransferMode to STREAM.")
def integration_streams_as_declared(_walk: Walk, method: Method) -> str | None:
    """A route with `streaming` passes answers on as they come: buffered, long and large ones fail."""
    mode = known(method.transfer) or "BUFFERED"
    return None if mode == "STREAM" else f"{method.path} has answers {mode}"


@rule(steps.METHOD, source=_INTEGRATION, partly=Grade.STOPS_SOME)
@fix("Set the integration's HTTP method to the method's own, with ANY to ANY.")
def integration_keeps_the_verb(_walk: Walk, method: Method) -> str | None:
    """The integration sends a request with the verb that it came with."""
    sent, own = str(known(method.sent_with)).upper(), known(method.http_method)
    return None if sent in ("ANY", own) else f"{own} {method.path} is sent as {sent}"


@rule(
    steps.METHOD,
    source=f"{API_GATEWAY}/api-gateway-payload-encodings-workflow.html",
    grade=Grade.STOPS_SOME,
)
@fix("Leave contentHandling out: a body is passed on as it comes.")
def integration_leaves_bodies_alone(walk: Walk, method: Method) -> str | None:
    """The integration converts no request bodies: to Base64 and back they are others than callers sent."""
    handling = known(method.content_handling)
    if handling is None:
        return None
    api = known(walk.one(steps.REST_API))
    if api is None:
        raise NotKnownError("which bodies the API takes for binary its owner's definition says")
    # Text stays text, and what is binary anyway stays binary.
    binary = known(api.binary_media_types)
    alone = (not binary) if handling == "CONVERT_TO_TEXT" else "*/*" in binary
    return None if alone else f"{method.path} has contentHandling {handling}"


@rule(
    steps.REST_API,
    when=by_intent(lambda intent: not intent.existing),
    source=f"{API_GATEWAY}/api-gateway-payload-encodings.html",
    grade=Grade.STOPS_SOME,
)
@fix("Name `*/*` among the API's binary media types.")
def bodies_are_binary(_walk: Walk, api: Api) -> str | None:
    """All media types are binary for the API: as text, images and compressed bodies come out corrupt."""
    types = known(api.binary_media_types)
    told = f"only {listed(map(str, types))} are" if types else "none is"
    return None if "*/*" in types else f"{told} binary"


@rule(steps.METHOD, source=_MAPPING)
@fix("""Map no header Host: the backend gets the URI's; or let the Ingress's rules be for the host that is
    mapped.""")
def integration_sends_its_own_host(walk: Walk, method: Method) -> str | None:
    """The header Host is the URI's, or one that an Ingress rule of the backend takes."""
    mapped = known(method.host_header)
    if mapped is None:
        return None
    static = STATIC.fullmatch(mapped)
    if static is None:
        raise NotKnownError(f"{method.path} sends Host {mapped}, which differs from request to request")
    sent = static[1].partition(":")[0].lower()
    if not sent or sent == urlsplit(str(known(method.uri))).hostname:
        return None
    rules = known(walk.every(steps.INGRESS_RULE))
    return (
        None
        if rules
        else f"{method.path} sends Host {sent} in the place of the URI's; no Ingress rule takes it"
    )


@rule(steps.METHOD, source=_MAPPING, grade=Grade.STOPS_SOME)
@fix("Map X-Forwarded-Prefix to what stands before the path that the backend is sent, in callers' URLs.")
def links_keep_their_prefix(walk: Walk, method: Method) -> str | Graded | None:
    """The integration tells the backend what stands before its paths in callers' URLs: links need it."""
    sent, intent, stage = known(method.prefix_header), known(walk.intent), known(walk.one(steps.STAGE))
    value = sent and _value_of(sent, stage)
    if not value:  # backends that write no whole URLs don't miss it
        return Graded(f"{method.path} sends no X-Forwarded-Prefix", Grade.HOUSE)
    name = intent.base_path or "" if intent.domain else known(stage.name) if stage else ""
    stripped = walk.path if intent.sent_as != walk.path else ""
    right = f"/{name}".rstrip("/") + stripped if stripped else f"/{name}"
    return None if value == right else f"{method.path} sends X-Forwarded-Prefix {value}, meant is {right}"


def _value_of(expression: str, stage: Stage | None) -> str | None:
    """The value of a mapping expression: a static one, or one of the stage's variables."""
    if static := STATIC.fullmatch(expression):
        return static[1]
    name = expression.removeprefix("stageVariables.")
    if name == expression or stage is None:
        raise NotKnownError(f"{expression} differs from request to request")
    value = dict(known(stage.variables)).get(name)
    return known(value)


@rule(steps.PREFLIGHT, source=_FETCH, grade=Grade.STOPS_SOME)
@fix("""Let the answer to a preflight be a 204 with the route's `cors`: Access-Control-Allow-Origin,
    -Allow-Methods, and -Allow-Headers with what callers of the route send, such as Authorization.""")
def preflight_allows_what_callers_send(walk: Walk, method: Method) -> str | None:
    """The answer to a preflight lets pages of the declared origins send a route's verbs and headers."""
    answer, intent = known(method.answer), known(walk.intent)
    told = f"OPTIONS {method.path}"
    if wrong := _status_fault(answer):
        return f"{told} {wrong}"
    verbs = set(VERBS if intent.methods == ("ANY",) else intent.methods) - {"GET", "HEAD", "POST", "OPTIONS"}
    needed = _headers_of_pages(intent)
    for header, wanted in (("Allow-Methods", verbs), ("Allow-Headers", needed)):
        if lacking := wanted - set(_allowed(answer.header(f"Access-Control-{header}"), wanted, intent)):
            return f"{told} doesn't allow {listed(lacking)} by Access-Control-{header}"
    origin = answer.header("Access-Control-Allow-Origin")
    origins = set((origin or known(answer.origins) or "").split("\n")) - {""}
    if not origins:
        return f"{told} names no origin"
    if intent.cors_origins is not None and origins != set(intent.cors_origins):
        return f"{told} lets pages of {listed(origins)} call, meant are {listed(intent.cors_origins)}"
    return None


def _status_fault(answer: Answer) -> str | None:
    picked = known(answer.picked)
    if picked is None:
        return "has no template for application/json: browsers get a 500"
    if answer.status is None or not re.fullmatch(r"2\d\d", answer.status):
        return f"answers {answer.status}, which browsers take for a no"
    return None if re.fullmatch(r"[1-5]\d\d", picked) else f"picks status {picked}, which is none"


def _headers_of_pages(intent: Intent) -> set[str]:
    """The headers, in lower case, that pages send: those of the route's auth, and what else is declared."""
    auth, declared = _headers_of_auth(intent), {name.lower() for name in intent.cors_headers or ()}
    temporary = {"x-amz-security-token"} & declared if intent.kind.signed else set[str]()
    return auth | temporary | (declared - _CREDENTIALS)


def _allowed(value: str | None, wanted: set[str], intent: Intent) -> Iterator[str]:
    """The verbs, or the headers in lower case, that a list allows; `*` stands for all but Authorization."""
    for name in map(str.strip, (value or "").split(",")):
        if name == "*" and not intent.credentials:
            yield from wanted - {"authorization"}
        yield from (name.upper(), name.lower())
