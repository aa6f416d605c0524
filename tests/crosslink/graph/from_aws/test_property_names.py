"""Pulumi's names for what AWS answers."""

import pytest

from crosslink.graph import tokens
from crosslink.graph.from_aws.property_names import camel_case, in_camel_case
from settings.kubernetes_versions import DEFAULT
from tests.crosslink.graph.from_aws.reads import only, read
from tests.crosslink.graph.from_aws.support import changed, first, up
from tests.fake_aws import FakeAws


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("VpcId", "vpcId"),
        ("DNSName", "dnsName"),
        ("CidrIpv4", "cidrIpv4"),
        ("Ipv6CidrBlock", "ipv6CidrBlock"),
        ("ARN", "arn"),
        ("restApiId", "restApiId"),
    ],
)
def test_the_first_letter_or_word_is_small(name, ours):
    assert camel_case(name) == ours


def test_an_answer_is_renamed_throughout_and_its_tags_are_a_mapping():
    answer = {
        "Groups": [{"GroupId": "sg-1"}],
        "Tags": [{"Key": "Name", "Value": "A"}],
        "State": {"Code": "active"},
    }

    assert in_camel_case(answer) == {
        "groups": [{"groupId": "sg-1"}],
        "tags": {"Name": "A"},
        "state": {"code": "active"},
    }


def test_names_of_the_users_own_stay_as_they_are():
    link = first(up(), tokens.VPC_LINK).id
    variables = {"link": link, "Colour": "blue"}

    graph = read(FakeAws(changed(up(), tokens.STAGE, variables=variables)))

    assert only(graph, tokens.STAGE).get("variables") == variables


def test_a_fact_that_no_reader_names_is_read():
    nodes = changed(up(), tokens.SUBNET, mapPublicIpOnLaunch=True)
    nodes = changed(nodes, tokens.LOAD_BALANCER, enableDeletionProtection=True)

    graph = read(FakeAws(nodes))

    assert {node.get("mapPublicIpOnLaunch") for node in graph.of_type(tokens.SUBNET)} == {True}
    balancers = {node.get("loadBalancerType"): node for node in graph.of_type(tokens.LOAD_BALANCER)}
    assert balancers["network"].get("enableDeletionProtection") is True
    assert balancers["application"].get("idleTimeout") == 60
    assert balancers["application"].get("tags") is None
    assert only(graph, tokens.EKS_CLUSTER).get("version") == DEFAULT
