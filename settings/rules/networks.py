"""Zones, landing networks, and networks that are peered."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from itertools import combinations

from settings.addresses import PRIVATE
from settings.api import Api
from settings.backend import ClusterBackend, LoadBalancerBackend
from settings.consumer import Consumer
from settings.errors import Fault, as_yaml, key
from settings.fields import Model
from settings.networks import (
    BackendNetwork,
    ExistingBackendNetwork,
    ExistingGateway,
    ExistingLanding,
    GatewayNetwork,
    JoinedBackendNetwork,
    JoinedGateway,
    JoinedLanding,
    Landing,
)
from settings.rules.keys import CONSUMER, Backends
from settings.zones import WITHOUT, Service, lacking, usable_zones, zone_prefix

LANDING_PREFIX = 20


def zones_in_their_region(consumer: Consumer | None, backends: Backends) -> Iterator[Fault]:
    """A zone id starts with the short name of its region."""
    for zones in _zones(consumer, backends):
        prefix = zone_prefix(zones.region)
        wrong = {place: zone for place, zone in zones.places.items() if zone.partition("-")[0] != prefix}
        yield from zones.refused(
            wrong, "must be a zone of the region beside it: its id starts with the region's short name"
        )


def zones_with_what_is_needed(
    consumer: Consumer | None, backends: Backends, api: Api | None
) -> Iterator[Fault]:
    """Not every zone has what stands in it: nodes, load balancers, endpoints, a VPC link."""
    for zones in (*_zones(consumer, backends), *_chosen(consumer, backends, api)):
        wrong = {place: zone for place, zone in zones.places.items() if lacking(zone, zones.needs)}
        without = dict.fromkeys(zone for service in zones.needs for zone in WITHOUT[service])
        must = f"must not be one of {', '.join(without)}: AWS doesn't offer {', '.join(zones.needs)} there"
        yield from zones.refused(wrong, must)


@dataclass(frozen=True, kw_only=True)
class _Zones:
    """A setting with zone ids: a list of them, or a mapping with the subnet in each."""

    region: str
    path: str
    given: Sequence[str] | Mapping[str, str]
    needs: Sequence[Service]  # what stands in these zones
    found: bool = False  # whether it stands there already, so that a zone is left out rather than replaced

    @property
    def places(self) -> Mapping[str | int, str]:
        """Index or key → the zone there."""
        return (
            {zone: zone for zone in self.given}
            if isinstance(self.given, Mapping)
            else dict(enumerate(self.given))
        )

    def refused(self, wrong: Mapping[str | int, str], must: str) -> Iterator[Fault]:
        """The faults of some of the zones."""
        fix = self._in_region() if wrong else ""
        for place, zone in wrong.items():
            value = self.given[zone] if isinstance(self.given, Mapping) else zone
            yield Fault(path=key(self.path, place), value=value, must=must, fix=fix)

    def _in_region(self) -> str:
        """YAML with as many zones of the region with what is needed: those that are right, and others."""
        prefix = zone_prefix(self.region)
        own = [zone for zone in self.given if zone.partition("-")[0] == prefix]
        right = [zone for zone in own if not lacking(zone, self.needs)]
        if self.found and right and len(own) == len(self.given):
            chosen = right
        else:
            others = usable_zones(self.region, self.needs)
            chosen = list(dict.fromkeys([*right, *others]))[: len(self.given)]
        name = self.path.rpartition(".")[2]
        if isinstance(self.given, Mapping):
            return f"{name}: {as_yaml(dict(zip(chosen, self.given.values(), strict=False)))}"
        return f"{name}: {as_yaml(chosen)}"


def _zones(consumer: Consumer | None, backends: Backends) -> Iterator[_Zones]:
    """All settings with zone ids."""
    if consumer:
        yield from _of_network(consumer.region, key(CONSUMER, "network"), consumer.network)
        for region, landing in consumer.landings.items():
            yield from _of_network(region, key(CONSUMER, "landings", region), landing)
    for path, backend in backends.items():
        match backend:
            case ClusterBackend():
                yield from _of_network(backend.region, key(path, "network"), backend.network)
            case LoadBalancerBackend():
                for zones in _of_network(backend.region, key(path, "network"), backend.network):
                    # The ALB exists, and may be older than its zone is constrained.
                    yield replace(zones, needs=()) if zones.path.endswith("albSubnets") else zones
            case _:
                place = key(path, backend.kind, "zoneIds")
                needs: Sequence[Service] = ("interface endpoint",)
                yield _Zones(
                    region=backend.region, path=place, given=backend.zone_ids, needs=needs, found=True
                )


def _chosen(consumer: Consumer | None, backends: Backends, api: Api | None) -> Iterator[_Zones]:
    """Zones with what the settings choose to have there, in the gateway network and at the backends."""
    crossed = {
        path: backend
        for path, backend in backends.items()
        if (consumer and consumer.is_native(backend)) or getattr(backend, "supported_regions", ())
    }
    yield from (
        replace(zones, needs=("native crossing",)) for zones in _zones(None, crossed) if _is_nlbs(zones)
    )
    if consumer is None:
        return
    path = key(CONSUMER, "network")
    native = any(map(consumer.is_native, backends.values()))
    for zones in _of_network(consumer.region, path, consumer.network):
        endpoints = zones.path.endswith("endpointSubnets") or isinstance(consumer.network, GatewayNetwork)
        if native and endpoints:
            yield replace(zones, needs=("native crossing",))
        if api and api.vpc_link == "v2" and not zones.path.endswith("endpointSubnets"):
            yield replace(zones, needs=("VPC link v2",))


def _is_nlbs(zones: _Zones) -> bool:
    """Whether zones are those of a load balancer that an endpoint service offers."""
    return "interface endpoint" in zones.needs


_NEEDS: Mapping[type[Model], Mapping[str, Sequence[Service]]] = {
    GatewayNetwork: {"zone_ids": ("NLB",)},
    ExistingGateway: {"nlb_subnets": ("NLB",), "endpoint_subnets": ("interface endpoint",)},
    Landing: {},  # its zones are those of its backends
    ExistingLanding: {"endpoint_subnets": ("interface endpoint",)},
    BackendNetwork: {"zone_ids": ("EKS", "NLB", "ALB", "interface endpoint")},
    ExistingBackendNetwork: {
        "nlb_subnets": ("NLB", "interface endpoint"),
        "alb_subnets": ("ALB",),
        "node_subnets": ("EKS",),
    },
}
"""Network → its settings with zone ids, and what stands in these zones."""


def _of_network(region: str, path: str, network: Model) -> Iterator[_Zones]:
    existing = isinstance(network, JoinedGateway | JoinedLanding | JoinedBackendNetwork)
    settings, place = (network.existing, key(path, "existing")) if existing else (network, path)
    for name, needs in _NEEDS[type(settings)].items():
        alias = str(type(settings).model_fields[name].alias)
        yield _Zones(region=region, path=key(place, alias), given=getattr(settings, name), needs=needs)


def peered_networks_apart(consumer: Consumer) -> Iterator[Fault]:
    """The gateway network has routes to every landing network, so none of these may overlap. A backend's
    network may overlap any other: traffic reaches it by PrivateLink, not by a route."""
    networks = {
        key(path, "cidr"): network.cidr
        for path, network in _made_networks(consumer).items()
        if path != key(CONSUMER, "landings", consumer.region)
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
    """A backend outside the API's region is reached through a landing network in its region, unless
    PrivateLink crosses regions by itself."""
    landings = dict(consumer.landings)
    for path, backend in backends.items():
        if consumer.endpoint_region(backend) not in {consumer.region, *landings}:
            taken = [network.cidr for network in _made_networks(consumer).values()]
            taken += [landing.cidr for landing in landings.values() if isinstance(landing, Landing)]
            landings[backend.region] = Landing(cidr=_free_network(LANDING_PREFIX, taken))
            yield Fault(
                path=key(path, "region"),
                value=backend.region,
                must=f"must have a landing network, a key of {CONSUMER}.landings, or crossing: native",
                fix=f"landings: {as_yaml(landings)}",
            )


def no_landing_in_the_apis_region(consumer: Consumer) -> Iterator[Fault]:
    """In the API's own region the endpoints are in the gateway network."""
    if consumer.region in consumer.landings:
        yield _unused(
            consumer, consumer.region, "must not be set: the gateway network is in the API's region"
        )


