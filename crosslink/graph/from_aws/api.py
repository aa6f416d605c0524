"""Reads the API: what its stage serves, what it defines now, and who may call it."""

import json
from collections.abc import Iterator

from crosslink.graph import tokens
from crosslink.graph.from_aws.edge import read_domain, read_permissions
from crosslink.graph.from_aws.reading import Answer, Reading, fact
from crosslink.graph.graph import Node, Value
from crosslink.graph.unknown import known
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


def read_api(reading: Reading, api: DeclaredApi) -> None:
    """The API, its stage, the usage plans and keys of that, the domain name and the function's permissions.

    Args:
        reading: in the API's account and region.
        api: what the stack says of it.
    """
    with reading.of(*TYPES):
        api_id = known(api.id)
        _rest_api(reading, api_id, api.stage)
        stage = _stage(reading, api_id, api.stage)
        _usage_plans(reading, api_id, api.stage, stage)
        if api.domain:
            read_domain(reading, api.domain, api_id, stage)
        if api.function_arn:
            read_permissions(reading, api.function_arn)


def _rest_api(reading: Reading, api_id: str, stage: str) -> None:
    with reading.of(tokens.REST_API):
        api = reading.ask("apigateway:GetRestApi", restApiId=api_id)
        if not api:
            return
        reading.add(
            tokens.REST_API,
            api_id,
            {
                "name": api["name"],
                "endpointConfiguration": {"types": api["endpointConfiguration"]["types"][0]},
                "disableExecuteApiEndpoint": api.get("disableExecuteApiEndpoint", False),
                "policy": _policy(api),
                "binaryMediaTypes": api.get("binaryMediaTypes", []),
                "body": fact(lambda: _served(reading, api_id, stage)),
                "definition": fact(lambda: list(_defined(reading, api_id))),
            },
            name=api["name"],
        )


def _policy(api: Answer) -> str | None:
    """The resource policy, which comes as JSON that is escaped once more.

    Seen in https://github.com/hashicorp/terraform-provider-aws/issues/4397.
    """
    policy = api.get("policy")
    return json.loads(f'"{policy}"') if policy and policy.startswith("{\\") else policy


def _served(reading: Reading, api_id: str, stage: str) -> str | None:
    """The document of what the stage serves, which may be older than the API's definition."""
    export = reading.ask(
        "apigateway:GetExport",
        restApiId=api_id,
        stageName=stage,
        exportType="oas30",
        parameters={"extensions": "integrations,authorizers"},
        accepts="application/json",
    )
    return export["body"].read().decode() if export else None


def _defined(reading: Reading, api_id: str) -> Iterator[Value]:
    """The methods that the API defines now."""
    resources = reading.ask("apigateway:GetResources", restApiId=api_id, embed=["methods"])
    for resource in resources.get("items", []):
        for http_method, method in resource.get("resourceMethods", {}).items():
            integration = method.get("methodIntegration", {})
            yield {
                "path": resource["path"],
                "httpMethod": http_method,
                "authorizationType": method.get("authorizationType"),
                "authorizationScopes": method.get("authorizationScopes", []),
                "apiKeyRequired": method.get("apiKeyRequired", False),
                "type": integration.get("type"),
                "connectionType": integration.get("connectionType"),
                "connectionId": integration.get("connectionId"),
                "uri": integration.get("uri"),
            }


