"""The table of zones and regions."""

import pytest

from settings.fields import regions
from settings.zones import (
    DEFAULT_REGIONS,
    WITHOUT,
    Service,
    in_region,
    is_opt_in,
    lacking,
    usable_zones,
    zone_prefix,
)

USUAL: list[Service] = ["EKS", "NLB", "ALB", "interface endpoint"]


@pytest.mark.parametrize("region", regions())
def test_each_region_has_two_zones_or_more_to_propose_and_each_has_everything(region: str) -> None:
    zones = usable_zones(region)
    assert len(zones) >= 2
    assert {zone.partition("-")[0] for zone in zones} == {zone_prefix(region)}
    assert not [zone for zone in zones if lacking(zone, USUAL)]
    for chosen in WITHOUT:
        assert not [zone for zone in usable_zones(region, [chosen]) if lacking(zone, [chosen])]


@pytest.mark.parametrize("zone", ["use1-az3", "usw1-az2", "apne1-az3", "cac1-az3"])
def test_a_constrained_zone_lacks_everything(zone: str) -> None:
    assert lacking(zone, USUAL) == USUAL


def test_regions_of_before_march_2019_are_there_without_being_enabled() -> None:
    assert set(regions()) > DEFAULT_REGIONS
    assert all(map(is_opt_in, ("af-south-1", "ap-east-1", "eu-central-2")))
    assert not is_opt_in("us-east-1")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("[use1-az1, use1-az2]", "[usw1-az1, usw1-az3]"),
        ("[usw1-az3, use1-az2]", "[usw1-az3, usw1-az1]"),
        ("{ use1-az1: subnet-1, use1-az2: subnet-2 }", "{ usw1-az1: subnet-1, usw1-az3: subnet-2 }"),
        ("{ a: [use1-az1], b: [use1-az1] }", "{ a: [usw1-az1], b: [usw1-az1] }"),
        ("region: us-east-1", "region: us-east-1"),
    ],
)
def test_examples_get_zones_of_the_region(text: str, right: str) -> None:
    assert in_region(text, "us-west-1") == right
