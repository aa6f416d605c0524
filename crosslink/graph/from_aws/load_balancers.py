"""Reads load balancers: listeners, target groups, targets and their health."""

from collections.abc import Mapping

from crosslink.graph import tokens
from crosslink.graph.from_aws.collector import Answer, Collector, fact
from crosslink.graph.from_aws.network import NETWORK_TYPES, read_security_groups
from crosslink.graph.node import Value, items, value_at
from crosslink.graph.unknown import Unknown

# What can't be found without the load balancer, the network that it is in included.
TYPES = (
    tokens.LOAD_BALANCER,
    tokens.LISTENER,
    tokens.LISTENER_RULE,
    tokens.TARGET_GROUP,
    tokens.ATTACHMENT,
    *NETWORK_TYPES,
)

# AWS's key of an attribute → Pulumi's property.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
BALANCER_ATTRIBUTES: Mapping[str, str] = {
    "client_keep_alive.seconds": "clientKeepAlive",
    "deletion_protection.enabled": "enableDeletionProtection",
    "dns_record.client_routing_policy": "dnsRecordClientRoutingPolicy",
    "idle_timeout.timeout_seconds": "idleTimeout",
    "load_balancing.cross_zone.enabled": "enableCrossZoneLoadBalancing",
    "routing.http.desync_mitigation_mode": "desyncMitigationMode",
    "routing.http.drop_invalid_header_fields.enabled": "dropInvalidHeaderFields",
    "routing.http.preserve_host_header.enabled": "preserveHostHeader",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "enableTlsVersionAndCipherSuiteHeaders",
    "routing.http.xff_client_port.enabled": "enableXffClientPort",
    "routing.http.xff_header_processing.mode": "xffHeaderProcessingMode",
    "routing.http2.enabled": "enableHttp2",
    "waf.fail_open.enabled": "enableWafFailOpen",
    "zonal_shift.config.enabled": "enableZonalShift",
}
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
GROUP_ATTRIBUTES: Mapping[str, str] = {
    "deregistration_delay.connection_termination.enabled": "connectionTermination",
    "deregistration_delay.timeout_seconds": "deregistrationDelay",
    "load_balancing.algorithm.anomaly_mitigation": "loadBalancingAnomalyMitigation",
    "load_balancing.algorithm.type": "loadBalancingAlgorithmType",
    "load_balancing.cross_zone.enabled": "loadBalancingCrossZoneEnabled",
    "preserve_client_ip.enabled": "preserveClientIp",
    "proxy_protocol_v2.enabled": "proxyProtocolV2",
    "slow_start.duration_seconds": "slowStart",
}
# Properties that are texts in Pulumi, though they look like flags.
_TEXTS = ("loadBalancingCrossZoneEnabled", "preserveClientIp")
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
            derived = {
                "internal": balancer["scheme"] == "internal",
                "subnets": [zone["subnetId"] for zone in balancer["availabilityZones"]],
                "securityGroups": balancer.get("securityGroups", []),
                "state": balancer["state"]["code"],
            }
            vpc_id, is_network = balancer["vpcId"], balancer["type"] == "network"
            call = "elbv2:DescribeLoadBalancerAttributes"
            attributes = _attributes(aws, call, BALANCER_ATTRIBUTES, LoadBalancerArn=arn)
            aws.add(tokens.LOAD_BALANCER, {**balancer, **derived, **attributes})
            _listeners(aws, arn)
            read_security_groups(aws, derived["securityGroups"], vpc_id)
            if is_network:
                _target_groups(aws, arn)


def read_existing(aws: Collector, arn: str, port: int) -> None:
    """A load balancer that is somebody else's; of an ALB also what it does with which requests at a port."""
    if all(node.get("arn") != arn for node in aws.nodes):  # else it was found on the way
        read_load_balancer(aws, arn)
    listeners = [node for node in aws.nodes if node.type == tokens.LISTENER]
    for listener in listeners:
        if (listener.get("loadBalancerArn"), listener.get("port")) == (arn, port) and "/app/" in arn:
            _rules(aws, str(listener.id))


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


def _attributes(aws: Collector, call: str, names: Mapping[str, str], **parameters: str) -> Answer:
    """Attributes as properties; each of them is unknown if AWS doesn't tell."""
    answer = fact(aws.ask_again, call, **parameters)
    if isinstance(answer, Unknown):
        return dict.fromkeys(names.values(), answer)
    values = {names.get(attribute["key"]): attribute["value"] for attribute in answer["attributes"]}
    return {name: value if name in _TEXTS else _plain(value) for name, value in values.items() if name}


def _plain(text: str) -> Value:
    """The flag or number that a text is, or the text."""
    return {"true": True, "false": False}.get(text, int(text) if text.isdigit() else text)


def _listeners(aws: Collector, arn: str) -> None:
    with aws.reading(tokens.LISTENER):
        for listener in aws.ask_again("elbv2:DescribeListeners", LoadBalancerArn=arn)["listeners"]:
            derived = {
                # The certificate that it shows by default, the only one that AWS lists with it.
                "certificateArn": value_at(listener, "certificates", 0, "certificateArn"),
                "defaultActions": [_action(action) for action in listener.get("defaultActions", [])],
            }
            name = f"{listener['protocol']} {listener['port']}"
            aws.add(tokens.LISTENER, {**listener, **derived}, name=name)


def _action(action: Answer) -> Answer:
    """What a listener does; one that forwards to several target groups names none as *the* group."""
    groups = items(value_at(action, "forwardConfig", "targetGroups"))
    return {
        **{name.removesuffix("Config"): value for name, value in action.items()},
        "forward": {"targetGroups": [{**group, "arn": group["targetGroupArn"]} for group in groups]},
    }


def _target_groups(aws: Collector, arn: str) -> None:
    with aws.reading(tokens.TARGET_GROUP, tokens.ATTACHMENT):
        for group in aws.ask_again("elbv2:DescribeTargetGroups", LoadBalancerArn=arn)["targetGroups"]:
            group_arn: str = group["targetGroupArn"]
            are_balancers = group["targetType"] == "alb"
            check = {name: group.get(answered) for name, answered in _HEALTH_CHECK.items()}
            check["matcher"] = value_at(group, "matcher", "httpCode")
            call = "elbv2:DescribeTargetGroupAttributes"
            attributes = _attributes(aws, call, GROUP_ATTRIBUTES, TargetGroupArn=group_arn)
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
