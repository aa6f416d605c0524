"""Elastic Load Balancing v2."""

from collections.abc import Mapping
from typing import Any

from crosslink.graph import tokens
from crosslink.graph.from_aws.attributes import BALANCER_ATTRIBUTES, GROUP_ATTRIBUTES, LISTENER_ATTRIBUTES
from crosslink.graph.node import Node, Value, value_at
from tests.fake_aws.structures import shaped, structure
from tests.fake_aws.world import CREATED, Answer, AwsError, Place, UnplayedError, members, whole

_HEALTH = {  # state → reason and description, where AWS gives any
    "healthy": (None, None),
    "initial": ("Elb.RegistrationInProgress", "Target registration is in progress"),
    "unused": (
        "Target.NotInUse",
        "Target group is not configured to receive traffic from the load balancer",
    ),
}

_ACTIONS = ("authenticateCognito", "authenticateOidc", "fixedResponse", "jwtValidation", "redirect")


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
    if not all("subnetId" in mapping for mapping in mappings):
        raise UnplayedError("AWS takes no mapping without its subnet")
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
            members(
                ZoneName=subnet.get("availabilityZone"),
                SubnetId=subnet.id,
                OutpostId=mapped.get("outpostId"),
                LoadBalancerAddresses=_addresses(mapped),
            )
            for subnet in subnets
            for mapped in [next((own for own in mappings if own.get("subnetId") == subnet.id), {})]
        ],
        SecurityGroups=groups,
        IpAddressType=node.get("ipAddressType") or "ipv4",
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic=(
            enforced if groups and kind == "network" else None
        ),
    )


def _addresses(mapping: Mapping[str, Any]) -> list[Answer]:
    """The addresses that are chosen for a subnet; AWS doesn't tell those that it picks itself."""
    own = members(
        AllocationId=mapping.get("allocationId"),
        PrivateIPv4Address=mapping.get("privateIpv4Address"),
        IPv6Address=mapping.get("ipv6Address"),
    )
    return [own] if own else []


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
    groups = _forwarded_to(action)
    told = {f"{name}Config": action[name] for name in _ACTIONS if action.get(name)}
    if not all("arn" in group for group in _groups(action)):
        raise UnplayedError("AWS takes no target group without its ARN")
    weights = {group.get("arn"): group.get("weight") for group in _groups(action)}
    forward = members(
        TargetGroups=[members(TargetGroupArn=arn, Weight=whole(weights.get(arn))) for arn in groups],
        TargetGroupStickinessConfig=_stickiness((action.get("forward") or {}).get("stickiness")),
    )
    return members(
        **shaped("elbv2", "Action", type=action["type"], order=action.get("order"), **told),
        TargetGroupArn=groups[0] if len(groups) == 1 else None,
        ForwardConfig=forward if action["type"] == "forward" or groups else None,
    )


def _stickiness(given: dict[str, Any] | None) -> Answer | None:
    return given and members(Enabled=given.get("enabled"), DurationSeconds=whole(given.get("duration")))


def _forwarded_to(action: dict[str, Any]) -> list[str]:
    if "targetGroupArn" in action:
        return [action["targetGroupArn"]]
    return [group["arn"] for group in _groups(action) if "arn" in group]


def _groups(action: dict[str, Any]) -> list[dict[str, Any]]:
    return (action.get("forward") or {}).get("targetGroups") or []


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
        IpAddressType=node.get("ipAddressType") or "ipv4",
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
    own = {name: _given(node, name) for name in names.values()}
    values = {**by_default, **{name: value for name, value in own.items() if value is not None}}
    told = {key: values[name] for key, name in names.items() if name in values}
    told |= node.get("attributes") or {}  # those that nothing but AWS has a name for
    return {"Attributes": [{"Key": key, "Value": _text(value)} for key, value in told.items()]}


def _given(node: Node, name: str) -> Value:
    """A property, or what is in one, which Pulumi may have as the only item of a list."""
    value: Value = node.properties
    for key in name.split("."):
        value = value_at(value_at(value, 0) if isinstance(value, list) else value, key)
    return value


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
