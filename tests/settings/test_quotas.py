"""Quotas of AWS: 50 backends fit into them, and where they were raised, more does."""

from typing import Any

import pytest

from settings import SettingsError
from settings.fields import regions
from settings.rules.networks import zone_prefix
from tests import many
from tests.settings.stack_file import STACK_FILE, StackFile, edited, parsed

HOME = "us-west-2"
APIS = ("crosslink:consumer", "crosslink:api")
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


def test_pods_and_balancers_wait_for_what_routes_may_take() -> None:
    routes = {"/svc1": {"timeoutSeconds": 10}, "/svc2": {"timeoutSeconds": 900, "streaming": True}}
    both = parsed(edited(STACK_FILE, {"crosslink:api.routes": routes}))
    assert both.longest_requests(both.backends[0]) == {"/svc1": 10, "/svc2": 900}
    assert both.longest_wait(both.backends[0]) == 300
    assert both.longest_requests(both.backends[1]) == {"/tools": 29}


def test_without_an_api_they_wait_as_long_as_its_account_allows() -> None:
    alone = {name: value for name, value in STACK_FILE.items() if name not in APIS}
    allowed = {"allowedPrincipals": ["arn:aws:iam::111111111111:root"]}
    alone["crosslink:backends"] = [backend | allowed for backend in STACK_FILE["crosslink:backends"]]
    provider = parsed({**alone, "crosslink:quotas": {"integrationTimeoutSeconds": 120}})
    assert provider.longest_requests(provider.backends[0]) == {"/svc1": 120, "/svc2": 120}


@pytest.mark.parametrize(
    ("backends", "quotas", "refusal"),
    [
        (4, {}, None),
        (5, {}, "too many VPCs: 6, of 5. AWS raises it on request; then set crosslink:quotas.vpcs"),
        (5, {"vpcs": 6}, None),
        (6, {"vpcs": 7}, "Elastic IP addresses: 6, of 5, NAT gateways in a zone: 6, of 5."),
        (6, {"vpcs": 7, "elasticIps": 6}, "too many NAT gateways in a zone: 6, of 5."),
        (6, {"vpcs": 7, "elasticIps": 6, "natGateways": 6}, None),
    ],
)
def test_networks_of_an_account_and_region(
    backends: int, quotas: dict[str, int], refusal: str | None
) -> None:
    """Beside the API's own network, in its account and region."""
    far, cluster = STACK_FILE["crosslink:backends"]
    role = STACK_FILE["crosslink:consumer"]["roleArn"]

    def backend(n: int) -> dict[str, Any]:
        services = [{"name": "one", "path": f"/s{n}", "image": "echo:1.0", "port": 8080}]
        account = {"accountId": "111111111111", "roleArn": role}
        return cluster | account | {"name": f"b{n}", "slot": n, "services": services}

    several = [far, *(backend(n) for n in range(1, backends + 1))]
    file = edited(STACK_FILE, {"crosslink:backends": several, "crosslink:quotas": quotas})
    if refusal is None:
        assert parsed(file)
        return
    with pytest.raises(SettingsError) as error:
        parsed(file)
    (fault,) = error.value.faults
    assert fault.path == f"crosslink:backends[{backends}].network"
    assert refusal in fault.must


def test_fifty_clusters_in_five_regions_need_quotas_that_aws_raises() -> None:
    file = many.config(50) | {"crosslink:allowPlaceholders": True}
    assert len(parsed(file).backends) == 50
    with pytest.raises(SettingsError) as error:
        parsed(file | {"crosslink:quotas": {}})
    resources, *networks = error.value.faults
    assert "must need 300 resources of the API or less: these paths need 401." in resources.must
    assert resources.must.endswith(f"{RAISED}apiResources")
    assert len(networks) == 5
    for fault in networks:
        figures = "VPCs: 10, of 5, Elastic IP addresses: 10, of 5, NAT gateways in a zone: 10, of 5. "
        assert fault.must.endswith(f"{figures}{RAISED}vpcs, elasticIps, natGateways")
