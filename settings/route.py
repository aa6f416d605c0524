"""`crosslink:api.routes`: the settings of a single route."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, cast, get_args

from pydantic import AfterValidator, BeforeValidator, Field

from settings.any_backend import BackendName
from settings.auth import Auth
from settings.described import Check, Since
from settings.errors import as_yaml
from settings.fields import LEFT_OUT, Model, between, distinct, matching, some, unfit
from settings.ids import PrincipalArn
from settings.limits import Throttle
from settings.path import HealthPath
from settings.quotas import MAX_RAISED_TIMEOUT, MAX_TIMEOUT

Verb = Literal["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
VERBS: tuple[Verb, ...] = get_args(Verb)
"""The methods that `ANY` stands for
(https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-method-settings.html)."""
MAX_STREAM = 900
MAX_IDLE_STREAM = 300
"""How many seconds a streamed answer may take, and may pause, with a regional API
(https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html)."""
MAX_WEIGHT = 999
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html"""
TIMEOUT = (
    f"must be a number from 1 to {MAX_TIMEOUT}, to {MAX_RAISED_TIMEOUT} where AWS has raised its quota, or "
    f"to {MAX_STREAM} with streaming"
)
CALLER = "arn:aws:iam::111111111111:role/caller"
"""An example."""
JWT = (
    "must not be API Gateway's JWT authorizer, which the program can't make: with auth: lambda a function "
    "checks tokens of any issuer, with auth: cognito a user pool its own"
)
"""REST APIs have it since November 2026
(https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-jwt-authorizer.html). Pulumi's provider
for AWS 7.51 has no such authorizer, and the page on its form in a document has it for HTTP APIs alone
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html)."""


def _seconds(value: int) -> int:
    if not 1 <= value <= MAX_STREAM:
        raise unfit(TIMEOUT)
    return value


def _each_by_name(value: object) -> object:
    names = tuple(cast("list[object]", value)) if isinstance(value, list) else value
    if isinstance(names, tuple) and "ANY" in names:
        raise unfit("must name each method: left out, any is served", LEFT_OUT)
    return cast("object", names)


def _anybody_or_some(value: tuple[str, ...]) -> tuple[str, ...]:
    if "*" in value and len(value) > 1:
        raise unfit('must be "*" alone, or origins', '["*"]')
    return value


def _no_jwt(value: object) -> object:
    if value == "jwt" or (isinstance(value, dict) and "jwt" in value):
        raise unfit(JWT, "lambda")
    return cast("object", value)


ChosenAuth = Annotated[Auth, BeforeValidator(_no_jwt)]
"""A kind of auth, with a sentence for who looks for another one of API Gateway's."""
Scope = Annotated[
    str,
    matching(r"[!#-\[\]-~]{1,256}", "must be a scope without spaces, such as orders/read"),
]
"""https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html"""
_ORIGIN = r"\*|https?://[a-z0-9.-]+(:\d{1,5})?"
ORIGIN = 'must be an origin, a scheme with a host in lower case and no path, or "*"'


def _origin(value: str) -> str:
    if re.fullmatch(_ORIGIN, value, re.ASCII):
        return value
    scheme, host = cast("re.Match[str]", re.match(r"(https?://)?([^/?#]*)", value.lower())).groups()
    right = f"{scheme or 'https://'}{host}"
    raise unfit(ORIGIN, right if "." in host and re.fullmatch(_ORIGIN, right, re.ASCII) else None)


Origin = Annotated[str, Check(_origin, ORIGIN, {"pattern": f"^({_ORIGIN})$"})]
HeaderName = Annotated[str, matching(r"[A-Za-z0-9-]+", "must be the name of a header, of A-Za-z0-9-")]


class Cors(Model):
    """Which web pages may call a route."""

    origins: Annotated[tuple[Origin, ...], AfterValidator(_anybody_or_some), distinct(1, "origins")] = Field(
        examples=[["https://app.example.com"]]
    )
    """Pages that may call, by scheme and host; `["*"]` for any."""
    headers: Annotated[tuple[HeaderName, ...], distinct(0, "headers")] = (
        "Authorization",
        "Content-Type",
        "X-Amz-Date",
        "X-Amz-Security-Token",
        "X-Api-Key",
    )
    """Request headers that they may send."""
    max_age_seconds: Annotated[int, between(0, 86400)] = 600
    """How many seconds browsers remember the answer."""
    credentials: Annotated[bool, Since("0.2")] = False
    """Whether pages may send cookies and other credentials that the browser keeps; not with origins `["*"]`.
    The service's own answers then need `Access-Control-Allow-Credentials: true` and the page's origin. With
    them, pages can read API Gateway's errors only if all `cors` of the API name one and the same origin."""


