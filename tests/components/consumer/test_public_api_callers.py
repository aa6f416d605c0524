"""PublicApi: keys and policies for callers of its routes."""

import json
import re
from typing import Any

import pytest

from settings.route import VERBS, Cors, RouteSettings
from tests.components.consumer.apis import API_ID, AUTHS, ROOT, SVC1, api_of
from tests.components.consumer.public import built, mixed, plain
from tests.components.support import children, counts, urns

COMPONENT = "crosslink:consumer:PublicApi"
NEW_API = "aws:apigateway/restApi:RestApi"
STAGE = "aws:apigateway/stage:Stage"
KEY = "aws:apigateway/apiKey:ApiKey"
PLAN = "aws:apigateway/usagePlan:UsagePlan"


def test_without_clients_there_is_one_key_for_all():
    found = built(api_of("apiKey"))
    assert counts(children(found, found.one(COMPONENT))) == {
        "crosslink:consumer:RestApi": 1,
        "crosslink:consumer:Stage": 1,
        "crosslink:consumer:Client": 1,
    }
    assert [(resource.type, resource.name) for resource in (found.one(KEY), found.one(PLAN))] == [
        (KEY, "crosslink"),
        (PLAN, "crosslink"),
    ]
    assert found.one(PLAN).inputs == {"apiStages": [{"apiId": found.outputs["api_id"], "stage": "v1"}]}
    assert found.one(PLAN).dependencies == urns(found.one(NEW_API), found.one(STAGE))
    assert found.outputs["key"] == found.one(KEY).outputs["value"]
    assert found.secret_outputs == {"key"}


@pytest.mark.parametrize("auth", [auth for auth in AUTHS if auth != "apiKey"])
def test_without_a_route_with_auth_api_key_there_is_no_key(auth: Any):
    found = built(api_of(auth))
    assert found.of_type(KEY) == found.of_type(PLAN) == []
    assert "key" not in found.outputs
    assert not found.secret_outputs


def test_each_client_has_its_own_key_and_plan_and_there_are_no_others():
    found = mixed("mobile", "kiosk")
    names = ["crosslink-mobile", "crosslink-kiosk"]
    assert [resource.name for resource in found.of_type(KEY)] == names
    assert [resource.name for resource in found.of_type(PLAN)] == names
    stage = {"apiStages": [{"apiId": found.outputs["api_id"], "stage": "v1"}]}
    assert [plan.inputs for plan in found.of_type(PLAN)] == [
        {
            **stage,
            "throttleSettings": {"rateLimit": 10, "burstLimit": 20},
            "quotaSettings": {"limit": 9000, "period": "MONTH"},
        },
        stage,
    ]
    assert "key" not in found.outputs
    assert found.outputs["client_keys"] == {
        "mobile": found.one(KEY, "crosslink-mobile").outputs["value"],
        "kiosk": found.one(KEY, "crosslink-kiosk").outputs["value"],
    }
    assert found.secret_outputs == {"client_keys"}


def test_another_client_changes_no_other_resource():
    before = mixed("mobile")
    for after in (mixed("mobile", "kiosk"), mixed("kiosk", "mobile")):
        assert {
            urn: (resource.inputs, resource.dependencies, resource.outputs)
            for urn, resource in before.resources.items()
        } == {
            urn: (resource.inputs, resource.dependencies, resource.outputs)
            for urn, resource in after.resources.items()
            if urn in before.resources
        }
        added = [resource for urn, resource in after.resources.items() if urn not in before.resources]
        assert {resource.name for resource in added} == {"crosslink-kiosk"}
        assert len(added) == 4


def test_a_route_with_auth_iam_has_a_policy_for_its_callers():
    some = RouteSettings(methods=("GET", "POST"))
    found = built(api_of(stage="live", routes={SVC1.path: some}))
    assert found.outputs["invoke_policies"].keys() == {"/svc1"}
    arn = f"arn:aws:execute-api:us-west-2:111111111111:{found.outputs['api_id']}"
    assert json.loads(found.outputs["invoke_policies"]["/svc1"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "execute-api:Invoke",
                "Resource": [
                    f"{arn}/live/GET/svc1",
                    f"{arn}/live/GET/svc1/*",
                    f"{arn}/live/POST/svc1",
                    f"{arn}/live/POST/svc1/*",
                ],
            }
        ],
    }


def test_the_policy_of_the_root_is_for_every_path():
    found = built(api_of(routes={"/": RouteSettings(methods=("GET",))}), (ROOT, SVC1))
    (statement,) = json.loads(found.outputs["invoke_policies"]["/"])["Statement"]
    arn = f"arn:aws:execute-api:us-west-2:111111111111:{found.outputs['api_id']}"
    assert statement["Resource"] == [f"{arn}/v1/GET/", f"{arn}/v1/GET/*"]


@pytest.mark.parametrize("cors", [None, Cors(origins=("*",))], ids=["plain", "cors"])
def test_a_policy_names_every_verb_that_reaches_the_backend_and_no_pattern_but_what_is_below(
    cors: Cors | None,
):
    found = built(api_of(routes={SVC1.path: RouteSettings(cors=cors)}))
    (statement,) = json.loads(found.outputs["invoke_policies"]["/svc1"])["Statement"]
    form = r"arn:aws:execute-api:us-west-2:111111111111:[a-z0-9]{10}/v1/([A-Z]+)/svc1(|/\*)"
    named = [re.fullmatch(form, arn) for arn in statement["Resource"]]
    verbs = [verb for verb in VERBS if not (cors and verb == "OPTIONS")]
    assert [match and (match[1], match[2]) for match in named] == [
        (verb, below) for verb in verbs for below in ("", "/*")
    ]


@pytest.mark.parametrize("existing", [False, True], ids=["new", "existing"])
def test_only_routes_with_auth_iam_have_one(existing: bool):
    assert mixed(existing=existing).outputs["invoke_policies"].keys() == {"/iam"}


def test_of_an_existing_api_a_preview_knows_the_policies_and_their_text_stays():
    previewed, created = mixed(existing=True, preview=True), mixed(existing=True)
    assert previewed.outputs["invoke_policies"] == created.outputs["invoke_policies"]
    assert f":{API_ID}/v1/GET/iam" in created.outputs["invoke_policies"]["/iam"]
    assert plain().outputs["invoke_policies"] == built(api_of()).outputs["invoke_policies"]
