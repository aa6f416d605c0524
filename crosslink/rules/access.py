"""The rules of who may call: what a method asks of callers, whom it asks, and what browsers ask before."""

from collections.abc import Callable, Iterable

from crosslink.graph.unknown import Unknown, known, present, visible
from crosslink.path.hops.api import Method, Stage
from crosslink.path.walk import Walk
from crosslink.rules import guides as pages
from crosslink.rules.rule import rule
from crosslink.rules.text import listed

AUTHS = {
    "iam": "AWS_IAM",
    "cognito": "COGNITO_USER_POOLS",
    "lambda": "CUSTOM",
    "apiKey": "API_KEY",
    "none": "NONE",
}
"""The setting `auth`, and what API Gateway calls it."""
API_GATEWAY = "apigateway.amazonaws.com"
CONVERTED = "CONVERT_TO_TEXT"
EVERYTHING = "*/*"


def _methods(walk: Walk) -> Iterable[Method]:
    return visible(walk.methods)


def _methods_with(*auths: str) -> Callable[[Walk], Iterable[Method]]:
    """The methods of a route whose setting `auth` is one of some."""
    return lambda walk: visible(walk.methods) if _auth(walk) in auths else ()


def _auth(walk: Walk) -> str | None:
    return next((intent.auth for intent in present(walk.intent)), None)


def _stage_with_cors(walk: Walk) -> Iterable[Stage]:
    return present(walk.stage) if any(intent.cors for intent in present(walk.intent)) else ()


@rule(
    "method",
    _methods,
    fix="Set the method's authorization to what the route's `auth` says.",
    source=f"{pages.API_GATEWAY}/apigateway-control-access-to-api.html",
)
def method_has_its_auth(walk: Walk, method: Method) -> str | None:
    """A method asks its callers for exactly what the route's `auth` says."""
    auth = known(method.auth)
    if auth != "NONE" and isinstance(walk.intent, Unknown):
        return None
    meant = AUTHS[known(walk.intent).auth]
    return None if auth == meant else f"{method.http_method} {method.path} has auth {auth}, meant is {meant}"


@rule(
    "method",
    _methods_with("cognito", "lambda"),
    fix="Name the authorizer of `api.cognito` or `api.lambda` in the method.",
    source=f"{pages.API_GATEWAY}/api-gateway-swagger-extensions-authorizer.html",
)
def method_asks_the_authorizer(walk: Walk, method: Method) -> str | None:
    """The user pool, or the function, that a method asks about its callers is the one that is declared."""
    asked = known(method.authorizers)
    if asked == (known(walk.intent).authorizer,):
        return None
    return f"{method.http_method} {method.path} asks {listed(asked)}, not {known(walk.intent).authorizer}"


@rule(
    "method",
    _methods_with("cognito"),
    fix="Give the method the scopes of the route.",
    source=f"{pages.API_GATEWAY}/apigateway-enable-cognito-user-pool.html",
)
def method_asks_for_its_scopes(walk: Walk, method: Method) -> str | None:
    """A method that asks a user pool wants one of the route's scopes: with none, ID tokens of all pass."""
    scopes, meant = set(known(method.scopes)), set(known(walk.intent).scopes)
    if scopes == meant and scopes:
        return None
    return f"{method.http_method} {method.path} asks for scope {listed(scopes)}, meant is {listed(meant)}"


@rule(
    "method",
    lambda walk: present(walk.stage) if _auth(walk) == "lambda" else (),
    fix="Register a Permission with principal apigateway.amazonaws.com on the function, whose source ARN is "
    "the API's with `/authorizers/*`.",
    source=f"{pages.API_GATEWAY}/configure-api-gateway-lambda-authorization.html",
)
def function_may_be_invoked(walk: Walk, _stage: Stage) -> str | None:
    """API Gateway may invoke the function that it asks: otherwise every caller gets a 500."""
    function, permissions = known(walk.intent).authorizer, known(walk.permissions)
    given = [one for one in permissions if known(one.function) == function]
    if any(known(one.principal) == API_GATEWAY and known(one.for_api) for one in given):
        return None
    return f"no permission lets API Gateway invoke {function} for this API"


@rule(
    "method",
    _stage_with_cors,
    fix="Give the route's two paths an OPTIONS each of type MOCK, and no auth: browsers send none.",
    source=f"{pages.API_GATEWAY}/how-to-cors.html",
)
def preflights_are_answered(walk: Walk, _stage: Stage) -> str | None:
    """The API itself answers what browsers ask before they call a route with CORS, and asks them nothing."""
    found = {one.path: known(one.auth) for one in known(walk.preflights)}
    missing = [path for path in (walk.path, f"{walk.path}/{{proxy+}}") if path not in found]
    if missing:
        return f"no OPTIONS of type MOCK at {listed(missing)}"
    asking = [f"{path} has auth {auth}" for path, auth in found.items() if auth != "NONE"]
    return f"OPTIONS {', '.join(asking)}" if asking else None


@rule(
    "preflight",
    lambda walk: visible(walk.preflights),
    fix="Set the integration's contentHandling to CONVERT_TO_TEXT.",
    source=f"{pages.API_GATEWAY}/api-gateway-payload-encodings-workflow.html",
)
def preflight_has_a_text(walk: Walk, method: Method) -> str | None:
    """Where all bodies are binary, a preflight's becomes text, or the mock has no template to use: a 500."""
    for api in present(walk.api):
        if EVERYTHING in known(api.binary_media_types) and known(method.content_handling) != CONVERTED:
            return f"contentHandling of OPTIONS {method.path} is {method.content_handling}"
    return None
