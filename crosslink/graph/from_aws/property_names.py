"""Pulumi's names for what AWS answers: mostly AWS's own in camelCase (`VpcId`, `vpcId`)."""

import re
from collections.abc import Mapping
from functools import cache

from crosslink.graph import tokens
from crosslink.graph.node import Value, fields, items

# Type → AWS's name in camelCase → Pulumi's, where they differ.
RENAMED: Mapping[str, Mapping[str, str]] = {
    tokens.ACCEPTER: {"serviceId": "vpcEndpointServiceId"},
    tokens.BASE_PATH_MAPPING: {"restApiId": "restApi", "stage": "stageName"},
    tokens.DOMAIN_NAME: {"regionalHostedZoneId": "regionalZoneId"},
    tokens.EGRESS_RULE: {"securityGroupRuleId": "id", "groupId": "securityGroupId"},
    tokens.EKS_CLUSTER: {"resourcesVpcConfig": "vpcConfig"},
    tokens.ENDPOINT: {"vpcEndpointId": "id", "policyDocument": "policy"},
    tokens.ENDPOINT_SERVICE: {"serviceId": "id", "serviceState": "state"},
    tokens.INGRESS_RULE: {"securityGroupRuleId": "id", "groupId": "securityGroupId"},
    tokens.LISTENER: {"listenerArn": "arn"},
    tokens.LISTENER_RULE: {"ruleArn": "arn"},
    tokens.LOAD_BALANCER: {
        "loadBalancerArn": "arn",
        "loadBalancerName": "name",
        "type": "loadBalancerType",
        "canonicalHostedZoneId": "zoneId",
    },
    tokens.NETWORK_ACL: {"networkAclId": "id"},
    tokens.PEERING: {"vpcPeeringConnectionId": "id"},
    tokens.ROUTE: {"egressOnlyInternetGatewayId": "egressOnlyGatewayId"},
    tokens.ROUTE_TABLE: {"routeTableId": "id"},
    tokens.STAGE: {"deploymentId": "deployment", "tracingEnabled": "xrayTracingEnabled"},
    tokens.SUBNET: {"subnetId": "id", "subnetArn": "arn"},
    tokens.TARGET_GROUP: {"targetGroupArn": "arn", "targetGroupName": "name"},
    tokens.USAGE_PLAN: {"throttle": "throttleSettings", "quota": "quotaSettings"},
    tokens.VPC: {"vpcId": "id"},
    tokens.VPC_CIDR: {"associationId": "id"},
    tokens.VPC_LINK_V2: {
        "vpcLinkId": "id",
        "vpcLinkStatus": "status",
        "vpcLinkStatusMessage": "statusMessage",
    },
}


@cache
def camel_case(name: str) -> str:
    """A name of AWS with a small first letter or word: `vpcId` for `VpcId`, `dnsName` for `DNSName`."""
    return re.sub("^(?:[A-Z]+(?=[A-Z][a-z]|$)|[A-Z])", lambda start: start[0].lower(), name)


def in_camel_case(value: Value) -> Value:
    """An answer, or a part of one, in camelCase throughout; tags are a mapping, as Pulumi has them."""
    if isinstance(value, Mapping):
        return {
            camel_case(name): _tags(member) if name == "Tags" else in_camel_case(member)
            for name, member in fields(value).items()
        }
    return [in_camel_case(item) for item in items(value)] if isinstance(value, list) else value


def _tags(tags: Value) -> Mapping[str, str]:
    """Most services answer pairs, API Gateway's newer part a mapping."""
    return {**{tag["Key"]: tag["Value"] for tag in items(tags)}, **fields(tags)}
