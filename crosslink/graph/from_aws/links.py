"""Reads VPC links, of both versions, with the load balancers that they lead to."""

from collections.abc import Iterable, Iterator

from components.consumer.openapi_keys import INTEGRATION_TARGET
from crosslink.graph import tokens
from crosslink.graph.from_aws import load_balancers
from crosslink.graph.from_aws.collector import Answer, Collector
from crosslink.graph.from_aws.network import read_security_groups
from crosslink.graph.node import fields, items, value_at
from crosslink.path.document import documented, without_targets


def read_links(aws: Collector, ids: Iterable[str]) -> None:
    """The VPC links with some ids, and their load balancers: those of links v2 the API has, which is read."""
    balancers: dict[str, None] = {}
    with aws.reading(*tokens.VPC_LINKS, *load_balancers.TYPES):
        for link_id in sorted(ids):
            if link := aws.ask("apigateway:GetVpcLink", vpcLinkId=link_id):
                aws.add(tokens.VPC_LINK, {**link, "targetArn": value_at(link, "targetArns", 0)})
                balancers |= dict.fromkeys(link.get("targetArns", []))
            # No id tells the version.
            elif link := aws.ask("apigatewayv2:GetVpcLink", VpcLinkId=link_id):
                _link_v2(aws, link)
                balancers |= dict.fromkeys(_targets(aws))
        for arn in balancers:
            load_balancers.read_load_balancer(aws, arn)


def _link_v2(aws: Collector, link: Answer) -> None:
    """A link v2 with its security groups; the VPC of its subnets is read as one in use."""
    subnets = aws.matching("ec2:DescribeSubnets", "subnet-id", *link["subnetIds"])
    vpc_id = value_at(subnets, 0, "vpcId")
    aws.add(tokens.VPC_LINK_V2, {**link, "vpcId": vpc_id})
    if vpc_id:
        read_security_groups(aws, link.get("securityGroupIds", []), vpc_id)


def _targets(aws: Collector) -> Iterator[str]:
    """The load balancers that integrations name: those that are deployed, and those that the API defines."""
    for api in (node for node in aws.nodes if node.type == tokens.REST_API):
        yield from sorted(without_targets(documented(api))[1])
        for method in map(fields, items(api.get("definition"))):
            if isinstance(target := method.get(INTEGRATION_TARGET), str):
                yield target
