"""Quotas of AWS: 50 backends fit into them, and where they were raised, more does."""

from typing import Any

import pytest

from settings import SettingsError
from settings.fields import regions
from settings.rules.networks import zone_prefix
from tests.settings.stack_file import STACK_FILE, StackFile, edited, parsed

HOME = "us-west-2"
RAISED = "AWS raises it on request; then set crosslink:quotas."
WITH_EKS = (2, 4, 5)  # numbers of zones


def zones(region: str, first: int, count: int) -> list[str]:
    """Ids of so many zones of a region."""
    return [f"{zone_prefix(region)}-az{n}" for n in (*WITH_EKS, 6, 1, 3)[first : first + count]]


def fifty(far: int, in_each: int, ports: int = 0) -> StackFile:
    """50 backends in the API's region and others, every second one with TLS, or with so many ports.

    Args:
        far: how many other regions.
        in_each: how many zones a backend has.
        ports: how many ports they have; 0 for those of HTTP and HTTPS.
    """
    everywhere = [HOME, *(region for region in regions() if region != HOME)][: far + 1]

    def backend(n: int) -> dict[str, Any]:
        region = everywhere[n % len(everywhere)]
        service = f"com.amazonaws.vpce.{region}.vpce-svc-0a1b2c3d4e5f{n:05}"
        port = 9000 + n % ports if ports else 443 if n // len(everywhere) % 2 else 80
        return {
            "name": f"b{n}",
            "slot": n,
            "accountId": "222222222222",
            "region": region,
            "service": {"name": service, "port": port, "zoneIds": zones(region, 0, in_each)},
            "paths": {f"/b{n}": {}},
            **({"tls": {"domain": f"b{n}.example.com"}} if port == 443 else {}),
        }

    landings = {region: {"cidr": f"10.{n}.0.0/20"} for n, region in enumerate(everywhere[1:], 100)}
    return edited(
        STACK_FILE,
        {
            "crosslink:backends": [backend(n) for n in range(50)],
            "crosslink:consumer.landings": landings,
        },
    )


def existing(file: StackFile, in_each: int) -> StackFile:
    """The file with endpoints in existing networks."""
    landings = {
        region: {
            "existing": {
                "vpcId": f"vpc-{n:08}",
                "endpointSubnets": {
                    zone: f"subnet-{n:06}{at:02}" for at, zone in enumerate(zones(region, 0, in_each))
                },
            },
            "connection": "existing",
        }
        for n, region in enumerate(file["crosslink:consumer"]["landings"])
    }
    return edited(file, {"crosslink:consumer.landings": landings})


@pytest.mark.parametrize("in_each", [2, 3])
@pytest.mark.parametrize("far", [0, 4, 14, 24])
def test_fifty_backends_fit(far: int, in_each: int) -> None:
    file = fifty(far, in_each)
    assert len(parsed(file).backends) == 50
    if far:
        assert len(parsed(existing(file, in_each)).backends) == 50


def test_so_many_ports_in_the_apis_own_region_do_not() -> None:
    file = fifty(0, 2, ports=31)
    with pytest.raises(SettingsError) as error:
        parsed(file)
    (fault,) = error.value.faults
    assert fault.path == "crosslink:backends"
    assert "must need 60 rules of a security group of the gateway NLB or less: these need 62" in fault.must
    assert fault.must.endswith(f"{RAISED}securityGroupRules")
    assert len(parsed(edited(file, {"crosslink:quotas": {"securityGroupRules": 62}})).backends) == 50


def test_nor_do_ports_of_the_apis_region_beside_addresses_of_the_first_slots() -> None:
    """15 addresses in an existing network beside 25 ports in three zones of the API's region."""
    with pytest.raises(SettingsError, match="these need 90"):
        parsed(existing(fifty(1, 3, ports=50), 3))


@pytest.mark.parametrize(
    ("quotas", "edits"),
    [
        ({"albRules": 101}, {"services": 100}),
        ({"apiResources": 303, "albRules": 200}, {"services": 150}),
    ],
)
def test_what_was_raised_is_enough(quotas: dict[str, int], edits: dict[str, int]) -> None:
    services = [
        {"name": f"s{n}", "path": f"/s{n}", "image": "echo:1.0", "port": 8080}
        for n in range(edits["services"])
    ]
    file = edited(STACK_FILE, {"crosslink:backends[0].services": services})
    with pytest.raises(SettingsError, match=RAISED):
        parsed(file)
    assert parsed(edited(file, {"crosslink:quotas": quotas})).quotas.alb_rules == quotas["albRules"]
