"""Stage: the link's variable, limits and tracing, and optional access logs and a web ACL."""

import json
from functools import cache
from typing import Literal

import pulumi
import pytest
from pulumi import ResourceOptions

from components.consumer.stage import Stage, StageArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import UNKNOWN, Run
from settings.limits import Throttle
from settings.logs import Logs
from settings.route import VERBS, Cors, RouteSettings
from tests.components.consumer.apis import REGION, WEB_ACL
from tests.components.support import CONSUMER, account, children, counts, places, urns

COMPONENT = "crosslink:consumer:Stage"
STAGE = "aws:apigateway/stage:Stage"
LIMITS = "aws:apigateway/methodSettings:MethodSettings"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ACCOUNT = "aws:apigateway/account:Account"
ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"

PLAIN_STAGE = {
    "restApi": "a1b2c3d4e5",
    "deployment": "dep123",
    "stageName": "v1",
    "variables": {"link": "link12", "prefix": "/v1"},
    "xrayTracingEnabled": True,
}
SLOW = Throttle(rate=0.5, burst=1)
ROUTES = {
    "/free": RouteSettings(methods=("GET",)),
    "/some": RouteSettings(methods=("GET", "POST"), throttle=SLOW),
    "/team/any": RouteSettings(throttle=Throttle(rate=5, burst=9)),
    "/pages": RouteSettings(throttle=SLOW, cors=Cors(origins=("*",))),
    "/": RouteSettings(methods=("GET",), throttle=SLOW),
}


@cache
def built(
    *,
    limits: bool = False,
    log_role: Literal["existing", "managed"] | None = None,
    boundary: str | None = None,
    web_acl: bool = False,
    preview: bool = False,
) -> Run:
    def program() -> None:
        args = StageArgs(
            rest_api_id="a1b2c3d4e5",
            deployment_id="dep123",
            stage_name="v1",
            link_id="link12",
            prefix="/v1",
            throttle=Throttle(rate=12.5, burst=40),
            routes=ROUTES if limits else {},
            logs=Logs(retention_days=90, account_role=log_role) if log_role else None,
            permissions_boundary=boundary,
            web_acl_arn=WEB_ACL if web_acl else None,
        )
        stage = Stage("crosslink", args, ResourceOptions(provider=account(CONSUMER, REGION)))
        pulumi.export("url", stage.url)
        pulumi.export("name", stage.stage_name)

    return run(program, preview=preview)


def test_creates_a_stage_and_its_limits():
    found = built()
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {STAGE: 1, LIMITS: 1}
    assert places(made) == {(CONSUMER, REGION)}


def test_the_stage_serves_the_deployment_names_the_link_and_is_traced():
    assert built().one(STAGE).inputs == PLAIN_STAGE


def test_the_limits_are_for_all_methods_together_once_the_stage_exists():
    found = built()
    assert found.one(LIMITS).inputs == {
        "restApi": "a1b2c3d4e5",
        "stageName": "v1",
        "methodPath": "*/*",
        "settings": {"throttlingRateLimit": 12.5, "throttlingBurstLimit": 40},
    }
    assert found.one(LIMITS).dependencies == urns(found.one(STAGE))


@pytest.mark.parametrize(
    ("path", "verbs", "settings"),
    [
        ("~1some", ("GET", "POST"), {"throttlingRateLimit": 0.5, "throttlingBurstLimit": 1}),
        ("~1team~1any", VERBS, {"throttlingRateLimit": 5, "throttlingBurstLimit": 9}),
        (
            "~1pages",
            [verb for verb in VERBS if verb != "OPTIONS"],
            {"throttlingRateLimit": 0.5, "throttlingBurstLimit": 1},
        ),
    ],
    ids=["some methods", "any method", "cors"],
)
def test_a_routes_limit_is_that_of_each_of_its_verbs_on_both_of_its_paths(
    path: str, verbs: list[str], settings: dict[str, float]
):
    found = built(limits=True)
    limits = {
        resource.name: resource.inputs
        for resource in found.of_type(LIMITS)
        if resource.name.startswith((f"crosslink-{path}/", f"crosslink-{path}~"))
    }
    assert limits == {
        f"crosslink-{method_path}": {
            "restApi": "a1b2c3d4e5",
            "stageName": "v1",
            "methodPath": method_path,
            "settings": settings,
        }
        for verb in verbs
        for method_path in (f"{path}/{verb}", f"{path}~1{{proxy+}}/{verb}")
    }


def test_the_roots_limit_is_that_of_the_root_resource_and_of_its_proxy():
    paths = [resource.inputs["methodPath"] for resource in built(limits=True).of_type(LIMITS)]
    assert [path for path in paths if path.startswith(("~1/", "~1{"))] == ["~1/GET", "~1{proxy+}/GET"]


def test_routes_without_their_own_limit_have_only_the_stages():
    found = built(limits=True)
    assert len(found.of_type(LIMITS)) == 1 + 2 * (2 + len(VERBS) + len(VERBS) - 1 + 1)
    assert not any("free" in resource.name for resource in found.of_type(LIMITS))
    assert found.one(LIMITS, "crosslink").inputs == built().one(LIMITS).inputs
    assert found.one(STAGE).inputs == PLAIN_STAGE