def no_unused_landing(consumer: Consumer, backends: Backends) -> Iterator[Fault]:
    """Each landing network has endpoints of backends."""
    used = {consumer.endpoint_region(backend) for backend in backends.values()} | {consumer.region}
    there = {backend.region for backend in backends.values()}
    for region in consumer.landings:
        if region not in used:
            why = "every backend has crossing: native" if region in there else "there is no backend"
            yield _unused(consumer, region, f"must not be set: {why} in this region")


def crossing_between_regions(consumer: Consumer, backends: Backends) -> Iterator[Fault]:
    """In the API's own region there is nothing to cross."""
    for path, backend in backends.items():
        if backend.crossing == "native" and backend.region == consumer.region:
            yield Fault(
                path=key(path, "crossing"),
                value=backend.crossing,
                must="must not be native: the backend is in the API's region",
                fix="# without crossing",
            )


def _unused(consumer: Consumer, region: str, must: str) -> Fault:
    others = {name: landing for name, landing in consumer.landings.items() if name != region}
    return Fault(
        path=key(CONSUMER, "landings", region),
        value=consumer.landings[region],
        must=must,
        fix=f"landings: {as_yaml(others)}",
    )


def _made_networks(consumer: Consumer) -> Mapping[str, GatewayNetwork | Landing]:
    """The networks of the consumer that the stack makes, by path in the file. Of an existing one the settings
    don't know the CIDRs: the rules on the path judge those."""
    landings = {key(CONSUMER, "landings", region): landing for region, landing in consumer.landings.items()}
    return {
        path: network
        for path, network in {key(CONSUMER, "network"): consumer.network, **landings}.items()
        if isinstance(network, GatewayNetwork | Landing)
    }


def _free_network(prefix: int, taken: Collection[IPv4Network]) -> IPv4Network:
    return next(
        network
        for private in PRIVATE
        for network in private.subnets(new_prefix=prefix)
        if not any(network.overlaps(other) for other in taken)
    )
