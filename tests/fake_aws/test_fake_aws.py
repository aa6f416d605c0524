"""The fake AWS: whatever it is asked, it answers as AWS would, and refuses what it doesn't play."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

from crosslink.graph import tokens
from crosslink.graph.from_sandbox import nodes_of
from crosslink.graph.node import Node
from tests import runs
from tests.crosslink.graph.from_aws.support import BACKEND, CONSUMER, GATEWAY, changed, up
from tests.fake_aws import FakeAws, UnplayedError

UNASKED = {  # what needs no parameters
    "apigateway": ("get_api_keys", "get_usage_plans"),
    "ec2": (
        "describe_network_acls",
        "describe_network_interfaces",
        "describe_route_tables",
        "describe_security_group_rules",
        "describe_security_groups",
        "describe_subnets",
        "describe_vpc_endpoint_connections",
        "describe_vpc_endpoint_service_configurations",
        "describe_vpc_endpoints",
        "describe_vpc_peering_connections",
        "describe_vpcs",
    ),
    "elbv2": ("describe_load_balancers", "describe_target_groups"),
    "sts": ("get_caller_identity",),
}
ABOUT = (  # what is asked about a resource of a type, by its id
    (tokens.API_KEY, "apigateway", "get_api_key", "apiKey"),
    (tokens.EKS_CLUSTER, "eks", "describe_cluster", "name"),
    (tokens.ENDPOINT_SERVICE, "ec2", "describe_vpc_endpoint_service_permissions", "ServiceId"),
    (tokens.LOAD_BALANCER, "elbv2", "describe_listeners", "LoadBalancerArn"),
    (tokens.LOAD_BALANCER, "elbv2", "describe_load_balancer_attributes", "LoadBalancerArn"),
    (tokens.TARGET_GROUP, "elbv2", "describe_target_group_attributes", "TargetGroupArn"),
    (tokens.TARGET_GROUP, "elbv2", "describe_target_health", "TargetGroupArn"),
    (tokens.USAGE_PLAN, "apigateway", "get_usage_plan_keys", "usagePlanId"),
    (tokens.VPC_LINK, "apigateway", "get_vpc_link", "vpcLinkId"),
)


def code_of(error: ClientError) -> str | None:
    return error.response.get("Error", {}).get("Code")


def calls_in(nodes: list[Node], place: tuple[str, str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each operation that is played, asked about each resource in a place that it is about."""
    for service, operations in UNASKED.items():
        yield from ((service, operation, {}) for operation in operations)
    role = f"arn:aws:iam::{place[0]}:role/doctor"
    yield "sts", "assume_role", {"RoleArn": role, "RoleSessionName": "crosslink"}
    for node in nodes:
        if (node.account, node.region) == place:
            yield from (
                (service, name, {key: node.id}) for type_, service, name, key in ABOUT if type_ == node.type
            )
            if node.type == tokens.STAGE:
                yield from (("apigateway", *call) for call in calls_about_stage(node))


def calls_about_stage(node: Node) -> Iterator[tuple[str, dict[str, Any]]]:
    api = {"restApiId": node.get("restApi")}
    stage = api | {"stageName": node.get("stageName")}
    yield "get_rest_api", api
    yield "get_resources", api | {"embed": ["methods"]}
    yield "get_deployment", api | {"deploymentId": node.get("deployment")}
    yield "get_stage", stage
    yield "get_export", stage | {"exportType": "oas30"}


@pytest.mark.parametrize("file", runs.STACK_FILES, ids=lambda file: file.stem)
def test_every_example_can_be_asked_for_everything(file: Path) -> None:
    nodes = nodes_of(runs.run_stack(file, preview=False))
    aws = FakeAws(nodes)
    places = sorted({(node.account, node.region) for node in nodes if node.account and node.region})
    for place in places:
        for service, operation, parameters in calls_in(nodes, place):
            answer = getattr(aws.client(*place, service), operation)(**parameters)
            assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    endpoints = [node for node in nodes if node.type == tokens.ENDPOINT]
    services = {node.get("serviceName") for node in nodes if node.type == tokens.ENDPOINT_SERVICE}
    for operation, key, played in (
        ("describe_subnets", "Subnets", [node for node in nodes if node.type == tokens.SUBNET]),
        ("describe_vpc_endpoints", "VpcEndpoints", endpoints),
        # Those at another team's service are for that team to ask for.
        (
            "describe_vpc_endpoint_connections",
            "VpcEndpointConnections",
            [node for node in endpoints if node.get("serviceName") in services],
        ),
    ):
        found = [item for place in places for item in getattr(aws.client(*place, "ec2"), operation)()[key]]
        assert len(found) == len(played)


