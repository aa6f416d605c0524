"""What stands before an API: custom domain names of API Gateway, and AWS Lambda."""

import json

from crosslink.graph import tokens
from crosslink.graph.graph import Node
from tests.fake_aws.world import Answer, AwsError, Place, members


def get_domain_name(here: Place, asked: Answer) -> Answer:
    node = here.find(tokens.DOMAIN_NAME, asked["domainName"])
    if node is None:
        raise AwsError("NotFoundException", "Invalid domain name identifier specified", 404)
    return members(
        domainName=node.id,
        regionalDomainName=node.get("regionalDomainName"),
        regionalHostedZoneId=node.get("regionalZoneId"),
        regionalCertificateArn=node.get("regionalCertificateArn"),
        endpointConfiguration={"types": [node.get("endpointConfiguration", "types")]},
        domainNameStatus=node.get("domainNameStatus") or "AVAILABLE",
        securityPolicy=node.get("securityPolicy"),
    )


def get_base_path_mappings(here: Place, asked: Answer) -> Answer:
    get_domain_name(here, asked)
    return {
        "items": [
            members(
                basePath=node.get("basePath") or "(none)",
                restApiId=node.get("restApi"),
                stage=node.get("stageName"),
            )
            for node in here.of(tokens.BASE_PATH_MAPPING)
            if node.get("domainName") == asked["domainName"]
        ]
    }


def get_policy(here: Place, asked: Answer) -> Answer:
    """The policy of a function, an alias or a version: there is none as long as it permits nothing."""
    permissions = [node for node in here.of(tokens.LAMBDA_PERMISSION) if _of(node) == asked["FunctionName"]]
    if not permissions:
        raise AwsError("ResourceNotFoundException", "The resource you requested does not exist.", 404)
    policy = {"Version": "2012-10-17", "Id": "default", "Statement": [_statement(one) for one in permissions]}
    return {"Policy": json.dumps(policy), "RevisionId": "1"}


def _of(permission: Node) -> str:
    qualifier = permission.get("qualifier")
    return permission.get("function") + (f":{qualifier}" if qualifier else "")


def _statement(permission: Node) -> Answer:
    source = permission.get("sourceArn")
    return members(
        Sid=permission.get("statementId"),
        Effect="Allow",
        Principal={"Service": permission.get("principal")},
        Action=permission.get("action"),
        Resource=_of(permission),
        Condition={"ArnLike": {"AWS:SourceArn": source}} if source else None,
    )
