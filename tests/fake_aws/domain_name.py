"""Amazon API Gateway: custom domain names."""

from crosslink.graph import tokens
from tests.fake_aws.api_gateway import endpoints
from tests.fake_aws.structures import structure
from tests.fake_aws.world import Answer, AwsError, Place


def get_domain_name(here: Place, asked: Answer) -> Answer:
    node = here.find(tokens.DOMAIN_NAME, asked["domainName"])
    if node is None:
        raise AwsError("NotFoundException", "Invalid domain name identifier specified", 404)
    return structure(
        "apigateway",
        "DomainName",
        node,
        endpointConfiguration=endpoints(node),
        domainNameStatus=node.get("domainNameStatus") or "AVAILABLE",
    )


def get_base_path_mappings(here: Place, asked: Answer) -> Answer:
    get_domain_name(here, asked)
    return {
        "items": [
            structure("apigateway", "BasePathMapping", node, basePath=node.get("basePath") or "(none)")
            for node in here.of(tokens.BASE_PATH_MAPPING)
            if node.get("domainName") == asked["domainName"]
        ]
    }
