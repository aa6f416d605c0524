"""Reads the API: what its stage serves, what it defines now, and where it leads."""

import json
import re

from botocore.exceptions import BotoCoreError
from pydantic import BaseModel, Field, ValidationError
from urllib3.exceptions import HTTPError

from components.consumer.openapi_keys import AUTHORIZER, INTEGRATION, OPERATIONS
from crosslink.graph import tokens
from crosslink.graph.from_aws.answers import json_of
from crosslink.graph.from_aws.callers import read_lambda_permissions, read_usage_plans
from crosslink.graph.from_aws.collector import Answer, Collector, fact
from crosslink.graph.from_aws.links import read_links
from crosslink.graph.node import Node, Value, value_at
from crosslink.graph.unknown import NotKnownError, known
from crosslink.path.output import DeclaredApi

# https://docs.aws.amazon.com/apigateway/latest/api/API_BasePathMapping.html
NO_BASE_PATH = "(none)"

LINK_ID = re.compile("[a-z0-9]+")


class _Operation(BaseModel):
    security: list[dict[str, list[str]]] = []
    integration: dict[str, Value] = Field(default={}, alias=INTEGRATION)


class _Scheme(BaseModel):
    authorizer: dict[str, Value] = Field(default={}, alias=AUTHORIZER)


class _Components(BaseModel):
    schemes: dict[str, _Scheme] = Field(default={}, alias="securitySchemes")


class _Document(BaseModel):
    paths: dict[str, dict[str, Value]]
    components: _Components = _Components()


def read_api(aws: Collector, api: DeclaredApi) -> None:
    """The API with its stage and domain name, who may call it and its function, its VPC links and the NLB."""
    api_id = known(api.id)
    _rest_api(aws, api_id, api.stage)
    stage = _stage(aws, api_id, api.stage)
    read_usage_plans(aws, api_id, api.stage, stage)
    if api.domain:
        _domain(aws, api.domain, api_id, stage)
    if api.function_arn:
        read_lambda_permissions(aws, api.function_arn)
    if stage and stage.get("webAclArn"):
        _web_acl(aws, stage.get("webAclArn"))
    _account(aws)
    # The stage may name another link than the stack's. What has the form of an id and is none isn't found.
    variables = stage.get("variables").values() if stage else ()
    read_links(aws, {known(api.vpc_link_id), *filter(LINK_ID.fullmatch, variables)})


def _rest_api(aws: Collector, api_id: str, stage: str) -> None:
    with aws.reading(tokens.REST_API):
        if api := aws.ask("apigateway:GetRestApi", restApiId=api_id):
            policy = api.get("policy")
            derived = {
                "endpointConfiguration": _endpoints(api),
                "disableExecuteApiEndpoint": api.get("disableExecuteApiEndpoint", False),
                # JSON, escaped once more: https://github.com/hashicorp/terraform-provider-aws/issues/4397
                "policy": json.loads(f'"{policy}"') if policy and policy.startswith("{\\") else policy,
                "binaryMediaTypes": api.get("binaryMediaTypes", []),
                "body": fact(_served, aws, api_id, stage),
                "definition": fact(_defined, aws, api_id),
            }
            aws.add(tokens.REST_API, {**api, **derived})


def _endpoints(answer: Answer) -> Answer:
    """The endpoint configuration, with the one type that there is as Pulumi has it."""
    given = answer["endpointConfiguration"]
    return {**given, "types": value_at(given, "types", 0)}


def _served(aws: Collector, api_id: str, stage: str) -> str:
    """The document of what the stage serves, which may be older than the API's definition."""
    document = {"exportType": "oas30", "accepts": "application/json"}
    # All of API Gateway's own: request validators aren't told with those of integrations
    # (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-export-api.html).
    added = {"extensions": "apigateway,integrations,authorizers"}
    call = "apigateway:GetExport"
    export = aws.ask_again(call, restApiId=api_id, stageName=stage, parameters=added, **document)
    asked = f"{call} in {aws.account} {aws.region}"
    try:
        body: bytes = export["body"].read()
    except (BotoCoreError, HTTPError) as error:
        raise NotKnownError(f"{asked}: the answer was cut off") from error
    if not _is_document(json_of(body, f"{asked}: it answered")):
        raise NotKnownError(f"{asked}: what came is not an OpenAPI document")
    return body.decode()


