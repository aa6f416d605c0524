"""The API, its stage and the VPC link, with whatever stands beside them."""

import hashlib
from typing import Any

from crosslink.graph import tokens
from tests.faults.api import API_GUIDE
from tests.faults.change import (
    Change,
    Nodes,
    document,
    edit,
    find,
    point,
    put,
    register,
    together,
    unpoint,
)
from tests.faults.healthy.variation import Variation
from tests.faults.stage_settings import canary, web_acl

STAGE = (tokens.STAGE, "crosslink")
LINK = (tokens.VPC_LINK, "crosslink")
API, DEPLOYMENT = (tokens.REST_API, "crosslink"), (tokens.API_DEPLOYMENT, "crosslink")
INTEGRATION = "x-amazon-apigateway-integration"
TEAM = "z9y8x7w6v5"
"""Id of another team's API."""


def team_api() -> Change:
    """Another team's API, with a stage of its own, of the same name as ours."""
    body = '{"openapi":"3.0.1","info":{"title":"team","version":"1"},"paths":{}}'
    properties = {"name": "team", "body": body, "endpointConfiguration": {"types": "REGIONAL"}}
    return together(
        register(tokens.REST_API, "team", properties, beside=STAGE, id_=TEAM),
        register(tokens.API_DEPLOYMENT, "team", {}, beside=STAGE, restApi=(tokens.REST_API, "team")),
        register(
            tokens.STAGE,
            "team",
            {"stageName": "v1"},
            beside=STAGE,
            restApi=(tokens.REST_API, "team"),
            deployment=(tokens.API_DEPLOYMENT, "team"),
        ),
    )


def second_stage(name: str, *, with_link: bool) -> Change:
    """Another stage of our own API, which reaches the backends, or doesn't."""
    stage = register(
        tokens.STAGE, name, {"stageName": name}, beside=STAGE, restApi=API, deployment=DEPLOYMENT
    )
    variable = point(tokens.STAGE, name, "variables", "link", to=LINK)
    return together(stage, variable) if with_link else stage


def link_by_id(nodes: Nodes) -> Nodes:
    """The document names the link by its id: a preview knows neither the document nor its digest."""
    id_ = find(nodes, *LINK).id
    if isinstance(id_, str):
        nodes = document(lambda api: _each_integration(api, connectionId=id_))(nodes)
    body = find(nodes, *API).get("body")
    nodes = together(
        point(*API, "body", to=LINK),
        point(*DEPLOYMENT, "triggers", "document", to=LINK),
        unpoint(*STAGE, "variables"),
    )(nodes)
    if isinstance(id_, str):
        digest = hashlib.sha256(body.encode()).hexdigest()
        nodes = put(*API, "body", value=body)(nodes)
        nodes = put(*DEPLOYMENT, "triggers", "document", value=digest)(nodes)
    return nodes


def _each_integration(api: Any, **members: str) -> None:
    for operations in api["paths"].values():
        for operation in operations.values():
            operation[INTEGRATION].update(members)


def owners_method(verb: str, method: dict[str, object], **integration: object) -> Change:
    """A method of the API's owner, beside our routes."""
    api = {"restApi": "a1b2c3d4e5", "httpMethod": verb}
    resource = (tokens.API_RESOURCE, "invoices")
    name = f"invoices-{verb}"
    return together(
        register(tokens.METHOD, name, {**api, **method}, beside=STAGE, resourceId=resource),
        register(tokens.INTEGRATION, name, {**api, **integration}, beside=STAGE, resourceId=resource),
    )


OWNERS_ROUTES = together(
    register(
        tokens.API_RESOURCE,
        "invoices",
        {"restApi": "a1b2c3d4e5", "parentId": "abc123", "pathPart": "invoices", "path": "/invoices"},
        beside=STAGE,
    ),
    owners_method(
        "POST",
        {"authorization": "NONE", "apiKeyRequired": True},
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri="arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/"
        "arn:aws:lambda:us-west-2:111111111111:function:invoices/invocations",
    ),
    owners_method(
        "GET",
        {"authorization": "AWS_IAM"},
        type="HTTP_PROXY",
        integrationHttpMethod="GET",
        connectionType="VPC_LINK",
        connectionId="team01",
        uri="http://invoices.example.com:9000/",
    ),
    owners_method("OPTIONS", {"authorization": "NONE"}, type="MOCK"),
)

