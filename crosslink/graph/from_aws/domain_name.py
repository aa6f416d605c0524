"""Reads the API's own domain name, and what of it leads to the stage."""

from crosslink.graph import tokens
from crosslink.graph.from_aws.collector import Collector
from crosslink.graph.node import Node

NO_BASE_PATH = "(none)"
"""https://docs.aws.amazon.com/apigateway/latest/api/API_BasePathMapping.html"""


def read_domain(aws: Collector, name: str, api_id: str, stage: Node | None) -> None:
    """A domain name, and the base path mappings of it that lead to the stage.

    Args:
        aws: in the API's account and region.
        name: the domain name.
        api_id: the API.
        stage: its stage; None if there is none.
    """
    with aws.reading(tokens.DOMAIN_NAME):
        if domain := aws.ask("apigateway:GetDomainName", domainName=name):
            types = {"types": domain.get("endpointConfiguration", {}).get("types", [None])[0]}
            aws.add(tokens.DOMAIN_NAME, {**domain, "endpointConfiguration": types}, id_=name)
    with aws.reading(tokens.BASE_PATH_MAPPING):
        for mapping in aws.items("apigateway:GetBasePathMappings", domainName=name):
            if stage and (mapping["restApiId"], mapping.get("stage")) == (api_id, stage.get("stageName")):
                base_path: str = mapping["basePath"]
                derived = {"domainName": name, "basePath": None if base_path == NO_BASE_PATH else base_path}
                aws.add(
                    tokens.BASE_PATH_MAPPING,
                    {**mapping, **derived},
                    id_=f"{name}/{base_path}",
                    references={"stageName": [stage]},
                )
