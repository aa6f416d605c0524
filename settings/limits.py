"""Limits on requests: of the stage, of a route, of a client with its key."""

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
        rate: Requests per second.
        burst: Requests at once.
    """

    rate: Annotated[float, AfterValidator(_positive)] = Field(default=100.0, examples=[100])
    burst: Annotated[int, between(1, None)] = 200


class Quota(Model):
    """How much a client may ask in all.

    Attributes:
        requests: Their number.
        per: The time in which they count.
    """

    requests: Annotated[int, between(1, None)] = Field(examples=[10000])
    per: Literal["day", "week", "month"] = Field(examples=["day"])


class Client(Model):
    """Somebody who calls with a key of his own, under limits of his own.

    Attributes:
        name: In the names of its key and its usage plan.
        throttle: Of all its requests together; None for the stage's alone.
        quota: None for none.
    """

    example: ClassVar[Mapping[str, object]] = {"name": "mobile"}

    name: ClientName = Field(examples=["mobile"])
    throttle: Throttle | None = Field(default=None, examples=[{"rate": 10, "burst": 20}])
    quota: Quota | None = Field(default=None, examples=[{"requests": 10000, "per": "day"}])
