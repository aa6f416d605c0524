"""Limits on requests: per method of the stage or of a route, and per client with an API key."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from settings.described import Check
from settings.fields import MAX_INT32, Model, between, matching, unfit


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
    """A limit on the requests to a method."""

    rate: Annotated[float, Check(_positive, schema={"exclusiveMinimum": 0})] = Field(
        default=100.0, examples=[100]
    )
    """Requests per second, on average."""
    burst: Annotated[int, between(1, MAX_INT32)] = 200
    """Requests at once."""


class Quota(Model):
    """The total number of requests of a client in a period."""

    requests: Annotated[int, between(1, MAX_INT32)] = Field(examples=[10000])
    """How many requests."""
    per: Literal["day", "week", "month"] = Field(examples=["day"])
    """In which period."""


class Client(Model):
    """A caller with its own API key and limits."""

    example: ClassVar[Mapping[str, object]] = {"name": "mobile"}

    name: ClientName = Field(examples=["mobile"])
    """Name of the client, of its key and its usage plan; unique."""
    throttle: Throttle | None = Field(default=None, examples=[{"rate": 10, "burst": 20}])
    """Limit of all its requests together; left out, only the stage's."""
    quota: Quota | None = Field(default=None, examples=[{"requests": 10000, "per": "day"}])
    """Number of requests in a period; none if left out."""
