"""The table of how long creating takes, which has dates and sources.

The clock is never asked (docs/adr/0016-dated-tables.md): a timeline says of which day its figures are.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

HERE = Path(__file__).parent


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Time(_Row):
    """How long one thing takes until Pulumi goes on to what waits for it, in seconds."""

    what: str
    typical: int
    low: int
    high: int
    source: str | None = None  # a page; None of an estimate
    looked_up: date
    confirmed: str | None = None  # what the figures were compared with
    unconfirmed: str | None = None  # why they are in doubt: one source, or none
    types: tuple[str, ...] = ()  # the types that always take that long; of others `durations.py` decides

    @model_validator(mode="after")
    def _in_order(self) -> "Time":
        if not 0 <= self.low <= self.typical <= self.high:
            raise ValueError(f"{self.what}: low, typical and high aren't in order")
        if (self.confirmed is None) == (self.unconfirmed is None):
            raise ValueError(f"{self.what}: it is either confirmed or unconfirmed")
        return self


class Times(_Row):
    """The table `times.yaml`."""

    as_of: date  # when it was last compared with its sources
    other: Time  # of all types that have none of their own
    times: Mapping[str, Time]


@cache
def times() -> Times:
    """The times, by the names that `durations.py` has for them."""
    return Times.model_validate(yaml.safe_load((HERE / "times.yaml").read_text("utf-8")))


@cache
def by_type() -> Mapping[str, Time]:
    """The times of the types that always take as long."""
    return {type_: row for row in times().times.values() for type_ in row.types}
