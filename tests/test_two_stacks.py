"""Two teams, two stacks: what the consumer's preview and up say when the provider's stack isn't as it was."""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pulumi
import pytest

from crosslink.graph import tokens
from crosslink.sandbox import engine, stack_file
from crosslink.sandbox.record import ProgramError, Run
from crosslink.sandbox.world import UnknownStackError
from tests.runs import PROGRAM, file_of

PROVIDER, CONSUMER = (
    stack_file.read(file_of(name), engine.PROJECT) for name in ("provider-only", "consumer-only")
)
TLS = {
    "domain": "apps.example.com",
    "certificateArn": "arn:aws:acm:us-east-1:222222222222:certificate/a1b2c3d4-5678-90ab-cdef-111111111111",
}
STACK = r"crosslink:backends\[0\].service.stack = organization/crosslink/provider-only\n"
Edit = Callable[[dict[str, Any]], object]


def provider(edit: Edit = lambda _: None, *, stack: str = PROVIDER.name) -> Run:
    """An up of the provider's stack, with an edit to its backend."""
    backends = json.loads(PROVIDER.config["crosslink:backends"])
    edit(backends[0])
    config = {**PROVIDER.config, "crosslink:backends": json.dumps(backends)}
    return engine.run(PROGRAM, stack=stack, config=config, existing=PROVIDER.existing)


def consumer(found: Run | None, *, preview: bool = False, **keys: object) -> Run:
    """A run of the consumer's stack, which finds this of the provider's, with more keys of its backend."""
    backends = json.loads(CONSUMER.config["crosslink:backends"])
    backends[0] |= keys
    return engine.run(
        PROGRAM,
        stack=CONSUMER.name,
        config={**CONSUMER.config, "crosslink:backends": json.dumps(backends)},
        existing=CONSUMER.existing,
        run_of=lambda _name: found,
        preview=preview,
    )


def changed(before: Run, after: Run) -> Mapping[str, set[str]]:
    """Type of a resource that is in one of two runs alone, or with other inputs → which inputs."""
    types: dict[str, set[str]] = {}
    for urn in sorted(before.resources.keys() | after.resources.keys()):
        here, there = before.resources.get(urn), after.resources.get(urn)
        old, new = (found.inputs if found else {} for found in (here, there))
        differing = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
        if differing and (found := here or there):
            types.setdefault(found.type, set()).update(differing if here and there else {"itself"})
    return types


@pytest.fixture(scope="module")
def before() -> Run:
    return consumer(provider())


@pytest.mark.parametrize("preview", [True, False])
def test_a_consumer_before_its_provider_is_refused(*, preview: bool) -> None:
    with pytest.raises(
        pulumi.RunError, match=STACK + ".*must be a stack that is deployed.*\n.*pulumi up, in"
    ):
        consumer(None, preview=preview)


def test_a_stack_that_was_never_made_is_told_by_the_engine() -> None:
    def unknown(name: str) -> Run | None:
        raise UnknownStackError(name)

    with pytest.raises(
        pulumi.RunError, match=STACK + ".*must be the full name of a stack.*\n.*unknown stack"
    ):
        engine.run(PROGRAM, stack=CONSUMER.name, config=CONSUMER.config, run_of=unknown)


def test_a_new_path_changes_the_api_alone(before: Run) -> None:
    def with_svc3(backend: dict[str, Any]) -> None:
        backend["services"].append({**backend["services"][0], "name": "svc3", "path": "/svc3"})

    after = consumer(provider(with_svc3))
    assert changed(before, after).keys() == {tokens.REST_API, tokens.API_DEPLOYMENT}


def test_a_path_that_is_gone_and_still_named_is_refused() -> None:
    left = provider(lambda backend: backend["services"].pop())
    with pytest.raises(
        pulumi.RunError, match=r"backends\[0\].paths./svc2.*\n.*that the other stack publishes"
    ):
        consumer(left, paths={"/svc1": {}, "/svc2": {}})


def test_another_zone_adds_an_address_to_the_same_endpoint(before: Run) -> None:
    found = provider()
    outputs = copy.deepcopy(dict(found.outputs))
    outputs["published"]["apps"]["service"]["zoneIds"].append("use1-az4")
    after = consumer(replace(found, outputs=outputs))
    assert changed(before, after)[tokens.ENDPOINT] == {"subnetIds", "subnetConfigurations"}


def test_with_tls_the_service_keeps_its_name_and_the_endpoint_stays(before: Run) -> None:
    after = consumer(provider(lambda backend: backend.update(tls=TLS)))
    assert tokens.ENDPOINT not in changed(before, after)
    assert "port" in changed(before, after)[tokens.TARGET_GROUP]


def test_another_service_replaces_the_endpoint_alone(before: Run) -> None:
    after = consumer(provider(stack="made-anew"))
    assert changed(before, after) == {tokens.ENDPOINT: {"serviceName"}}


def natively(*regions: str) -> Run:
    """An up of the consumer's stack without a landing, of a service that is published for some regions."""
    found = provider(lambda backend: backend.update(supportedRegions=list(regions)))
    backends = json.loads(CONSUMER.config["crosslink:backends"])
    backends[0]["crossing"] = "native"
    party = json.loads(CONSUMER.config["crosslink:consumer"])
    del party["landings"]
    keys = {"crosslink:backends": json.dumps(backends), "crosslink:consumer": json.dumps(party)}
    return engine.run(
        PROGRAM,
        stack=CONSUMER.name,
        config={**CONSUMER.config, **keys},
        existing=CONSUMER.existing,
        run_of=lambda _name: found,
    )


def test_a_consumer_crosses_regions_natively_to_a_service_that_is_published_for_its_region() -> None:
    found = natively("us-west-2")

    (endpoint,) = found.of_type(tokens.ENDPOINT)
    assert (endpoint.region, endpoint.inputs["serviceRegion"]) == ("us-west-2", "us-east-1")
    assert not found.of_type(tokens.PEERING)


def test_it_is_refused_where_the_service_is_published_for_other_regions() -> None:
    with pytest.raises(ProgramError, match="doesn't support endpoints in us-west-2: it is for us-east-1, eu"):
        natively("eu-west-1")
