"""Valid stack files, for property tests: of both sides of the path, and of either alone."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from settings import Api, Settings
from settings.resource_policy import overruled
from tests.settings.api_strategies import api_files
from tests.settings.backend_strategies import (
    ACCOUNTS,
    KINDS,
    REGIONS,
    any_backend,
    networks,
    paths_of,
    subnets,
    zone_ids,
    zones_of,
)
from tests.settings.stack_file import StackFile, parsed


@st.composite
def stack_files(draw: st.DrawFn, kinds: Sequence[str] = KINDS) -> StackFile:
    """Files of both sides with one to three backends, in the API's region, in others, or both."""
    region = draw(st.sampled_from(REGIONS))
    roles = draw(_roles())
    slots = draw(st.lists(st.integers(0, 49), min_size=1, max_size=3, unique=True))
    backends = [draw(any_backend(index, kinds, roles)) | {"slot": slot} for index, slot in enumerate(slots)]
    for backend in backends:
        if backend["region"] != region and draw(st.booleans()):
            backend["crossing"] = "native"
    consumer = draw(_consumers(region, backends))
    for n, backend in enumerate(backends):
        home = _home(backend, region)
        network = consumer["landings"].get(home, consumer["network"])
        if "existing" in network and draw(st.booleans()):
            there = network["existing"]["endpointSubnets"]
            given = [
                zone for zone in there if zone in zones_of(backend) or backend.get("crossing") == "native"
            ]
            backend["endpointAddresses"] = {zone: f"100.64.{n}.{i + 4}" for i, zone in enumerate(given)}
    weights = draw(_weights(backends))
    paths = dict.fromkeys(path for backend in backends for path in paths_of(backend))
    api = draw(api_files([*paths], ACCOUNTS[0], region))
    for path, given in weights.items():
        api["routes"].setdefault(path, {}).update(given)
    return {
        **draw(_file(backends)),
        "crosslink:consumer": {"accountId": ACCOUNTS[0], **roles.get(ACCOUNTS[0], {}), **consumer},
        "crosslink:api": _without_harm(api, backends),
    }


@st.composite
def _weights(draw: st.DrawFn, backends: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What a route has that the first two backends serve, by its path; both get that path, if they can."""
    both = backends[:2]
    if len(both) < 2 or len({"tls" in backend for backend in both}) == 2 or draw(st.booleans()):
        return {}
    for backend in both:
        if "tls" in backend:
            backend["tls"]["domain"] = "both.example.com"
        if "services" in backend:
            backend["services"].append({"name": "both", "path": "/both", "image": "team/app:2", "port": 80})
        else:
            backend["paths"]["/both"] = {}
    shares = draw(st.sampled_from([(1, 1), (95, 5), (1, 0), (0, 999)]))
    free = sorted({*range(50)} - {backend["slot"] for backend in backends})
    return {
        "/both": {
            "weights": dict(zip((backend["name"] for backend in both), shares, strict=True)),
            "slot": draw(st.sampled_from(free)),
            "healthPath": "/both/ready",
        }
    }


@st.composite
def provider_files(draw: st.DrawFn) -> StackFile:
    """Files of the provider side alone."""
    roles = draw(_roles())
    principals = st.lists(
        st.sampled_from([f"arn:aws:iam::{account}:root" for account in ACCOUNTS]), min_size=1, unique=True
    )
    regions = st.lists(st.sampled_from(REGIONS), max_size=2, unique=True)
    backends = [
        draw(any_backend(index, KINDS[:-1], roles))
        | {"allowedPrincipals": draw(principals), "supportedRegions": draw(regions)}
        for index in range(draw(st.integers(1, 3)))
    ]
    return draw(_file(backends))


def _home(backend: Mapping[str, Any], region: str) -> str:
    """The region of a backend's endpoint: the API's own where PrivateLink crosses regions."""
    return region if backend.get("crossing") == "native" else backend["region"]


def consumer_files() -> st.SearchStrategy[StackFile]:
    """Files of the consumer side alone."""
    return stack_files(KINDS[-1:])


@st.composite
def _file(draw: st.DrawFn, backends: list[dict[str, Any]]) -> StackFile:
    return {
        "pulumi:disable-default-providers": ["aws", "kubernetes"],
        "crosslink:protect": draw(st.booleans()),
        "crosslink:allowPlaceholders": True,
        **draw(st.sampled_from([{}, {"crosslink:flowLogs": {"retentionDays": 90}}])),
        **draw(st.sampled_from([{}, {"crosslink:quotas": {"integrationTimeoutSeconds": 120}}])),
        "crosslink:backends": backends,
    }


@st.composite
def _roles(draw: st.DrawFn) -> dict[str, dict[str, str]]:
    """Account → its roles; accounts without an entry have none."""
    found = {
        account: {"roleArn": f"arn:aws:iam::{account}:role/deploy"}
        for account in sorted(draw(st.sets(st.sampled_from(ACCOUNTS))))
    }
    for account, roles in found.items():
        if draw(st.booleans()):
            roles["previewRoleArn"] = f"arn:aws:iam::{account}:role/preview"
    return found


@st.composite
def _consumers(draw: st.DrawFn, region: str, backends: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Region, network and landings of the consumer, each network made or existing."""
    others = sorted({_home(backend, region) for backend in backends} - {region})
    connections = {other: draw(st.sampled_from(["peering", "existing"])) for other in others}
    landings: dict[str, Any] = {}
    for n, other in enumerate(others):
        tables = {"routeTables": [f"rtb-{n:08x}"]} if connections[other] == "peering" else {}
        existing = {
            "vpcId": f"vpc-{n:08x}",
            "endpointSubnets": draw(_endpoint_subnets(other, backends)),
            **tables,
        }
        made = {"cidr": draw(networks(f"10.{64 + n}.0.0/16", 16, 23))}
        landings[other] = {
            **draw(st.sampled_from([made, {"existing": existing}])),
            "connection": connections[other],
        }
    tables = {"routeTables": ["rtb-000000aa"]} if "peering" in connections.values() else {}
    existing = {
        "vpcId": "vpc-000000aa",
        "nlbSubnets": subnets(draw(zone_ids(region)), 1),
        "endpointSubnets": draw(_endpoint_subnets(region, backends)),
        **tables,
    }
    made = {"cidr": draw(networks("172.16.0.0/13", 16, 22)), "zoneIds": draw(zone_ids(region))}
    network = draw(st.sampled_from([made, {"existing": existing}]))
    return {"region": region, "network": network, "landings": landings}


@st.composite
def _endpoint_subnets(draw: st.DrawFn, region: str, backends: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Subnets in a zone or more of each backend of a region."""
    given = dict.fromkeys(draw(zone_ids(region)))
    for backend in backends:
        if backend["region"] == region and backend.get("crossing") != "native":
            given |= dict.fromkeys(
                draw(st.lists(st.sampled_from(zones_of(backend)), min_size=1, unique=True))
            )
    return subnets(given, 2)


def _without_harm(file: dict[str, Any], backends: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The key for the API, without a resource policy that would harm nested routes."""
    api = Api.model_validate_json(json.dumps(file), by_alias=True, by_name=False)
    if any(overruled(api, [path for backend in backends for path in paths_of(backend)])):
        file.pop("sourceIps", None)
        for route in file["routes"].values():
            route.pop("principals", None)
    return file


def stack_settings() -> st.SearchStrategy[Settings]:
    """The settings of files of both sides."""
    return stack_files().map(parsed)


def any_settings() -> st.SearchStrategy[Settings]:
    """The settings of files of any shape."""
    return st.one_of(stack_files(), provider_files(), consumer_files()).map(parsed)
