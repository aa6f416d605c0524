"""ExistingApi: its methods, integrations and authorizers, which equal those in a new API's document."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from components.consumer.openapi import Route, paths
from crosslink.sandbox.record import Run
from settings.api import Api
from settings.authorizers import LambdaAuthorizer
from settings.route import Auth
from tests.components.consumer.apis import API_ID, EACH_AUTH, FUNCTION, INVOCATION, POOL, api_of
from tests.components.consumer.existing import (
    AUTHORIZER,
    INTEGRATION,
    METHOD,
    MIXED,
    NARROW,
    NESTED,
    RESOURCE,
    ROUTES,
    TOP,
    A,
    B,
    built,
    mixed,
    narrow,
    nested,
    signed,
)

EXACT, GREEDY = "crosslink/team/a", "crosslink/team/a/{proxy+}"


@pytest.mark.parametrize(
    ("auth", "authorization", "key_required", "scopes"),
    [
        ("iam", "AWS_IAM", False, None),
        ("cognito", "COGNITO_USER_POOLS", False, ["orders/read", "orders/write"]),
        ("lambda", "CUSTOM", False, None),
        ("apiKey", "NONE", True, None),
        ("none", "NONE", False, None),
    ],
)
def test_methods_ask_for_what_the_auth_says(
    auth: Auth, authorization: str, key_required: bool, scopes: list[str] | None
):
    found = mixed()
    authorizers = {
        "cognito": found.one(AUTHORIZER, "crosslink-cognito").id,
        "lambda": found.one(AUTHORIZER, "crosslink-lambda").id,
    }
    asked = {
        "authorization": authorization,
        "apiKeyRequired": key_required,
        **({"authorizerId": authorizers[auth]} if auth in authorizers else {}),
        **({"authorizationScopes": scopes} if scopes else {}),
    }
    for path, parameters in ((f"/{auth}", {}), (f"/{auth}/{{proxy+}}", {"method.request.path.proxy": True})):
        name = f"crosslink{path}"
        assert found.one(METHOD, name).inputs == {
            **asked,
            "restApi": API_ID,
            "resourceId": found.one(RESOURCE, name).id,
            "httpMethod": "ANY",
            "requestParameters": parameters,
        }


def test_the_authorizers_ask_the_pool_and_the_function_of_the_settings():
    found = mixed()
    assert {resource.name: _unnamed(resource.inputs) for resource in found.of_type(AUTHORIZER)} == {
        "crosslink-cognito": {
            "restApi": API_ID,
            "type": "COGNITO_USER_POOLS",
            "providerArns": [POOL],
            "identitySource": "method.request.header.Authorization",
        },
        "crosslink-lambda": {
            "restApi": API_ID,
            "type": "TOKEN",
            "authorizerUri": INVOCATION,
            "identitySource": "method.request.header.Authorization",
            "authorizerResultTtlInSeconds": 300,
        },
    }


def test_a_request_authorizer_without_a_cache():
    given = LambdaAuthorizer(
        function_arn=f"{FUNCTION}:live", type="request", header="X-Signature", cache_seconds=0
    )
    found = built(api_of("lambda", existing=True, lambda_=given), (A,))
    assert _unnamed(found.one(AUTHORIZER).inputs) == {
        "restApi": API_ID,
        "type": "REQUEST",
        "authorizerUri": INVOCATION.replace(FUNCTION, f"{FUNCTION}:live"),
        "identitySource": "method.request.header.X-Signature",
        "authorizerResultTtlInSeconds": 0,
    }


def test_integrations_go_through_the_link_that_the_stage_names():
    found = signed()
    common = {
        "restApi": API_ID,
        "httpMethod": "ANY",
        "type": "HTTP_PROXY",
        "integrationHttpMethod": "ANY",
        "connectionType": "VPC_LINK",
        "connectionId": "${stageVariables.link}",
        "passthroughBehavior": "WHEN_NO_MATCH",
        "responseTransferMode": "BUFFERED",
    }
    headers = {
        "integration.request.header.X-Request-Id": "context.requestId",
        "integration.request.header.X-Forwarded-Host": "context.domainName",
        "integration.request.header.X-Forwarded-Proto": "'https'",
        "integration.request.header.X-Forwarded-Prefix": "stageVariables.prefix",
        "integration.request.header.X-Crosslink-Route": "'/team/a'",
    }
    assert found.one(INTEGRATION, EXACT).inputs == {
        **common,
        "resourceId": found.one(RESOURCE, EXACT).id,
        "uri": f"{A.origin}/team/a",
        "requestParameters": headers,
    }
    assert found.one(INTEGRATION, GREEDY).inputs == {
        **common,
        "resourceId": found.one(RESOURCE, GREEDY).id,
        "uri": f"{A.origin}/team/a/{{proxy}}",
        "requestParameters": {
            **headers,
            "integration.request.path.proxy": "method.request.path.proxy",
        },
    }


def test_a_route_with_methods_has_these_and_no_other_each_under_its_name():
    found = narrow()
    verbs = {method.name: method.inputs["httpMethod"] for method in found.of_type(METHOD)}
    assert verbs == {
        **{f"crosslink-get{path}": "GET" for path in ("/team/a", "/team/a/{proxy+}")},
        **{f"crosslink-delete{path}": "DELETE" for path in ("/team/a", "/team/a/{proxy+}")},
        **{
            f"crosslink{path}": "ANY"
            for route in (B, TOP)
            for path in (route.path, f"{route.path}/{{proxy+}}")
        },
    }
    integrations = {resource.name: resource.inputs for resource in found.of_type(INTEGRATION)}
    assert {name: inputs["httpMethod"] for name, inputs in integrations.items()} == verbs
    assert {name: inputs["integrationHttpMethod"] for name, inputs in integrations.items()} == verbs


def test_a_timeout_is_that_of_the_routes_integrations():
    timeouts = {
        resource.name: resource.inputs.get("timeoutMilliseconds")
        for resource in narrow().of_type(INTEGRATION)
    }
    assert timeouts == {name: 7000 if "/team/a" in name else None for name in timeouts}
    assert 7000 in timeouts.values()


def test_a_route_streams_or_says_that_it_does_not():
    """Left out, the mode would stay what it was."""
    modes = {
        resource.name: resource.inputs["responseTransferMode"] for resource in narrow().of_type(INTEGRATION)
    }
    assert modes == {name: "STREAM" if "/team/b" in name else "BUFFERED" for name in modes}
    assert "STREAM" in modes.values()


def test_an_integration_waits_for_its_method_and_that_for_its_authorizer():
    found = mixed()
    for integration in found.of_type(INTEGRATION):
        assert found.one(METHOD, integration.name).urn in integration.dependencies
    for auth in ("cognito", "lambda"):
        authorizer = found.one(AUTHORIZER, f"crosslink-{auth}")
        waiting = {
            resource.name for resource in found.of_type(METHOD) if authorizer.urn in resource.dependencies
        }
        assert waiting == {f"crosslink/{auth}", f"crosslink/{auth}/{{proxy+}}"}


@pytest.mark.parametrize(
    ("run", "api", "routes"),
    [
        (signed, api_of(), ROUTES),
        (narrow, NARROW, ROUTES),
        (mixed, MIXED, EACH_AUTH),
        (nested, api_of(), NESTED),
    ],
    ids=["signed", "narrow", "mixed", "nested"],
)
def test_the_resources_say_what_a_new_apis_document_says(
    run: Callable[[], Run], api: Api, routes: tuple[Route, ...]
):
    found = run()
    any_method = "x-amazon-apigateway-any-method"
    described = {
        f"crosslink{'' if name == any_method else f'-{name}'}{path}": _as_resources(operation)
        for path, operations in paths(api, routes).items()
        for name, operation in operations.items()
    }
    assert {method.name: _properties(found, method.name) for method in found.of_type(METHOD)} == described


def _unnamed(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Inputs without the generated name."""
    return {key: value for key, value in inputs.items() if key != "name"}