def _stage(reading: Reading, api_id: str, name: str) -> Node | None:
    with reading.of(tokens.STAGE, tokens.API_DEPLOYMENT, tokens.API_METHOD_SETTINGS):
        stage = reading.ask("apigateway:GetStage", restApiId=api_id, stageName=name)
        if not stage:
            return None
        node = reading.add(
            tokens.STAGE,
            f"ags-{api_id}-{name}",
            {
                "restApi": api_id,
                "stageName": name,
                "deployment": stage["deploymentId"],
                "variables": stage.get("variables", {}),
                "invokeUrl": f"https://{api_id}.execute-api.{reading.region}.amazonaws.com/{name}",
            },
            name=name,
        )
        for key, settings in stage.get("methodSettings", {}).items():
            path = key.replace("~1", "/").removeprefix("/")
            reading.add(
                tokens.API_METHOD_SETTINGS,
                f"{api_id}-{name}-{path}",
                {
                    "restApi": api_id,
                    "stageName": name,
                    "methodPath": path,
                    "settings": {
                        key: settings.get(key) for key in ("throttlingRateLimit", "throttlingBurstLimit")
                    },
                },
                references={"stageName": [node]},
            )
        _deployment(reading, api_id, stage["deploymentId"])
        return node
    return None


def _deployment(reading: Reading, api_id: str, deployment_id: str) -> None:
    with reading.of(tokens.API_DEPLOYMENT):
        deployment = reading.ask("apigateway:GetDeployment", restApiId=api_id, deploymentId=deployment_id)
        if deployment:
            reading.add(
                tokens.API_DEPLOYMENT,
                deployment_id,
                {"restApi": api_id},
            )


def _usage_plans(reading: Reading, api_id: str, stage_name: str, stage: Node | None) -> None:
    """The plans that name the stage, with their keys."""
    with reading.of(tokens.USAGE_PLAN, tokens.USAGE_PLAN_KEY, tokens.API_KEY):
        for plan in reading.ask("apigateway:GetUsagePlans").get("items", []):
            stages = [{"apiId": one["apiId"], "stage": one["stage"]} for one in plan.get("apiStages", [])]
            if {"apiId": api_id, "stage": stage_name} not in stages:
                continue
            reading.add(
                tokens.USAGE_PLAN,
                plan["id"],
                {
                    "apiStages": stages,
                    "throttleSettings": plan.get("throttle"),
                    "quotaSettings": plan.get("quota"),
                },
                name=plan.get("name"),
                references={"apiStages": [stage] if stage else []},
            )
            _keys(reading, plan["id"])


def _keys(reading: Reading, plan_id: str) -> None:
    """The keys of a plan. Their values, which API Gateway sends along, are not kept."""
    with reading.of(tokens.USAGE_PLAN_KEY, tokens.API_KEY):
        for member in reading.ask("apigateway:GetUsagePlanKeys", usagePlanId=plan_id).get("items", []):
            key_id = member["id"]
            reading.add(
                tokens.USAGE_PLAN_KEY,
                f"{plan_id}/{key_id}",
                {"keyId": key_id, "usagePlanId": plan_id},
            )
            reading.add(
                tokens.API_KEY, key_id, {"enabled": fact(lambda id_=key_id: _is_enabled(reading, id_))}
            )


def _is_enabled(reading: Reading, key_id: str) -> bool:
    return reading.ask("apigateway:GetApiKey", apiKey=key_id, includeValue=False).get("enabled", False)


def read_links(reading: Reading, api: DeclaredApi) -> list[str]:
    """The VPC link that the stack has made, and the one that the stage names, should it be another.

    Args:
        reading: of the API, with its stage.
        api: what the stack says of it.

    Returns:
        The ARNs of their load balancers.

    Raises:
        NotKnownError: they can't be read.
    """
    stages = [node for node in reading.nodes if node.type == tokens.STAGE]
    # A variable that is no link's id is simply not found.
    ids = {known(api.vpc_link_id), *(value for stage in stages for value in stage.get("variables").values())}
    targets: list[str] = []
    for link_id in sorted(ids):
        link = reading.ask("apigateway:GetVpcLink", vpcLinkId=link_id)
        if link:
            own: list[str] = link.get("targetArns", [])
            reading.add(
                tokens.VPC_LINK,
                link_id,
                {
                    "targetArn": own[0] if own else None,
                    "status": link.get("status"),
                    "statusMessage": link.get("statusMessage"),
                },
                name=link.get("name"),
            )
            targets += own
    return targets
