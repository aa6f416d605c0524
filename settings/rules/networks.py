"""Zones, landing networks, and networks that are peered."""

from collections.abc import Collection, Iterator
from ipaddress import IPv4Network
from itertools import combinations

from settings.backend import Backend
from settings.consumer import Consumer, Landing
from settings.errors import Fault, as_yaml, key
from settings.fields import PRIVATE
from settings.rules.keys import CONSUMER, Backends, Sides

NO_EKS = ("use1-az3", "usw1-az2", "cac1-az3")
"""https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"""
LANDING_PREFIX = 20


def zone_prefix(region: str) -> str:
    """The start of a region's zone ids: `use1` for us-east-1, `apse2` for ap-southeast-2
    (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html)."""
    area, direction, number = region.split("-")
    short = {"northeast": "ne", "southeast": "se"}.get(direction, direction[0])
    return f"{area}{short}{number}"


def zones_in_their_region(sides: Sides) -> Iterator[Fault]:
    """A zone id starts with the short name of its region."""
    for path, side in sides.items():
        prefix, fix = zone_prefix(side.region), _zone_ids(side)
        for i, zone in enumerate(side.network.zone_ids):
            if zone.partition("-")[0] != prefix:
                yield Fault(
                    path=key(path, "network", "zoneIds", i),
                    value=zone,
                    must="must be a zone of the region beside it: its id starts with the region's short name",
                    fix=fix,
                )


def zones_with_eks(backends: Backends) -> Iterator[Fault]:
    """EKS doesn't accept subnets in every zone."""
    for path, backend in backends.items():
        for i, zone in enumerate(backend.network.zone_ids):
            if zone in NO_EKS:
                yield Fault(
                    path=key(path, "network", "zoneIds", i),
                    value=zone,
                    must=f"must not be one of {', '.join(NO_EKS)}: EKS takes no subnets there",
                    fix=_zone_ids(backend),
                )


def _zone_ids(side: Consumer | Backend) -> str:
    """YAML with as many zones, all of the side's region: those that are right, and others."""
    prefix = zone_prefix(side.region)
    given = [zone for zone in side.network.zone_ids if zone.startswith(prefix)]
    zones = [zone for zone in (*given, *(f"{prefix}-az{n}" for n in range(1, 8))) if zone not in NO_EKS]
    return f"zoneIds: {as_yaml([*dict.fromkeys(zones)][: len(side.network.zone_ids)])}"


def peered_networks_apart(consumer: Consumer) -> Iterator[Fault]:
    """The gateway network has routes to every landing network, so none of these may overlap. A backend's
    network may overlap any other: traffic reaches it by PrivateLink, not by a route."""
    networks = {key(CONSUMER, "network", "cidr"): consumer.network.cidr} | {
        key(CONSUMER, "landings", region, "cidr"): landing.cidr
        for region, landing in consumer.landings.items()
        if region != consumer.region
    }
    for (earlier, network), (path, other) in combinations(networks.items(), 2):
        if network.overlaps(other):
            free = _free_network(other.prefixlen, networks.values())
            yield Fault(
                path=path,
                value=other,
                must=f"must not overlap {earlier}: routes of the gateway network join them",
                fix=f"cidr: {free}",
            )


def landing_per_region(consumer: Consumer, backends: Backends) -> Iterator[Fault]:
    """A backend outside the API's region is reached through a landing network in its region."""
    landings = dict(consumer.landings)
    for path, backend in backends.items():
        if backend.region not in {consumer.region, *landings}:
            taken = [consumer.network.cidr, *(landing.cidr for landing in landings.values())]
            landings[backend.region] = Landing(cidr=_free_network(LANDING_PREFIX, taken))
            yield Fault(
                path=key(path, "region"),
                value=backend.region,
                must=f"must have a landing network: a key of {CONSUMER}.landings",
                fix=f"landings: {as_yaml(landings)}",
            )


def no_landing_in_the_apis_region(consumer: Consumer) -> Iterator[Fault]:
    """In the API's own region the endpoints are in the gateway network."""
    if consumer.region in consumer.landings:
        yield _unused(
            consumer, consumer.region, "must not be set: the gateway network is in the API's region"
        )


def no_unused_landing(consumer: Consumer, backends: Backends) -> Iterator[Fault]:
    """Each landing network has backends in its region."""
    used = {backend.region for backend in backends.values()} | {consumer.region}
    for region in consumer.landings:
        if region not in used:
            yield _unused(consumer, region, "must not be set: there is no backend in this region")


def _unused(consumer: Consumer, region: str, must: str) -> Fault:
    others = {name: landing for name, landing in consumer.landings.items() if name != region}
    return Fault(
        path=key(CONSUMER, "landings", region),
        value=consumer.landings[region],
        must=must,
        fix=f"landings: {as_yaml(others)}",
    )


def _free_network(prefix: int, taken: Collection[IPv4Network]) -> IPv4Network:
    return next(
        network
        for private in PRIVATE
        for network in private.subnets(new_prefix=prefix)
        if not any(network.overlaps(other) for other in taken)
    )
