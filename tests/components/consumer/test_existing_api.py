"""ExistingApi: routes below the root of somebody else's API, and nothing that touches the API itself."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from pulumi import ResourceOptions

from components.consumer.existing_api import ExistingApi, ExistingApiArgs
from components.consumer.openapi import Auth, Route, digest, paths
from sandbox.engine import run
from sandbox.record import UNKNOWN, Run
from tests.components.support import CONSUMER, account, children, counts, places, urns

REGION = "us-west-2"
API_ID, ROOT_ID = "a1b2c3d4e5", "abc123"
COMPONENT = "crosslink:consumer:ExistingApi"
RESOURCE = "aws:apigateway/resource:Resource"
METHOD = "aws:apigateway/method:Method"
INTEGRATION = "aws:apigateway/integration:Integration"
DEPLOYMENT = "aws:apigateway/deployment:Deployment"

A = Route(path="/team/a", uri="http://apps.crosslink.example.com:8000/team/a")
B = Route(path="/team/b", uri="http://billing.crosslink.example.com:8001/team/b")
TOP = Route(path="/top", uri="http://apps.crosslink.example.com:8000/top")
EXACT, GREEDY = "crosslink/team/a", "crosslink/team/a/{proxy+}"


@cache
def built(routes: tuple[Route, ...] = (A, B, TOP), *, auth: Auth = "iam", preview: bool = False) -> Run:
    def program() -> None:
        args = ExistingApiArgs(api_id=API_ID, root_resource_id=ROOT_ID, routes=routes, auth=auth)
        ExistingApi("crosslink", args, ResourceOptions(provider=account(CONSUMER, REGION)))

    return run(program, preview=preview)


def test_makes_resources_methods_and_integrations_and_nothing_of_the_api_as_a_whole():
    found = built()
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {RESOURCE: 7, METHOD: 6, INTEGRATION: 6, DEPLOYMENT: 1}
    assert places(made) == {(CONSUMER, REGION)}
    assert {one.inputs["restApi"] for one in made} == {API_ID}


def test_paths_share_their_upper_resources():
    found = built()
    ids = {resource.name: resource.id for resource in found.of_type(RESOURCE)}
    assert {resource.name: resource.inputs for resource in found.of_type(RESOURCE)} == {
        f"crosslink{path}": {"restApi": API_ID, "parentId": parent_id, "pathPart": part}
        for path, parent_id, part in [
            ("/team", ROOT_ID, "team"),
            ("/team/a", ids["crosslink/team"], "a"),
            ("/team/a/{proxy+}", ids[EXACT], "{proxy+}"),
            ("/team/b", ids["crosslink/team"], "b"),
            ("/team/b/{proxy+}", ids["crosslink/team/b"], "{proxy+}"),
            ("/top", ROOT_ID, "top"),
            ("/top/{proxy+}", ids["crosslink/top"], "{proxy+}"),
        ]
    }


@pytest.mark.parametrize(
    ("auth", "authorization", "key_required"),
    [("iam", "AWS_IAM", False), ("apiKey", "NONE", True), ("none", "NONE", False)],
)
def test_methods_ask_for_what_the_auth_says(auth: Auth, authorization: str, key_required: bool):
    found = built(auth=auth)
    common = {
        "restApi": API_ID,
        "httpMethod": "ANY",
        "authorization": authorization,
        "apiKeyRequired": key_required,
    }
    assert found.one(METHOD, EXACT).inputs == {
        **common,
        "resourceId": found.one(RESOURCE, EXACT).id,
        "requestParameters": {},
    }
    assert found.one(METHOD, GREEDY).inputs == {
        **common,
        "resourceId": found.one(RESOURCE, GREEDY).id,
        "requestParameters": {"method.request.path.proxy": True},
    }


def test_integrations_go_through_the_link_that_the_stage_names():
    found = built()
    common = {
        "restApi": API_ID,
        "httpMethod": "ANY",
        "type": "HTTP_PROXY",
        "integrationHttpMethod": "ANY",
        "connectionType": "VPC_LINK",
        "connectionId": "${stageVariables.link}",
        "passthroughBehavior": "WHEN_NO_MATCH",
    }
    assert found.one(INTEGRATION, EXACT).inputs == {
        **common,
        "resourceId": found.one(RESOURCE, EXACT).id,
        "uri": A.uri,
        "requestParameters": {},
    }
    assert found.one(INTEGRATION, GREEDY).inputs == {
        **common,
        "resourceId": found.one(RESOURCE, GREEDY).id,
        "uri": f"{A.uri}/{{proxy}}",
        "requestParameters": {"integration.request.path.proxy": "method.request.path.proxy"},
    }


def test_an_integration_waits_for_its_method():
    found = built()
    for integration in found.of_type(INTEGRATION):
        assert found.one(METHOD, integration.name).urn in integration.dependencies


@pytest.mark.parametrize("auth", ["iam", "apiKey", "none"])
def test_the_resources_say_what_a_new_apis_document_says(auth: Auth):
    found = built(auth=auth)
    described = {
        f"crosslink{path}": _as_resources(methods["x-amazon-apigateway-any-method"])
        for path, methods in paths([A, B, TOP], auth).items()
    }
    assert {method.name: _said(found, method.name) for method in found.of_type(METHOD)} == described


def test_the_deployment_waits_for_every_integration():
    found = built()
    assert found.one(DEPLOYMENT).dependencies == urns(*found.of_type(INTEGRATION))


def test_old_deployments_are_kept_and_nothing_else():
    found = built()
    assert [one for one in found.resources.values() if one.options.retain_on_delete] == [
        found.one(DEPLOYMENT)
    ]


def test_the_deployments_trigger_is_the_digest_of_all_routes_and_their_auth():
    assert built().one(DEPLOYMENT).inputs == {
        "restApi": API_ID,
        "triggers": {"document": digest(paths([A, B, TOP], "iam"))},
    }
    changes = [built((A,)), built(auth="apiKey"), built(auth="none")]
    triggers = [found.one(DEPLOYMENT).inputs["triggers"]["document"] for found in (built(), *changes)]
    assert len(set(triggers)) == len(triggers)


def test_adding_routes_changes_nothing_but_the_deployment():
    before, after = built((A,)), built()
    changed = [one.type for one in before.resources.values() if one.inputs != after.resources[one.urn].inputs]
    assert changed == [DEPLOYMENT]


def test_the_component_tells_the_id_that_it_was_given():
    assert built().one(COMPONENT).outputs == {"apiId": API_ID}


def test_a_preview_shows_every_path_uri_and_the_trigger():
    previewed, created = built(preview=True), built()
    assert previewed.resources.keys() == created.resources.keys()
    assert previewed.one(DEPLOYMENT).inputs == created.one(DEPLOYMENT).inputs
    assert previewed.one(RESOURCE, "crosslink/team").inputs == created.one(RESOURCE, "crosslink/team").inputs
    for integration in previewed.of_type(INTEGRATION):
        shown = {**created.one(INTEGRATION, integration.name).inputs, "resourceId": UNKNOWN}
        assert integration.inputs == shown


def _said(found: Run, name: str) -> Mapping[str, Any]:
    """What the method and the integration of a path say of it."""
    method, integration = found.one(METHOD, name).inputs, found.one(INTEGRATION, name).inputs
    return {
        "auth": (method["authorization"], method["apiKeyRequired"]),
        "needs": set(method["requestParameters"]),
        "uri": integration["uri"],
        "maps": integration["requestParameters"],
        "link": integration["connectionId"],
    }


def _as_resources(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an operation of the document says of its path, in the words of `_said`."""
    (scheme,) = [name for security in operation["security"] for name in security] or [None]
    integration = operation["x-amazon-apigateway-integration"]
    return {
        "auth": ("AWS_IAM" if scheme == "sigv4" else "NONE", scheme == "api_key"),
        "needs": {f"method.request.path.{one['name']}" for one in operation.get("parameters", [])},
        "uri": integration["uri"],
        "maps": integration.get("requestParameters", {}),
        "link": integration["connectionId"],
    }
