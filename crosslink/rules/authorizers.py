"""The rule of an authorizer: what it asks for, and whom it asks."""

import re

from crosslink.graph.unknown import NotKnownError, known
from crosslink.path import steps
from crosslink.path.authorizers import HEADER, Authorizer
from crosslink.path.intent import Intent
from crosslink.path.methods import Method
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.rule import by_intent, fix, rule
from crosslink.rules.text import listed

_AUTHORIZER = "https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html"
_INVOCATION = re.compile(
    r"arn:aws[a-z-]*:apigateway:([a-z0-9-]+):lambda:path/2015-03-31/functions/arn:aws[a-z-]*:lambda:([a-z0-9-]+):"
    r"\d{12}:function:[^/]+/invocations"
)


@rule(steps.METHOD, when=by_intent(lambda intent: intent.kind.asks), source=_AUTHORIZER)
@fix("""Let the authorizer's identity source be the header that the stack names, alone, and its type that of
    the stack; `aws apigateway get-authorizers` shows them.""")
def authorizer_reads_what_callers_send(walk: Walk, method: Method) -> str | Graded | None:
    """An authorizer asks for the header that callers are told to send and for nothing else, and its function
    is sent what it takes.
    """
    intent = known(walk.intent)
    for authorizer in known(method.asked):
        if wrong := _wrong_of(authorizer, intent):
            return wrong
    return None


def _wrong_of(authorizer: Authorizer, intent: Intent) -> str | Graded | None:
    pool, kind = intent.kind.asks == "user pool", str(known(authorizer.kind)).upper()
    meant = "COGNITO_USER_POOLS" if pool else (intent.authorizer_type or kind).upper()
    if kind != meant or (not pool and kind == "COGNITO_USER_POOLS"):
        return f"{authorizer.resource} is of type {kind}, meant is {meant}"
    header = "Authorization" if pool else intent.token_header
    if header is None:
        raise NotKnownError("the stack's output doesn't say which header callers send")
    right = f"{HEADER}{header}".lower()
    others = [source for source in known(authorizer.sources) if source.lower() != right]
    if asked := [source for source in others if not source.startswith(("context.", "stageVariables."))]:
        return f"{authorizer.resource} asks for {listed(asked)}, callers send {header}: they get a 401"
    if variables := [source for source in others if source.startswith("stageVariables.")]:
        raise NotKnownError(f"{authorizer.resource} asks for {listed(variables)}, which may be empty")
    if known(authorizer.expression) and kind != "REQUEST":
        raise NotKnownError(f"whether tokens match {authorizer.expression} nobody can see here")
    return None if pool else _wrong_of_function(authorizer, intent)


def _wrong_of_function(authorizer: Authorizer, intent: Intent) -> str | Graded | None:
    uri = str(known(authorizer.uri))
    regions = _INVOCATION.fullmatch(uri)
    if regions is None or regions[1] != regions[2]:
        return f"{authorizer.resource} invokes {uri}, which is no invocation of a function in its own region"
    seconds, meant = known(authorizer.seconds), intent.cache_seconds
    kept = 300 if seconds is None else seconds
    if meant is not None and kept > meant:
        return Graded(f"{authorizer.resource} keeps answers {kept} s, meant is {meant} s", Grade.LETS_IN)
    return None
