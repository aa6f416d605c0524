"""Reads load balancers: listeners, target groups, targets and their health."""

from collections.abc import Iterable, Iterator, Mapping

from crosslink.graph import tokens
from crosslink.graph.from_aws.attributes import (
    BALANCER_ATTRIBUTES,
    GROUP_ATTRIBUTES,
    LISTENER_ATTRIBUTES,
    attributes_of,
)
from crosslink.graph.from_aws.collector import Answer, Collector
from crosslink.graph.from_aws.network import NETWORK_TYPES, read_security_groups
from crosslink.graph.node import fields, items, value_at

# What can't be found without the load balancer, the network that it is in included.
TYPES = (
    tokens.LOAD_BALANCER,
    tokens.LISTENER,
    tokens.LISTENER_RULE,
    tokens.TARGET_GROUP,
    tokens.ATTACHMENT,
    *NETWORK_TYPES,
)

_HEALTH_CHECK: Mapping[str, str] = {
    "enabled": "healthCheckEnabled",
    "protocol": "healthCheckProtocol",
    "port": "healthCheckPort",
    "path": "healthCheckPath",
    "interval": "healthCheckIntervalSeconds",
    "timeout": "healthCheckTimeoutSeconds",
    "healthyThreshold": "healthyThresholdCount",
    "unhealthyThreshold": "unhealthyThresholdCount",
}


def read_load_balancer(aws: Collector, arn: str) -> None:
    """A load balancer with all that belongs to it; behind an NLB also the ALB that is its target."""
    with aws.reading(*TYPES):
        for balancer in aws.items("elbv2:DescribeLoadBalancers", LoadBalancerArns=[arn]):
            groups: list[str] = balancer.get("securityGroups", [])
            derived = {
                "internal": balancer["scheme"] == "internal",
                "subnetMappings": [*_mappings(balancer["availabilityZones"])],
                "subnets": [zone["subnetId"] for zone in balancer["availabilityZones"]],
                "securityGroups": groups,
                "state": balancer["state"]["code"],
            }
            vpc_id, is_network = balancer["vpcId"], balancer["type"] == "network"
            call = "elbv2:DescribeLoadBalancerAttributes"
            attributes = attributes_of(aws, call, BALANCER_ATTRIBUTES, LoadBalancerArn=arn)
            aws.add(tokens.LOAD_BALANCER, {**balancer, **derived, **attributes})
            _listeners(aws, arn)
            read_security_groups(aws, groups, vpc_id)
            if is_network:
                _target_groups(aws, arn)


def _mappings(zones: Iterable[Answer]) -> Iterator[Answer]:
    """What is chosen for subnets; an address that AWS has picked itself isn't told with them."""
    for zone in zones:
        own = value_at(zone, "loadBalancerAddresses", 0)
        chosen = {
            "outpostId": zone.get("outpostId"),
            "allocationId": value_at(own, "allocationId"),
            "privateIpv4Address": value_at(own, "privateIPv4Address"),
            "ipv6Address": value_at(own, "iPv6Address"),
        }
        if given := {name: value for name, value in chosen.items() if value is not None}:
            yield {"subnetId": zone["subnetId"], **given}


def read_existing(aws: Collector, arn: str, port: int) -> None:
    """A load balancer that is somebody else's; of an ALB also what it does with which requests at a port."""
    if all(node.get("arn") != arn for node in aws.nodes):  # else it was found on the way
        read_load_balancer(aws, arn)
    listeners = [node for node in aws.nodes if node.type == tokens.LISTENER]
    for listener in listeners:
        if (listener.get("loadBalancerArn"), listener.get("port")) == (arn, port) and "/app/" in arn:
            _rules(aws, str(listener.id))
    if "/app/" in arn:
        _target_groups(aws, arn)


def read_made(aws: Collector) -> None:
    """Of the ALBs that were found, which a controller has made: the rules of their listeners, and targets."""
    balancers = [node for node in aws.nodes if node.type == tokens.LOAD_BALANCER]
    arns = [arn for node in balancers if "/app/" in (arn := str(node.get("arn")))]
    listeners = [node for node in aws.nodes if node.type == tokens.LISTENER]
    for arn in arns:
        for listener in listeners:
            if listener.get("loadBalancerArn") == arn:
                _rules(aws, str(listener.id))
        _target_groups(aws, arn)


