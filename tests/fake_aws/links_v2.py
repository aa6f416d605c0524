"""Amazon API Gateway's newer part, apigatewayv2: VPC links v2."""

from crosslink.graph import tokens
from tests.fake_aws.structures import structure
from tests.fake_aws.world import CREATED, Answer, AwsError, Place


def get_vpc_link(here: Place, asked: Answer) -> Answer:
    if node := here.find(tokens.VPC_LINK_V2, asked["VpcLinkId"]):
        return structure(
            "apigatewayv2",
            "VpcLink",
            node,
            CreatedDate=CREATED,
            SecurityGroupIds=node.get("securityGroupIds") or [],
            Tags=node.get("tags"),
            VpcLinkStatus=node.get("status") or "AVAILABLE",
            VpcLinkVersion="V2",
        )
    raise AwsError("NotFoundException", f"Unable to find Vpc Link {asked['VpcLinkId']}", 404)
