"""`crosslink:api`: the public REST API, new or existing."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, cast

from pydantic import AfterValidator, BeforeValidator, Field

from settings.addresses import Network, not_everywhere
from settings.auth import Auth
from settings.authorizers import Cognito, LambdaAuthorizer
from settings.described import Since
from settings.domain import Domain
from settings.fields import Model, Text, at_most, distinct, matching, public_domain, some, unfit
from settings.limits import Client, Throttle
from settings.logs import A_YEAR, Logs
from settings.route import ChosenAuth, RouteSettings
from settings.sources import not_all_together, on_the_internet

MAX_BACKEND_DOMAIN = 240
"""A DNS name has at most 253 characters, which include a backend's name and a dot."""


def _logs(value: object) -> object:
    if value is False:
        return None
    if not isinstance(value, dict | Logs):
        raise unfit("must be a mapping, or false for no access logs")
    return cast("object", value)


def _logs_by_default(api: Mapping[str, object]) -> Logs | None:
    """Of a new API. The stage of an existing one also serves its owner's routes: their callers are recorded
    only if the settings ask for it."""
    return None if api.get("existing") else Logs()


ApiResourceId = Annotated[str, matching(r"[a-z0-9]+", "must be an id of lower-case letters and digits")]
MAX_API_NAME = 255
"""A longer one is no value of the dimension `ApiName` of the API's metrics
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html)."""
TEST_STAGE = "test-invoke-stage"
"""What API Gateway calls the stage of its own test calls
(https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-test-method.html)."""
ApiName = Annotated[
    Text,
    matching(r"\S(.*\S)?", "must be one line that neither is empty nor begins or ends with a space"),
    at_most(MAX_API_NAME),
]
FOR_ALL = "leave sourceIps out to admit them all"
SourceNetwork = Annotated[
    Network,
    not_everywhere(FOR_ALL),
    on_the_internet("no caller of a public API has one, so that it admits nobody"),
]
SourceNetworks = Annotated[
    tuple[SourceNetwork, ...],
    distinct(0, "networks"),
    some("networks", "callers may come from anywhere"),
    not_all_together(FOR_ALL),
]


def _no_test_stage(value: str) -> str:
    if value == TEST_STAGE:
        raise unfit(f"must not be {TEST_STAGE}, which API Gateway keeps for its own test calls")
    return value


class ExistingApi(Model):
    """An API that this stack doesn't create, in the consumer's account and region."""

    id: ApiResourceId = Field(examples=["a1b2c3d4e5"])
    """Id of the API, in the consumer's account and the API's region."""
    root_resource_id: ApiResourceId = Field(examples=["abc123"])
    """Id of its resource `/`."""
    name: Annotated[ApiName | None, Since("0.4")] = Field(default=None, examples=["shared"])
    """Its name, which CloudWatch knows it by: required with `alarms` of the consumer. Alarms also count what
    another API of the same name in the region does, at a stage of the same name."""


_BY_DEFAULT = RouteSettings()


