"""Settings of many backends: five regions, each with its landing network, and four routes to each backend.

`python -m tests.many > examples/Pulumi.fifty-backends.yaml` writes the example of as many as there can be.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

from settings.address_plan import SLOTS
from settings.errors import as_yaml

# The API's own region first, which needs no landing network
REGIONS = {
    "us-west-2": "usw2",
    "us-east-1": "use1",
    "eu-central-1": "euc1",
    "eu-west-1": "euw1",
    "ap-southeast-2": "apse2",
}
ROUTES = 4
IMAGE = "hashicorp/http-echo:1.0@sha256:fcb75f691c8b0414d670ae570240cbf95502cc18a9ba57e982ecac589760a186"
MANY = (1, 5, 20, SLOTS)
HEAD = (
    "# yaml-language-server: $schema=../docs/settings.schema.json",
    "# As many backends as a stack can have: 50 clusters in five regions, four routes each. AWS has to raise",
    "# some quotas for them. Made by `python -m tests.many`; docs/performance.md says what they cost.",
)


def config(backends: int) -> dict[str, Any]:
    """The configuration of a stack with so many backends, as a stack file has it."""
    landings = {region: {"cidr": f"10.{10 + n}.0.0/20"} for n, region in enumerate(REGIONS) if n}
    used = {backend["region"] for backend in map(_backend, range(backends))}
    return {
        "pulumi:disable-default-providers": ["aws", "kubernetes"],
        "crosslink:tags": {"owner": "platform"},
        "crosslink:consumer": {
            "accountId": "111111111111",
            "region": "us-west-2",
            "roleArn": _role("111111111111"),
            "network": {"cidr": "10.10.0.0/16", "zoneIds": _zones("us-west-2")},
            "landings": {region: landing for region, landing in landings.items() if region in used},
        },
        "crosslink:backends": [_backend(slot) for slot in range(backends)],
        "crosslink:quotas": {"apiResources": 600, "vpcs": 20, "elasticIps": 20, "natGateways": 20},
        "crosslink:api": {"name": "crosslink"},
    }


def texts(backends: int) -> Mapping[str, str]:
    """The same as the CLI passes it: objects as JSON."""
    return {key: json.dumps(value) for key, value in config(backends).items()}


def _backend(slot: int) -> dict[str, object]:
    name, region, account = f"apps{slot}", [*REGIONS][(slot + 1) % len(REGIONS)], "222222222222"
    return {
        "name": name,
        "slot": slot,
        "accountId": account,
        "region": region,
        "roleArn": _role(account),
        "network": {"cidr": f"10.{100 + slot}.0.0/16", "zoneIds": _zones(region)},
        "cluster": {"publicAccessCidrs": ["203.0.113.0/24"]},
        "services": [_service(f"svc{slot}-{n}") for n in range(ROUTES)],
    }


def _service(name: str) -> dict[str, object]:
    return {
        "name": name,
        "path": f"/{name}",
        "image": IMAGE,
        "args": [f"-text={name}", "-listen=:8080"],
        "port": 8080,
    }


def _role(account: str) -> str:
    return f"arn:aws:iam::{account}:role/crosslink-deploy"


def _zones(region: str) -> list[str]:
    return [f"{REGIONS[region]}-az{number}" for number in (1, 2)]


def file(backends: int) -> str:
    """The stack file: an entry per line, and one for each backend and each of its services."""
    whole = config(backends)
    lines = [*HEAD, "config:"]
    for key, value in whole.items():
        if key != "crosslink:backends":
            lines += _lines(key, value)
    lines.append("  crosslink:backends:")
    for backend in whole["crosslink:backends"]:
        services = backend.pop("services")
        first, *rest = (f"{name}: {as_yaml(own)}" for name, own in backend.items())
        lines += [f"    - {first}", *(f"      {line}" for line in rest), "      services:"]
        lines += [f"        - {as_yaml(service)}" for service in services]
    return "\n".join(lines) + "\n"


def _lines(key: str, value: object) -> list[str]:
    if key != "crosslink:consumer" or not isinstance(value, dict):
        return [f"  {key}: {as_yaml(value)}"]
    return [f"  {key}:", *(f"    {name}: {as_yaml(own)}" for name, own in value.items())]


if __name__ == "__main__":
    sys.stdout.write(file(SLOTS))
