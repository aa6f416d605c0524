"""The table of times: dates, sources, and which row a resource has."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node
from crosslink.timeline.durations import time_of
from crosslink.timeline.times import Time, by_type, times
from tests.crosslink.timeline.test_waits import resource

ROWS = {"other": times().other, **times().times}
HALF_A_YEAR = timedelta(days=183)


@pytest.mark.parametrize("time", ROWS.values(), ids=ROWS)
def test_a_time_has_a_date_and_says_where_it_is_from(time: Time) -> None:
    """Whoever moves `as_of` has looked up all of them."""
    assert timedelta(0) <= times().as_of - time.looked_up < HALF_A_YEAR
    assert time.source is None or time.source.startswith("https://")
    assert time.unconfirmed is None or "estimate" in time.unconfirmed or time.source


def test_a_type_has_one_row() -> None:
    listed = [type_ for time in times().times.values() for type_ in time.types]
    assert len(listed) == len(by_type())


@pytest.mark.parametrize(
    "wrong",
    [
        {"low": 11},
        {"typical": 21},
        {"confirmed": None},
        {"unconfirmed": "an estimate"},
    ],
)
def test_a_row_that_contradicts_itself_is_refused(wrong: Mapping[str, Any]) -> None:
    row = {"what": "it", "typical": 10, "low": 5, "high": 20, "looked_up": "2026-11-27", "confirmed": "logs"}
    assert Time.model_validate(row).typical == 10
    with pytest.raises(ValidationError):
        Time.model_validate({**row, **wrong})


def row_of(node: Node, *others: Node) -> str:
    """The name of a resource's row."""
    found = time_of(Graph([*others, node]), node)
    return next(name for name, time in ROWS.items() if time is found)


SERVICE = resource("s", tokens.ENDPOINT_SERVICE, {"acceptanceRequired": True})
NAMED: Mapping[str, Any] = {"references": {"serviceName": frozenset({"s"})}}


@pytest.mark.parametrize(
    ("row", "type_", "properties"),
    [
        ("nlb", tokens.LOAD_BALANCER, {"loadBalancerType": "network"}),
        ("alb", tokens.LOAD_BALANCER, {}),
        ("other", tokens.LOAD_BALANCER, {"loadBalancerType": "gateway"}),
        ("other", tokens.ENDPOINT, {}),
        ("interface-endpoint", tokens.ENDPOINT, {"vpcEndpointType": "Interface"}),
        (
            "interface-endpoint",
            tokens.ENDPOINT,
            {"vpcEndpointType": "Interface", "serviceRegion": "us-east-1"},
        ),
        (
            "endpoint-across-regions",
            tokens.ENDPOINT,
            {"vpcEndpointType": "Interface", "serviceRegion": "us-west-2"},
        ),
        ("endpoint-service", tokens.ENDPOINT_SERVICE, {"supportedRegions": ["us-east-1"]}),
        ("endpoint-service-in-more-regions", tokens.ENDPOINT_SERVICE, {"supportedRegions": ["us-west-2"]}),
        ("nat-gateway", tokens.NAT_GATEWAY, {}),
        ("pods", tokens.KUBERNETES_DEPLOYMENT, {}),
        ("other", tokens.SUBNET, {}),
        ("other", "acme:index:Shop", {}),
    ],
)
def test_type_and_properties_decide(row: str, type_: str, properties: Mapping[str, Any]) -> None:
    assert row_of(resource("r", type_, properties)) == row


def test_an_endpoint_that_is_accepted_later_is_there_at_once() -> None:
    endpoint = resource("r", tokens.ENDPOINT, {"vpcEndpointType": "Interface"}, **NAMED)
    assert row_of(endpoint, SERVICE) == "endpoint-to-accept"
    assert row_of(endpoint, resource("s", tokens.ENDPOINT_SERVICE)) == "interface-endpoint"


def test_the_first_pods_of_a_new_cluster_need_nodes() -> None:
    pods = resource("d", tokens.KUBERNETES_DEPLOYMENT)
    assert row_of(pods, resource("c", tokens.EKS_CLUSTER)) == "pods-on-new-nodes"
    assert row_of(pods, resource("c", tokens.EKS_CLUSTER, region="us-west-2")) == "pods"