def test_every_limit_is_set_once_the_stage_exists():
    found = built(limits=True)
    assert {resource.dependencies for resource in found.of_type(LIMITS)} == {urns(found.one(STAGE))}


def test_url_and_name_are_the_stages_own():
    found = built()
    url = f"https://a1b2c3d4e5.execute-api.{REGION}.amazonaws.com/v1"
    assert found.outputs == {"url": url, "name": "v1"}
    assert found.one(COMPONENT).outputs == {"url": url}
    assert not found.secret_outputs


def test_access_logs_are_json_in_a_group_of_the_stacks_own():
    found = built(log_role="existing")
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {STAGE: 1, LIMITS: 1, LOG_GROUP: 1}
    assert found.one(LOG_GROUP).inputs == {"retentionInDays": 90}
    inputs = dict(found.one(STAGE).inputs)
    access_logs = dict(inputs.pop("accessLogSettings"))
    fields = json.loads(access_logs.pop("format"))
    assert access_logs == {"destinationArn": found.one(LOG_GROUP).outputs["arn"]}
    assert inputs == PLAIN_STAGE
    assert fields == {
        "requestId": "$context.requestId",
        "extendedRequestId": "$context.extendedRequestId",
        "traceId": "$context.xrayTraceId",
        "requestTime": "$context.requestTime",
        "sourceIp": "$context.identity.sourceIp",
        "caller": "$context.identity.userArn",
        "apiKeyId": "$context.identity.apiKeyId",
        "subject": "$context.authorizer.claims.sub",
        "principal": "$context.authorizer.principalId",
        "httpMethod": "$context.httpMethod",
        "path": "$context.path",
        "resourcePath": "$context.resourcePath",
        "status": "$context.status",
        "tlsVersion": "$context.tlsVersion",
        "responseLength": "$context.responseLength",
        "responseLatency": "$context.responseLatency",
        "integrationStatus": "$context.integration.status",
        "integrationLatency": "$context.integration.latency",
        "error": "$context.error.message",
        "errorType": "$context.error.responseType",
        "integrationError": "$context.integration.error",
    }


def test_where_managed_the_accounts_log_role_is_made_too():
    found = built(log_role="managed")
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {STAGE: 1, LIMITS: 1, LOG_GROUP: 1, ROLE: 1, POLICY: 1, ACCOUNT: 1}
    assert places(made) == {(CONSUMER, REGION)}
    role = dict(found.one(ROLE).inputs)
    assert json.loads(role.pop("assumeRolePolicy")) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "apigateway.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    assert role == {}
    assert found.one(POLICY).inputs == {
        "role": found.one(ROLE).outputs["name"],
        "policyArn": "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    }
    assert found.one(ACCOUNT).inputs == {"cloudwatchRoleArn": found.one(ROLE).outputs["arn"]}


def test_the_log_role_has_the_accounts_boundary():
    boundary = f"arn:aws:iam::{CONSUMER}:policy/crosslink-boundary"
    found = built(log_role="managed", boundary=boundary)
    assert found.one(ROLE).inputs["permissionsBoundary"] == boundary


def test_the_stage_waits_for_the_log_role_and_that_for_its_policy():
    found = built(log_role="managed")
    assert found.one(STAGE).dependencies == urns(found.one(ACCOUNT), found.one(LOG_GROUP))
    assert found.one(ACCOUNT).dependencies == urns(found.one(ROLE), found.one(POLICY))


def test_the_log_role_is_retained_when_the_stack_is_destroyed():
    found = built(log_role="managed")
    kept = [resource for resource in found.resources.values() if resource.options.retain_on_delete]
    assert counts(kept) == {ROLE: 1, POLICY: 1, ACCOUNT: 1}


def test_the_stages_own_settings_do_not_depend_on_whose_log_role_it_is():
    managed, existing = built(log_role="managed"), built(log_role="existing")
    assert managed.one(STAGE).inputs == existing.one(STAGE).inputs


def test_a_web_acl_is_associated_with_the_stage_and_changes_nothing_else():
    found = built(web_acl=True)
    assert counts(children(found, found.one(COMPONENT))) == {STAGE: 1, LIMITS: 1, ASSOCIATION: 1}
    assert places([found.one(ASSOCIATION)]) == {(CONSUMER, REGION)}
    assert found.one(ASSOCIATION).inputs == {
        "webAclArn": WEB_ACL,
        "resourceArn": f"arn:aws:apigateway:{REGION}::/restapis/a1b2c3d4e5/stages/v1",
    }
    assert found.one(ASSOCIATION).dependencies == urns(found.one(STAGE))
    assert found.one(STAGE).inputs == PLAIN_STAGE


def test_a_preview_shows_the_stage_whole_and_not_yet_its_url():
    found = built(limits=True, log_role="existing", web_acl=True, preview=True)
    inputs = dict(found.one(STAGE).inputs)
    assert inputs.pop("accessLogSettings")["destinationArn"] is UNKNOWN
    assert inputs == PLAIN_STAGE
    assert {resource.name: resource.inputs for resource in found.of_type(LIMITS)} == {
        resource.name: resource.inputs for resource in built(limits=True).of_type(LIMITS)
    }
    assert found.outputs == {"url": UNKNOWN, "name": "v1"}
