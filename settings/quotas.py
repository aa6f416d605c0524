"""`crosslink:quotas`: quotas of AWS that AWS has raised for the stack's accounts."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from settings.fields import MAX_INT32, Model, between

MAX_TIMEOUT = 29
"""In seconds
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html)."""
MAX_RAISED_TIMEOUT = 300
"""The most that an integration which doesn't stream takes
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/api_gateway_integration#timeout_milliseconds-1)."""
MAX_API_RESOURCES = 300
MAX_POLICY = 8192
"""Both as the first one."""
MAX_LISTENER_RULES = 100
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"""
MAX_GROUP_RULES = 60
MAX_GROUPS = 5
MAX_RULES_OF_GROUPS = 1000
MAX_VPCS = 5
MAX_ELASTIC_IPS = 5
MAX_NAT_GATEWAYS = 5
"""Rules of a security group in one direction, groups of a network interface, and the most that the product of
both can be; VPCs and Elastic IP addresses of a region, and NAT gateways of a zone
(https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html)."""


def raised(name: str) -> str:
    """How to go beyond a quota, for a message: the key of what AWS grants."""
    return f"AWS raises it on request; then set crosslink:quotas.{name}"


class Quotas(Model):
    """Quotas that AWS raises on request, in Service Quotas, and to what it has raised them.

    A number here asks AWS for nothing: set it once AWS has granted it, in the account and the region that the
    key names.
    """

    example: ClassVar[Mapping[str, object]] = {"integrationTimeoutSeconds": 120}

    integration_timeout_seconds: Annotated[int, between(MAX_TIMEOUT, MAX_RAISED_TIMEOUT)] = Field(
        default=MAX_TIMEOUT, examples=[120]
    )
    """The quota "Maximum integration timeout in milliseconds" of the API's account and region, in seconds:
    the most that `timeoutSeconds` of routes may be. AWS may lower the account's throttle for it. A stack
    without an API says the same as the stack that has it, so that its ALBs and its pods wait as
    long."""
    api_resources: Annotated[int, between(MAX_API_RESOURCES, MAX_INT32)] = Field(
        default=MAX_API_RESOURCES, examples=[600]
    )
    """The quota "Resources per API" of the API's account and region."""
    resource_policy_characters: Annotated[int, between(MAX_POLICY, MAX_INT32)] = Field(
        default=MAX_POLICY, examples=[16384]
    )
    """The quota "Length, in characters, of API Gateway resource policy" of the API's account and region."""
    alb_rules: Annotated[int, between(MAX_LISTENER_RULES, MAX_INT32)] = Field(
        default=MAX_LISTENER_RULES, examples=[200]
    )
    """The quota "Rules per Application Load Balancer" of the backends' accounts and regions."""
    security_group_rules: Annotated[int, between(MAX_GROUP_RULES, MAX_RULES_OF_GROUPS // MAX_GROUPS)] = Field(
        default=MAX_GROUP_RULES, examples=[100]
    )
    """The quota "Inbound or outbound rules per security group" of the API's account and region. With more
    than 200, AWS allows fewer than five groups of a network interface, which the gateway NLB may need."""
    vpcs: Annotated[int, between(MAX_VPCS, MAX_INT32)] = Field(default=MAX_VPCS, examples=[20])
    """The quota "VPCs per Region" of the accounts and regions where the stack makes networks. What else is
    there counts too, such as a default VPC."""
    elastic_ips: Annotated[int, between(MAX_ELASTIC_IPS, MAX_INT32)] = Field(
        default=MAX_ELASTIC_IPS, examples=[20]
    )
    """The quota "EC2-VPC Elastic IPs" of the same: each NAT gateway has one."""
    nat_gateways: Annotated[int, between(MAX_NAT_GATEWAYS, MAX_INT32)] = Field(
        default=MAX_NAT_GATEWAYS, examples=[20]
    )
    """The quota "NAT gateways per Availability Zone" of the same."""
