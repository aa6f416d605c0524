"""RestApi: the API is its document, and a deployment follows each change of it."""

import json
from functools import cache

from pulumi import ResourceOptions

from components.consumer.openapi import Auth, Route, digest, document
from components.consumer.rest_api import RestApi, RestApiArgs
from sandbox.engine import run
from sandbox.record import UNKNOWN, Run
from tests.components.support import CONSUMER, account, children, counts, places, urns

REGION = "us-west-2"
API, DEPLOYMENT = "aws:apigateway/restApi:RestApi", "aws:apigateway/deployment:Deployment"
COMPONENT = "crosslink:consumer:RestApi"
SVC1 = Route(path="/svc1", uri="http://apps.crosslink.example.com:8000/svc1")
SVC2 = Route(path="/svc2", uri="http://apps.crosslink.example.com:8000/svc2")


@cache
def built(
    routes: tuple[Route, ...] = (SVC1, SVC2),
    *,
    auth: Auth = "iam",
    preview: bool = False,
) -> Run:
    def program() -> None:
        args = RestApiArgs(api_name="shop", routes=routes, auth=auth)
        RestApi("crosslink", args, ResourceOptions(provider=account(CONSUMER, REGION)))

    return run(program, preview=preview)


def test_makes_an_api_and_a_deployment_and_no_single_resource_or_method():
    found = built()
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {API: 1, DEPLOYMENT: 1}
    assert places(made) == {(CONSUMER, REGION)}


def test_the_api_is_regional_and_defined_by_its_document_as_a_whole():
    inputs = dict(built().one(API).inputs)
    body = inputs.pop("body")
    assert json.loads(body) == document(title="shop", routes=[SVC1, SVC2], auth="iam")
    assert inputs == {
        "name": "shop",
        "putRestApiMode": "overwrite",
        "failOnWarnings": True,
        "endpointConfiguration": {"types": "REGIONAL"},
    }


def test_the_deployment_is_of_the_api_after_it_has_taken_the_document():
    found = built()
    api = found.one(API)
    assert found.one(DEPLOYMENT).inputs == {
        "restApi": api.id,
        "triggers": {"document": digest(json.loads(api.inputs["body"]))},
    }
    assert found.one(DEPLOYMENT).dependencies == urns(api)


def test_old_deployments_are_kept_and_nothing_else():
    found = built()
    assert [one for one in found.resources.values() if one.options.retain_on_delete] == [
        found.one(DEPLOYMENT)
    ]
    assert found.one(DEPLOYMENT).options.delete_before_replace is None


def test_the_deployments_trigger_changes_with_the_document_and_with_nothing_else():
    assert _trigger(built((SVC1,), auth="apiKey")) != _trigger(built())
    assert _trigger(built((SVC2, SVC1))) == _trigger(built())


def test_the_component_tells_the_apis_id():
    found = built()
    assert found.one(COMPONENT).outputs == {"apiId": found.one(API).id}


def test_a_preview_knows_the_whole_document_and_the_trigger():
    previewed, created = built(preview=True), built()
    assert previewed.one(API).inputs == created.one(API).inputs
    assert previewed.one(DEPLOYMENT).inputs == {**created.one(DEPLOYMENT).inputs, "restApi": UNKNOWN}


def _trigger(found: Run) -> str:
    return found.one(DEPLOYMENT).inputs["triggers"]["document"]
