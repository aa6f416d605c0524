"""Reads what stands before the API: its domain name, and the permissions of the function that it asks."""

import json
from typing import Any, cast

from crosslink.graph import tokens
from crosslink.graph.from_aws.reading import Reading
from crosslink.graph.graph import Node, fields

NO_BASE_PATH = "(none)"
"""https://docs.aws.amazon.com/apigateway/latest/api/API_BasePathMapping.html"""


def read_domain(reading: Reading, name: str, api_id: str, stage: Node | None) -> None:
    """A domain name, and what of it leads to the stage.

    Args:
        reading: in the API's account and region.
        name: the domain name.
        api_id: the API.
        stage: its stage; None if there is none.
    """
    with reading.of(tokens.DOMAIN_NAME):
        domain = reading.ask("apigateway:GetDomainName", domainName=name)
        if domain:
            reading.add(
                tokens.DOMAIN_NAME,
                name,
                {"domainName": name, "domainNameStatus": domain.get("domainNameStatus")},
            )
    with reading.of(tokens.BASE_PATH_MAPPING):
        for mapping in reading.ask("apigateway:GetBasePathMappings", domainName=name).get("items", []):
            if stage and (mapping["restApiId"], mapping.get("stage")) == (api_id, stage.get("stageName")):
                base_path: str = mapping["basePath"]
                reading.add(
                    tokens.BASE_PATH_MAPPING,
                    f"{name}/{base_path}",
                    {"domainName": name, "basePath": None if base_path == NO_BASE_PATH else base_path},
                    references={"stageName": [stage]},
                )


def read_permissions(reading: Reading, function: str) -> None:
    """Who may invoke a function, by its own policy.

    Args:
        reading: in the function's account and region.
        function: ARN of the function, of an alias or of a version.
    """
    with reading.of(tokens.LAMBDA_PERMISSION):
        policy = json.loads(reading.ask("lambda:GetPolicy", FunctionName=function).get("Policy", "{}"))
        for statement in cast("list[dict[str, Any]]", policy.get("Statement", [])):
            reading.add(
                tokens.LAMBDA_PERMISSION,
                statement["Sid"],
                {
                    "function": function,
                    "principal": fields(statement["Principal"]).get("Service"),
                    "sourceArn": statement.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn"),
                },
            )
