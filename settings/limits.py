"""Limits on requests: per method of the stage or of a route, and per client with an API key."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from settings.fields import Model, between, matching, unfit


def _positive(value: float) -> float:
    if value <= 0:
        raise unfit("must be more than 0")
    return value


ClientName = Annotated[
    str,
    matching(
        r"[a-z]([a-z0-9-]{0,30}[a-z0-9])?",
        "must be 1 to 32 of the characters a-z0-9-, beginning with a letter, not ending with a hyphen",
    ),
]


class Throttle(Model):
    """A limit on the requests to a method.

    Attributes:
        rate: Requests per second, on average.
        burst: Requests at the same moment.
    """

    rate: Annotated[float, AfterValidator(_positive)] = Field(default=100.0, examples=[100])
    burst: Annotated[int, between(1, None)] = 200


class Quota(Model):
    """The total number of requests of a client in a period.

    Attributes:
        requests: Number of requests.
        per: The period.
    """

    requests: Annotated[int, between(1, None)] = Field(examples=[10000])
    per: Literal["day", "week", "month"] = Field(examples=["day"])


class Client(Model):
    """A caller with its own API key and limits.

    Attributes:
        name: Part of the names of its key and its usage plan.
        throttle: Limit on all its requests together; None for only the stage's limits.
        quota: Limit per period; None for none.
    """

    example: ClassVar[Mapping[str, object]] = {"name": "mobile"}

    name: ClientName = Field(examples=["mobile"])
    throttle: Throttle | None = Field(default=None, examples=[{"rate": 10, "burst": 20}])
    quota: Quota | None = Field(default=None, examples=[{"requests": 10000, "per": "day"}])
