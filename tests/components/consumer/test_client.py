"""Client: an API key, its own usage plan for the stage, and its limits."""

from typing import Literal

import pulumi
import pulumi_aws as aws
import pytest
from pulumi import ResourceOptions

from components.consumer.client import Client, ClientArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import UNKNOWN, Run
from settings.limits import Quota, Throttle
from tests.components.consumer.apis import API_ID, REGION
from tests.components.support import CONSUMER, account, children, counts, places, urns
from tests.crosslink.sandbox.programs import Box

COMPONENT = "crosslink:consumer:Client"
STAGE = "aws:apigateway/stage:Stage"
KEY = "aws:apigateway/apiKey:ApiKey"
PLAN = "aws:apigateway/usagePlan:UsagePlan"
PLAN_KEY = "aws:apigateway/usagePlanKey:UsagePlanKey"
USES_THE_STAGE = {"apiStages": [{"apiId": API_ID, "stage": "v1"}]}


def built(*, throttle: Throttle | None = None, quota: Quota | None = None, preview: bool = False) -> Run:
    def fill(opts: ResourceOptions) -> None:
        stage = aws.apigateway.Stage(
            "stage", rest_api=API_ID, deployment="dep123", stage_name="v1", opts=opts
        )
        args = ClientArgs(rest_api_id=API_ID, stage_name=stage.stage_name, throttle=throttle, quota=quota)
        pulumi.export("key", Client("crosslink-mobile", args, opts).key)

    return run(lambda: Box(fill, account(CONSUMER, REGION)), preview=preview)


def test_creates_a_key_a_plan_and_their_connection():
    found = built()
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {KEY: 1, PLAN: 1, PLAN_KEY: 1}
    assert places(made) == {(CONSUMER, REGION)}
    assert found.one(KEY).inputs == {"description": "Managed by Pulumi"}
    assert found.one(PLAN_KEY).inputs == {
        "keyId": found.one(KEY).id,
        "keyType": "API_KEY",
        "usagePlanId": found.one(PLAN).id,
    }


def test_the_plan_allows_the_key_to_use_the_stage_and_is_deleted_before_it():
    found = built()
    assert found.one(PLAN).inputs == USES_THE_STAGE
    assert found.one(PLAN).dependencies == urns(found.one(STAGE))


def test_a_throttle_is_the_plans():
    assert built(throttle=Throttle(rate=2.5, burst=7)).one(PLAN).inputs == {
        **USES_THE_STAGE,
        "throttleSettings": {"rateLimit": 2.5, "burstLimit": 7},
    }


@pytest.mark.parametrize(("per", "period"), [("day", "DAY"), ("week", "WEEK"), ("month", "MONTH")])
def test_a_quota_is_the_plans(per: Literal["day", "week", "month"], period: str):
    assert built(quota=Quota(requests=5000, per=per)).one(PLAN).inputs == {
        **USES_THE_STAGE,
        "quotaSettings": {"limit": 5000, "period": period},
    }


@pytest.mark.parametrize("preview", [True, False])
def test_the_keys_value_is_a_secret(preview: bool):
    found = built(preview=preview)
    assert found.outputs == {"key": UNKNOWN if preview else found.one(KEY).outputs["value"]}
    assert found.secret_outputs == {"key"}
    assert "value" in found.one(KEY).secrets
