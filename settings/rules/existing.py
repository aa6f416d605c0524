"""What exists and is joined: clusters, load balancers, networks, published services."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from settings.backend import (
    Backend,
    ClusterBackend,
    LoadBalancerBackend,
    NetworkLoadBalancerBackend,
    ServiceBackend,
)
from settings.cluster import JoinedCluster
from settings.consumer import Consumer
from settings.errors import ABSENT, Fault, as_yaml, key
from settings.networks import MIN_ZONES, BackendNetwork, JoinedBackendNetwork, JoinedGateway, JoinedLanding
from settings.rules.keys import CONSUMER, Backends, Clusters, of_kind
from settings.rules.stack import cluster_name
from settings.zones import in_region, lacking, usable_zones

MAX_LABEL = 63
"""Characters of a name in Kubernetes, and of an Ingress group's
(https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#group.name)."""


def check(backends: Backends) -> Iterator[Fault]:
    """Each backend's existing parts fit each other, its account and its region.

    Args:
        backends: The valid backends.
    """
    for path, backend in of_kind(backends, ClusterBackend).items():
        yield from _cluster_and_its_network(path, backend)
    for path, backend in of_kind(backends, LoadBalancerBackend).items():
        yield from _in_its_place(key(path, "loadBalancer", "arn"), backend.load_balancer.arn, backend)
        yield from _no_nodes(path, backend.network)
    offered: dict[str, str] = {}
    for path, backend in of_kind(backends, NetworkLoadBalancerBackend).items():
        arn, place = backend.network_load_balancer.arn, key(path, "networkLoadBalancer", "arn")
        yield from _in_its_place(place, arn, backend)
        if (first := offered.setdefault(arn, place)) != place:
            yield Fault(
                path=place,
                value=arn,
                must=f"must not be that of {first}: a load balancer has one endpoint service",
                fix="# another NLB, or all paths in one backend",
            )
    for path, backend in of_kind(backends, ServiceBackend).items():
        name = backend.service.name
        if (region := name.split(".")[3]) != backend.region:
            yield Fault(
                path=key(path, "service", "name"),
                value=name,
                must="must be a service of the region beside it: its name has the region",
                fix=f"name: {name.replace(f'.{region}.', f'.{backend.region}.', 1)}",
            )


def _cluster_and_its_network(path: str, backend: ClusterBackend) -> Iterator[Fault]:
    network = backend.network
    if isinstance(backend.cluster, JoinedCluster):
        if isinstance(network, BackendNetwork):
            yield Fault(
                path=key(path, "network"),
                value=network,
                must="must be the existing cluster's own: its pods are in its VPC",
                fix=in_region(f"network: {as_yaml(JoinedBackendNetwork.example)}", backend.region),
            )
        else:
            yield from _no_nodes(path, network)
    elif isinstance(network, JoinedBackendNetwork) and not network.existing.node_subnets:
        yield Fault(
            path=key(path, "network", "existing", "nodeSubnets"),
            value=ABSENT,
            must="is required for a cluster that the stack makes: subnets with a way to the internet",
            fix=f"nodeSubnets: {as_yaml(dict(network.existing.nlb_subnets))}",
        )


def _no_nodes(path: str, network: JoinedBackendNetwork) -> Iterator[Fault]:
    if network.existing.node_subnets:
        yield Fault(
            path=key(path, "network", "existing", "nodeSubnets"),
            value=dict(network.existing.node_subnets),
            must="must not be set: the stack makes no cluster there",
            fix="# without nodeSubnets",
        )


def name_fits_shared_clusters(stack: str, clusters: Clusters) -> Iterator[Fault]:
    """In an existing cluster, objects that belong to the whole cluster are named after stack and backend."""
    names = [cluster_name(stack, b.name) for b in clusters.values() if isinstance(b.cluster, JoinedCluster)]
    longest = max(names, key=len, default="")
    if names and not re.fullmatch(rf"[a-z0-9-]{{1,{MAX_LABEL}}}", longest):
        short = stack[: len(stack) - max(len(longest) - MAX_LABEL, 0)]
        yield Fault(
            path="stack",
            value=stack,
            must="must be of a-z0-9- with an existing cluster, and short enough for the name of its "
            f"IngressClass, crosslink-<stack>-<backend>, to have {MAX_LABEL} characters",
            fix=f"# pulumi stack rename {re.sub(r'[^a-z0-9-]', '-', short.lower())}",
        )


def _in_its_place(path: str, arn: str, backend: Backend) -> Iterator[Fault]:
    """A load balancer is a target, or is offered, in its own account and region."""
    *start, region, account, rest = arn.split(":", 5)
    if (region, account) != (backend.region, backend.account_id):
        yield Fault(
            path=path,
            value=arn,
            must="must be a load balancer of the backend's account and region",
            fix=f"arn: {':'.join([*start, backend.region, backend.account_id, rest])}",
        )


def of_consumer(consumer: Consumer, backends: Backends) -> Iterator[Fault]:
    """The consumer's existing networks have subnets for the endpoints, and tables for the routes.

    Args:
        consumer: The valid consumer.
        backends: The valid backends.
    """
    gateway, path = consumer.network, key(CONSUMER, "network", "existing")
    peered = any(landing.connection == "peering" for landing in consumer.landings.values())
    if isinstance(gateway, JoinedGateway):
        yield from _route_tables(path, gateway.existing.route_tables, peered=peered)
    for region, landing in consumer.landings.items():
        if isinstance(landing, JoinedLanding):
            place = key(CONSUMER, "landings", region, "existing")
            peering = landing.connection == "peering"
            yield from _route_tables(place, landing.existing.route_tables, peered=peering)
    taken: dict[str, str] = {}
    for where, backend in backends.items():
        subnets, region = consumer.endpoint_subnets(backend), consumer.endpoint_region(backend)
        if subnets is None:
            yield from _planned(where, backend)
        else:
            place = path if region == consumer.region else key(CONSUMER, "landings", region, "existing")
            if consumer.is_native(backend):
                yield from _gateway_subnets(place, where, consumer, subnets)
            else:
                yield from _endpoint_subnets(place, where, backend, subnets)
            yield from _addresses(where, backend, consumer.endpoint_zones(backend), taken)


def _route_tables(path: str, tables: tuple[str, ...], *, peered: bool) -> Iterator[Fault]:
    if peered and not tables:
        yield Fault(
            path=key(path, "routeTables"),
            value=ABSENT,
            must="is required with a peering: the tables of the subnets, to which its routes are added",
            fix="routeTables: [rtb-0a1b2c3d4e5f60718]  # or connection: existing for the landings",
        )
    if tables and not peered:
        yield Fault(
            path=key(path, "routeTables"),
            value=tables,
            must="must not be set without a peering of the stack: it writes no routes there",
            fix="# without routeTables",
        )


def _planned(path: str, backend: Backend) -> Iterator[Fault]:
    if backend.endpoint_addresses:
        yield Fault(
            path=key(path, "endpointAddresses"),
            value=dict(backend.endpoint_addresses),
            must="must not be set in a network that the stack makes: its addresses follow from the slot",
            fix="# without endpointAddresses",
        )


def _endpoint_subnets(path: str, where: str, backend: Backend, subnets: Mapping[str, str]) -> Iterator[Fault]:
    zones = [zone for zone in backend.zone_ids if not lacking(zone, ["interface endpoint"])]
    if zones and not set(subnets).intersection(zones):
        others = [zone for zone in usable_zones(backend.region) if zone not in subnets]
        more = {zone: f"subnet-{n:017x}" for n, zone in enumerate(dict.fromkeys([*zones, *others]), 1)}
        needed = max(len(backend.zone_ids), MIN_ZONES - len(subnets))
        yield Fault(
            path=key(path, "endpointSubnets"),
            value=dict(subnets) if subnets else ABSENT,
            must=f"must hold a subnet in a zone of {where}: an endpoint is in zones of its service",
            fix=f"endpointSubnets: {as_yaml({**subnets, **dict(islice(more.items(), needed))})}",
        )


def _gateway_subnets(
    path: str, where: str, consumer: Consumer, subnets: Mapping[str, str]
) -> Iterator[Fault]:
    """The zones of an endpoint in another region than its service are those of the gateway network."""
    if not subnets:
        zones = [zone for zone in consumer.network.zone_ids if not lacking(zone, ["interface endpoint"])]
        proposed = {zone: f"subnet-{n:017x}" for n, zone in enumerate(zones, 1)}
        yield Fault(
            path=key(path, "endpointSubnets"),
            value=ABSENT,
            must=f"is required with the native crossing of {where}: its endpoint is in the gateway network",
            fix=f"endpointSubnets: {as_yaml(proposed)}",
        )


def _addresses(path: str, backend: Backend, zones: tuple[str, ...], taken: dict[str, str]) -> Iterator[Fault]:
    given, place = backend.endpoint_addresses, key(path, "endpointAddresses")
    if given and zones and set(given) != set(zones):
        yield Fault(
            path=place,
            value=dict(given),
            must="must hold an address for each zone of the endpoint, or none",
            fix=f"# an address in {', '.join(zones)}; without endpointAddresses AWS chooses them",
        )
        return
    for zone, address in given.items():
        if address in taken:
            yield Fault(
                path=key(place, zone),
                value=address,
                must=f"must be free: {taken[address]} has this address",
                fix="# another address of the subnet",
            )
        taken[address] = place
