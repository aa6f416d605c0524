"""The table of prices: dates, sources, and regions."""

from datetime import timedelta

import pytest

from crosslink.cost.charges import CHARGES
from crosslink.cost.prices import EVERYWHERE, Price, free, prices
from settings.fields import regions

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