def _rules(aws: Collector, listener_arn: str) -> None:
    """The rules of a listener but the last, which is its default action."""
    with aws.reading(tokens.LISTENER_RULE):
        for rule in aws.ask_again("elbv2:DescribeRules", ListenerArn=listener_arn)["rules"]:
            if not rule["isDefault"]:
                derived = {
                    "listenerArn": listener_arn,
                    "priority": int(rule["priority"]),
                    "conditions": [_condition(condition) for condition in rule.get("conditions", [])],
                    "actions": [_action(action) for action in rule.get("actions", [])],
                }
                aws.add(tokens.LISTENER_RULE, {**rule, **derived}, name=f"rule {rule['priority']}")


def _condition(condition: Answer) -> Answer:
    """A condition as Pulumi has it: `{pathPattern: {values}}`, `{httpHeader: {httpHeaderName, values}}`."""
    configured = {name.removesuffix("Config"): value for name, value in condition.items() if "Config" in name}
    if "queryString" in configured:
        return {"queryStrings": value_at(configured, "queryString", "values")}
    # Older rules for a host or a path have their values beside the field alone.
    name = {"host-header": "hostHeader", "path-pattern": "pathPattern"}.get(condition["field"])
    return configured or ({name: {"values": condition.get("values", [])}} if name else {})


def _listeners(aws: Collector, arn: str) -> None:
    with aws.reading(tokens.LISTENER):
        for listener in aws.ask_again("elbv2:DescribeListeners", LoadBalancerArn=arn)["listeners"]:
            derived = {
                # The certificate that it shows by default, the only one that AWS lists with it.
                "certificateArn": value_at(listener, "certificates", 0, "certificateArn"),
                "alpnPolicy": value_at(listener, "alpnPolicy", 0),
                "defaultActions": [_action(action) for action in listener.get("defaultActions", [])],
            }
            name = f"{listener['protocol']} {listener['port']}"
            call = "elbv2:DescribeListenerAttributes"
            attributes = attributes_of(aws, call, LISTENER_ATTRIBUTES, ListenerArn=listener["listenerArn"])
            aws.add(tokens.LISTENER, {**listener, **derived, **attributes}, name=name)


def _action(action: Answer) -> Answer:
    """What a listener does; one that forwards to several target groups names none as *the* group."""
    groups = items(value_at(action, "forwardConfig", "targetGroups"))
    sticks = fields(value_at(action, "forwardConfig", "targetGroupStickinessConfig"))
    told = [{"arn": group["targetGroupArn"], "weight": group.get("weight")} for group in groups]
    stickiness = {"enabled": sticks.get("enabled"), "duration": sticks.get("durationSeconds")}
    return {
        **{name.removesuffix("Config"): value for name, value in action.items()},
        "forward": {"targetGroups": told, "stickiness": stickiness},
    }


def _target_groups(aws: Collector, arn: str) -> None:
    with aws.reading(tokens.TARGET_GROUP, tokens.ATTACHMENT):
        for group in aws.ask_again("elbv2:DescribeTargetGroups", LoadBalancerArn=arn)["targetGroups"]:
            group_arn: str = group["targetGroupArn"]
            are_balancers = group["targetType"] == "alb"
            check = {name: group.get(answered) for name, answered in _HEALTH_CHECK.items()}
            check["matcher"] = value_at(group, "matcher", "httpCode")
            call = "elbv2:DescribeTargetGroupAttributes"
            attributes = attributes_of(aws, call, GROUP_ATTRIBUTES, TargetGroupArn=group_arn)
            aws.add(tokens.TARGET_GROUP, {**group, "healthCheck": check, **attributes})
            _targets(aws, group_arn, are_balancers=are_balancers)


def _targets(aws: Collector, group_arn: str, *, are_balancers: bool) -> None:
    """The targets of a group, except draining ones; targets that are load balancers are read as well.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
    """
    with aws.reading(tokens.ATTACHMENT):
        answer = aws.ask_again("elbv2:DescribeTargetHealth", TargetGroupArn=group_arn)
        for described in answer["targetHealthDescriptions"]:
            target, health = described["target"], described["targetHealth"]
            if health["state"] == "draining":
                continue
            why = [health[key] for key in ("reason", "description") if key in health]
            properties = {
                "id": f"{group_arn}|{target['id']}|{target.get('port')}",
                "targetGroupArn": group_arn,
                "targetId": target["id"],
                "port": target.get("port"),
                # Of an address inside the VPC AWS reports the zone, though nobody asked for one.
                "availabilityZone": "all" if target.get("availabilityZone") == "all" else None,
                "health": health["state"],
                "healthReason": ": ".join(why) or None,
            }
            aws.add(tokens.ATTACHMENT, properties, name=target["id"])
            if are_balancers:
                read_load_balancer(aws, target["id"])
