"""`crosslink:api`: the public REST API, a new one or an existing one."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from settings.fields import Model, Text, between, matching, unfit

RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""
MAX_BACKEND_DOMAIN = 240
"""A DNS name holds 253 characters, a backend's name and a dot included."""


def _auth(value: object) -> object:
    if value in ("cognito", "lambda"):
        raise unfit("is not supported yet")
    return value


def _positive(value: float) -> float:
    if value <= 0:
        raise unfit("must be more than 0")
    return value


def _retention_days(value: int) -> int:
    if value not in RETENTION_DAYS:
        nearest = min(RETENTION_DAYS, key=lambda days: abs(days - value))
        raise unfit(f"must be one of {', '.join(map(str, RETENTION_DAYS))}", str(nearest))
    return value


def _public_domain(value: str) -> str:
    label = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    if not re.fullmatch(rf"({label}\.)+(?!\d+$){label}", value) or len(value) > MAX_BACKEND_DOMAIN:
        raise unfit("must be a DNS name of two labels or more")
    # API Gateway refuses private top-level domains, at least in public integrations.
    if value.lower().endswith((".internal", ".local")):
        raise unfit(
            "must not lie under .internal or .local: API Gateway may refuse them", "crosslink.example.com"
        )
    return value


ApiResourceId = Annotated[str, matching(r"[a-z0-9]+", "must be an id of lower-case letters and digits")]
ApiName = Annotated[Text, matching(r"\S(.*\S)?", "must not be empty, nor begin or end with a space")]


class ExistingApi(Model):
    """An API that is somebody else's, in the consumer's account and region.

    Attributes:
        id: Of the API.
        root_resource_id: Of its resource `/`.
    """

    id: ApiResourceId = Field(examples=["a1b2c3d4e5"])
    root_resource_id: ApiResourceId = Field(examples=["abc123"])


class Throttle(Model):
    """Limits of the stage.

    Attributes:
        rate: Requests per second.
        burst: Requests at once.
    """

    rate: Annotated[float, AfterValidator(_positive)] = Field(default=100.0, examples=[100])
    burst: Annotated[int, between(1, None)] = 200


class Logs(Model):
    """Access logs of the stage.

    Attributes:
        retention_days: As CloudWatch Logs allows.
        account_role: API Gateway's log role, one per account and region: existing, or managed by this stack.
    """

    retention_days: Annotated[int, AfterValidator(_retention_days)] = Field(examples=[30])
    account_role: Literal["existing", "managed"] = "existing"


class Api(Model):
    """The REST API.

    Attributes:
        name: Of a new API.
        existing: An existing API; exactly one of both is set.
        stage: Name of the stage that this stack deploys.
        auth: Who may call.
        allow_unauthenticated: Must stand beside auth `none`.
        throttle: Limits of the stage.
        backend_domain: The integrations' host is `<backend>.<this>`; it is never resolved.
        logs: Access logs; None for none.
    """

    example: ClassVar[Mapping[str, object]] = {"name": "crosslink"}

    name: ApiName | None = Field(default=None, examples=["crosslink"])
    existing: ExistingApi | None = Field(
        default=None, examples=[{"id": "a1b2c3d4e5", "rootResourceId": "abc123"}]
    )
    stage: Annotated[
        Text, matching(r"[A-Za-z0-9_-]{1,128}", "must be 1 to 128 of the characters A-Za-z0-9_-")
    ] = "v1"
    auth: Annotated[Literal["iam", "apiKey", "none"], BeforeValidator(_auth)] = "iam"
    allow_unauthenticated: bool = False
    throttle: Throttle = Field(default=Throttle(), examples=[{"rate": 100, "burst": 200}])
    backend_domain: Annotated[str, AfterValidator(_public_domain)] = "crosslink.example.com"
    logs: Logs | None = Field(default=None, examples=[{"retentionDays": 30}])
