"""Valid stack files, for property tests."""

from ipaddress import IPv4Network
from itertools import islice
from string import ascii_letters, digits
from typing import Any

from hypothesis import strategies as st

from settings import Settings
from settings.rules.networks import NO_EKS, zone_prefix
from tests.settings.api_strategies import ID, api_files
from tests.settings.stack_file import StackFile, parsed

REGIONS = ("us-west-2", "us-east-1", "eu-central-1", "ap-southeast-2", "ca-central-1")
ACCOUNTS = ("111111111111", "222222222222", "333333333333")
SEGMENTS = st.text(f"{ascii_letters}{digits}_-", min_size=1, max_size=8)


def zones(region: str) -> list[str]:
    """All zones that the address plan has a part for and EKS accepts."""
    return [zone for n in range(1, 8) if (zone := f"{zone_prefix(region)}-az{n}") not in NO_EKS]


def zone_ids(region: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(zones(region)), min_size=2, max_size=4, unique=True)


def networks(block: str, largest: int, smallest: int) -> st.SearchStrategy[str]:
    """Networks inside a block, with prefix lengths from `largest` to `smallest`."""
    return st.integers(largest, smallest).flatmap(
        lambda prefix: st.sampled_from(
            [str(n) for n in islice(IPv4Network(block).subnets(new_prefix=prefix), 64)]
        )
    )


@st.composite
def services(draw: st.DrawFn, backend: int) -> list[dict[str, Any]]:
    paths = draw(st.lists(st.lists(SEGMENTS, max_size=4), min_size=1, max_size=4))
    return [
        {
            "name": f"svc{n}",
            "path": "/".join(["", f"b{backend}-{n}", *segments]),
            "image": "hashicorp/http-echo:1.0",
            "port": draw(st.integers(1, 65535)),
        }
        for n, segments in enumerate(paths)
    ]


@st.composite
def stack_files(draw: st.DrawFn) -> StackFile:
    """Files with one to three backends, in the API's region, in others, or both."""
    region = draw(st.sampled_from(REGIONS))
    roles = {
        account: f"arn:aws:iam::{account}:role/deploy" for account in draw(st.sets(st.sampled_from(ACCOUNTS)))
    }
    previews = {
        account: role.replace("deploy", "preview") for account, role in roles.items() if draw(st.booleans())
    }
    slots = draw(st.lists(st.integers(0, 49), min_size=1, max_size=3, unique=True))
    backends = [draw(_backends(index, slot, roles, previews)) for index, slot in enumerate(slots)]
    paths = [service["path"] for backend in backends for service in backend["services"]]
    return {
        "pulumi:disable-default-providers": ["aws", "kubernetes"],
        "crosslink:protect": draw(st.booleans()),
        **draw(st.sampled_from([{}, {"crosslink:flowLogs": {"retentionDays": 90}}])),
        "crosslink:consumer": {
            "accountId": ACCOUNTS[0],
            "region": region,
            "roleArn": roles.get(ACCOUNTS[0]),
            "previewRoleArn": previews.get(ACCOUNTS[0]),
            "network": {"cidr": draw(networks("172.16.0.0/13", 16, 22)), "zoneIds": draw(zone_ids(region))},
            "landings": {
                landing: {"cidr": draw(networks(f"10.{64 + n}.0.0/16", 16, 23))}
                for n, landing in enumerate(sorted({backend["region"] for backend in backends} - {region}))
            },
        },
        "crosslink:backends": backends,
        "crosslink:api": draw(api_files(paths, ACCOUNTS[0], region)),
    }


@st.composite
def _backends(
    draw: st.DrawFn, index: int, slot: int, roles: dict[str, str], previews: dict[str, str]
) -> dict[str, Any]:
    account, region = draw(st.sampled_from(ACCOUNTS)), draw(st.sampled_from(REGIONS))
    tls = {
        "domain": f"b{index}.example.com",
        "certificateArn": f"arn:aws:acm:{region}:{account}:certificate/{ID}",
    }
    return {
        "name": draw(st.from_regex(r"[a-z]([a-z0-9-]{0,9}[a-z0-9])?", fullmatch=True)) + str(index),
        "slot": slot,
        "accountId": account,
        "region": region,
        "roleArn": roles.get(account),
        "previewRoleArn": previews.get(account),
        "network": {"cidr": draw(networks("10.64.0.0/11", 16, 20)), "zoneIds": draw(zone_ids(region))},
        "cluster": {"publicAccessCidrs": ["203.0.113.0/24"]},
        "services": draw(services(index)),
        **({"tls": tls} if draw(st.booleans()) else {}),
    }


def stack_settings() -> st.SearchStrategy[Settings]:
    """The settings of such files."""
    return stack_files().map(parsed)
