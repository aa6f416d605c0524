"""Elastic Load Balancing v2."""

from collections.abc import Mapping
from typing import Any

from crosslink.graph import tokens
from crosslink.graph.from_aws.attributes import BALANCER_ATTRIBUTES, GROUP_ATTRIBUTES, LISTENER_ATTRIBUTES
from crosslink.graph.node import Node, Value
from tests.fake_aws.structures import structure
from tests.fake_aws.world import CREATED, Answer, AwsError, Place, members, whole

_HEALTH = {  # state → reason and description, where AWS gives any
    "healthy": (None, None),
    "initial": ("Elb.RegistrationInProgress", "Target registration is in progress"),
    "unused": (
        "Target.NotInUse",
        "Target group is not configured to receive traffic from the load balancer",
    ),
}


def describe_load_balancers(here: Place, asked: Answer) -> Answer:
    nodes = here.of(tokens.LOAD_BALANCER)
    if arns := asked.get("LoadBalancerArns"):
        nodes = [_load_balancer(here, arn) for arn in arns]
    return {"LoadBalancers": [_described(here, node) for node in nodes]}


def _load_balancer(here: Place, arn: str) -> Node:
    if node := here.find(tokens.LOAD_BALANCER, arn):
        return node
    raise AwsError("LoadBalancerNotFound", f"Load balancers '[{arn}]' not found")


def _described(here: Place, node: Node) -> Answer:
    mappings: list[dict[str, Any]] = node.get("subnetMappings") or []
    subnet_ids = node.get("subnets") or [mapping["subnetId"] for mapping in mappings]
    subnets = [subnet for id_ in subnet_ids if (subnet := here.find(tokens.SUBNET, id_))]
    kind = node.get("loadBalancerType") or "application"
    groups = node.get("securityGroups") or None
    enforced = node.get("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic") or "on"
    return structure(
        "elbv2",
        "LoadBalancer",
        node,
        CreatedTime=CREATED,
        Scheme="internal" if node.get("internal") else "internet-facing",
        VpcId=subnets[0].get("vpcId") if subnets else None,
        State={"Code": node.get("state") or "active"},
        Type=kind,
        AvailabilityZones=[
            members(ZoneName=subnet.get("availabilityZone"), SubnetId=subnet.id, LoadBalancerAddresses=[])
            for subnet in subnets
        ],
        SecurityGroups=groups,
        IpAddressType="ipv4",
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic=(
            enforced if groups and kind == "network" else None
        ),
    )


def describe_load_balancer_attributes(here: Place, asked: Answer) -> Answer:
    node = _load_balancer(here, asked["LoadBalancerArn"])
    application = node.get("loadBalancerType") in (None, "application")
    by_default = {"enableDeletionProtection": False, "enableCrossZoneLoadBalancing": application}
    by_default |= {"accessLogs.enabled": False, "ipv6DenyAllIgwTraffic": bool(node.get("internal"))}
    if application:
        by_default |= {"idleTimeout": 60, "enableHttp2": True, "clientKeepAlive": 3600}
    return _attributes(node, BALANCER_ATTRIBUTES, by_default)


def describe_listeners(here: Place, asked: Answer) -> Answer:
    arn = asked["LoadBalancerArn"]
    _load_balancer(here, arn)
    nodes = [node for node in here.of(tokens.LISTENER) if node.get("loadBalancerArn") == arn]
    return {"Listeners": [_listener(node) for node in nodes]}


def describe_listener_attributes(here: Place, asked: Answer) -> Answer:
    node = here.find(tokens.LISTENER, asked["ListenerArn"])
    if node is None:
        raise AwsError("ListenerNotFound", f"Listeners '[{asked['ListenerArn']}]' not found")
    of_tcp = {"tcpIdleTimeoutSeconds": 350} if node.get("protocol") == "TCP" else {}
    return _attributes(node, LISTENER_ATTRIBUTES, of_tcp or {"routingHttpResponseServerEnabled": True})


def _listener(node: Node) -> Answer:
    certificate = node.get("certificateArn")
    return structure(
        "elbv2",
        "Listener",
        node,
        ListenerArn=node.id,
        Certificates=[{"CertificateArn": certificate}] if certificate else None,
        AlpnPolicy=[node.get("alpnPolicy")] if node.get("alpnPolicy") else None,
        DefaultActions=[action_of(action) for action in node.get("defaultActions") or []],
    )


def action_of(action: dict[str, Any]) -> Answer:
    """What a listener or a rule does, as AWS tells it."""
    if action["type"] == "redirect":
        target = {f"{name[0].upper()}{name[1:]}": value for name, value in action["redirect"].items()}
        return {"Type": "redirect", "RedirectConfig": target}
    if action["type"] != "forward":
        fixed: dict[str, Any] = action["fixedResponse"]
        response = {"StatusCode": fixed["statusCode"], "ContentType": fixed["contentType"]}
        return {"Type": action["type"], "FixedResponseConfig": response}
    groups = _forwarded_to(action)
    return members(
        Type="forward",
        TargetGroupArn=groups[0] if len(groups) == 1 else None,
        ForwardConfig={"TargetGroups": [{"TargetGroupArn": arn} for arn in groups]},
    )