def _is_document(document: Value) -> bool:
    """Whether an export has the form that those who read its methods rely on."""
    try:
        for operations in _Document.model_validate(document).paths.values():
            for name in operations.keys() & set(OPERATIONS):
                _Operation.model_validate(operations[name])
    except ValidationError:
        return False
    return True


def _defined(aws: Collector, api_id: str) -> list[Value]:
    """The methods that the API defines now, each with its integration."""
    return [
        {**method.get("methodIntegration", {}), **method, "path": resource["path"], "httpMethod": http_method}
        for resource in aws.items("apigateway:GetResources", restApiId=api_id, embed=["methods"])
        for http_method, method in resource.get("resourceMethods", {}).items()
    ]


def _stage(aws: Collector, api_id: str, name: str) -> Node | None:
    node = None
    with aws.reading(tokens.STAGE, tokens.API_DEPLOYMENT, tokens.API_METHOD_SETTINGS):
        if stage := aws.ask("apigateway:GetStage", restApiId=api_id, stageName=name):
            derived = {
                "id": f"ags-{api_id}-{name}",
                "restApi": api_id,
                "variables": stage.get("variables", {}),
                "invokeUrl": f"https://{api_id}.execute-api.{aws.region}.amazonaws.com/{name}",
            }
            node = aws.add(tokens.STAGE, {**stage, **derived}, name=name)
            for key, settings in stage.get("methodSettings", {}).items():
                path = key.replace("~1", "/").removeprefix("/")
                ids = {"id": f"{api_id}-{name}-{path}", "restApi": api_id, "stageName": name}
                properties = {**ids, "methodPath": path, "settings": settings}
                aws.add(tokens.API_METHOD_SETTINGS, properties, stageName=node)
            with aws.reading(tokens.API_DEPLOYMENT):
                ids = {"restApiId": api_id, "deploymentId": stage["deploymentId"]}
                if deployment := aws.ask("apigateway:GetDeployment", **ids):
                    aws.add(tokens.API_DEPLOYMENT, {**deployment, "restApi": api_id})
    return node


def _domain(aws: Collector, name: str, api_id: str, stage: Node | None) -> None:
    """A domain name, and its base path mappings that lead to the stage."""
    with aws.reading(tokens.DOMAIN_NAME):
        if domain := aws.ask("apigateway:GetDomainName", domainName=name):
            endpoints = {"endpointConfiguration": _endpoints(domain)}
            aws.add(tokens.DOMAIN_NAME, {**domain, "id": name, **endpoints})
    with aws.reading(tokens.BASE_PATH_MAPPING):
        for mapping in aws.items("apigateway:GetBasePathMappings", domainName=name):
            if stage and (mapping["restApiId"], mapping.get("stage")) == (api_id, stage.get("stageName")):
                base_path: str = mapping["basePath"]
                ids = {"id": f"{name}/{base_path}", "domainName": name}
                derived = {**ids, "basePath": None if base_path == NO_BASE_PATH else base_path}
                aws.add(tokens.BASE_PATH_MAPPING, {**mapping, **derived}, stageName=stage)


def _account(aws: Collector) -> None:
    """What is set for all APIs of the account in the region, such as the limit that they share."""
    with aws.reading(tokens.API_ACCOUNT):
        if account := aws.ask("apigateway:GetAccount"):
            aws.add(tokens.API_ACCOUNT, {**account, "id": "api-gateway-account"})


def _web_acl(aws: Collector, arn: str) -> None:
    """The web ACL in front of the stage, with its rules; its ARN ends with its name and its id."""
    with aws.reading(tokens.WEB_ACL):
        *_, name, id_ = arn.split("/")
        if answer := aws.ask("wafv2:GetWebACL", Name=name, Id=id_, Scope="REGIONAL"):
            acl = answer["webACL"]
            aws.add(tokens.WEB_ACL, {**acl, "arn": arn}, name=name)
