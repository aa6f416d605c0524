"""`crosslink:api`: the public REST API, new or existing."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, cast

from pydantic import BeforeValidator, Field

from settings.authorizers import Cognito, LambdaAuthorizer
from settings.domain import Domain
from settings.fields import Model, Network, Text, distinct, matching, not_everywhere, public_domain, unfit
from settings.limits import Client, Throttle
from settings.logs import A_YEAR, Logs
from settings.route import Auth, RouteSettings

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
ApiName = Annotated[Text, matching(r"\S(.*\S)?", "must not be empty, nor begin or end with a space")]
SourceNetwork = Annotated[Network, not_everywhere("leave sourceIps out to admit them all")]


class ExistingApi(Model):
    """An API that this stack doesn't create, in the consumer's account and region."""

    id: ApiResourceId = Field(examples=["a1b2c3d4e5"])
    """The API's id."""
    root_resource_id: ApiResourceId = Field(examples=["abc123"])
    """The id of its resource `/`."""


class Api(Model):
    """The REST API."""

    example: ClassVar[Mapping[str, object]] = {"name": "crosslink"}

    name: ApiName | None = Field(default=None, examples=["crosslink"])
    """The name of a new API. Exactly one of `name` and `existing` is set."""
    existing: ExistingApi | None = Field(
        default=None, examples=[{"id": "a1b2c3d4e5", "rootResourceId": "abc123"}]
    )
    """The existing API to add routes to."""
    stage: Annotated[
        Text, matching(r"[A-Za-z0-9_-]{1,128}", "must be 1 to 128 of the characters A-Za-z0-9_-")
    ] = "v1"
    """Name of the stage that this stack deploys."""
    auth: Auth = "iam"
    """How callers are authenticated on routes that don't set their own."""
    allow_unauthenticated: bool = False
    """True with auth `none`, and only with it."""
    cognito: Cognito | None = Field(default=None, examples=[Cognito.example])
    """The user pool for auth `cognito`."""
    lambda_: LambdaAuthorizer | None = Field(
        default=None, alias="lambda", examples=[LambdaAuthorizer.example]
    )
    """The function for auth `lambda`."""
    source_ips: Annotated[tuple[SourceNetwork, ...], distinct(0, "networks")] = Field(
        default=(), examples=[["203.0.113.0/24"]]
    )
    """CIDRs that callers may come from; empty for any."""
    routes: Mapping[str, RouteSettings] = Field(default={}, examples=[{"/svc1": {"methods": ["GET"]}}])
    """Path of a service → the settings of its route."""
    throttle: Throttle = Field(default=Throttle(), examples=[{"rate": 100, "burst": 200}])
    """Limits of each method of the stage."""
    clients: tuple[Client, ...] = Field(default=(), examples=[[Client.example]])
    """Callers with an API key and limits of their own."""
    domain: Domain | None = Field(
        default=None, examples=[{"name": "api.example.com", "hostedZoneId": "Z0123456789ABCDEFGHIJ"}]
    )
    """A custom domain name; None for the name that API Gateway generates."""
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
    """A web ACL of AWS WAF for the stage; None for none."""
    backend_domain: Annotated[str, public_domain(MAX_BACKEND_DOMAIN)] = "crosslink.example.com"
    """The integrations' host is `<backend>.<backend_domain>`; it is never resolved."""
    logs: Annotated[Logs | None, BeforeValidator(_logs)] = Field(
        default_factory=_logs_by_default, examples=[{"retentionDays": A_YEAR}]
    )
    """Access logs; None for none. On by default for a new API; `false` in the file switches them off."""

    def route(self, path: str) -> RouteSettings:
        """The settings of a route: its own, or the defaults."""
        return self.routes.get(path, RouteSettings())

    def leads_to(self, path: str, backend: str) -> bool:
        """Whether a route leads to a backend that has its path: where several have it, one is chosen."""
        return self.route(path).backend in (None, backend)

    def auth_of(self, path: str) -> Auth:
        """How callers of a route are authenticated."""
        return self.route(path).auth or self.auth
