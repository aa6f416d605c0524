"""Stage: the link's variable, limits and tracing, and with them access logs and the key where asked for."""

import json
from functools import cache
from typing import Literal

import pulumi
from pulumi import ResourceOptions

from components.consumer.stage import Stage, StageArgs
from sandbox.engine import run
from sandbox.record import UNKNOWN, Run
from settings.api import Logs, Throttle
from tests.components.support import CONSUMER, account, children, counts, places, urns

REGION = "us-west-2"
COMPONENT = "crosslink:consumer:Stage"
STAGE = "aws:apigateway/stage:Stage"
LIMITS = "aws:apigateway/methodSettings:MethodSettings"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ACCOUNT = "aws:apigateway/account:Account"
KEY = "aws:apigateway/apiKey:ApiKey"
PLAN = "aws:apigateway/usagePlan:UsagePlan"
PLAN_KEY = "aws:apigateway/usagePlanKey:UsagePlanKey"

PLAIN_STAGE = {
    "restApi": "a1b2c3d4e5",
    "deployment": "dep123",
    "stageName": "v1",
    "variables": {"link": "link12"},
    "xrayTracingEnabled": True,
}


@cache
def built(
    *,
    log_role: Literal["existing", "managed"] | None = None,
    api_key: bool = False,
    preview: bool = False,
) -> Run:
    def program() -> None:
        args = StageArgs(
            rest_api_id="a1b2c3d4e5",
            deployment_id="dep123",
            stage_name="v1",
            link_id="link12",
            throttle=Throttle(rate=12.5, burst=40),
            logs=Logs(retention_days=90, account_role=log_role) if log_role else None,
            api_key=api_key,
        )
        stage = Stage("crosslink", args, ResourceOptions(provider=account(CONSUMER, REGION)))
        pulumi.export("url", stage.url)
        pulumi.export("name", stage.stage_name)
        if stage.api_key:
            pulumi.export("key", stage.api_key)

    return run(program, preview=preview)


def test_makes_a_stage_and_its_limits():
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
        "requestTime": "$context.requestTime",
        "sourceIp": "$context.identity.sourceIp",
        "caller": "$context.identity.userArn",
        "apiKeyId": "$context.identity.apiKeyId",
        "httpMethod": "$context.httpMethod",
        "path": "$context.path",
        "resourcePath": "$context.resourcePath",
        "status": "$context.status",
        "responseLength": "$context.responseLength",
        "responseLatency": "$context.responseLatency",
        "integrationStatus": "$context.integration.status",
        "integrationLatency": "$context.integration.latency",
        "error": "$context.error.message",
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


def test_the_stage_waits_for_the_log_role_and_that_for_its_policy():
    found = built(log_role="managed")
    assert found.one(STAGE).dependencies == urns(found.one(ACCOUNT), found.one(LOG_GROUP))
    assert found.one(ACCOUNT).dependencies == urns(found.one(ROLE), found.one(POLICY))


def test_the_log_role_is_kept_for_everybody_else_when_the_stack_goes():
    found = built(log_role="managed")
    kept = [one for one in found.resources.values() if one.options.retain_on_delete]
    assert counts(kept) == {ROLE: 1, POLICY: 1, ACCOUNT: 1}


def test_the_stages_own_settings_do_not_depend_on_whose_log_role_it_is():
    managed, existing = built(log_role="managed"), built(log_role="existing")
    assert managed.one(STAGE).inputs == existing.one(STAGE).inputs


def test_a_key_comes_with_a_usage_plan_for_the_stage():
    found = built(api_key=True)
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {STAGE: 1, LIMITS: 1, KEY: 1, PLAN: 1, PLAN_KEY: 1}
    assert found.one(KEY).inputs == {"description": "Managed by Pulumi"}
    assert found.one(PLAN).inputs == {"apiStages": [{"apiId": "a1b2c3d4e5", "stage": "v1"}]}
    assert found.one(PLAN).dependencies == urns(found.one(STAGE))
    assert found.one(PLAN_KEY).inputs == {
        "keyId": found.one(KEY).id,
        "keyType": "API_KEY",
        "usagePlanId": found.one(PLAN).id,
    }


def test_the_keys_value_is_a_secret():
    found = built(api_key=True)
    assert found.outputs["key"] == found.one(KEY).outputs["value"]
    assert found.secret_outputs == {"key"}
    assert "value" in found.one(KEY).secrets


def test_a_preview_shows_the_stage_whole_and_not_yet_its_url():
    found = built(log_role="existing", api_key=True, preview=True)
    inputs = dict(found.one(STAGE).inputs)
    assert inputs.pop("accessLogSettings")["destinationArn"] is UNKNOWN
    assert inputs == PLAIN_STAGE
    assert found.outputs == {"url": UNKNOWN, "name": "v1", "key": UNKNOWN}
    assert found.secret_outputs == {"key"}
