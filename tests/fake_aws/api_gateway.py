"""Amazon API Gateway: REST APIs, stages, limits and VPC links."""

import io
import json
from datetime import datetime

from botocore.response import StreamingBody

from crosslink.graph import tokens
from crosslink.graph.graph import Node
from tests.fake_aws import definition
from tests.fake_aws.world import CREATED, Answer, AwsError, Place, UnplayedError, made_up, members, whole


def _missing(what: str) -> AwsError:
    return AwsError("NotFoundException", f"Invalid {what} identifier specified", 404)


def _api(here: Place, asked: Answer) -> Node:
    if api := here.find(tokens.REST_API, asked["restApiId"]):
        return api
    raise _missing("API")


def _document(api: Node) -> Answer:
    return json.loads(api.get("body") or '{"paths": {}}')


def _root(api: Node) -> str:
    return api.get("rootResourceId") or made_up(str(api.id), digits=10)


def get_rest_api(here: Place, asked: Answer) -> Answer:
    api = _api(here, asked)
    document = _document(api)
    policy = api.get("policy") or document.get("x-amazon-apigateway-policy")
    text = json.dumps(policy) if isinstance(policy, dict) else policy
    binary = api.get("binaryMediaTypes") or document.get("x-amazon-apigateway-binary-media-types")
    return members(
        id=api.id,
        name=api.get("name"),
        createdDate=CREATED,
        apiKeySource="HEADER",
        binaryMediaTypes=binary,
        endpointConfiguration={"types": [api.get("endpointConfiguration", "types") or "EDGE"]},
        # Its quotes come escaped: https://github.com/hashicorp/terraform-provider-aws/issues/4397
        policy=json.dumps(text)[1:-1] if text else None,
        disableExecuteApiEndpoint=bool(api.get("disableExecuteApiEndpoint")),
        rootResourceId=_root(api),
        tags=api.get("tags"),
    )


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
    log = stage.get("accessLogSettings")
    return members(
        deploymentId=stage.get("deployment"),
        stageName=stage.get("stageName"),
        cacheClusterEnabled=False,
        cacheClusterStatus="NOT_AVAILABLE",
        methodSettings=settings,
        variables=stage.get("variables"),
        accessLogSettings=log and members(destinationArn=log.get("destinationArn"), format=log.get("format")),
        tracingEnabled=bool(stage.get("xrayTracingEnabled")),
        tags=stage.get("tags"),
        createdDate=CREATED,
        lastUpdatedDate=CREATED,
    )


def _method_settings(node: Node) -> Answer:
    """The settings of a method, the account's limits where the program gives none."""
    rate, burst = node.get("settings", "throttlingRateLimit"), node.get("settings", "throttlingBurstLimit")
    return {
        "metricsEnabled": bool(node.get("settings", "metricsEnabled")),
        "dataTraceEnabled": False,
        "throttlingRateLimit": 10000.0 if rate is None else float(rate),
        "throttlingBurstLimit": 5000 if burst is None else int(burst),
        "cachingEnabled": False,
        "cacheTtlInSeconds": 300,
        "cacheDataEncrypted": False,
        "requireAuthorizationForCacheControl": True,
        "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
    }


def get_deployment(here: Place, asked: Answer) -> Answer:
    api = _api(here, asked)
    for node in here.of(tokens.API_DEPLOYMENT):
        if (node.get("restApi"), node.id) == (api.id, asked["deploymentId"]):
            return {"id": node.id, "createdDate": _created(node)}
    raise _missing("Deployment")


def _created(node: Node) -> datetime:
    return datetime.fromisoformat(node.get("createdDate")) if node.get("createdDate") else CREATED


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


def get_usage_plans(here: Place, asked: Answer) -> Answer:
    plans = here.of(tokens.USAGE_PLAN)
    if key := asked.get("keyId"):
        users = {
            node.get("usagePlanId") for node in here.of(tokens.USAGE_PLAN_KEY) if node.get("keyId") == key
        }
        plans = [node for node in plans if node.id in users]
    return {"items": [_usage_plan(node) for node in plans]}


def _usage_plan(node: Node) -> Answer:
    throttle, quota = node.get("throttleSettings"), node.get("quotaSettings")
    return members(
        id=node.id,
        name=node.get("name"),
        apiStages=[{"apiId": one["apiId"], "stage": one["stage"]} for one in node.get("apiStages") or []],
        throttle=throttle
        and members(rateLimit=throttle.get("rateLimit"), burstLimit=whole(throttle.get("burstLimit"))),
        quota=quota and members(limit=whole(quota.get("limit")), period=quota.get("period")),
        tags=node.get("tags"),
    )


def get_usage_plan_keys(here: Place, asked: Answer) -> Answer:
    """The keys of a plan, with their values: AWS doesn't ask whether they are wanted here."""
    if here.find(tokens.USAGE_PLAN, asked["usagePlanId"]) is None:
        raise _missing("Usage Plan")
    keys = [
        here.find(tokens.API_KEY, node.get("keyId"))
        for node in here.of(tokens.USAGE_PLAN_KEY)
        if node.get("usagePlanId") == asked["usagePlanId"]
    ]
    return {
        "items": [
            members(id=key.id, type="API_KEY", name=key.get("name"), value=key.get("value"))
            for key in keys
            if key
        ]
    }


def get_api_key(here: Place, asked: Answer) -> Answer:
    if key := here.find(tokens.API_KEY, asked["apiKey"]):
        return _api_key(key, value=asked.get("includeValue", False))
    raise _missing("API Key")


def get_api_keys(here: Place, asked: Answer) -> Answer:
    value = asked.get("includeValues", False)
    return {"items": [_api_key(node, value=value) for node in here.of(tokens.API_KEY)]}


def _api_key(node: Node, *, value: bool) -> Answer:
    return members(
        id=node.id,
        name=node.get("name"),
        value=node.get("value") if value else None,
        enabled=node.get("enabled") is not False,
        createdDate=CREATED,
        lastUpdatedDate=CREATED,
        stageKeys=[],
    )


def get_vpc_link(here: Place, asked: Answer) -> Answer:
    if node := here.find(tokens.VPC_LINK, asked["vpcLinkId"]):
        return members(
            id=node.id,
            name=node.get("name"),
            targetArns=[node.get("targetArn")],
            status=node.get("status") or "AVAILABLE",
            statusMessage=node.get("statusMessage"),
            tags=node.get("tags"),
        )
    raise _missing("Vpc Link")
