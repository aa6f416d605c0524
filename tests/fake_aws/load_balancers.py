"""Elastic Load Balancing v2."""

from typing import Any

from crosslink.graph import tokens
from crosslink.graph.graph import Node
from tests.fake_aws.world import CREATED, Answer, AwsError, Place, members, whole


def describe_load_balancers(here: Place, asked: Answer) -> Answer:
    nodes = here.of(tokens.LOAD_BALANCER)
    if arns := asked.get("LoadBalancerArns"):
        nodes = [_load_balancer(here, arn) for arn in arns]
    if names := asked.get("Names"):
        nodes = [node for node in nodes if node.get("name") in names]
        if len(nodes) < len(names):
            raise AwsError("LoadBalancerNotFound", f"Load balancers '{names}' not found")
    return {"LoadBalancers": [_described(here, node) for node in nodes]}


def _load_balancer(here: Place, arn: str) -> Node:
    if node := here.find(tokens.LOAD_BALANCER, arn):
        return node
    raise AwsError("LoadBalancerNotFound", f"Load balancers '[{arn}]' not found")


def _described(here: Place, node: Node) -> Answer:
    mappings: list[dict[str, Any]] = node.get("subnetMappings") or []
    subnet_ids = node.get("subnets") or [one["subnetId"] for one in mappings]
    subnets = [subnet for id_ in subnet_ids if (subnet := here.find(tokens.SUBNET, id_))]
    kind = node.get("loadBalancerType") or "application"
    groups = node.get("securityGroups") or None
    enforced = node.get("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic") or "on"
    return members(
        LoadBalancerArn=node.id,
        DNSName=node.get("dnsName"),
        CanonicalHostedZoneId=node.get("zoneId"),
        CreatedTime=CREATED,
        LoadBalancerName=node.get("name"),
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
    return _attributes(
        {
            "deletion_protection.enabled": bool(node.get("enableDeletionProtection")),
            "load_balancing.cross_zone.enabled": application
            or bool(node.get("enableCrossZoneLoadBalancing")),
        }
    )


def describe_listeners(here: Place, asked: Answer) -> Answer:
    nodes = here.of(tokens.LISTENER)
    if arns := asked.get("ListenerArns"):
        nodes = [node for node in nodes if node.id in arns]
        if len(nodes) < len(arns):
            raise AwsError("ListenerNotFound", "One or more listeners not found")
    if arn := asked.get("LoadBalancerArn"):
        _load_balancer(here, arn)
        nodes = [node for node in nodes if node.get("loadBalancerArn") == arn]
    return {"Listeners": [_listener(node) for node in nodes]}


def _listener(node: Node) -> Answer:
    certificate = node.get("certificateArn")
    return members(
        ListenerArn=node.id,
        LoadBalancerArn=node.get("loadBalancerArn"),
        Port=whole(node.get("port")),
        Protocol=node.get("protocol"),
        Certificates=[{"CertificateArn": certificate}] if certificate else None,
        SslPolicy=node.get("sslPolicy"),
        DefaultActions=[_action(action) for action in node.get("defaultActions") or []],
    )


def _action(action: dict[str, Any]) -> Answer:
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
    return [one["arn"] for one in (action.get("forward") or {}).get("targetGroups", [])]


def _users(here: Place, target_group_arn: str) -> list[str]:
    """The load balancers whose listeners forward to a target group."""
    return list(
        dict.fromkeys(
            node.get("loadBalancerArn")
            for node in here.of(tokens.LISTENER)
            for action in node.get("defaultActions") or []
            if target_group_arn in _forwarded_to(action)
        )
    )


def describe_target_groups(here: Place, asked: Answer) -> Answer:
    nodes = here.of(tokens.TARGET_GROUP)
    if arns := asked.get("TargetGroupArns"):
        nodes = [_target_group(here, arn) for arn in arns]
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
    return members(
        TargetGroupArn=node.id,
        TargetGroupName=node.get("name"),
        Protocol=node.get("protocol"),
        Port=whole(node.get("port")),
        VpcId=node.get("vpcId"),
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
    by_default = node.get("targetType") != "ip" or node.get("protocol") not in ("TCP", "TLS")
    return _attributes(
        {
            "deregistration_delay.timeout_seconds": whole(node.get("deregistrationDelay")) or 300,
            "preserve_client_ip.enabled": node.get("preserveClientIp") or by_default,
            "proxy_protocol_v2.enabled": bool(node.get("proxyProtocolV2")),
        }
    )


def _attributes(values: dict[str, str | int | bool]) -> Answer:
    return {"Attributes": [{"Key": key, "Value": str(value).lower()} for key, value in values.items()]}


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
    port = whole(node.get("port") or group.get("port"))
    state = node.get("health") or ("healthy" if _users(here, str(group.id)) else "unused")
    reason, description = {
        "healthy": (None, None),
        "unused": (
            "Target.NotInUse",
            "Target group is not configured to receive traffic from the load balancer",
        ),
    }.get(state, ("Target.FailedHealthChecks", "Health checks failed"))
    if told := node.get("healthReason"):
        reason, _, description = told.partition(": ")
    return {
        "Target": members(Id=node.get("targetId"), Port=port, AvailabilityZone=node.get("availabilityZone")),
        "HealthCheckPort": str(port),
        "TargetHealth": members(State=state, Reason=reason, Description=description or None),
    }