def _properties(found: Run, name: str) -> Mapping[str, Any]:
    """The properties of a path's method and integration."""
    method, integration = found.one(METHOD, name).inputs, found.one(INTEGRATION, name).inputs
    return {
        "auth": (method["authorization"], method["apiKeyRequired"]),
        "scopes": method.get("authorizationScopes", []),
        "needs": set(method["requestParameters"]),
        "verb": integration["integrationHttpMethod"],
        "uri": integration["uri"],
        "maps": integration["requestParameters"],
        "link": integration["connectionId"],
        "timeout": integration.get("timeoutMilliseconds"),
        "streams": integration["responseTransferMode"] == "STREAM",
    }


def _as_resources(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    """The properties of an operation in the document, in the form of `_properties`."""
    ((scheme, scopes),) = [
        requirement for security in operation["security"] for requirement in security.items()
    ] or [("", [])]
    authorization = {"sigv4": "AWS_IAM", "cognito": "COGNITO_USER_POOLS", "lambda": "CUSTOM"}
    integration = operation["x-amazon-apigateway-integration"]
    return {
        "auth": (authorization.get(scheme, "NONE"), scheme == "api_key"),
        "scopes": scopes,
        "needs": {
            f"method.request.path.{parameter['name']}" for parameter in operation.get("parameters", [])
        },
        "verb": integration["httpMethod"],
        "uri": integration["uri"],
        "maps": integration["requestParameters"],
        "link": integration["connectionId"],
        "timeout": integration.get("timeoutInMillis"),
        "streams": "responseTransferMode" in integration,
    }
