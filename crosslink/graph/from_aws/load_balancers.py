"""Reads load balancers: listeners, target groups, targets and their health."""

from collections.abc import Mapping

from crosslink.graph import tokens
from crosslink.graph.from_aws.network import NETWORK_TYPES, read_security_groups
from crosslink.graph.from_aws.reading import Answer, Reading, fact
from crosslink.graph.graph import Value
from crosslink.graph.unknown import Fact, Flag, Text, Unknown

TYPES = (
    tokens.LOAD_BALANCER,
    tokens.LISTENER,
    tokens.TARGET_GROUP,
    tokens.ATTACHMENT,
    *NETWORK_TYPES,
)
"""What can't be found without the load balancer, the network that it is in included."""


def read_load_balancer(reading: Reading, arn: str) -> None:
    """A load balancer with all that belongs to it; behind an NLB also the ALB that is its target.

    Args:
        reading: in its account and region.
        arn: its ARN.
    """
    with reading.of(*TYPES):
        answer = reading.ask("elbv2:DescribeLoadBalancers", LoadBalancerArns=[arn])
        for balancer in answer.get("LoadBalancers", []):
            _add(reading, balancer)
            _listeners(reading, arn)
            read_security_groups(reading, balancer.get("SecurityGroups", []), balancer["VpcId"])
            if balancer["Type"] == "network":
                _target_groups(reading, arn)


def _add(reading: Reading, balancer: Answer) -> None:
    arn = balancer["LoadBalancerArn"]
    reading.add(
        tokens.LOAD_BALANCER,
        arn,
        {
            "arn": arn,
            "name": balancer["LoadBalancerName"],
            "loadBalancerType": balancer["Type"],
            "internal": balancer["Scheme"] == "internal",
            "dnsName": balancer["DNSName"],
            "vpcId": balancer["VpcId"],
            "subnets": [zone["SubnetId"] for zone in balancer["AvailabilityZones"]],
            "securityGroups": balancer.get("SecurityGroups", []),
            "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": balancer.get(
                "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
            ),
            "enableCrossZoneLoadBalancing": fact(lambda: _crosses_zones(reading, arn)),
            "state": balancer["State"]["Code"],
        },
        name=balancer["LoadBalancerName"],
    )


def _crosses_zones(reading: Reading, arn: str) -> Flag:
    answer = reading.ask("elbv2:DescribeLoadBalancerAttributes", LoadBalancerArn=arn)
    return _flag(_attributes(answer).get("load_balancing.cross_zone.enabled"))


def _attributes(answer: Answer) -> Mapping[str, str]:
    return {attribute["Key"]: attribute["Value"] for attribute in answer.get("Attributes", [])}


def _listeners(reading: Reading, arn: str) -> None:
    with reading.of(tokens.LISTENER):
        answer = reading.ask("elbv2:DescribeListeners", LoadBalancerArn=arn)
        for listener in answer.get("Listeners", []):
            reading.add(
                tokens.LISTENER,
                listener["ListenerArn"],
                {
                    "arn": listener["ListenerArn"],
                    "loadBalancerArn": arn,
                    "protocol": listener["Protocol"],
                    "port": listener["Port"],
                    "certificateArn": _certificate(listener),
                    "sslPolicy": listener.get("SslPolicy"),
                    "defaultActions": [_action(action) for action in listener.get("DefaultActions", [])],
                },
                name=f"{listener['Protocol']} {listener['Port']}",
            )


def _certificate(listener: Answer) -> str | None:
    """The certificate that a listener shows by default, the only one that AWS lists with it."""
    return next((one["CertificateArn"] for one in listener.get("Certificates", [])), None)


def _action(action: Answer) -> Mapping[str, Value]:
    """What a listener does; one that forwards to several target groups names none as *the* group."""
    groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
    return {
        "type": action["Type"],
        "targetGroupArn": action.get("TargetGroupArn"),
        "forward": {"targetGroups": [{"arn": group["TargetGroupArn"]} for group in groups]},
    }


def _target_groups(reading: Reading, arn: str) -> None:
    with reading.of(tokens.TARGET_GROUP, tokens.ATTACHMENT):
        answer = reading.ask("elbv2:DescribeTargetGroups", LoadBalancerArn=arn)
        for group in answer.get("TargetGroups", []):
            group_arn = group["TargetGroupArn"]
            attributes = fact(lambda arn=group_arn: _group_attributes(reading, arn))
            reading.add(
                tokens.TARGET_GROUP,
                group_arn,
                {
                    "arn": group_arn,
                    "vpcId": group.get("VpcId"),
                    "protocol": group.get("Protocol"),
                    "port": group.get("Port"),
                    "targetType": group["TargetType"],
                    "preserveClientIp": _attribute(attributes, "preserve_client_ip.enabled"),
                    "proxyProtocolV2": _flag(_attribute(attributes, "proxy_protocol_v2.enabled")),
                    "healthCheck": {
                        "enabled": group.get("HealthCheckEnabled"),
                        "protocol": group.get("HealthCheckProtocol"),
                        "port": group.get("HealthCheckPort"),
                        "path": group.get("HealthCheckPath"),
                        "matcher": group.get("Matcher", {}).get("HttpCode"),
                    },
                },
                name=group["TargetGroupName"],
            )
            _targets(reading, group_arn, behind=group["TargetType"] == "alb")


def _group_attributes(reading: Reading, arn: str) -> Mapping[str, str]:
    return _attributes(reading.ask("elbv2:DescribeTargetGroupAttributes", TargetGroupArn=arn))


def _attribute(attributes: Fact[Mapping[str, str]], name: str) -> Text:
    return attributes if isinstance(attributes, Unknown) else attributes.get(name)


def _flag(value: Text) -> Flag:
    return value if value is None or isinstance(value, Unknown) else value == "true"


def _targets(reading: Reading, group_arn: str, *, behind: bool) -> None:
    """The targets of a group; those that are on their way out count no more.

    Args:
        reading: in the group's account and region.
        group_arn: the group.
        behind: the targets are load balancers, to be read as well.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
    """
    with reading.of(tokens.ATTACHMENT):
        answer = reading.ask("elbv2:DescribeTargetHealth", TargetGroupArn=group_arn)
        for described in answer.get("TargetHealthDescriptions", []):
            target, health = described["Target"], described["TargetHealth"]
            if health["State"] == "draining":
                continue
            why = [health[key] for key in ("Reason", "Description") if key in health]
            reading.add(
                tokens.ATTACHMENT,
                f"{group_arn}|{target['Id']}|{target.get('Port')}",
                {
                    "targetGroupArn": group_arn,
                    "targetId": target["Id"],
                    "port": target.get("Port"),
                    # Of an address inside the VPC AWS reports the zone, though nobody asked for one.
                    "availabilityZone": "all" if target.get("AvailabilityZone") == "all" else None,
                    "health": health["State"],
                    "healthReason": ": ".join(why) or None,
                },
                name=target["Id"],
            )
            if behind:
                read_load_balancer(reading, target["Id"])