BESIDE = (
    Variation(name="another API has a stage", change=team_api()),
    Variation(name="the API has another stage", change=second_stage("test", with_link=False)),
    Variation(name="the API has another stage, with the link", change=second_stage("a", with_link=True)),
    Variation(
        name="another stage's methods have a limit of their own",
        change=together(
            second_stage("test", with_link=False),
            register(
                tokens.API_METHOD_SETTINGS,
                "test",
                {"methodPath": "*/*", "settings": {"throttlingRateLimit": 0.0, "throttlingBurstLimit": 0.0}},
                beside=STAGE,
                restApi=API,
                stageName=(tokens.STAGE, "test", "stageName"),
            ),
        ),
    ),
    Variation(
        name="the account has another VPC link",  # H06
        change=register(
            tokens.VPC_LINK,
            "team",
            {
                "name": "team",
                "targetArn": "arn:aws:elasticloadbalancing:us-west-2:111111111111:loadbalancer/net/team/1",
            },
            beside=STAGE,
            id_="team01",
        ),
    ),
    Variation(
        name="the owner of the API has routes of other kinds",  # H13
        change=OWNERS_ROUTES,
        stack="existing-api",
        source=f"{API_GUIDE}/api-gateway-integration-types.html",
    ),
    Variation(
        name="a web ACL stands in front of the stage",  # H14
        change=web_acl("allow"),
    ),
    Variation(
        name="a web ACL counts what a group of rules would block",
        change=web_acl("allow", {"name": "common", "priority": 1, "overrideAction": {"count": {}}}),
    ),
    Variation(
        name="a web ACL has a group of rules",
        change=web_acl("allow", {"name": "common", "priority": 1, "overrideAction": {"none": {}}}),
        unknown=("web-acl-lets-callers-through",),
    ),
    Variation(
        name="a web ACL is somebody else's",
        change=register(
            tokens.WEB_ACL_ASSOCIATION,
            "team",
            {"webAclArn": "arn:aws:wafv2:us-west-2:111111111111:regional/webacl/team/0f1e2d3c"},
            beside=STAGE,
            resourceArn=(*STAGE, "arn"),
        ),
        unknown=("web-acl-lets-callers-through",),
    ),
    Variation(name="the stage has a canary without requests", change=canary(0, link="gone12")),
    Variation(name="the stage has a canary of its own deployment", change=canary(50)),
    Variation(
        name="the stage has a canary of another deployment",
        change=put(*STAGE, "canarySettings", value={"deploymentId": "n3wd3p", "percentTraffic": 5.0}),
        unknown=("canary-leads-where-the-stage-does",),
    ),
    Variation(
        name="the stage has a cache that no method uses",
        change=together(
            put(*STAGE, "cacheClusterEnabled", value=True),
            put(tokens.API_METHOD_SETTINGS, "*", "settings", "cachingEnabled", value=False),
        ),
    ),
    Variation(
        name="methods are measured and logged without bodies",
        change=edit(
            tokens.API_METHOD_SETTINGS,
            "*",
            lambda limit: limit["settings"].update(metricsEnabled=True, dataTraceEnabled=False),
        ),
    ),
    Variation(
        name="the API has gateway responses of its own",  # H15
        change=document(
            lambda api: api["x-amazon-apigateway-gateway-responses"].update(
                {"THROTTLED": {"statusCode": 429, "responseParameters": {}}}
            )
        ),
    ),
    Variation(
        name="a usage plan is for two APIs",  # H29
        change=edit(
            tokens.USAGE_PLAN,
            "crosslink",
            lambda plan: plan["apiStages"].insert(0, {"apiId": TEAM, "stage": "v1"}),
        ),
        stack="api-key",
    ),
)

LINKS = (
    Variation(
        name="the document names the link itself",  # H43
        change=link_by_id,
        blind=("preview",),
        source=f"{API_GUIDE}/getting-started-with-private-integration.html",
    ),
    Variation(
        name="integrations of an existing API name the link itself",
        change=together(
            point(tokens.INTEGRATION, "*", "connectionId", to=LINK), unpoint(*STAGE, "variables")
        ),
        stack="existing-api",
    ),
)

VARIATIONS = BESIDE + LINKS
