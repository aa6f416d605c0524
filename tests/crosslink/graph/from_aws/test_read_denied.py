"""The live reader where AWS doesn't tell: throttled, denied, locked out, out of reach."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError

from crosslink.graph import tokens
from crosslink.graph.from_aws.collector import Collector
from crosslink.graph.from_aws.network import read_vpc
from crosslink.graph.from_aws.sessions import Clients
from crosslink.graph.unknown import NotKnownError, Unknown
from tests.crosslink.graph.from_aws.reads import only, read, types, why_unread
from tests.crosslink.graph.from_aws.support import BACKEND, CONSUMER, GATEWAY, LANDING, first, up
from tests.fake_aws import FakeAws


def test_a_throttled_call_is_made_again(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    vpc = first(up(), tokens.VPC, LANDING)
    config = Config(retries={"mode": "standard", "max_attempts": 8})
    reading = Collector(FakeAws(up(), throttled=3, config=config), *LANDING)

    read_vpc(reading, str(vpc.id))

    assert not reading.unread
    assert {node.type for node in reading.nodes} == {tokens.VPC, tokens.SUBNET, tokens.NETWORK_ACL}


def test_a_region_that_is_perhaps_not_enabled_is_named():
    def refused(**_filter: object) -> None:
        raise ClientError({"Error": {"Code": "AuthFailure", "Message": "no"}}, "DescribeVpcs")

    off = SimpleNamespace(can_paginate=lambda _: False, describe_vpcs=refused)
    reading = Collector(cast("Clients", SimpleNamespace(client=lambda *_: off)), CONSUMER, "me-south-1")

    with pytest.raises(
        NotKnownError, match=f"me-south-1 may not be enabled in account {CONSUMER}.*AuthFailure"
    ):
        reading.ask("ec2:DescribeVpcs")


def test_a_call_that_stays_throttled_is_unknown_and_says_so(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    config = Config(retries={"mode": "standard", "max_attempts": 2})
    reading = Collector(FakeAws(up(), throttled=3, config=config), *LANDING)

    read_vpc(reading, "vpc-1")

    reason = reading.unread[tokens.VPC, *LANDING].reason
    assert reason.startswith(f"ec2:DescribeVpcs in {CONSUMER} us-east-1 failed:")
    assert "RequestLimitExceeded" in reason


@pytest.mark.parametrize(
    ("action", "type_", "place"),
    [
        ("ec2:DescribeSubnets", tokens.SUBNET, LANDING),
        ("ec2:DescribeSubnets", tokens.ASSOCIATION, GATEWAY),
        ("ec2:DescribeRouteTables", tokens.ROUTE, LANDING),
        ("ec2:DescribeSecurityGroupRules", tokens.INGRESS_RULE, LANDING),
        ("ec2:DescribeNetworkInterfaces", tokens.ENDPOINT, LANDING),
        ("ec2:DescribeVpcEndpoints", tokens.ENDPOINT, LANDING),
        ("ec2:DescribeVpcEndpointConnections", tokens.ACCEPTER, BACKEND),
        ("elasticloadbalancing:DescribeTargetHealth", tokens.ATTACHMENT, GATEWAY),
        ("elasticloadbalancing:DescribeListeners", tokens.LISTENER, BACKEND),
        ("elasticloadbalancing:DescribeLoadBalancers", tokens.TARGET_GROUP, BACKEND),
    ],
)
def test_what_is_denied_is_unread_and_the_action_is_named(action, type_, place):
    graph = read(FakeAws(up(), denied=[action]))

    reason = f"no permission for {action} in {place[0]} {place[1]}"
    assert why_unread(graph, type_, place) == Unknown(reason)


@pytest.mark.parametrize(
    ("action", "type_", "key"),
    [
        ("ec2:DescribeNetworkInterfaces", tokens.ENDPOINT, "subnetConfigurations"),
        ("ec2:DescribeVpcEndpointServicePermissions", tokens.ENDPOINT_SERVICE, "allowedPrincipals"),
        (
            "elasticloadbalancing:DescribeLoadBalancerAttributes",
            tokens.LOAD_BALANCER,
            "enableCrossZoneLoadBalancing",
        ),
        ("elasticloadbalancing:DescribeTargetGroupAttributes", tokens.TARGET_GROUP, "preserveClientIp"),
    ],
)
def test_what_a_denied_call_adds_to_a_resource_is_an_unknown_property(action, type_, key):
    graph = read(FakeAws(up(), denied=[action]))

    for node in graph.of_type(type_):
        if node.get("loadBalancerType") != "application":
            assert node.get(key) == Unknown(f"no permission for {action} in {node.account} {node.region}")


def test_api_gateways_action_is_named_with_its_resource():
    graph = read(FakeAws(up(), denied=["apigateway:GetExport"]))

    body = only(graph, tokens.REST_API).get("body")
    assert body.reason == (
        "no permission for apigateway:GET on arn:aws:apigateway:*::/restapis/* in 111111111111 us-west-2"
    )


class Locked(FakeAws):
    """An account that can't be entered."""

    def client(self, account: str, region: str, service: str) -> Any:
        if account == BACKEND[0]:
            raise NotKnownError("no permission for sts:AssumeRole of the role")
        return super().client(account, region, service)


def test_an_account_that_cannot_be_entered_is_unread_and_the_other_is_read():
    graph = read(Locked(up()))

    kubernetes = {type_ for type_ in types(graph, BACKEND) if type_.startswith("kubernetes:")}
    assert types(graph, BACKEND) == kubernetes, "only the cluster's API, which the kubeconfig opens"
    assert why_unread(graph, tokens.ENDPOINT_SERVICE, BACKEND) == Unknown(
        "no permission for sts:AssumeRole of the role"
    )
    assert tokens.ENDPOINT in types(graph, LANDING)


def test_a_region_that_does_not_answer_is_unread(monkeypatch):
    def gone(*_: Any, **__: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://ec2.us-east-1.amazonaws.com")

    aws = FakeAws(up())
    monkeypatch.setattr(aws, "answer", gone)
    reading = Collector(aws, *LANDING)

    read_vpc(reading, "vpc-1")

    assert "Could not connect to the endpoint URL" in reading.unread[tokens.VPC, *LANDING].reason


@pytest.mark.parametrize("error", [ResponseParserError("invalid XML received: <html>"), KeyError("Vpcs")])
def test_a_region_where_a_proxy_answers_is_unread(monkeypatch, error):
    def page(*_: Any, **__: Any) -> None:
        raise error

    aws = FakeAws(up())
    monkeypatch.setattr(aws, "answer", page)
    reading = Collector(aws, *LANDING)

    read_vpc(reading, "vpc-1")

    reason = reading.unread[tokens.VPC, *LANDING].reason
    assert reason.startswith(f"ec2:DescribeVpcs in {CONSUMER} us-east-1 failed: what answers isn't AWS")
    assert "<html>" not in reason
