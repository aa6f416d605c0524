"""Properties of all valid settings: the address plan, ports and names, and that growth keeps them."""

import copy
from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings import Settings, address_plan, cluster_name, endpoint_zones
from settings.rules.networks import zone_prefix
from tests.settings.stack_file import StackFile, parsed
from tests.settings.strategies import stack_files, stack_settings, zones

few = hypothesis.settings(max_examples=20, deadline=None)

Subnets = dict[str, IPv4Network]


def networks(settings: Settings) -> Iterator[tuple[IPv4Network, Subnets]]:
    """Every VPC, and its subnets by their purpose."""
    consumer, backends = settings.consumer, settings.backends
    gateway = consumer.network.cidr
    yield (
        gateway,
        {f"gateway nlb {z}": address_plan.gateway_nlb_subnet(gateway, z) for z in consumer.network.zone_ids}
        | {
            f"gateway endpoints {z}": address_plan.gateway_endpoint_subnet(gateway, z)
            for z in endpoint_zones(backends, consumer.region)
        },
    )
    for region, landing in consumer.landings.items():
        yield (
            landing.cidr,
            {
                f"landing endpoints {z}": address_plan.landing_endpoint_subnet(landing.cidr, z)
                for z in endpoint_zones(backends, region)
            },
        )
    plans = {
        "nodes": address_plan.node_subnet,
        "public": address_plan.public_subnet,
        "load balancers": address_plan.load_balancer_subnet,
    }
    for backend in backends:
        cidr = backend.network.cidr
        yield (
            cidr,
            {
                f"{backend.name} {use} {z}": plan(cidr, z)
                for use, plan in plans.items()
                for z in backend.network.zone_ids
            },
        )


def endpoint_subnets(settings: Settings) -> Subnets:
    """Backend and zone → subnet of the backend's endpoint."""
    consumer = settings.consumer
    return {
        f"{backend.name} {zone}": address_plan.gateway_endpoint_subnet(consumer.network.cidr, zone)
        if backend.region == consumer.region
        else address_plan.landing_endpoint_subnet(consumer.landings[backend.region].cidr, zone)
        for backend in settings.backends
        for zone in backend.network.zone_ids
    }


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
        **{f"cluster {backend.name}": cluster_name("dev", backend.name) for backend in settings.backends},
        **{f"{b.name} {s.name}": s.path for b in settings.backends for s in b.services},
    }


@few
@given(stack_settings())
def test_subnets_lie_in_their_network_and_overlap_none(settings: Settings) -> None:
    for network, subnets in networks(settings):
        assert all(subnet.subnet_of(network) for subnet in subnets.values())
        assert not any(subnet.overlaps(other) for subnet, other in combinations(subnets.values(), 2))


@few
@given(stack_settings())
def test_routes_of_the_gateway_network_are_unambiguous(settings: Settings) -> None:
    joined = [
        settings.consumer.network.cidr,
        *(landing.cidr for landing in settings.consumer.landings.values()),
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
def test_zones_are_of_their_region_and_endpoints_in_their_backend_s_zones(settings: Settings) -> None:
    for side in (settings.consumer, *settings.backends):
        assert {zone.partition("-")[0] for zone in side.network.zone_ids} == {zone_prefix(side.region)}
    for backend in settings.backends:
        assert set(backend.network.zone_ids) <= set(endpoint_zones(settings.backends, backend.region))


@few
@given(stack_settings())
def test_names_are_short_enough(settings: Settings) -> None:
    for backend in settings.backends:
        # Load balancers and target groups have 32 characters, of which Pulumi's suffix takes 8.
        assert len(f"crosslink-{backend.name}") <= 24
        assert len(cluster_name("x" * 77, backend.name)) <= 100
        assert backend.listener_port in range(8000, 8050)


def with_a_zone(file: StackFile, draw: st.DataObject) -> None:
    backend = draw.draw(st.sampled_from(file["crosslink:backends"]))
    for side in (file["crosslink:consumer"], backend):
        given = side["network"]["zoneIds"]
        given.append(draw.draw(st.sampled_from(sorted({*zones(side["region"])} - {*given}))))


def with_a_service(file: StackFile, draw: st.DataObject) -> None:
    services = draw.draw(st.sampled_from(file["crosslink:backends"]))["services"]
    services.append({"name": "another", "path": "/another", "image": "echo", "port": 80})
    file["crosslink:api"]["routes"]["/another"] = {"auth": "iam"}


def with_a_backend(file: StackFile, draw: st.DataObject) -> None:
    backends = file["crosslink:backends"]
    another = copy.deepcopy(draw.draw(st.sampled_from(backends)))
    free = sorted({*range(50)} - {backend["slot"] for backend in backends})
    another |= {"name": "another", "slot": draw.draw(st.sampled_from(free))}
    another["services"] = [{"name": "svc", "path": "/another", "image": "echo", "port": 80}]
    another["network"]["zoneIds"] = zones(another["region"])[:3]
    backends.insert(draw.draw(st.integers(0, len(backends))), another)
    file["crosslink:api"]["routes"]["/another"] = {"auth": "iam"}


@pytest.mark.parametrize("grown", [with_a_zone, with_a_service, with_a_backend])
@few
@given(file=stack_files(), data=st.data())
def test_growth_changes_nothing_that_exists(grown: object, file: StackFile, data: st.DataObject) -> None:
    before = plan(parsed(file))
    assert callable(grown)
    grown(file, data)
    after = plan(parsed(file))
    assert before.items() <= after.items()
    assert len(after) > len(before)
