"""The API's OpenAPI document, whole for one route in each auth."""

import json
from typing import Any, get_args

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from components.consumer.openapi import Auth, Document, Route, digest, document, encode, paths

SVC1 = Route(path="/svc1", uri="http://apps.crosslink.example.com:8000/svc1")
DEEP = Route(path="/team/svc2", uri="http://billing.crosslink.example.com:8001/team/svc2")
AUTHS: tuple[Auth, ...] = get_args(Auth)
SCHEMES: dict[Auth, Document] = {
    "iam": {
        "sigv4": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        }
    },
    "apiKey": {"api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}},
    "none": {},
}


def operation(uri: str, auth: Auth) -> Document:
    return {
        "security": [{name: []} for name in SCHEMES[auth]],
        "responses": {"200": {"description": "The backend's own answer"}},
        "x-amazon-apigateway-integration": {
            "type": "http_proxy",
            "httpMethod": "ANY",
            "uri": uri,
            "connectionType": "VPC_LINK",
            "connectionId": "${stageVariables.link}",
            "passthroughBehavior": "when_no_match",
        },
    }


def greedy(uri: str, auth: Auth) -> Document:
    exact = operation(uri, auth)
    return {
        **exact,
        "parameters": [{"name": "proxy", "in": "path", "required": True, "schema": {"type": "string"}}],
        "x-amazon-apigateway-integration": {
            **exact["x-amazon-apigateway-integration"],
            "requestParameters": {"integration.request.path.proxy": "method.request.path.proxy"},
        },
    }


@pytest.mark.parametrize("auth", AUTHS)
def test_the_document_of_one_route(auth: Auth):
    components = {"components": {"securitySchemes": SCHEMES[auth]}} if SCHEMES[auth] else {}
    assert document(title="crosslink", routes=[SVC1], auth=auth) == {
        "openapi": "3.0.1",
        "info": {"title": "crosslink", "version": "1"},
        "paths": {
            "/svc1": {"x-amazon-apigateway-any-method": operation(SVC1.uri, auth)},
            "/svc1/{proxy+}": {"x-amazon-apigateway-any-method": greedy(f"{SVC1.uri}/{{proxy}}", auth)},
        },
        "x-amazon-apigateway-binary-media-types": ["*/*"],
        **components,
    }


def test_each_route_is_its_exact_path_and_everything_below_it():
    assert {path: _uri(methods) for path, methods in paths([SVC1, DEEP], "iam").items()} == {
        "/svc1": "http://apps.crosslink.example.com:8000/svc1",
        "/svc1/{proxy+}": "http://apps.crosslink.example.com:8000/svc1/{proxy}",
        "/team/svc2": "http://billing.crosslink.example.com:8001/team/svc2",
        "/team/svc2/{proxy+}": "http://billing.crosslink.example.com:8001/team/svc2/{proxy}",
    }


@pytest.mark.parametrize("auth", AUTHS)
def test_the_document_is_valid_openapi(auth: Auth):
    whole = document(title="crosslink", routes=[SVC1, DEEP], auth=auth)
    assert list(OpenAPIV30SpecValidator(whole).iter_errors()) == []


@pytest.mark.parametrize("auth", AUTHS)
def test_its_operations_are_valid_openapi_too(auth: Auth):
    """Under their own keys they are extensions, which a validator passes over: here they stand as GET."""
    whole = document(title="crosslink", routes=[SVC1, DEEP], auth=auth)
    whole["paths"] = {
        path.replace("{proxy+}", "{proxy}"): {"get": methods["x-amazon-apigateway-any-method"]}
        for path, methods in whole["paths"].items()
    }
    assert list(OpenAPIV30SpecValidator(whole).iter_errors()) == []


def test_the_encoding_is_json_of_the_document():
    whole = document(title="crosslink", routes=[SVC1], auth="iam")
    assert json.loads(encode(whole)) == whole


def test_the_encoding_does_not_depend_on_the_order_of_keys():
    assert encode({"a": 1, "b": {"c": 2, "d": 3}}) == encode({"b": {"d": 3, "c": 2}, "a": 1})


def test_the_digest_is_the_same_for_the_same_content():
    first = digest(document(title="crosslink", routes=[SVC1, DEEP], auth="iam"))
    assert digest(document(title="crosslink", routes=[SVC1, DEEP], auth="iam")) == first
    assert digest(document(title="crosslink", routes=[DEEP, SVC1], auth="iam")) == first


@pytest.mark.parametrize(
    "change",
    [
        {"title": "other"},
        {"auth": "apiKey"},
        {"auth": "none"},
        {"routes": []},
        {"routes": [SVC1, DEEP]},
        {"routes": [Route(path="/svc1", uri="http://apps.crosslink.example.com:8001/svc1")]},
        {"routes": [Route(path="/svc2", uri=SVC1.uri)]},
    ],
    ids=["title", "apiKey", "none", "route removed", "route added", "uri", "path"],
)
def test_the_digest_changes_with_everything_the_document_says(change: dict[str, Any]):
    given: dict[str, Any] = {"title": "crosslink", "routes": [SVC1], "auth": "iam"}
    assert digest(document(**given | change)) != digest(document(**given))


@pytest.mark.parametrize("auth", ["apiKey", "none"])
def test_the_digest_of_the_paths_alone_tells_who_may_call_them(auth: Auth):
    """An existing API's deployment is triggered by its paths: the rest of a document isn't ours there."""
    assert digest(paths([SVC1], auth)) != digest(paths([SVC1], "iam"))


def _uri(methods: Document) -> str:
    return methods["x-amazon-apigateway-any-method"]["x-amazon-apigateway-integration"]["uri"]
