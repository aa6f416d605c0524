"""PrivateNlb: an internal NLB that is reachable only by PrivateLink."""

from functools import cache

from pulumi import ResourceOptions

from components.network.private_nlb import NextHop, PrivateNlb, PrivateNlbArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import UNKNOWN, Run
from tests.components.support import PROVIDER, account, children, counts, network, places, subnet_ids

REGION = "us-east-1"
COMPONENT = "crosslink:network:PrivateNlb"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
SUBNETS = {"use1-az1": "10.20.48.64/26", "use1-az2": "10.20.80.64/26"}


@cache
def built(*, preview: bool = False) -> Run:
    def program() -> None:
        opts = ResourceOptions(provider=account(PROVIDER, REGION))
        net = network("net", "10.20.0.0/16", {"balancers": SUBNETS}, opts)
        args = PrivateNlbArgs(
            vpc_id=net.vpc.id,
            subnet_ids=[subnet.id for subnet in net.subnets["balancers"].values()],
            next_hops={
                "near": NextHop(what="The near one", cidr="10.20.48.64/26", port=80),
                "far": NextHop(what="The far one", cidr="10.11.2.0/26", port=443),
            },
        )
        PrivateNlb("apps", args, opts)

    return run(program, preview=preview)


def test_creates_an_nlb_a_security_group_and_a_rule_per_next_hop():
    found = built()
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {GROUP: 1, EGRESS: 2, BALANCER: 1}
    assert places(made) == {(PROVIDER, REGION)}


def test_the_nlb_is_internal_in_every_zone_and_its_security_group_does_not_apply_to_privatelink():
    found = built()
    assert found.one(BALANCER, "apps").inputs == {
        "loadBalancerType": "network",
        "internal": True,
        "subnets": subnet_ids(found, "net-balancers", SUBNETS),
        "enableCrossZoneLoadBalancing": True,
        "securityGroups": [found.one(GROUP).id],
        "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "off",
    }


def test_its_security_group_has_only_rules_to_the_next_hops():
    found = built()
    assert found.one(GROUP).inputs == {
        "vpcId": found.one("aws:ec2/vpc:Vpc").id,
        "description": "NLB: nothing in but PrivateLink, out to the next hop",
        "tags": {"Name": "apps-nlb"},
    }
    assert {rule.name: rule.inputs for rule in found.of_type(EGRESS)} == {
        "apps-nlb-near": {
            "securityGroupId": found.one(GROUP).id,
            "description": "The near one",
            "cidrIpv4": "10.20.48.64/26",
            "ipProtocol": "tcp",
            "fromPort": 80,
            "toPort": 80,
        },
        "apps-nlb-far": {
            "securityGroupId": found.one(GROUP).id,
            "description": "The far one",
            "cidrIpv4": "10.11.2.0/26",
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
        },
    }


def test_the_output_is_the_arn():
    found = built()
    assert found.one(COMPONENT).outputs == {"arn": found.one(BALANCER).id}


def test_a_preview_knows_everything_but_ids():
    found = built(preview=True)
    unknown = {key for key, value in found.one(BALANCER).inputs.items() if value in (UNKNOWN, [UNKNOWN] * 2)}
    assert unknown == {"subnets"}
    assert found.one(BALANCER).inputs["securityGroups"] == [UNKNOWN]
