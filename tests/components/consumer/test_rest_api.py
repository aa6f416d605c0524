"""RestApi: the API is its document, and a deployment follows each change of it."""

import json
from functools import cache

import pulumi
from pulumi import ResourceOptions

from components.consumer.openapi import Route, digest, document
from components.consumer.rest_api import RestApi, RestApiArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import UNKNOWN, Run
from settings.api import Api
from settings.domain import Domain
from tests.components.consumer.apis import DEEP, REGION, SVC1, api_of
from tests.components.support import CONSUMER, account, children, counts, places, urns

API, DEPLOYMENT = "aws:apigateway/restApi:RestApi", "aws:apigateway/deployment:Deployment"
COMPONENT = "crosslink:consumer:RestApi"
PLAIN = api_of()
KEYS = api_of("apiKey")
NAMED = api_of(domain=Domain(name="api.example.com", hosted_zone_id="Z0123456789ABCDEFGHIJ"))


def built(
    routes: tuple[Route, ...] = (SVC1, DEEP),
    *,
    api: Api = PLAIN,
    protect: bool = False,
    preview: bool = False,
) -> Run:
    def program() -> None:
        args = RestApiArgs(api=api, routes=routes, protect=protect)
        made = RestApi("crosslink", args, ResourceOptions(provider=account(CONSUMER, REGION)))
        pulumi.export("arn", made.execution_arn)

    return run(program, preview=preview)


@cache
def plain(*, preview: bool = False) -> Run:
    return built(preview=preview)


def test_creates_an_api_and_a_deployment_and_no_single_resource_or_method():
    found = plain()
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {API: 1, DEPLOYMENT: 1}
    assert places(made) == {(CONSUMER, REGION)}


def test_the_api_is_regional_and_defined_by_its_document_as_a_whole():
    inputs = dict(plain().one(API).inputs)
    body = inputs.pop("body")
    assert json.loads(body) == document(PLAIN, [SVC1, DEEP])
    assert inputs == {
        "name": "shop",
        "putRestApiMode": "overwrite",
        "failOnWarnings": True,
        "endpointConfiguration": {"types": "REGIONAL"},
        "disableExecuteApiEndpoint": False,
        "securityPolicy": "TLS_1_2",
    }


def test_tls_1_3_comes_with_an_access_mode_that_1_2_has_not():
    newer = NAMED.model_copy(
        update={"domain": NAMED.domain and NAMED.domain.model_copy(update={"tls": "1.3"})}
    )
    inputs = built(api=newer).one(API).inputs
    told = json.loads(inputs["body"])
    assert (inputs["securityPolicy"], inputs["endpointAccessMode"]) == (
        "SecurityPolicy_TLS13_1_3_2025_09",
        "STRICT",
    )
    for name, key in (("securityPolicy", "security-policy"), ("endpointAccessMode", "endpoint-access-mode")):
        assert inputs[name] == told[f"x-amazon-apigateway-{key}"]
    assert "endpointAccessMode" not in built(api=NAMED).one(API).inputs


def test_an_api_with_a_domain_has_no_default_endpoint():
    inputs = built(api=NAMED).one(API).inputs
    assert inputs == {**plain().one(API).inputs, "disableExecuteApiEndpoint": True}


def test_the_deployment_is_of_the_api_after_it_has_taken_the_document():
    found = plain()
    api = found.one(API)
    assert found.one(DEPLOYMENT).inputs == {
        "restApi": api.id,
        "triggers": {
            "document": digest(json.loads(api.inputs["body"])),
            "disableExecuteApiEndpoint": "false",
        },
    }
    assert found.one(DEPLOYMENT).dependencies == urns(api)


def test_old_deployments_are_kept_and_nothing_else():
    found = plain()
    assert [resource for resource in found.resources.values() if resource.options.retain_on_delete] == [
        found.one(DEPLOYMENT)
    ]
    assert found.one(DEPLOYMENT).options.delete_before_replace is None


def test_the_deployments_trigger_changes_with_the_document_and_with_nothing_else():
    assert _triggers(built((SVC1,)))["document"] != _triggers(plain())["document"]
    assert _triggers(built(api=KEYS))["document"] != _triggers(plain())["document"]
    assert _triggers(built((DEEP, SVC1))) == _triggers(plain())


def test_disabling_the_default_endpoint_needs_a_deployment_although_the_document_is_the_same():
    assert _triggers(built(api=NAMED)) == {**_triggers(plain()), "disableExecuteApiEndpoint": "true"}


def test_the_api_is_what_can_be_protected():
    assert [
        resource.type for resource in built(protect=True).resources.values() if resource.options.protect
    ] == [API]
    assert not [resource for resource in plain().resources.values() if resource.options.protect]


def test_outputs_are_the_apis_id_and_the_start_of_its_arns():
    found = plain()
    api_id = found.one(API).id
    assert found.one(COMPONENT).outputs == {"apiId": api_id}
    assert found.outputs == {"arn": f"arn:aws:execute-api:{REGION}:{CONSUMER}:{api_id}"}


def test_a_preview_knows_the_whole_document_and_the_trigger():
    previewed, created = plain(preview=True), plain()
    assert previewed.one(API).inputs == created.one(API).inputs
    assert previewed.one(DEPLOYMENT).inputs == {**created.one(DEPLOYMENT).inputs, "restApi": UNKNOWN}


def _triggers(found: Run) -> dict[str, str]:
    return found.one(DEPLOYMENT).inputs["triggers"]