class TestCalls:
    def test_requests_are_checked_by_botocore(self) -> None:
        with pytest.raises(ParamValidationError):
            FakeAws([]).client(*GATEWAY, "ec2").describe_subnets(SubnetIds="subnet-1")

    def test_answers_are_checked_against_the_services_model(self) -> None:
        aws = FakeAws(changed(up(), tokens.SUBNET, cidrBlock=24))
        with pytest.raises(UnplayedError, match="DescribeSubnets"):
            aws.client(*GATEWAY, "ec2").describe_subnets()

    def test_what_is_not_played_is_noticed(self) -> None:
        ec2 = FakeAws([]).client(*GATEWAY, "ec2")
        with pytest.raises(UnplayedError, match="DescribeInstances"):
            ec2.describe_instances()
        with pytest.raises(UnplayedError, match="owner-id"):
            ec2.describe_subnets(Filters=[{"Name": "owner-id", "Values": [CONSUMER]}])

    def test_calls_are_recorded(self) -> None:
        aws = FakeAws([], denied={"ec2:DescribeVpcs"})
        aws.client(*GATEWAY, "apigateway").get_api_keys()
        with pytest.raises(ClientError):
            aws.client(*BACKEND, "ec2").describe_vpcs()
        assert aws.calls == [(*GATEWAY, "apigateway", "GetApiKeys"), (*BACKEND, "ec2", "DescribeVpcs")]

    def test_the_last_one_answers(self) -> None:
        assert FakeAws(up()).client(*GATEWAY, "ec2").describe_vpcs()["Vpcs"]
        assert not FakeAws([]).client(*GATEWAY, "ec2").describe_vpcs()["Vpcs"]

    @pytest.mark.parametrize(
        ("action", "service", "call", "code"),
        [
            ("ec2:DescribeSubnets", "ec2", "describe_subnets", "UnauthorizedOperation"),
            (
                "elasticloadbalancing:DescribeTargetGroups",
                "elbv2",
                "describe_target_groups",
                "AccessDenied",
            ),
            ("apigateway:GET", "apigateway", "get_usage_plans", "AccessDeniedException"),
            ("apigateway:GetUsagePlans", "apigateway", "get_usage_plans", "AccessDeniedException"),
            ("sts:GetCallerIdentity", "sts", "get_caller_identity", "AccessDenied"),
        ],
    )
    def test_denied(self, action: str, service: str, call: str, code: str) -> None:
        with pytest.raises(ClientError) as refused:
            getattr(FakeAws([], denied={action}).client(*GATEWAY, service), call)()
        assert code_of(refused.value) == code

    @pytest.mark.parametrize(
        ("service", "call", "parameters", "code"),
        [
            (
                "ec2",
                "describe_vpc_endpoints",
                {"VpcEndpointIds": ["vpce-1"]},
                "InvalidVpcEndpointId.NotFound",
            ),
            ("ec2", "describe_subnets", {"SubnetIds": ["subnet-1"]}, "InvalidSubnetID.NotFound"),
            (
                "ec2",
                "describe_vpc_endpoint_service_permissions",
                {"ServiceId": "vpce-svc-1"},
                "InvalidVpcEndpointServiceId.NotFound",
            ),
            ("elbv2", "describe_listeners", {"LoadBalancerArn": "arn:1"}, "LoadBalancerNotFound"),
            ("elbv2", "describe_target_health", {"TargetGroupArn": "arn:1"}, "TargetGroupNotFound"),
            ("apigateway", "get_vpc_link", {"vpcLinkId": "a1"}, "NotFoundException"),
            ("apigateway", "get_stage", {"restApiId": "a1", "stageName": "v1"}, "NotFoundException"),
            ("eks", "describe_cluster", {"name": "gone"}, "ResourceNotFoundException"),
        ],
    )
    def test_what_does_not_exist(self, service: str, call: str, parameters: Any, code: str) -> None:
        with pytest.raises(ClientError) as missing:
            getattr(FakeAws(up()).client(*GATEWAY, service), call)(**parameters)
        assert code_of(missing.value) == code

    @pytest.mark.parametrize(
        ("service", "operation", "parameters"),
        [
            ("ec2", "describe_route_tables", {}),
            ("elbv2", "describe_load_balancers", {}),
            ("apigateway", "get_resources", {"restApiId": "t46lwpdhy5"}),
        ],
    )
    def test_pages(self, service: str, operation: str, parameters: dict[str, str]) -> None:
        def read(aws: FakeAws) -> dict[str, Any]:
            pages = aws.client(*GATEWAY, service).get_paginator(operation).paginate(**parameters)
            return pages.build_full_result()

        in_pages = FakeAws(up(), page_size=1)
        whole = read(FakeAws(up()))
        assert read(in_pages) == whole
        assert len(in_pages.calls) == len(next(iter(whole.values())))

    def test_api_gateway_has_short_pages_unasked(self) -> None:
        paths = {f"/{number}": {} for number in range(30)}
        nodes = changed(up(), tokens.REST_API, body=json.dumps({"paths": paths}))
        answer = FakeAws(nodes).client(*GATEWAY, "apigateway").get_resources(restApiId="t46lwpdhy5")
        assert len(answer["items"]) == 25
        assert answer["position"]

    @pytest.mark.parametrize(
        ("service", "call", "code"),
        [
            ("ec2", "describe_vpcs", "RequestLimitExceeded"),
            ("elbv2", "describe_target_groups", "Throttling"),
            ("apigateway", "get_api_keys", "TooManyRequestsException"),
            ("eks", "describe_cluster", "ThrottlingException"),
            ("sts", "get_caller_identity", "Throttling"),
        ],
    )
    def test_throttling_meets_botocores_retries(
        self, monkeypatch: pytest.MonkeyPatch, service: str, call: str, code: str
    ) -> None:
        pauses: list[float] = []
        monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=pauses.append))
        config = Config(retries={"mode": "standard", "total_max_attempts": 3})
        parameters = {"name": "crosslink-dev-apps"} if service == "eks" else {}

        def ask(throttled: int) -> Any:
            client = FakeAws(up(), throttled=throttled, config=config).client(*BACKEND, service)
            return getattr(client, call)(**parameters)

        answer = ask(throttled=2)
        assert len(pauses) == answer["ResponseMetadata"]["RetryAttempts"] == 2
        untouched = getattr(FakeAws(up()).client(*BACKEND, service), call)(**parameters)
        assert {**answer, "ResponseMetadata": 0} == {**untouched, "ResponseMetadata": 0}
        with pytest.raises(ClientError) as refused:
            ask(throttled=3)
        assert code_of(refused.value) == code
