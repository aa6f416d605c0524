"""Properties of all valid settings: the address plan, ports and names, and that growth keeps them."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network
from itertools import combinations

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings import (
    BackendNetwork,
    GatewayNetwork,
    Landing,
    Settings,
    address_plan,
    cluster_name,
)
from settings.backend import Backend, ServiceBackend
from settings.zones import zone_prefix
from tests.settings.backend_strategies import zones
from tests.settings.stack_file import StackFile, clusters_of, consumer_of, parsed
from tests.settings.strategies import any_settings, stack_files, stack_settings

few = hypothesis.settings(max_examples=20)

Subnets = dict[str, IPv4Network]


def backend_zones(backends: Iterable[Backend], region: str) -> tuple[str, ...]:
    """The zones of the backends in a region, sorted."""
    return tuple(sorted({zone for b in backends if b.region == region for zone in b.zone_ids}))


def endpoint_zones(settings: Settings, region: str) -> tuple[str, ...]:
    """The zones of the endpoints in a network that the stack makes, sorted."""
    consumer = consumer_of(settings)
    here = [b for b in settings.backends if consumer.endpoint_region(b) == region]
    return tuple(sorted({zone for backend in here for zone in consumer.endpoint_zones(backend)}))


def networks(settings: Settings) -> Iterator[tuple[IPv4Network, Subnets]]:
    """Every VPC that the stack makes, and its subnets by their purpose."""
    if consumer := settings.consumer:
        if isinstance(network := consumer.network, GatewayNetwork):
            gateway = network.cidr
            yield (
                gateway,
                {f"gateway nlb {z}": address_plan.gateway_nlb_subnet(gateway, z) for z in network.zone_ids}
                | {
                    f"gateway endpoints {z}": address_plan.gateway_endpoint_subnet(gateway, z)
                    for z in endpoint_zones(settings, consumer.region)
                },
            )
        for region, landing in consumer.landings.items():
            if isinstance(landing, Landing):
                yield (
                    landing.cidr,
                    {
                        f"landing endpoints {z}": address_plan.landing_endpoint_subnet(landing.cidr, z)
                        for z in endpoint_zones(settings, region)
                    },
                )
    plans = {
        "nodes": address_plan.node_subnet,
        "public": address_plan.public_subnet,
        "load balancers": address_plan.load_balancer_subnet,
    }
    for backend in clusters_of(settings):
        if isinstance(network := backend.network, BackendNetwork):
            yield (
                network.cidr,
                {
                    f"{backend.name} {use} {z}": plan(network.cidr, z)
                    for use, plan in plans.items()
                    for z in network.zone_ids
                },
            )


def endpoint_subnets(settings: Settings) -> Subnets:
    """Backend and zone → subnet of the backend's endpoint in a network that the stack makes."""
    consumer = consumer_of(settings)
    found: Subnets = {}
    for backend in settings.backends:
        network = consumer.network_in(consumer.endpoint_region(backend))
        for zone in consumer.endpoint_zones(backend):
            match network:
                case GatewayNetwork():
                    found[f"{backend.name} {zone}"] = address_plan.gateway_endpoint_subnet(network.cidr, zone)
                case Landing():
                    found[f"{backend.name} {zone}"] = address_plan.landing_endpoint_subnet(network.cidr, zone)
                case _:
                    pass
    return found


def plan(settings: Settings) -> dict[str, object]:
    """Every subnet, address, port and name, by its purpose."""
    slots = {backend.name: backend.slot for backend in settings.backends}
    return {
        **{use: subnet for _, subnets in networks(settings) for use, subnet in subnets.items()},
        **{
            f"endpoint {use}": address_plan.endpoint_address(subnet, slots[use.split()[0]])
            for use, subnet in endpoint_subnets(settings).items()
        },
        **{f"port {backend.name}": backend.listener_port for backend in settings.backends},
        **{f"port {route.path}": route.listener_port for route in settings.shared_routes},
        **{f"cluster {backend.name}": cluster_name("dev", backend.name) for backend in settings.backends},
        **{f"{b.name} {s.path}": s.sent_as for b in settings.backends for s in b.served},
        **{f"{b.name} {zone}": zone for b in settings.backends for zone in b.zone_ids},
    }


@few
@given(any_settings())
def test_subnets_lie_in_their_network_and_overlap_none(settings: Settings) -> None:
    for network, subnets in networks(settings):
        assert all(subnet.subnet_of(network) for subnet in subnets.values())
        assert not any(subnet.overlaps(other) for subnet, other in combinations(subnets.values(), 2))


@few
@given(stack_settings())
def test_routes_of_the_gateway_network_are_unambiguous(settings: Settings) -> None:
    consumer = consumer_of(settings)
    joined = [
        network.cidr
        for network in (consumer.network, *consumer.landings.values())
        if isinstance(network, GatewayNetwork | Landing)
    ]
    assert not any(network.overlaps(other) for network, other in combinations(joined, 2))


@few
@given(stack_settings())
def test_endpoint_addresses_lie_in_their_subnets_and_are_unique(settings: Settings) -> None:
    slots = {backend.name: backend.slot for backend in settings.backends}
    taken: set[tuple[IPv4Network, object]] = set()
    for use, subnet in endpoint_subnets(settings).items():
        address = address_plan.endpoint_address(subnet, slots[use.split()[0]])
        reserved_by_aws = [*(subnet[n] for n in range(4)), subnet[-1]]
        assert address in subnet
        assert address not in reserved_by_aws
        assert (subnet, address) not in taken
        taken.add((subnet, address))


