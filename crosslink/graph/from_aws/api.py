"""Reads the API: what its stage serves, what it defines now, and who may call it."""

import json
from collections.abc import Iterator
from typing import Any, cast

from crosslink.graph import tokens
from crosslink.graph.from_aws.collector import Answer, Collector, fact
from crosslink.graph.from_aws.domain_name import read_domain
from crosslink.graph.node import Node, Value, fields
from crosslink.graph.unknown import Unknown, known
from crosslink.path.output import DeclaredApi

TYPES = (
    tokens.REST_API,
    tokens.STAGE,
    tokens.API_DEPLOYMENT,
    tokens.API_METHOD_SETTINGS,
    tokens.USAGE_PLAN,
    tokens.USAGE_PLAN_KEY,
    tokens.API_KEY,
    tokens.BASE_PATH_MAPPING,
    tokens.DOMAIN_NAME,
    tokens.LAMBDA_PERMISSION,
)


def read_api(aws: Collector, api: DeclaredApi) -> None:
    """The API, its stage, the usage plans and keys of that, the domain name and the function's permissions.

    Args:
        aws: in the API's account and region.
        api: what the stack says of it.
    """
    with aws.reading(*TYPES):
        api_id = known(api.id)
        _rest_api(aws, api_id, api.stage)
        stage = _stage(aws, api_id, api.stage)
        _usage_plans(aws, api_id, api.stage, stage)
        if api.domain:
            read_domain(aws, api.domain, api_id, stage)
        if api.function_arn:
            _lambda_permissions(aws, api.function_arn)


def _rest_api(aws: Collector, api_id: str, stage: str) -> None:
    with aws.reading(tokens.REST_API):
        if api := aws.ask("apigateway:GetRestApi", restApiId=api_id):
            derived = {
                "endpointConfiguration": {"types": api["endpointConfiguration"]["types"][0]},
                "disableExecuteApiEndpoint": api.get("disableExecuteApiEndpoint", False),
                "policy": _policy(api),
                "binaryMediaTypes": api.get("binaryMediaTypes", []),
                "body": fact(lambda: _served(aws, api_id, stage)),
                "definition": fact(lambda: list(_defined(aws, api_id))),
            }
            aws.add(tokens.REST_API, {**api, **derived})


def _policy(api: Answer) -> str | None:
    """The resource policy, which comes as JSON that is escaped once more.

    Seen in https://github.com/hashicorp/terraform-provider-aws/issues/4397.
    """
    policy = api.get("policy")
    return json.loads(f'"{policy}"') if policy and policy.startswith("{\\") else policy


def _served(aws: Collector, api_id: str, stage: str) -> str | None:
    """The document of what the stage serves, which may be older than the API's definition."""
    export = aws.ask(
        "apigateway:GetExport",
        restApiId=api_id,
        stageName=stage,
        exportType="oas30",
        parameters={"extensions": "integrations,authorizers"},
        accepts="application/json",
    )
    return export["body"].read().decode() if export else None


def _defined(aws: Collector, api_id: str) -> Iterator[Value]:
    """The methods that the API defines now, each with its integration."""
    for resource in aws.items("apigateway:GetResources", restApiId=api_id, embed=["methods"]):
        for http_method, method in resource.get("resourceMethods", {}).items():
            integration = method.get("methodIntegration", {})
            yield {**integration, **method, "path": resource["path"], "httpMethod": http_method}


