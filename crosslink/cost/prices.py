"""The tables of prices and of types without one, which have dates and sources.

The clock is never asked (docs/adr/0016-dated-tables.md): an estimate says of which day its prices are.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

HERE = Path(__file__).parent
CENT = Decimal("0.01")
EVERYWHERE = "everywhere"  # in the place of a region


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Price(_Row):
    """What AWS asks for one thing, in USD, on demand."""

    what: str
    per: Literal["hour", "month"]
    source: str  # AWS's page
    offer: str  # the service in AWS's price list
    usage: str  # the usage type in it, without the region's part
    looked_up: date
    usd: Mapping[str, Decimal]  # by region, or `everywhere`
    confirmed: str  # what the figures were compared with
    unconfirmed: Mapping[str, str] = {}  # region, or `everywhere` → the one source that it has

    def of(self, region: str | None) -> Decimal | None:
        """The price in a region; None if the table doesn't have it, which is no reason to guess."""
        return self.usd.get(EVERYWHERE) if region is None else self.usd.get(region, self.usd.get(EVERYWHERE))

    def only_source(self, region: str | None) -> str | None:
        """The only source of the price in a region; None if others confirm it."""
        return self.unconfirmed.get(region if region and region in self.usd else EVERYWHERE)


class Traffic(_Row):
    """What traffic costs besides, in us-east-1."""

    of: tuple[str, ...]  # types of resources that bring it
    having: str | None = None  # only those with this property
    usd: Decimal
    per: str
    source: str

    def __str__(self) -> str:
        told = self.usd if self.usd % CENT else self.usd.quantize(CENT)
        return f"${told:f} per {self.per}"


class Prices(_Row):
    """The table `prices.yaml`."""

    as_of: date  # when it was last compared with its sources
    hours: int  # in a month
    prices: Mapping[str, Price]
    traffic: tuple[Traffic, ...]

    def monthly(self, name: str, region: str | None) -> Decimal | None:
        """What one of a thing costs in a month; None if the table doesn't have the region."""
        price = self.prices[name]
        usd = price.of(region)
        return usd * self.hours if usd is not None and price.per == "hour" else usd


class Free(_Row):
    """Types that cost nothing of their own before traffic."""

    why: str
    source: str
    types: tuple[str, ...]


@cache
def prices() -> Prices:
    """The prices, by the names that `charges.py` has for them."""
    return Prices.model_validate(yaml.safe_load((HERE / "prices.yaml").read_text("utf-8")))


@cache
def free() -> Mapping[str, Free]:
    """The types that cost nothing of their own, each with the reason."""
    rows = yaml.safe_load((HERE / "types.yaml").read_text("utf-8"))["free"]
    return {type_: row for row in map(Free.model_validate, rows) for type_ in row.types}
