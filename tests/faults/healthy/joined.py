"""Networks and load balancers that exist, and what their owners have in them besides."""

from collections.abc import Mapping
from typing import Any

from crosslink.graph import tokens
from tests.faults.change import Change, Nodes, edit, find, in_aws, put, register, together
from tests.faults.healthy.variation import Variation
from tests.faults.joined_balancers import (
    ALB,
    ANY_PATH,
    MAINTENANCE,
    NLB,
    also_to,
    let_in_by_list,
    rule_before,
)

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


def methods_apart(nodes: Nodes) -> Nodes:
    """The owner has a rule for what reads and one for what writes, both with the route's header."""
    rule = find(nodes, *RULE) if any(node.type == tokens.LISTENER_RULE for node in nodes) else None
    if rule is None:
        return nodes
    methods = {"httpRequestMethod": {"values": ["GET", "HEAD", "OPTIONS"]}}
    return another_rule(1, *rule.properties["conditions"], methods)(nodes)


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
        name="an existing ALB's group lets in a prefix list",  # H02
        change=let_in_by_list("10.60.0.0/25", "2001:db8::/32"),
        stack="load-balancer",
        source="https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html",
    ),
    Variation(
        name="an existing ALB shuts out callers of a header first",
        change=rule_before(
            [ANY_PATH, {"httpHeader": {"httpHeaderName": "User-Agent", "values": ["*bot*"]}}], MAINTENANCE
        ),
        stack="load-balancer",
    ),
    Variation(
        name="an existing ALB has a canary group beside the stable one",
        change=also_to((90, 10)),
        stack="load-balancer",
    ),
    Variation(
        name="an existing ALB has a group of weight 0 without healthy targets",
        change=also_to((100, 0), "unhealthy"),
        stack="load-balancer",
    ),
    Variation(
        name="an existing ALB's rules split the methods",
        change=methods_apart,
        stack="load-balancer",
    ),
    Variation(
        name="an existing ALB's rule takes hosts of any name",
        change=in_aws(edit(*RULE, lambda rule: rule["conditions"].append({"hostHeader": {"values": ["*"]}}))),
        stack="load-balancer",
    ),
    Variation(
        name="an existing ALB's target is just registered",
        change=in_aws(put(tokens.ATTACHMENT, "*|10.60.1.20", "health", value="initial")),
        stack="load-balancer",
    ),
    Variation(
        name="an existing ALB's targets have no health checks",
        change=in_aws(put(tokens.ATTACHMENT, "arn:*targetgroup/*", "health", value="unavailable")),
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