def _two(value: Mapping[str, int]) -> Mapping[str, int]:
    if value and len(value) != 2:  # noqa: PLR2004 - one that takes over from the other
        raise unfit("must name two backends")
    if value and not any(value.values()):
        raise unfit(
            "must have a number above 0: with 0 alone nobody answers", as_yaml(dict.fromkeys(value, 1))
        )
    return value


Weights = Annotated[Mapping[BackendName, Annotated[int, between(0, MAX_WEIGHT)]], AfterValidator(_two)]


class RouteSettings(Model):
    """The settings of a route."""

    backend: BackendName | None = Field(default=None, examples=["apps"])
    """Backend that the route leads to, where several have its path."""
    weights: Annotated[Weights, Since("0.3")] = Field(default={}, examples=[{"apps": 1, "apps-west": 1}])
    """Two backends that have the path → how many of the route's connections each gets, as a share of both
    numbers. With equal numbers, each takes over where the other's pods don't answer; with others, such as 95
    and 5, none does; one with 0 gets none. They change without a deployment of the API
    (`docs/recipes/two-regions.md`)."""
    slot: Annotated[int | None, Since("0.3")] = Field(default=None, examples=[10])
    """With `weights`: number of the route from 0 to 49, which neither a backend nor another route has. Its
    listener on the gateway NLB has port 8000 + slot."""
    health_path: Annotated[HealthPath | None, Since("0.3")] = Field(default=None, examples=["/svc1/ready"])
    """With `weights`: path that the pods of both backends answer with a status of 200 to 399, whatever the
    host, while they are well; the load balancers ask it without the headers of a request. Left out, it is the
    `health.readinessPath` or `health.path` of services, or the `healthPath` of another backend, if both are
    the same. Not `/healthz`, which an ALB of the stack answers itself."""
    auth: ChosenAuth | None = Field(default=None, examples=["iam"])
    """How callers of the route are authenticated; as the API says if left out."""
    allow_unauthenticated: bool = False
    """Must be `true` beside `auth: none`, and only there."""
    principals: Annotated[
        tuple[PrincipalArn, ...],
        distinct(0, "principals"),
        some("principals", "whoever has a policy that allows it may call"),
    ] = Field(default=(), examples=[[CALLER]])
    """With auth `iam`: roles and users that may call; if left out, whoever has a policy that allows it. Not
    with `existing`."""
    scopes: Annotated[tuple[Scope, ...], distinct(0, "scopes")] = Field(
        default=(), examples=[["orders/read"]]
    )
    """With auth `cognito`: scopes, of which the access token must have one."""
    identity_headers: Annotated[bool | None, Since("0.2")] = Field(default=None, examples=[True])
    """Whether the service is told who calls; as the API says if left out."""
    methods: Annotated[
        tuple[Verb, ...],
        distinct(0, "methods"),
        some("methods", "any is served"),
        BeforeValidator(_each_by_name),
    ] = Field(default=(), examples=[["GET", "POST"]])
    """HTTP methods; any if left out."""
    throttle: Throttle | None = Field(default=None, examples=[{"rate": 10, "burst": 20}])
    """Limits of each method of the route; the stage's if left out."""
    timeout_seconds: Annotated[int, Check(_seconds, TIMEOUT, {"minimum": 1, "maximum": MAX_STREAM})] = (
        MAX_TIMEOUT
    )
    """How many seconds API Gateway waits for the backend's answer; with `streaming`, until it is whole. At
    most 29, or the `integrationTimeoutSeconds` of `crosslink:quotas`, or 900 with `streaming`. The stack's
    ALBs wait longer; the idle timeout of an existing one, by default 60 seconds, is its owner's to raise. The
    stack's pods serve so long, and 15 seconds, after they are told to stop: no rollout cuts an answer off.
    Another time makes new pods."""
    streaming: Annotated[bool, Since("0.2")] = False
    """Whether callers get an answer while the backend still writes it, such as server-sent events or a large
    file. Otherwise they get it once it is whole, and it may have 10 MB at most. A stream is slowed down to 2
    MB/s after 10 MB, may pause for 5 minutes, and isn't compressed by API Gateway."""
    cors: Cors | None = Field(default=None, examples=[{"origins": ["https://app.example.com"]}])
    """Which web pages may call; none if left out. Not with `existing`."""

    @property
    def idle_seconds(self) -> int:
        """How many seconds at most API Gateway waits for the next byte of the backend."""
        return min(self.timeout_seconds, MAX_IDLE_STREAM) if self.streaming else self.timeout_seconds

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """The methods that reach the backend: with CORS, API Gateway answers `OPTIONS` itself."""
        return tuple(verb for verb in self.methods or VERBS if not (self.cors and verb == "OPTIONS"))