def _stage(aws: Collector, api_id: str, name: str) -> Node | None:
    with aws.reading(tokens.STAGE, tokens.API_DEPLOYMENT, tokens.API_METHOD_SETTINGS):
        stage = aws.ask("apigateway:GetStage", restApiId=api_id, stageName=name)
        if not stage:
            return None
        url = f"https://{api_id}.execute-api.{aws.region}.amazonaws.com/{name}"
        derived = {"restApi": api_id, "variables": stage.get("variables", {}), "invokeUrl": url}
        node = aws.add(tokens.STAGE, {**stage, **derived}, id_=f"ags-{api_id}-{name}", name=name)
        for key, settings in stage.get("methodSettings", {}).items():
            path = key.replace("~1", "/").removeprefix("/")
            aws.add(
                tokens.API_METHOD_SETTINGS,
                {"restApi": api_id, "stageName": name, "methodPath": path, "settings": settings},
                id_=f"{api_id}-{name}-{path}",
                references={"stageName": [node]},
            )
        with aws.reading(tokens.API_DEPLOYMENT):
            deployment_id = stage["deploymentId"]
            if deployment := aws.ask(
                "apigateway:GetDeployment", restApiId=api_id, deploymentId=deployment_id
            ):
                aws.add(tokens.API_DEPLOYMENT, {**deployment, "restApi": api_id})
        return node
    return None


def _usage_plans(aws: Collector, api_id: str, stage_name: str, stage: Node | None) -> None:
    """The plans that name the stage, with their keys."""
    with aws.reading(tokens.USAGE_PLAN, tokens.USAGE_PLAN_KEY, tokens.API_KEY):
        for plan in aws.items("apigateway:GetUsagePlans"):
            if any(
                (each["apiId"], each["stage"]) == (api_id, stage_name) for each in plan.get("apiStages", [])
            ):
                aws.add(tokens.USAGE_PLAN, plan, references={"apiStages": [stage] if stage else []})
                _keys(aws, plan["id"])


def _keys(aws: Collector, plan_id: str) -> None:
    """The keys of a plan. Their values, which API Gateway sends along, are not kept."""
    with aws.reading(tokens.USAGE_PLAN_KEY, tokens.API_KEY):
        for member in aws.items("apigateway:GetUsagePlanKeys", usagePlanId=plan_id):
            key_id: str = member["id"]
            ids = {"keyId": key_id, "usagePlanId": plan_id}
            aws.add(tokens.USAGE_PLAN_KEY, ids, id_=f"{plan_id}/{key_id}")
            key = fact(lambda id_=key_id: aws.ask("apigateway:GetApiKey", apiKey=id_, includeValue=False))
            told = {"enabled": key} if isinstance(key, Unknown) else {"enabled": False, **key}
            told.pop("value", None)
            aws.add(tokens.API_KEY, told, id_=key_id)


def _lambda_permissions(aws: Collector, function: str) -> None:
    """Who may invoke a function, an alias or a version, by its own policy."""
    with aws.reading(tokens.LAMBDA_PERMISSION):
        policy = json.loads(aws.ask("lambda:GetPolicy", FunctionName=function).get("policy", "{}"))
        for statement in cast("list[dict[str, Any]]", policy.get("Statement", [])):
            properties = {
                "function": function,
                "action": statement.get("Action"),
                "statementId": statement["Sid"],
                "principal": fields(statement["Principal"]).get("Service"),
                "sourceArn": statement.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn"),
            }
            aws.add(tokens.LAMBDA_PERMISSION, properties, id_=statement["Sid"])


def read_links(aws: Collector, api: DeclaredApi) -> list[str]:
    """The VPC link that the stack has made, and the one that the stage names, should it be another.

    Args:
        aws: of the API, with its stage.
        api: what the stack says of it.

    Returns:
        The ARNs of their load balancers.

    Raises:
        NotKnownError: they can't be read.
    """
    stages = [node for node in aws.nodes if node.type == tokens.STAGE]
    # A variable that is no link's id is simply not found.
    ids = {known(api.vpc_link_id), *(value for stage in stages for value in stage.get("variables").values())}
    targets: list[str] = []
    for link_id in sorted(ids):
        if link := aws.ask("apigateway:GetVpcLink", vpcLinkId=link_id):
            own: list[str] = link.get("targetArns", [])
            aws.add(tokens.VPC_LINK, {**link, "targetArn": own[0] if own else None})
            targets += own
    return targets
