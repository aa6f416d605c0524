"""Amazon API Gateway: REST APIs, stages, limits and VPC links."""

import io
import json
from dataclasses import replace

from botocore.response import StreamingBody

from crosslink.graph import tokens
from crosslink.graph.node import Node
from tests.fake_aws import definition
from tests.fake_aws.structures import structure
from tests.fake_aws.world import CREATED, Answer, AwsError, Place, UnplayedError, made_up, members, whole


def _missing(what: str) -> AwsError:
    return AwsError("NotFoundException", f"Invalid {what} identifier specified", 404)


def _api(here: Place, asked: Answer) -> Node:
    if api := here.find(tokens.REST_API, asked["restApiId"]):
        return api
    raise _missing("API")


def _document(api: Node) -> Answer:
    try:
        return _imported(json.loads(api.get("body") or '{"paths": {}}'))
    except ValueError as error:
        raise UnplayedError("API Gateway would not import this") from error


def _imported(document: Answer) -> Answer:
    """What API Gateway makes of a document: parameters of a path are those of each of its methods.

    Source: https://spec.openapis.org/oas/v3.0.1#path-item-object
    """
    paths: dict[str, Answer] = {}
    for path, operations in document.get("paths", {}).items():
        shared = operations.get("parameters", [])
        own = {name: item for name, item in operations.items() if isinstance(item, dict)}
        paths[path] = (
            own
            if not shared
            else {
                name: {**item, "parameters": [*shared, *item.get("parameters", [])]}
                for name, item in own.items()
            }
        )
    return {**document, "paths": paths}


def _root(api: Node) -> str:
    return api.get("rootResourceId") or made_up(str(api.id), digits=10)


def get_rest_api(here: Place, asked: Answer) -> Answer:
    api = _api(here, asked)
    document = _document(api)
    policy = api.get("policy") or document.get("x-amazon-apigateway-policy")
    text = json.dumps(policy) if isinstance(policy, dict) else policy
    return structure(
        "apigateway",
        "RestApi",
        api,
        createdDate=CREATED,
        apiKeySource=api.get("apiKeySource")
        or document.get("x-amazon-apigateway-api-key-source")
        or "HEADER",
        binaryMediaTypes=api.get("binaryMediaTypes")
        or document.get("x-amazon-apigateway-binary-media-types"),
        endpointConfiguration=endpoints(api),
        # Its quotes come escaped: https://github.com/hashicorp/terraform-provider-aws/issues/4397
        policy=json.dumps(text)[1:-1] if text else None,
        disableExecuteApiEndpoint=bool(api.get("disableExecuteApiEndpoint")),
        rootResourceId=_root(api),
    )


def endpoints(node: Node) -> Answer:
    """The endpoint configuration of an API or a domain."""
    given = node.get("endpointConfiguration") or {}
    return {**given, "types": [given.get("types") or "EDGE"]}


def get_account(here: Place, _asked: Answer) -> Answer:
    """What all APIs share: the limits of a new account, unless a fault sets others."""
    account = next(iter(here.of(tokens.API_ACCOUNT)), None)
    given = account.properties if account else {}
    return {
        "cloudwatchRoleArn": given.get("cloudwatchRoleArn", f"arn:aws:iam::{here.account}:role/api-logs"),
        "throttleSettings": {"rateLimit": 10000.0, "burstLimit": 5000, **given.get("throttleSettings", {})},
        "features": ["UsagePlans"],
        "apiKeyVersion": "4",
    }


def get_resources(here: Place, asked: Answer) -> Answer:
    api = _api(here, asked)
    embed = "methods" in asked.get("embed", [])
    return {"items": definition.resources(_document(api), root=_root(api), embed=embed)}


def _stage(here: Place, asked: Answer) -> Node:
    api = _api(here, asked)
    wanted = (api.id, asked["stageName"])
    for node in here.of(tokens.STAGE):
        if (node.get("restApi"), node.get("stageName")) == wanted:
            return node
    raise _missing("stage")


def get_stage(here: Place, asked: Answer) -> Answer:
    stage = _stage(here, asked)
    settings = {
        node.get("methodPath"): _method_settings(node)
        for node in here.of(tokens.API_METHOD_SETTINGS)
        if (node.get("restApi"), node.get("stageName")) == (stage.get("restApi"), stage.get("stageName"))
    }
    return structure(
        "apigateway",
        "Stage",
        stage,
        cacheClusterEnabled=bool(stage.get("cacheClusterEnabled")),
        cacheClusterStatus="AVAILABLE" if stage.get("cacheClusterEnabled") else "NOT_AVAILABLE",
        webAclArn=_web_acl_arn(here, stage),
        methodSettings=settings,
        tracingEnabled=bool(stage.get("xrayTracingEnabled")),
        createdDate=CREATED,
        lastUpdatedDate=CREATED,
    )


