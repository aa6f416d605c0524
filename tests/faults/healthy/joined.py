"""Networks and load balancers that exist, and what their owners have in them besides."""

from collections.abc import Mapping
from typing import Any

from crosslink.graph import tokens
from tests.faults.change import Change, Nodes, find, in_aws, put, register, together
from tests.faults.healthy.variation import Variation
from tests.faults.joined_balancers import ALB, NLB

GATEWAY_TABLE = (tokens.ROUTE_TABLE, "rtb-0e00000000000000a")
RULE = (tokens.LISTENER_RULE, "*")


def route(to: str, **target: str) -> Change:
    """One more route of the existing gateway network's table."""
    kind = "destinationPrefixListId" if to.startswith("pl-") else "destinationCidrBlock"
    return register(
        tokens.ROUTE,
        f"theirs-{to}",
        {kind: to, "state": "active", **target},
        beside=GATEWAY_TABLE,
        routeTableId=GATEWAY_TABLE,
    )


def another_subnet(nodes: Nodes) -> Nodes:
    """A subnet of the existing VPC that the stack doesn't name; it has the main route table."""
    vpc = (tokens.VPC, "vpc-0e1b2c3d4e5f60718")
    there = {"cidrBlock": "10.70.9.0/24", "availabilityZoneId": "usw2-az1", "availabilityZone": "us-west-2a"}
    return register(tokens.SUBNET, "theirs", there, beside=vpc, vpcId=vpc)(nodes)


def another_rule(priority: int, *conditions: Mapping[str, Any]) -> Change:
    """One more rule of the existing ALB's listener, which is judged before the stack's."""

    def change(nodes: Nodes) -> Nodes:
        rule = find(nodes, *RULE)
        properties = {**rule.properties, "priority": priority, "conditions": list(conditions)}
        arn = f"{rule.id}{priority}"
        added = register(
            tokens.LISTENER_RULE, f"theirs-{priority}", {**properties, "arn": arn}, beside=RULE, id_=arn
        )
        return together(put(*RULE, "priority", value=100), added)(nodes)

    return in_aws(change)


def another_listener(of: tuple[str, str], protocol: str) -> Change:
    """The owner's other listener, with a service of its own behind it."""

    def change(nodes: Nodes) -> Nodes:
        balancer = find(nodes, *of)
        listeners = (node for node in nodes if node.type == tokens.LISTENER)
        own = next(node for node in listeners if node.get("loadBalancerArn") == balancer.id)
        arn = str(own.id)[:-4] + "0000"
        properties = {**own.properties, "port": 8443, "protocol": protocol}
        return register(tokens.LISTENER, "theirs", properties, beside=of, id_=arn)(nodes)

    return in_aws(change)


def path(*patterns: str) -> Mapping[str, Any]:
    """A condition on the path."""
    return {"pathPattern": {"values": list(patterns)}}


NETWORKS = (
    Variation(
        name="an existing route table has routes of others, too",
        change=in_aws(
            together(
                route("0.0.0.0/0", natGatewayId="nat-0e00000000000000a"),
                route("100.0.0.0/8", transitGatewayId="tgw-0e00000000000000a"),
                route("172.16.0.0/12", vpcPeeringConnectionId="pcx-0e00000000000000a"),
                route("192.168.0.0/16", gatewayId="vgw-0e00000000000000a"),
            )
        ),
        stack="existing-networks",
    ),
    Variation(
        name="an existing VPC has more subnets", change=in_aws(another_subnet), stack="existing-networks"
    ),
)

BALANCERS = (
    Variation(
        name="an existing ALB has rules for other paths and hosts first",
        change=together(
            another_rule(1, path("/reports", "/reports/*")),
            another_rule(2, path("/*"), {"hostHeader": {"values": ["reports.example.com"]}}),
        ),
        stack="load-balancer",
    ),
    Variation(
        name="an existing ALB has another service on another listener",
        change=another_listener(ALB, "HTTP"),
        stack="load-balancer",
    ),
    Variation(
        name="an existing NLB has another service on another listener",
        change=another_listener(NLB, "TCP"),
        stack="network-load-balancer",
    ),
    Variation(
        name="an existing ALB lets in its whole network",
        change=in_aws(put(tokens.INGRESS_RULE, "222222222222/sgr-*", "cidrIpv4", value="10.60.0.0/16")),
        stack="load-balancer",
    ),
    Variation(
        name="one of an existing NLB's targets is unhealthy",
        change=in_aws(put(tokens.ATTACHMENT, "arn:*targetgroup/*|10.61.0.20", "health", value="unhealthy")),
        degraded=("target-is-healthy",),
        stack="network-load-balancer",
    ),
)

VARIATIONS = NETWORKS + BALANCERS
