"""ConsumerSide: the API and the stage by their settings, and the outputs."""

import json

from tests.components.consumer.stacks import ALL, consumer_side, uris
from tests.components.support import counts

NEW_API = "aws:apigateway/restApi:RestApi"
DEPLOYMENT = "aws:apigateway/deployment:Deployment"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
STAGE = "aws:apigateway/stage:Stage"
LINK = "aws:apigateway/vpcLink:VpcLink"


def test_a_new_api_has_the_name_the_auth_and_the_backends_domain_of_the_settings():
    found = consumer_side("apps by hand", "billing", api="open")
    api = found.one(NEW_API)
    assert api.inputs["name"] == "other"
    # With auth none there is no security scheme.
    assert "components" not in json.loads(api.inputs["body"])
    assert uris(found)["/billing"] == "http://billing.apps.example.org:8003/billing"


def test_the_stage_serves_the_apis_deployment_through_the_link():
    found = consumer_side("apps by hand", "billing", api="open")
    stage = dict(found.one(STAGE).inputs)
    assert stage.pop("accessLogSettings")["destinationArn"] == found.one(LOG_GROUP).outputs["arn"]
    assert stage == {
        "restApi": found.one(NEW_API).id,
        "deployment": found.one(DEPLOYMENT).id,
        "stageName": "live",
        "variables": {"link": found.one(LINK).id, "prefix": "/live"},
        "xrayTracingEnabled": True,
    }
    limits = found.one("aws:apigateway/methodSettings:MethodSettings").inputs["settings"]
    assert limits == {"throttlingRateLimit": 7, "throttlingBurstLimit": 9}


def test_an_existing_api_gets_the_routes_and_a_stage():
    found = consumer_side("apps", api="existing")
    assert found.of_type(NEW_API) == []
    assert {
        resource.inputs["uri"] for resource in found.of_type("aws:apigateway/integration:Integration")
    } == set(uris(consumer_side("apps")).values())
    stage = found.one(STAGE)
    assert "accessLogSettings" not in stage.inputs
    assert stage.inputs["restApi"] == "a1b2c3d4e5"
    assert stage.inputs["deployment"] == found.one(DEPLOYMENT).id
    assert found.outputs["api_id"] == "a1b2c3d4e5"


def test_a_key_is_made_where_the_settings_ask_for_it():
    plain = consumer_side("apps")
    full = consumer_side("apps", api="key")
    added = {urn: resource for urn, resource in full.resources.items() if urn not in plain.resources}
    assert counts(added.values()) == {
        "aws:apigateway/apiKey:ApiKey": 1,
        "aws:apigateway/usagePlan:UsagePlan": 1,
        "aws:apigateway/usagePlanKey:UsagePlanKey": 1,
        "crosslink:consumer:Client": 1,
    }
    assert "key" not in plain.outputs
    assert "key" in full.secret_outputs


def test_the_output_is_the_url():
    found = consumer_side("apps")
    assert found.one("crosslink:consumer:ConsumerSide").outputs == {"url": found.outputs["url"]}


def test_the_outputs_are_the_apis_and_the_endpoints_own():
    found = consumer_side(*ALL)
    api_id = found.one(NEW_API).id
    assert found.outputs == {
        "api_id": api_id,
        "stage_name": "v1",
        "url": f"https://{api_id}.execute-api.us-west-2.amazonaws.com/v1",
        "link_id": found.one(LINK).id,
        "endpoint_ids": {
            name: found.one("aws:ec2/vpcEndpoint:VpcEndpoint", f"crosslink-{name}").id for name in ALL
        },
        "endpoint_addresses": {
            "apps": {"use1-az1": "10.11.2.10", "use1-az2": "10.11.4.10"},
            "billing": {"use1-az2": "10.11.4.13", "use1-az4": "10.11.8.13"},
            "europe": {"euc1-az1": "10.12.2.14", "euc1-az2": "10.12.4.14"},
            "local": {"usw2-az1": "10.10.32.75", "usw2-az3": "10.10.96.75"},
        },
        "existing_networks": {},
        "log_groups": {"api": found.one(LOG_GROUP).outputs["name"]},
    }


def test_the_log_groups_are_those_of_the_api_and_of_each_network_by_its_region():
    found = consumer_side(*ALL, api="no logs", flow_log_days=30)
    names = {"us-west-2": "crosslink-gateway"} | {
        region: f"crosslink-landing-{region}" for region in ("us-east-1", "eu-central-1")
    }
    groups = {region: found.one(LOG_GROUP, f"{name}-flow-logs") for region, name in names.items()}
    assert found.outputs["log_groups"] == {
        "flowLogs": {region: group.outputs["name"] for region, group in groups.items()}
    }
    assert {(group.account, group.region) for group in groups.values()} == {
        ("111111111111", region) for region in names
    }
    for region, name in names.items():
        role = found.one("aws:iam/role:Role", f"{name}-flow-logs").inputs["assumeRolePolicy"]
        assert f"arn:aws:ec2:{region}:111111111111:vpc-flow-log/*" in role


def test_where_nothing_is_logged_there_is_no_log_group():
    assert consumer_side("apps", api="no logs").of_type(LOG_GROUP) == []