class Api(Model):
    """The REST API."""

    example: ClassVar[Mapping[str, object]] = {"name": "crosslink"}

    name: ApiName | None = Field(default=None, examples=["crosslink"])
    """Name of a new API. Either `name` or `existing` is required."""
    existing: ExistingApi | None = Field(
        default=None, examples=[{"id": "a1b2c3d4e5", "rootResourceId": "abc123"}]
    )
    """An existing API, to which the routes are added."""
    stage: Annotated[
        Text,
        matching(r"[A-Za-z0-9_-]{1,128}", "must be 1 to 128 of the characters A-Za-z0-9_-"),
        AfterValidator(_no_test_stage),
    ] = "v1"
    """Name of the stack's stage."""
    auth: ChosenAuth = "iam"
    """How callers are authenticated on routes that don't say it themselves."""
    allow_unauthenticated: bool = False
    """Must be `true` beside `auth: none`, and only there."""
    cognito: Cognito | None = Field(default=None, examples=[Cognito.example])
    """With auth `cognito`: where callers' tokens come from."""
    lambda_: LambdaAuthorizer | None = Field(
        default=None, alias="lambda", examples=[LambdaAuthorizer.example]
    )
    """With auth `lambda`: who decides about callers."""
    identity_headers: Annotated[bool, Since("0.2")] = False
    """Whether services are told who calls, on routes that don't say it themselves, in a header that callers
    can't forge: with auth `iam` `X-Crosslink-Caller-Arn` (the user, or the role's session), with `cognito`
    `X-Crosslink-Caller-Subject` (the token's `sub`), with `lambda` `X-Crosslink-Caller-Principal` (the
    function's `principalId`). `docs/security.md` says what services may trust. With `true`, routes with auth
    `apiKey` or `none` have to say `false`."""
    source_ips: SourceNetworks = Field(default=(), examples=[["203.0.113.0/24"]])
    """Networks that callers may come from; from everywhere if left out. Not with `existing`."""
    routes: Mapping[str, RouteSettings] = Field(default={}, examples=[{"/svc1": {"methods": ["GET"]}}])
    """Path of the API → the settings of its route."""
    throttle: Throttle = Field(default=Throttle(), examples=[{"rate": 100, "burst": 200}])
    """Limits of each method."""
    clients: Annotated[tuple[Client, ...], some("clients", "the stack makes one key for all")] = Field(
        default=(), examples=[[Client.example]]
    )
    """Callers with an API key of their own, for routes with auth `apiKey`; left out, the stack makes one key
    for all."""
    domain: Domain | None = Field(
        default=None, examples=[{"name": "api.example.com", "hostedZoneId": "Z0123456789ABCDEFGHIJ"}]
    )
    """A name of the API's own; API Gateway's if left out."""
    web_acl_arn: (
        Annotated[
            str,
            matching(
                r"arn:aws:wafv2:[a-z0-9-]+:\d{12}:regional/webacl/[\w-]+/[0-9a-f-]+",
                "must be the ARN of a regional web ACL in partition aws",
            ),
        ]
        | None
    ) = Field(
        default=None,
        examples=[
            "arn:aws:wafv2:us-west-2:111111111111:regional/webacl/api/a1b2c3d4-5678-90ab-cdef-111111111111"
        ],
    )
    """Regional web ACL of AWS WAF for the stage; none if left out."""
    vpc_link: Annotated[Literal["v1", "v2"], Since("0.3")] = "v1"
    """Kind of the VPC link: `v1`, which leads to the gateway NLB by PrivateLink and which AWS calls legacy,
    or `v2`, with network interfaces in the gateway network. AWS removes these after 60 days without a
    request, and makes them anew, in minutes, at the next. `docs/adr/0004-vpc-link-v1.md` compares both."""
    backend_domain: Annotated[str, public_domain(MAX_BACKEND_DOMAIN)] = "crosslink.example.com"
    """Domain of the host that requests to backends without TLS have, `<backend>.<backendDomain>`; nothing
    resolves it."""
    logs: Annotated[
        Logs | None, BeforeValidator(_logs, json_schema_input_type=Logs | Literal[False] | None)
    ] = Field(default_factory=_logs_by_default, examples=[{"retentionDays": A_YEAR}])
    """Access logs; `false` for none. Left out, a new API has them, and an existing one doesn't."""

    def route(self, path: str) -> RouteSettings:
        """The settings of a route: its own, or the defaults."""
        return self.routes.get(path, _BY_DEFAULT)

    def leads_to(self, path: str, backend: str) -> bool:
        """Whether a route leads to a backend that has its path: of several that do, one or two are chosen."""
        route = self.route(path)
        return backend in route.weights if route.weights else route.backend in (None, backend)

    def auth_of(self, path: str) -> Auth:
        """How callers of a route are authenticated."""
        return self.route(path).auth or self.auth

    def tells_caller(self, path: str) -> bool:
        """Whether the service behind a route is told who calls."""
        own = self.route(path).identity_headers
        return self.identity_headers if own is None else own

    @property
    def has_identity_headers(self) -> bool:
        """Whether a service is told who calls: then no caller may send such headers to any."""
        return self.identity_headers or any(route.identity_headers for route in self.routes.values())