def _web_acl_arn(here: Place, stage: Node) -> str | None:
    found = (node for node in here.of(tokens.WEB_ACL_ASSOCIATION))
    return next(
        (node.get("webAclArn") for node in found if node.get("resourceArn") == stage.get("arn")), None
    )


def _method_settings(node: Node) -> Answer:
    """The settings of a method, the account's limits where the program gives none."""
    by_default = {
        "metricsEnabled": False,
        "dataTraceEnabled": False,
        "throttlingRateLimit": 10000.0,
        "throttlingBurstLimit": 5000,
        "cachingEnabled": False,
        "cacheTtlInSeconds": 300,
        "cacheDataEncrypted": False,
        "requireAuthorizationForCacheControl": True,
        "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
    }
    # The model of the service has a structure for a method's settings alone.
    own = structure("apigateway", "MethodSetting", replace(node, properties=node.get("settings") or {}))
    return by_default | own


def get_deployment(here: Place, asked: Answer) -> Answer:
    api = _api(here, asked)
    for node in here.of(tokens.API_DEPLOYMENT):
        if (node.get("restApi"), node.id) == (api.id, asked["deploymentId"]):
            created = {} if node.get("createdDate") else {"createdDate": CREATED}
            return structure("apigateway", "Deployment", node, **created)
    raise _missing("Deployment")


def get_export(here: Place, asked: Answer) -> Answer:
    """What is deployed on a stage: the deployment's `export` if a fault gives one, else what is defined."""
    if asked["exportType"] != "oas30" or asked.get("accepts", "application/json") != "application/json":
        raise UnplayedError("only oas30 as JSON is exported here")
    stage = _stage(here, asked)
    deployment = here.find(tokens.API_DEPLOYMENT, stage.get("deployment"))
    deployed = deployment.get("export") if deployment else None
    document = definition.export(
        json.loads(deployed) if deployed else _document(_api(here, asked)),
        url=f"https://{stage.get('restApi')}.execute-api.{here.region}.amazonaws.com",
        stage=asked["stageName"],
        extensions=set(asked.get("parameters", {}).get("extensions", "").split(",")),
    )
    body = json.dumps(document, indent=2).encode()
    return {
        "contentType": "application/octet-stream",
        "contentDisposition": f'attachment; filename="{stage.get("restApi")}.json"',
        "body": StreamingBody(io.BytesIO(body), len(body)),
    }


def get_usage_plans(here: Place, _asked: Answer) -> Answer:
    return {"items": [_usage_plan(node) for node in here.of(tokens.USAGE_PLAN)]}


def _usage_plan(plan: Node) -> Answer:
    stages = [
        members(
            apiId=entry.get("apiId"),
            stage=entry.get("stage"),
            throttle={
                limit["path"]: whole(
                    {name: limit[name] for name in ("burstLimit", "rateLimit") if name in limit}
                )
                for limit in entry.get("throttles", [])
            }
            or None,
        )
        for entry in plan.get("apiStages") or []
    ]
    return structure("apigateway", "UsagePlan", plan, apiStages=stages)


def get_usage_plan_keys(here: Place, asked: Answer) -> Answer:
    """The keys of a plan, with their values: AWS doesn't ask whether they are wanted here."""
    if here.find(tokens.USAGE_PLAN, asked["usagePlanId"]) is None:
        raise _missing("Usage Plan")
    keys = [
        here.find(tokens.API_KEY, node.get("keyId"))
        for node in here.of(tokens.USAGE_PLAN_KEY)
        if node.get("usagePlanId") == asked["usagePlanId"]
    ]
    return {"items": [structure("apigateway", "UsagePlanKey", key, type="API_KEY") for key in keys if key]}


def get_api_key(here: Place, asked: Answer) -> Answer:
    if key := here.find(tokens.API_KEY, asked["apiKey"]):
        return _api_key(key, value=asked.get("includeValue", False))
    raise _missing("API Key")


def get_api_keys(here: Place, asked: Answer) -> Answer:
    value = asked.get("includeValues", False)
    return {"items": [_api_key(node, value=value) for node in here.of(tokens.API_KEY)]}


def _api_key(key: Node, *, value: bool) -> Answer:
    return structure(
        "apigateway",
        "ApiKey",
        key,
        value=key.get("value") if value else None,
        enabled=key.get("enabled") is not False,
        createdDate=CREATED,
        lastUpdatedDate=CREATED,
        stageKeys=[],
    )


def get_vpc_link(here: Place, asked: Answer) -> Answer:
    if node := here.find(tokens.VPC_LINK, asked["vpcLinkId"]):
        return structure(
            "apigateway",
            "VpcLink",
            node,
            targetArns=[node.get("targetArn")],
            status=node.get("status") or "AVAILABLE",
        )
    raise _missing("Vpc Link")
