"""Endpoints that wait for acceptance, as either side sees them."""

from collections.abc import Callable
from typing import Any

import pytest

from crosslink.doctor.acceptance import Pending, pending_of
from crosslink.graph import tokens
from crosslink.graph.node import Node
from crosslink.path.output import Declared
from tests.crosslink.graph.from_aws import shapes
from tests.crosslink.graph.from_aws.reads import read
from tests.crosslink.graph.from_aws.support import CONSUMER, PROVIDER, first, up
from tests.fake_aws import FakeAws

SHAPES = [shapes.consumer_only, shapes.provider_only, lambda: (up(), shapes.path())]


def found(nodes: list[Node], path: dict[str, Any]) -> list[Pending]:
    return list(pending_of(read(FakeAws(nodes), path=path), Declared.model_validate(path)))


@pytest.mark.parametrize("shape", SHAPES, ids=["consumer", "provider", "both"])
def test_each_side_sees_who_has_to_accept_what(
    shape: Callable[[], tuple[list[Node], dict[str, Any]]],
) -> None:
    nodes, path = shape()
    endpoint, service = (first(nodes, type_) for type_ in (tokens.ENDPOINT, tokens.ENDPOINT_SERVICE))

    (pending,) = found(shapes.pending(nodes), path)

    assert pending == Pending(
        endpoint_id=str(endpoint.id),
        endpoint_account=CONSUMER,
        service_id=str(service.id),
        service_account=PROVIDER,
        region="us-east-1",
    )
    assert pending.command == (
        f"aws ec2 accept-vpc-endpoint-connections --service-id {service.id} "
        f"--vpc-endpoint-ids {endpoint.id} --region us-east-1"
    )


@pytest.mark.parametrize("shape", SHAPES, ids=["consumer", "provider", "both"])
def test_nobody_waits_once_it_is_accepted(shape: Callable[[], tuple[list[Node], dict[str, Any]]]) -> None:
    assert found(*shape()) == []
