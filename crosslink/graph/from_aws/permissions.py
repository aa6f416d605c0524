"""The calls that the live reader makes, and the IAM permission that each needs. All of them only read.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Permission:
    """What a policy has to allow."""

    action: str  # the IAM action, which isn't always named after the call
    resource: str = "*"  # the ARN pattern it is for; `*` where AWS takes no other

    def __str__(self) -> str:
        return self.action if self.resource == "*" else f"{self.action} on {self.resource}"


_API_GATEWAY = "arn:aws:apigateway:*::"


def _api_gateway(path: str, *calls: str) -> Mapping[str, Permission]:
    """API Gateway knows HTTP methods on paths, not calls."""
    permission = Permission(action="apigateway:GET", resource=f"{_API_GATEWAY}{path}")
    return {f"apigateway:{call}": permission for call in calls}


def _ec2(*calls: str) -> Mapping[str, Permission]:
    return {f"ec2:{call}": Permission(action=f"ec2:{call}") for call in calls}


def _elb(*calls: str) -> Mapping[str, Permission]:
    return {f"elbv2:{call}": Permission(action=f"elasticloadbalancing:{call}") for call in calls}


_BOTH = {
    **_ec2("DescribeNetworkAcls", "DescribeRouteTables", "DescribeSecurityGroupRules", "DescribeSubnets"),
    **_ec2("DescribeDhcpOptions", "DescribeVpcAttribute", "DescribeVpcEndpoints", "DescribeVpcs"),
    "ec2:GetManagedPrefixListEntries": Permission(
        action="ec2:GetManagedPrefixListEntries", resource="arn:aws:ec2:*:*:prefix-list/*"
    ),
    **_elb("DescribeListenerAttributes", "DescribeListeners"),
    **_elb("DescribeLoadBalancerAttributes", "DescribeLoadBalancers"),
    **_elb("DescribeTargetGroupAttributes", "DescribeTargetGroups", "DescribeTargetHealth"),
}
# Service and name of a call, as boto3 has them → the permission it needs: in the consumer's account …
CONSUMER: Mapping[str, Permission] = {
    **_api_gateway("/account", "GetAccount"),
    **_api_gateway("/apikeys/*", "GetApiKey"),
    **_api_gateway("/domainnames/*", "GetBasePathMappings", "GetDomainName"),
    **_api_gateway("/restapis/*", "GetDeployment", "GetExport", "GetResources", "GetRestApi", "GetStage"),
    **_api_gateway("/usageplans", "GetUsagePlans"),
    **_api_gateway("/usageplans/*", "GetUsagePlanKeys"),
    **_api_gateway("/vpclinks/*", "GetVpcLink"),
    # The ARN of a link v2 has the same form:
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
    "apigatewayv2:GetVpcLink": Permission(action="apigateway:GET", resource=f"{_API_GATEWAY}/vpclinks/*"),
    "lambda:GetPolicy": Permission(action="lambda:GetPolicy", resource="arn:aws:lambda:*:*:function:*"),
    "wafv2:GetWebACL": Permission(action="wafv2:GetWebACL", resource="arn:aws:wafv2:*:*:regional/webacl/*/*"),
    **_ec2("DescribeNetworkInterfaces", "DescribeVpcPeeringConnections"),
    **_BOTH,
}
# … and in a backend's account.
PROVIDER: Mapping[str, Permission] = {
    "eks:DescribeCluster": Permission(action="eks:DescribeCluster", resource="arn:aws:eks:*:*:cluster/*"),
    **_ec2("DescribeNatGateways"),
    **_ec2("DescribeVpcEndpointConnections", "DescribeVpcEndpointServiceConfigurations"),
    **_ec2("DescribeVpcEndpointServicePermissions"),
    **_elb("DescribeRules"),
    **_BOTH,
}
CALLS: Mapping[str, Permission] = {**CONSUMER, **PROVIDER}
# What the doctor's request to a route with auth `iam` needs in the consumer's account, by its method.
PROBES = tuple(
    Permission(action="execute-api:Invoke", resource=f"arn:aws:execute-api:*:*:*/*/{method}/*")
    for method in ("GET", "HEAD", "OPTIONS")
)
