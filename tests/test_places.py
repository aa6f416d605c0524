"""The whole program, for every example: in which account and region everything is, and is looked up."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from crosslink.sandbox.record import Resource, Run
from settings import Backend, Settings
from settings.backend import ClusterBackend
from settings.cluster import JoinedCluster
from settings.networks import JoinedBackendNetwork, JoinedGateway, JoinedLanding
from tests.runs import STACK_FILES, network_of, run_stack, settings_of

ACCEPTERS = {
    "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter",
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
}
OTHER_STACK = "pulumi:pulumi:readStackOutputs"
"""Asks the engine, and no account."""

each_stack_file = pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
each_run = pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])


@each_stack_file
@each_run
def test_every_resource_is_in_its_account_and_region(file: Path, preview: bool) -> None:
    run, settings = run_stack(file, preview=preview), settings_of(file)
    placed = [r for r in run.resources.values() if not r.is_provider and r.package in {"aws", "kubernetes"}]
    assert {(r.urn, r.account, r.region) for r in placed} == {
        (r.urn, *_place(run, r, settings)) for r in placed
    }


@each_stack_file
def test_every_account_and_region_in_use_has_one_provider(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    providers = Counter(r.name for r in run.of_type("pulumi:providers:aws"))
    used = {(backend.account_id, backend.region) for backend in settings.provided}
    if consumer := settings.consumer:
        used |= {(consumer.account_id, region) for region in (consumer.region, *consumer.landings)}
    assert providers == Counter(f"account-{account}-{region}" for account, region in used)


@each_stack_file
@each_run
def test_every_data_source_is_asked_in_the_account_that_it_is_about(file: Path, preview: bool) -> None:
    run, settings = run_stack(file, preview=preview), settings_of(file)
    asked = Counter(
        (call.token.rpartition(":")[2], call.account, call.region, call.args.get("id", ""))
        for call in run.invokes
        if call.token != OTHER_STACK
    )
    expected = Counter(
        ("getSubnet", account, region, id_) for account, region, id_ in _existing_subnets(settings)
    )
    for backend in settings.backends:
        if isinstance(backend, ClusterBackend):
            place = backend.account_id, backend.region
            if isinstance(backend.cluster, JoinedCluster):
                expected["getCluster", *place, ""] += 1
            if not preview:  # the ALB of an Ingress is unknown until there is one
                expected["getLoadBalancer", *place, ""] += 1
    assert asked == expected


def _place(run: Run, resource: Resource, settings: Settings) -> tuple[str, str]:
    """The account and region that the design gives a resource, by the component that it belongs to."""
    path = _components(run, resource)
    if backend := _backend(path, "crosslink:provider:ProviderSide", settings):
        return backend.account_id, backend.region
    consumer = settings.consumer
    assert consumer, f"{resource} is on no side"
    endpoint_of = _backend(path, "crosslink:consumer:InterfaceEndpoint", settings)
    if endpoint_of:
        if resource.type in ACCEPTERS:
            return endpoint_of.account_id, endpoint_of.region
        return consumer.account_id, consumer.endpoint_region(endpoint_of)
    for kind, name in path.items():
        landing = name.removeprefix("crosslink-landing-")
        if landing in consumer.landings:
            away = (
                kind == "crosslink:network:Network" or resource.type in ACCEPTERS or "-back-" in resource.name
            )
            return consumer.account_id, landing if away else consumer.region
    return consumer.account_id, consumer.region


def _components(run: Run, resource: Resource) -> dict[str, str]:
    """Type → name of the components around a resource."""
    found: dict[str, str] = {}
    while resource.parent:
        resource = run.resources[resource.parent]
        found[resource.type] = resource.name
    return found


def _backend(path: dict[str, str], component: str, settings: Settings) -> Backend | None:
    names = {f"crosslink-{backend.name}": backend for backend in settings.backends}
    return names.get(path.get(component, ""))


def _existing_subnets(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Account, region and id of each subnet that is looked up: of those for endpoints the ones with some."""
    for backend in settings.backends:
        network = network_of(backend)
        if isinstance(network, JoinedBackendNetwork):
            given = network.existing
            for subnets in (given.nlb_subnets, given.alb_subnets, given.node_subnets):
                yield from ((backend.account_id, backend.region, id_) for id_ in subnets.values())
    if (consumer := settings.consumer) is None:
        return
    networks = {consumer.region: consumer.network, **consumer.landings}
    for region, network in networks.items():
        if isinstance(network, JoinedGateway):
            ids = network.existing.nlb_subnets.values()
            yield from ((consumer.account_id, region, id_) for id_ in ids)
        if isinstance(network, JoinedGateway | JoinedLanding):
            backends = [backend for backend in settings.backends if backend.region == region]
            zones = {zone for backend in backends for zone in consumer.endpoint_zones(backend)}
            ids = [network.existing.endpoint_subnets[zone] for zone in zones]
            yield from ((consumer.account_id, region, id_) for id_ in ids)
