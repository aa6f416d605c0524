"""The live reader of what a stack joins: load balancers and networks of somebody else."""

import pytest

from components.route_header import ROUTE_HEADER
from crosslink.graph import tokens
from crosslink.graph.unknown import Unknown
from tests.crosslink.graph.from_aws import shapes
from tests.crosslink.graph.from_aws.reads import only, read, why_unread
from tests.crosslink.graph.from_aws.support import BACKEND, PROVIDER
from tests.fake_aws import FakeAws


def test_an_alb_is_found_behind_the_stacks_nlb_with_its_rules():
    nodes, beside, path = shapes.load_balancer()

    graph = read(FakeAws(nodes, beside=beside), path=path)

    (alb,) = (node for node in graph.of_type(tokens.LOAD_BALANCER) if node.get("arn") == shapes.ALB)
    listeners = {node.get("port"): node for node in graph.naming(alb, "loadBalancerArn", tokens.LISTENER)}
    assert set(listeners) == {80, 81}
    bound, other = graph.naming(listeners[80], "listenerArn", tokens.LISTENER_RULE)
    assert graph.naming(listeners[81], "listenerArn", tokens.LISTENER_RULE) == []
    assert (bound.get("priority"), other.get("priority")) == (1, 2)
    assert bound.get("conditions") == [
        {"pathPattern": {"values": ["/svc1*"]}},
        {"httpHeader": {"httpHeaderName": ROUTE_HEADER, "values": ["/svc1"]}},
    ]
    assert other.get("conditions") == [{"pathPattern": {"values": ["/other*"]}}]
    assert bound.get("actions", 0, "type") == "forward"
    (target,) = graph.naming(alb, "targetId", tokens.ATTACHMENT)
    assert target.account == PROVIDER
    assert {node.id for node in graph.named_by(alb, "subnets", tokens.SUBNET)} == {"subnet-0e1", "subnet-0e2"}
    assert [node.id for node in graph.named_by(alb, "securityGroups", tokens.SECURITY_GROUP)] == ["sg-0e1"]


def test_an_alb_is_read_once_and_without_the_nlb_too():
    nodes, beside, path = shapes.load_balancer()
    aws = FakeAws(nodes, beside=beside)
    read(aws, path=path)
    asked = [call for call in aws.calls if call[0] == PROVIDER and call[3] == "DescribeLoadBalancers"]
    assert len(asked) == 2, "the NLB and the ALB"

    left = [node for node in nodes if node.type != tokens.ATTACHMENT]
    graph = read(FakeAws(left, beside=beside), path=path)

    assert shapes.ALB in [node.get("arn") for node in graph.of_type(tokens.LOAD_BALANCER)]
    assert len(graph.of_type(tokens.LISTENER_RULE)) == 2


def test_rules_that_nobody_may_see_are_unread():
    nodes, beside, path = shapes.load_balancer()

    graph = read(FakeAws(nodes, beside=beside, denied=["elasticloadbalancing:DescribeRules"]), path=path)

    assert why_unread(graph, tokens.LISTENER_RULE, BACKEND) == Unknown(
        "no permission for elasticloadbalancing:DescribeRules in 222222222222 us-east-1"
    )


def test_an_nlb_is_read_with_its_targets_and_has_no_rules():
    nodes, beside, path = shapes.load_balancer(arn=shapes.NLB, protocol="TCP")
    aws = FakeAws(nodes, beside=beside)

    graph = read(aws, path=path)

    (nlb,) = (node for node in graph.of_type(tokens.LOAD_BALANCER) if node.account == PROVIDER)
    assert (nlb.get("arn"), nlb.get("loadBalancerType")) == (shapes.NLB, "network")
    (listener,) = (
        node for node in graph.naming(nlb, "loadBalancerArn", tokens.LISTENER) if node.get("port") == 80
    )
    (group,) = graph.named_by(listener, "defaultActions", tokens.TARGET_GROUP)
    targets = graph.naming(group, "targetGroupArn", tokens.ATTACHMENT)
    assert {target.get("targetId"): target.get("health") for target in targets} == {
        "10.60.1.20": "healthy",
        "100.64.2.20": "healthy",
    }
    assert [node.id for node in graph.named_by(nlb, "securityGroups", tokens.SECURITY_GROUP)] == ["sg-0e1"]
    assert "DescribeRules" not in {name for *_, name in aws.calls}


def test_an_existing_network_is_read_even_if_nothing_is_in_it():
    path = {**shapes.path(), "networks": shapes.declared_network()}

    graph = read(FakeAws([], beside={"vpcs": [shapes.NETWORK]}), path=path)

    vpc = only(graph, tokens.VPC)
    assert (vpc.id, vpc.get("cidrBlock")) == (shapes.VPC, "10.60.0.0/16")
    assert only(graph, tokens.VPC_CIDR).get("cidrBlock") == "100.64.0.0/16"
    assert {node.get("availabilityZoneId") for node in graph.of_type(tokens.SUBNET)} == {
        "use1-az1",
        "use1-az2",
    }
    assert graph.of_type(tokens.NETWORK_ACL) != []


def test_a_subnet_without_a_route_table_of_its_own_has_the_main_one():
    path = {**shapes.path(), "networks": shapes.declared_network()}

    graph = read(FakeAws([], beside={"vpcs": [shapes.NETWORK]}), path=path)

    tables = {node.get("subnetId"): node.get("routeTableId") for node in graph.of_type(tokens.ASSOCIATION)}
    assert tables == {"subnet-0e1": shapes.TABLE, "subnet-0e2": shapes.MAIN}
    assert len(graph.of_type(tokens.ROUTE_TABLE)) == 2
    (route,) = (node for node in graph.of_type(tokens.ROUTE) if node.get("routeTableId") == shapes.MAIN)
    assert (route.get("destinationCidrBlock"), route.get("transitGatewayId")) == ("10.10.0.0/16", "tgw-0e1")
    assert route.get("state") == "active"


@pytest.mark.parametrize("region", ["us-east-1", "us-west-2"])
def test_a_network_that_is_gone_is_missing_and_not_unread(region):
    networks = shapes.declared_network()
    networks["backend-apps"]["region"] = region

    graph = read(FakeAws([]), path={**shapes.path(), "networks": networks})

    assert graph.of_type(tokens.VPC) == []
    assert graph.why_not(tokens.VPC, None) is None
