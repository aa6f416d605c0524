"""The live reader of a stack that has one side: what it asks for, and what it leaves unknown."""

import pytest

from crosslink.graph import tokens
from crosslink.graph.from_aws import BEYOND, parties
from crosslink.graph.unknown import Beyond, Unknown
from crosslink.path.output import Declared
from tests.crosslink.graph.from_aws import shapes
from tests.crosslink.graph.from_aws.reads import only, read, types, why_unread
from tests.crosslink.graph.from_aws.support import BACKEND, CONSUMER, GATEWAY, LANDING, PROVIDER, first, up
from tests.fake_aws import FakeAws

NO_ROLE = Beyond(f"unknown beyond: no role in account {PROVIDER}")


def accounts(aws: FakeAws) -> set[str]:
    return {account for account, *_ in aws.calls}


def test_nothing_is_asked_for_in_the_account_of_another_stacks_service():
    nodes, path = shapes.consumer_only()
    aws = FakeAws(nodes)

    graph = read(aws, path=path)

    assert accounts(aws) == {CONSUMER}
    assert types(graph, BACKEND) == set()
    assert {*types(graph, GATEWAY), *types(graph, LANDING)} >= {tokens.STAGE, tokens.ENDPOINT, tokens.PEERING}
    assert [party.account_id for party in parties(Declared.model_validate(path))] == [CONSUMER]


@pytest.mark.parametrize("type_", BEYOND)
def test_beyond_another_stacks_service_everything_is_unknown(type_):
    nodes, path = shapes.consumer_only()

    graph = read(FakeAws(nodes), path=path)

    service = first(up(), tokens.ENDPOINT_SERVICE)
    assert graph.why_not(type_, service) == NO_ROLE


def test_the_endpoint_leads_to_what_is_unknown_and_tells_its_state():
    nodes, path = shapes.consumer_only()

    graph = read(FakeAws(shapes.pending(nodes)), path=path)

    endpoint = only(graph, tokens.ENDPOINT)
    assert endpoint.get("state") == "pendingAcceptance"
    assert graph.step(endpoint, "serviceName", tokens.ENDPOINT_SERVICE, anywhere=True) == NO_ROLE


def test_a_service_in_an_account_of_the_stacks_own_is_another_stacks():
    nodes, path = shapes.consumer_only()
    path["backends"]["apps"]["accountId"] = CONSUMER

    graph = read(FakeAws(nodes), path=path)

    name = path["backends"]["apps"]["serviceName"]
    assert why_unread(graph, tokens.ENDPOINT_SERVICE, LANDING) == Beyond(
        f"unknown beyond: another stack has made {name}"
    )


def test_a_provider_is_read_without_an_api_or_a_consumer():
    nodes, path = shapes.provider_only()
    aws = FakeAws(nodes)

    graph = read(aws, path=path)

    assert accounts(aws) == {PROVIDER}
    assert types(graph, GATEWAY) == types(graph, LANDING) == set()
    assert {tokens.ENDPOINT_SERVICE, tokens.LOAD_BALANCER, tokens.EKS_CLUSTER, tokens.INGRESS} <= types(
        graph, BACKEND
    )
    assert "apigateway" not in {service for _, _, service, _ in aws.calls}


@pytest.mark.parametrize("accepted", [True, False])
def test_a_connection_tells_its_state_and_its_owner(accepted):
    nodes, path = shapes.provider_only()

    graph = read(FakeAws(nodes if accepted else shapes.pending(nodes)), path=path)

    connection = only(graph, tokens.CONNECTION)
    endpoint = first(up(), tokens.ENDPOINT)
    assert connection.get("vpcEndpointId") == endpoint.id
    assert connection.get("vpcEndpointOwner") == CONSUMER
    assert connection.get("vpcEndpointState") == ("available" if accepted else "pendingAcceptance")
    service = only(graph, tokens.ENDPOINT_SERVICE)
    assert graph.named_by(connection, "serviceId", tokens.ENDPOINT_SERVICE) == [service]
    assert len(graph.of_type(tokens.ACCEPTER)) == accepted


@pytest.mark.parametrize(
    ("key", "type_", "place"),
    [("endpointId", tokens.ENDPOINT, LANDING), ("serviceId", tokens.ENDPOINT_SERVICE, BACKEND)],
)
def test_an_id_that_the_output_lacks_is_named(key, type_, place):
    graph = read(FakeAws([]), path=shapes.with_backend(**{key: None}))

    assert graph.why_not(type_, first(up(), type_, place)) == Unknown(
        f"the stack's output `path` tells no {key}"
    )
