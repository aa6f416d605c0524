"""Valid backends of any kind, for property tests."""

from collections.abc import Collection, Mapping, Sequence
from ipaddress import IPv4Network
from itertools import islice
from string import ascii_letters, digits
from typing import Any

from hypothesis import strategies as st

from settings.backend import HTTPS_PORT
from settings.zones import WITHOUT, lacking, zone_prefix
from tests.settings.api_strategies import ID

REGIONS = ("us-west-2", "us-east-1", "eu-central-1", "ap-southeast-2", "ca-central-1")
ACCOUNTS = ("111111111111", "222222222222", "333333333333")
KINDS = ("cluster", "existing cluster", "loadBalancer", "networkLoadBalancer", "service")
SEGMENTS = st.text(f"{ascii_letters}{digits}_-", min_size=1, max_size=8)
HEX = "0a1b2c3d4e5f6071"


def zones(region: str) -> list[str]:
    """All zones that the address plan has a part for, but those without what stands in zones."""
    every = [f"{zone_prefix(region)}-az{n}" for n in range(1, 8)]
    return [zone for zone in every if not lacking(zone, WITHOUT)]


def zone_ids(region: str, least: int = 2) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(zones(region)), min_size=least, max_size=4, unique=True)


def networks(block: str, largest: int, smallest: int) -> st.SearchStrategy[str]:
    """Networks inside a block, with prefix lengths from `largest` to `smallest`."""
    return st.integers(largest, smallest).flatmap(
        lambda prefix: st.sampled_from(
            [str(n) for n in islice(IPv4Network(block).subnets(new_prefix=prefix), 64)]
        )
    )


def subnets(given: Collection[str], number: int) -> dict[str, str]:
    """A subnet in each zone; `number` tells those of a purpose from others."""
    return {zone: f"subnet-{number:04x}{n:04x}" for n, zone in enumerate(given)}


@st.composite
def paths(draw: st.DrawFn, backend: int) -> list[str]:
    """One to four paths, some below others; the first backend may have the root."""
    found = [["", f"b{backend}-0", *draw(st.lists(SEGMENTS, max_size=3))]]
    for n in range(1, draw(st.integers(1, 4))):
        upper = draw(st.sampled_from([[""], *(path for path in found if len(path) <= 5)]))
        found.append([*upper, f"b{backend}-{n}"])
    root = ["/"] if not backend and draw(st.booleans()) else []
    return root + ["/".join(path) for path in found]


PODS = st.fixed_dictionaries(
    {},
    optional={
        "replicas": st.integers(1, 9) | st.fixed_dictionaries({"max": st.integers(2, 9)}),
        "resources": st.fixed_dictionaries({}, optional={"cpu": st.just("2"), "memory": st.just("1Gi")}),
        "startupSeconds": st.integers(1, 900),
        "health": st.fixed_dictionaries({"path": st.just("/up")}, optional={"port": st.integers(1, 65535)}),
        "architecture": st.sampled_from(["amd64", "arm64"]),
        "runAsUser": st.integers(1, 2**31 - 1),
        "writablePaths": st.just(["/var/cache", "/data"]),
        "envFrom": st.just({"secrets": ["orders-db"]}),
    },
)


@st.composite
def services(draw: st.DrawFn, backend: int) -> list[dict[str, Any]]:
    return [
        {"name": f"svc{n}", "path": path, "stripPrefix": draw(st.booleans())}
        | draw(
            st.sampled_from(
                [
                    {"image": "hashicorp/http-echo:1.0", "port": 1 + 4711 * n},
                    {"image": "team/app:2", "port": 8080} | draw(PODS),
                    {"existing": {"namespace": "team", "service": f"svc{n}", "port": 80}},
                ]
            )
        )
        for n, path in enumerate(draw(paths(backend)))
    ]


@st.composite
def any_backend(
    draw: st.DrawFn, index: int, kinds: Sequence[str], roles: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """A backend of one of some kinds, without what its stack's shape asks for."""
    account, region = draw(st.sampled_from(ACCOUNTS)), draw(st.sampled_from(REGIONS))
    kind = draw(st.sampled_from(kinds))
    certificate = {"certificateArn": f"arn:aws:acm:{region}:{account}:certificate/{ID}"}
    tls = {"domain": f"b{index}.example.com", **(certificate if kind in KINDS[:2] else {})}
    balancer = f"arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer"
    existing = {"vpcId": f"vpc-{index:08x}", "nlbSubnets": subnets(draw(zone_ids(region)), 16 + index)}
    nodes = {"nodeSubnets": subnets(existing["nlbSubnets"], 32 + index)}
    made = {"cidr": draw(networks("10.64.0.0/11", 16, 20)), "zoneIds": draw(zone_ids(region))}
    of_kind: dict[str, Any] = {
        "cluster": {
            "network": draw(st.sampled_from([made, {"existing": {**existing, **nodes}}])),
            "cluster": {"publicAccessCidrs": draw(st.sampled_from([["203.0.113.0/24"], []]))},
        },
        "existing cluster": {
            "network": {"existing": existing},
            "cluster": {
                "existing": {"name": "platform", "controller": draw(st.sampled_from(["auto", "alb"]))}
            },
        },
        "loadBalancer": {
            "network": {"existing": existing},
            "loadBalancer": {"arn": f"{balancer}/app/b{index}/{HEX}", "healthPath": "/health"},
        },
        "networkLoadBalancer": {
            "networkLoadBalancer": {
                "arn": f"{balancer}/net/b{index}/{HEX}",
                "zoneIds": draw(zone_ids(region, 1)),
            }
        },
        "service": {
            "service": {
                "name": f"com.amazonaws.vpce.{region}.vpce-svc-{HEX}{index}",
                "zoneIds": draw(zone_ids(region, 1)),
                "port": draw(st.integers(1, 65535)),
            }
        },
    }[kind]
    behind = (
        {"services": draw(services(index))}
        if kind in KINDS[:2]
        else {
            "paths": {
                path: draw(st.sampled_from([None, {"stripPrefix": True}])) for path in draw(paths(index))
            }
        }
    )
    secure = of_kind.get("service", {}).get("port") == HTTPS_PORT or draw(st.booleans())
    return {
        "name": draw(st.from_regex(r"[a-z]([a-z0-9-]{0,9}[a-z0-9])?", fullmatch=True)) + str(index),
        "accountId": account,
        "region": region,
        **(roles.get(account, {}) if kind != "service" else {}),
        **of_kind,
        **behind,
        **({"tls": tls} if secure else {}),
    }


def zones_of(backend: Mapping[str, Any]) -> list[str]:
    """The zones of a backend's endpoint service."""
    for kind in ("networkLoadBalancer", "service"):
        if kind in backend:
            return backend[kind]["zoneIds"]
    network = backend["network"]
    return list(network["existing"]["nlbSubnets"]) if "existing" in network else network["zoneIds"]


def paths_of(backend: Mapping[str, Any]) -> list[str]:
    return [service["path"] for service in backend.get("services", [])] or list(backend["paths"])
