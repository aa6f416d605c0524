"""What is logged, and how long it is kept."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from settings.described import Check
from settings.fields import Model, unfit

RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""
A_YEAR = 365
"""The default: Security Hub asks for a year or more
(https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-16)."""


def _retention_days(value: int) -> int:
    if value not in RETENTION_DAYS:
        nearest = min(RETENTION_DAYS, key=lambda days: abs(days - value))
        raise unfit(f"must be one of {', '.join(map(str, RETENTION_DAYS))}", str(nearest))
    return value


RetentionDays = Annotated[
    int,
    Check(
        _retention_days,
        "must be a period that CloudWatch Logs allows, such as 30, 90 or 365",
        {"enum": RETENTION_DAYS},
    ),
]
"""One of the periods that CloudWatch Logs allows, in days."""


class Logs(Model):
    """Access logs of the API's stage.

    AWS refuses a stage with access logs while API Gateway has no logging role in the account and region, as
    in a new account (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html). All
    APIs there share the role, so the stack sets it only with `accountRole: managed`.
    """

    retention_days: RetentionDays = A_YEAR
    """How many days they are kept."""
    account_role: Literal["existing", "managed"] = "existing"
    """Whether API Gateway's log role exists, or is managed by this stack, for all APIs of the account and
    region."""


class FlowLogs(Model):
    """`crosslink:flowLogs`: flow logs of all networks of the stack, in both accounts."""

    example: ClassVar[Mapping[str, object]] = {"retentionDays": A_YEAR}

    retention_days: RetentionDays = Field(examples=[A_YEAR])
    """How many days they are kept."""