@few
@given(stack_settings())
def test_an_endpoint_is_in_a_zone_of_its_service_and_of_its_subnets(settings: Settings) -> None:
    consumer = consumer_of(settings)
    for backend in settings.backends:
        zones, subnets = consumer.endpoint_zones(backend), consumer.endpoint_subnets(backend)
        offered = consumer.network.zone_ids if consumer.is_native(backend) else backend.zone_ids
        assert zones
        assert set(zones) <= set(subnets or offered)
        assert consumer.is_native(backend) or set(zones) <= set(offered)
        assert set(backend.endpoint_addresses) in (set(), set(zones))
        assert subnets or not backend.endpoint_addresses


@few
@given(any_settings())
def test_zones_are_of_their_region(settings: Settings) -> None:
    for backend in settings.backends:
        assert {zone.partition("-")[0] for zone in backend.zone_ids} == {zone_prefix(backend.region)}
        assert set(backend.zone_ids) <= set(backend_zones(settings.backends, backend.region))
    if consumer := settings.consumer:
        prefix = zone_prefix(consumer.region)
        assert {zone.partition("-")[0] for zone in consumer.network.zone_ids} == {prefix}


@few
@given(any_settings())
def test_names_are_short_enough(settings: Settings) -> None:
    for backend in settings.backends:
        # Load balancers and target groups have 32 characters, of which Pulumi's suffix takes 8.
        assert len(f"crosslink-{backend.name}") <= 24
        assert len(cluster_name("x" * 77, backend.name)) <= 100
        assert backend.listener_port in range(8000, 8050)


@few
@given(any_settings())
def test_a_stack_has_the_sides_that_it_makes(settings: Settings) -> None:
    assert (settings.consumer is None) == (settings.api is None) == (settings.endpoint_creator is None)
    for backend in settings.backends:
        assert (backend in settings.provided) == (backend.kind != "service")
    for backend in settings.provided:
        assert settings.consumer or backend.allowed_principals
        assert settings.may_connect(backend) == (
            (settings.endpoint_creator,) if settings.endpoint_creator else backend.allowed_principals
        )


@few
@given(any_settings())
def test_a_path_is_served_once_whatever_its_case(settings: Settings) -> None:
    served = [path for backend in settings.backends for path in backend.served]
    twice = len(settings.shared_routes)
    assert len({path.path.lower() for path in served}) == len(served) - twice
    assert all(path.sent_as == ("/" if path.strip_prefix else path.path) for path in served)


@few
@given(stack_settings())
def test_a_listener_is_of_one_backend_or_of_one_route(settings: Settings) -> None:
    ports = [listening.listener_port for listening in (*settings.backends, *settings.shared_routes)]
    assert len({*ports}) == len(ports)
    for route in settings.shared_routes:
        assert [backend.name for backend in route.backends] == [*route.weights]
        assert {backend.tls_domain for backend in route.backends} == {route.backends[0].tls_domain}
        assert all(any(s.path == route.path for s in backend.served) for backend in route.backends)


def with_a_zone(file: StackFile, draw: st.DataObject) -> None:
    """One more zone of a network that the stack makes, or of a published service."""
    grown = [
        (side["region"], side["network"]["zoneIds"])
        for side in (file["crosslink:consumer"], *file["crosslink:backends"])
        if "zoneIds" in side.get("network", {})
    ] + [(b["region"], b["service"]["zoneIds"]) for b in file["crosslink:backends"] if "service" in b]
    hypothesis.assume(grown)
    region, given = draw.draw(st.sampled_from(grown))
    given.append(draw.draw(st.sampled_from(sorted({*zones(region)} - {*given}))))
    for backend in file["crosslink:backends"]:
        backend.pop("endpointAddresses", None)


def with_a_path(file: StackFile, draw: st.DataObject) -> None:
    backend = draw.draw(st.sampled_from(file["crosslink:backends"]))
    if "services" in backend:
        backend["services"].append({"name": "another", "path": "/another", "image": "echo", "port": 80})
    else:
        backend["paths"]["/another"] = {}
    _without_a_policy(file)


def with_a_backend(file: StackFile, draw: st.DataObject) -> None:
    backends = file["crosslink:backends"]
    routes = file["crosslink:api"]["routes"].values()
    free = sorted({*range(50)} - {which.get("slot") for which in (*backends, *routes)})
    another = {
        **ServiceBackend.example,
        "region": file["crosslink:consumer"]["region"],
        "name": "another",
        "slot": draw.draw(st.sampled_from(free)),
        "paths": {"/another": {}},
    }
    network = file["crosslink:consumer"]["network"]
    near = list(network["existing"]["endpointSubnets"]) if "existing" in network else zones(another["region"])
    name = f"com.amazonaws.vpce.{another['region']}.vpce-svc-0a1b2c3d4e5f60718"
    another["service"] = {"name": name, "zoneIds": near[:3]}
    backends.insert(draw.draw(st.integers(0, len(backends))), another)
    _without_a_policy(file)


def _without_a_policy(file: StackFile) -> None:
    """A new route may lie below one of which a resource policy speaks."""
    file["crosslink:api"].pop("sourceIps", None)
    for route in file["crosslink:api"]["routes"].values():
        route.pop("principals", None)
    file["crosslink:api"]["routes"]["/another"] = {"auth": "iam"}


@pytest.mark.parametrize("grown", [with_a_zone, with_a_path, with_a_backend])
@few
@given(file=stack_files(), data=st.data())
def test_growth_changes_nothing_that_exists(grown: object, file: StackFile, data: st.DataObject) -> None:
    before = plan(parsed(file))
    assert callable(grown)
    grown(file, data)
    after = plan(parsed(file))
    assert before.items() <= after.items()
    assert len(after) > len(before)
