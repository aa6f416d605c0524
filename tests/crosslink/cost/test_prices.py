"""The table of prices: dates, sources, and regions."""

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from crosslink.cost.charges import CHARGES
from crosslink.cost.prices import EVERYWHERE, Price, free, prices
from settings.fields import regions
from tests.runs import ROOT

HALF_A_YEAR = timedelta(days=183)


@pytest.mark.parametrize("price", prices().prices.values(), ids=prices().prices)
def test_a_price_has_a_page_and_a_date(price: Price) -> None:
    """Whoever moves `as_of` has looked up all of them."""
    assert price.source.startswith("https://aws.amazon.com/")
    assert timedelta(0) <= prices().as_of - price.looked_up < HALF_A_YEAR


@pytest.mark.parametrize("price", prices().prices.values(), ids=prices().prices)
def test_a_price_is_of_a_region(price: Price) -> None:
    assert set(price.usd) <= {*regions(), EVERYWHERE}
    assert set(price.unconfirmed) <= set(price.usd)
    assert all(0 < usd < 10 for usd in price.usd.values())


@pytest.mark.parametrize("region", ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1"])
def test_these_regions_have_every_price(region: str) -> None:
    assert [name for name, price in prices().prices.items() if price.of(region) is None] == []


def test_the_table_makes_up_no_price() -> None:
    assert prices().monthly("nlb", "ap-southeast-2") is None
    assert prices().monthly("nlb", None) is None


def test_what_is_free_has_a_reason_and_no_price() -> None:
    assert all(row.why and row.source.startswith("https://") for row in free().values())
    assert not set(free()) & set(CHARGES)


EUROPE = ["us-east-1", "eu-west-1", "eu-central-1"]


@pytest.mark.parametrize(
    ("row", "at"),
    [
        ("1 in us-east-1", ["us-east-1"]),
        ("5 in us-east-1", ["us-east-1"] * 5),
        ("1 in each of us-east-1, eu-west-1 and eu-central-1", EUROPE),
        ("50 in us-east-1", ["us-east-1"] * 50),
    ],
)
def test_the_decision_compares_peering_and_native_crossing_by_this_table(row: str, at: Sequence[str]) -> None:
    """Endpoints in two zones: beside the backend, or in us-west-2 with a service that supports it."""
    peering = sum((2 * _monthly("interface-endpoint", region) for region in at), Decimal(0))
    native = sum(
        (
            2 * _monthly("interface-endpoint", "us-west-2") + _monthly("privatelink-region", region)
            for region in at
        ),
        Decimal(0),
    )
    text = (ROOT / "docs" / "adr" / "0018-native-crossing.md").read_text()
    (told,) = re.findall(rf"^\| {row} \| (.+) \|$", text, re.MULTILINE)
    assert told == f"{peering:,.2f} | {native:,.2f} | {native - peering:,.2f}"


def test_the_decision_tells_what_the_zones_and_a_transit_gateway_change() -> None:
    text = (ROOT / "docs" / "adr" / "0018-native-crossing.md").read_text()
    of_a_gigabyte = Decimal("0.02")  # https://aws.amazon.com/transit-gateway/pricing/, as others quote it
    zones = 3 * _monthly("interface-endpoint", "ap-northeast-1") - 2 * _monthly(
        "interface-endpoint", "us-west-2"
    )
    assert f"three zones in Tokyo against two in Oregon are {zones:.2f}" in text
    region = _monthly("privatelink-region", "us-east-1")
    assert f"{region:.2f} for each backend, whatever its traffic" in text
    assert f"from {region / of_a_gigabyte:,.0f} GB a month for each backend" in text


def _monthly(name: str, region: str) -> Decimal:
    usd = prices().monthly(name, region)
    assert usd is not None
    return usd
