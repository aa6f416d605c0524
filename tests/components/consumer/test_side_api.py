"""ConsumerSide: the API and the stage by their settings, and the outputs."""

import json

from tests.components.consumer.stacks import ALL, consumer_side, uris
from tests.components.support import counts

NEW_API = "aws:apigateway/restApi:RestApi"
DEPLOYMENT = "aws:apigateway/deployment:Deployment"
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
    assert found.one(STAGE).inputs == {
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
    assert stage.inputs["restApi"] == "a1b2c3d4e5"
    assert stage.inputs["deployment"] == found.one(DEPLOYMENT).id
    assert found.outputs["api_id"] == "a1b2c3d4e5"


def test_logs_and_a_key_are_made_where_the_settings_ask_for_them():
    plain = consumer_side("apps")
    full = consumer_side("apps", api="key and logs")
    added = {urn: resource for urn, resource in full.resources.items() if urn not in plain.resources}
    assert counts(added.values()) == {
        "aws:apigateway/apiKey:ApiKey": 1,
        "aws:apigateway/usagePlan:UsagePlan": 1,
        "aws:apigateway/usagePlanKey:UsagePlanKey": 1,
        "aws:cloudwatch/logGroup:LogGroup": 1,
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
    }
