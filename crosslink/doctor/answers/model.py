"""What was asked for, and what an answer says of the path."""

from dataclasses import dataclass
from functools import partial

from crosslink.rules.verdict import Result

GATEWAY_RESPONSES = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html"
)
STAGE_IN_PATH = "https://docs.aws.amazon.com/apigateway/latest/developerguide/private-integration.html"
OVERRIDE = "if API Gateway adds the stage all the same, override $context.requestOverride.path"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked for.

    Attributes:
        path: the route.
        stage: name of the stage.
        auth: of the route: `iam`, `cognito`, `lambda`, `apiKey` or `none`.
        domain: the API's own domain name; None for the one that API Gateway gives it.
    """

    path: str
    stage: str
    auth: str
    domain: str | None


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What an answer says of the path.

    Attributes:
        hop: title of the hop that has answered, or that the answer points to.
        what: what has happened.
        fix: what to do; None where nothing has to be done.
        source: the page that says so.
        result: whether a request gets through to the application; unknown if this one could not tell.
    """

    hop: str
    what: str
    fix: str | None
    source: str
    result: Result = Result.BROKEN


unknown = partial(Meaning, result=Result.UNKNOWN)