def _forwarded_to(action: dict[str, Any]) -> list[str]:
    if "targetGroupArn" in action:
        return [action["targetGroupArn"]]
    return [group["arn"] for group in (action.get("forward") or {}).get("targetGroups", [])]


def _users(here: Place, target_group_arn: str) -> list[str]:
    """The load balancers whose listeners forward to a target group."""
    return list(
        dict.fromkeys(
            node.get("loadBalancerArn")
            for node in here.of(tokens.LISTENER)
            for action in _actions(here, node)
            if target_group_arn in _forwarded_to(action)
        )
    )


def _actions(here: Place, listener: Node) -> list[dict[str, Any]]:
    """All that a listener may do with a request."""
    rules = [node for node in here.of(tokens.LISTENER_RULE) if node.get("listenerArn") == listener.id]
    return [
        *(listener.get("defaultActions") or []),
        *(action for rule in rules for action in rule.get("actions")),
    ]


def describe_target_groups(here: Place, asked: Answer) -> Answer:
    nodes = here.of(tokens.TARGET_GROUP)
    if arn := asked.get("LoadBalancerArn"):
        _load_balancer(here, arn)
        nodes = [node for node in nodes if arn in _users(here, str(node.id))]
    return {"TargetGroups": [_described_group(here, node) for node in nodes]}


def _target_group(here: Place, arn: str) -> Node:
    if node := here.find(tokens.TARGET_GROUP, arn):
        return node
    raise AwsError("TargetGroupNotFound", f"Target groups '{arn}' not found")


def _described_group(here: Place, node: Node) -> Answer:
    check: dict[str, Any] = node.get("healthCheck") or {}
    protocol = check.get("protocol") or ("HTTP" if node.get("targetType") == "alb" else "TCP")
    http = protocol in ("HTTP", "HTTPS")
    return structure(
        "elbv2",
        "TargetGroup",
        node,
        HealthCheckEnabled=check.get("enabled", True),
        HealthCheckProtocol=protocol,
        HealthCheckPort=str(whole(check.get("port", "traffic-port"))),
        HealthCheckPath=check.get("path", "/") if http else None,
        Matcher={"HttpCode": check.get("matcher", "200-399")} if http else None,
        HealthCheckIntervalSeconds=whole(check.get("interval", 30)),
        HealthCheckTimeoutSeconds=whole(check.get("timeout", 10)),
        HealthyThresholdCount=whole(check.get("healthyThreshold", 5)),
        UnhealthyThresholdCount=whole(check.get("unhealthyThreshold", 2)),
        LoadBalancerArns=_users(here, str(node.id)),
        TargetType=node.get("targetType") or "instance",
        IpAddressType="ipv4",
    )


def describe_target_group_attributes(here: Place, asked: Answer) -> Answer:
    node = _target_group(here, asked["TargetGroupArn"])
    # Off by default where targets are addresses behind TCP or TLS.
    preserves = node.get("targetType") != "ip" or node.get("protocol") not in ("TCP", "TLS")
    by_default = {"deregistrationDelay": 300, "preserveClientIp": preserves, "proxyProtocolV2": False}
    by_default |= {"stickiness.enabled": False, "stickiness.type": "source_ip"}
    by_default |= {"loadBalancingCrossZoneEnabled": "use_load_balancer_configuration"}
    return _attributes(node, GROUP_ATTRIBUTES, by_default)


def _attributes(node: Node, names: Mapping[str, str], by_default: Mapping[str, Value]) -> Answer:
    own = {name: node.get(*name.split(".")) for name in names.values()}
    values = {**by_default, **{name: value for name, value in own.items() if value is not None}}
    told = {key: values[name] for key, name in names.items() if name in values}
    told |= node.get("attributes") or {}  # those that nothing but AWS has a name for
    return {"Attributes": [{"Key": key, "Value": _text(value)} for key, value in told.items()]}


def _text(value: Value) -> str:
    """A flag or a number as AWS has it; texts are as they are."""
    return value if isinstance(value, str) else str(whole(value)).lower()


def describe_target_health(here: Place, asked: Answer) -> Answer:
    group = _target_group(here, asked["TargetGroupArn"])
    return {
        "TargetHealthDescriptions": [
            _health(here, group, node)
            for node in here.of(tokens.ATTACHMENT)
            if node.get("targetGroupArn") == group.id
        ]
    }


def _health(here: Place, group: Node, node: Node) -> Answer:
    """A target with the health that a fault gives it, or else that of any that is in use."""
    port = whole(node.get("port") or group.get("port"))
    state = node.get("health") or ("healthy" if _users(here, str(group.id)) else "unused")
    reason, description = _HEALTH.get(state, ("Target.FailedHealthChecks", "Health checks failed"))
    if told := node.get("healthReason"):
        reason, _, description = told.partition(": ")
    return {
        "Target": members(Id=node.get("targetId"), Port=port, AvailabilityZone=node.get("availabilityZone")),
        "HealthCheckPort": str(port),
        "TargetHealth": members(State=state, Reason=reason, Description=description or None),
    }
