"""The API's OpenAPI document, in full for one route with each auth."""

from ipaddress import IPv4Network
from typing import Any, get_args

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from components.consumer.authorization import requirements, schemes
from components.consumer.cors import preflight
from components.consumer.openapi import Document, Route, document, paths, prefix
from settings.api import Api
from settings.authorizers import LambdaAuthorizer
from settings.domain import Domain, TlsVersion
from settings.resource_policy import resource_policy
from settings.route import VERBS, Auth, Cors, RouteSettings
from tests.components.consumer.apis import (
    APPS,
    AUTHS,
    BILLING,
    DEEP,
    EACH_AUTH,
    FUNCTION,
    NESTED,
    ROLE,
    ROOT,
    STRIPPED,
    SVC1,
    api_of,
    api_of_each_auth,
)

ANY = "x-amazon-apigateway-any-method"
INTEGRATION = "x-amazon-apigateway-integration"
POLICY = "x-amazon-apigateway-policy"
APP = "https://app.example.com"
GIVEN = "arn:aws:acm:us-west-2:111111111111:certificate/a1b2c3d4-5678-90ab-cdef-111111111111"
CORS = Cors(origins=(APP,))
ERROR = {
    "responseTemplates": {
        "application/json": '{"message":$context.error.messageString,"requestId":"$context.requestId"}'
    }
}
FULL = api_of_each_auth(
    source_ips=(IPv4Network("203.0.113.0/24"),),
    domain=Domain(name="api.example.com", certificate_arn=GIVEN, tls="1.3"),
    routes={
        **api_of_each_auth().routes,
        "/iam": RouteSettings(auth="iam", principals=(ROLE,), timeout_seconds=5),
        "/cognito": RouteSettings(auth="cognito", scopes=("orders/read",), methods=("GET",), cors=CORS),
        "/none": RouteSettings(
            auth="none", allow_unauthenticated=True, cors=Cors(origins=(APP, "http://localhost:3000"))
        ),
    },
)
"""An API with every setting that has an effect on the document."""


def operation(api: Api, route: Route, method: str = "ANY") -> Document:
    return {
        "security": requirements(api, route.path),
        "responses": {"200": {"description": "The backend's own answer"}},
        INTEGRATION: {
            "type": "http_proxy",
            "httpMethod": method,
            "uri": f"{route.origin}{route.sent_as}",
            "connectionType": "VPC_LINK",
            "connectionId": "${stageVariables.link}",
            "passthroughBehavior": "when_no_match",
            "requestParameters": {
                "integration.request.header.X-Request-Id": "context.requestId",
                "integration.request.header.X-Forwarded-Host": "context.domainName",
                "integration.request.header.X-Forwarded-Proto": "'https'",
                "integration.request.header.X-Forwarded-Prefix": "stageVariables.prefix",
                "integration.request.header.X-Crosslink-Route": f"'{route.path}'",
            },
        },
    }


def greedy(api: Api, route: Route, method: str = "ANY") -> Document:
    exact = operation(api, route, method)
    return {
        **exact,
        "parameters": [{"name": "proxy", "in": "path", "required": True, "schema": {"type": "string"}}],
        INTEGRATION: {
            **exact[INTEGRATION],
            "uri": f"{route.origin}{route.sent_as}/{{proxy}}",
            "requestParameters": {
                **exact[INTEGRATION]["requestParameters"],
                "integration.request.path.proxy": "method.request.path.proxy",
            },
        },
    }


@pytest.mark.parametrize("auth", AUTHS)
def test_the_document_of_one_route(auth: Auth):
    api = api_of(auth)
    used = schemes(api, [SVC1.path])
    assert document(api, [SVC1]) == {
        "openapi": "3.0.1",
        "info": {"title": "shop", "version": "1"},
        "paths": {
            "/svc1": {ANY: operation(api, SVC1)},
            "/svc1/{proxy+}": {ANY: greedy(api, SVC1)},
        },
        "x-amazon-apigateway-binary-media-types": ["*/*"],
        "x-amazon-apigateway-gateway-responses": {"DEFAULT_4XX": ERROR, "DEFAULT_5XX": ERROR},
        "x-amazon-apigateway-security-policy": "TLS_1_2",
        **({"components": {"securitySchemes": used}} if used else {}),
    }
    assert bool(used) == (auth != "none")


def test_each_route_is_its_exact_path_and_everything_below_it():
    assert {path: _uri(methods) for path, methods in paths(api_of(), [SVC1, DEEP]).items()} == {
        "/svc1": "http://apps.crosslink.example.com:8000/svc1",
        "/svc1/{proxy+}": "http://apps.crosslink.example.com:8000/svc1/{proxy}",
        "/team/svc2": "http://billing.crosslink.example.com:8001/team/svc2",
        "/team/svc2/{proxy+}": "http://billing.crosslink.example.com:8001/team/svc2/{proxy}",
    }


def test_the_root_is_the_empty_path_and_everything_that_no_longer_path_takes():
    described = paths(api_of(), [ROOT, SVC1, NESTED])
    assert {path: _uri(methods) for path, methods in described.items()} == {
        "/": f"{APPS}/",
        "/{proxy+}": f"{APPS}/{{proxy}}",
        "/svc1": f"{APPS}/svc1",
        "/svc1/{proxy+}": f"{APPS}/svc1/{{proxy}}",
        "/svc1/admin": f"{APPS}/svc1/admin",
        "/svc1/admin/{proxy+}": f"{APPS}/svc1/admin/{{proxy}}",
    }
    assert {path: _header(methods, "X-Crosslink-Route") for path, methods in described.items()} == {
        **dict.fromkeys(["/", "/{proxy+}"], "'/'"),
        **dict.fromkeys(["/svc1", "/svc1/{proxy+}"], "'/svc1'"),
        **dict.fromkeys(["/svc1/admin", "/svc1/admin/{proxy+}"], "'/svc1/admin'"),
    }
    assert {_header(methods, "X-Forwarded-Prefix") for methods in described.values()} == {
        "stageVariables.prefix"
    }


def test_a_backend_without_the_prefix_is_sent_what_is_below_the_path_and_told_the_whole_prefix():
    described = paths(api_of(), [STRIPPED])
    assert {path: _uri(methods) for path, methods in described.items()} == {
        "/team": f"{BILLING}/",
        "/team/{proxy+}": f"{BILLING}/{{proxy}}",
    }
    for methods in described.values():
        assert _header(methods, "X-Crosslink-Route") == "'/team'"
        assert _header(methods, "X-Forwarded-Prefix") == "'/v1/team'"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"stage": "live"}, "'/live/team'"),
        ({"base_path": "shop"}, "'/shop/team'"),
        ({"base_path": None}, "'/team'"),
    ],
    ids=["stage", "base path", "domain alone"],
)
def test_a_stripped_prefix_begins_with_what_the_other_routes_are_told(
    given: dict[str, str | None], found: str
):
    domain = Domain(name="api.example.com", certificate_arn=GIVEN, base_path=given.get("base_path"))
    api = api_of(stage=given.get("stage", "v1"), domain=None if "stage" in given else domain)
    described = paths(api, [STRIPPED, ROOT])
    assert _header(described["/team"], "X-Forwarded-Prefix") == found
    assert found.startswith(f"'{prefix(api)}")


def test_the_root_answers_browsers_on_both_of_its_paths():
    api = api_of(routes={"/": RouteSettings(methods=("GET",), cors=CORS)})
    described = paths(api, [ROOT, SVC1])
    assert [path for path, methods in described.items() if "options" in methods] == ["/", "/{proxy+}"]


def test_each_route_asks_for_what_its_own_auth_does():
    api = api_of_each_auth()
    whole = document(api, EACH_AUTH)
    assert whole["paths"] == {
        path: {ANY: described}
        for route in EACH_AUTH
        for path, described in (
            (route.path, operation(api, route)),
            (f"{route.path}/{{proxy+}}", greedy(api, route)),
        )
    }
    assert whole["components"]["securitySchemes"] == schemes(api, [route.path for route in EACH_AUTH])


def test_a_route_with_methods_has_these_and_no_other():
    api = api_of(routes={SVC1.path: RouteSettings(methods=("GET", "POST"))})
    assert paths(api, [SVC1, DEEP]) == {
        "/svc1": {"get": operation(api, SVC1, "GET"), "post": operation(api, SVC1, "POST")},
        "/svc1/{proxy+}": {"get": greedy(api, SVC1, "GET"), "post": greedy(api, SVC1, "POST")},
        "/team/svc2": {ANY: operation(api, DEEP)},
        "/team/svc2/{proxy+}": {ANY: greedy(api, DEEP)},
    }


def test_a_streamed_answer_is_passed_on_as_it_comes():
    api = api_of(routes={SVC1.path: RouteSettings(streaming=True, timeout_seconds=900)})
    told = {
        path: [methods[ANY][INTEGRATION].get(name) for name in ("responseTransferMode", "timeoutInMillis")]
        for path, methods in paths(api, [SVC1, DEEP]).items()
    }
    assert told == {
        "/svc1": ["STREAM", 900_000],
        "/svc1/{proxy+}": ["STREAM", 900_000],
        "/team/svc2": [None, None],
        "/team/svc2/{proxy+}": [None, None],
    }


@pytest.mark.parametrize(("seconds", "said"), [(1, 1000), (28, 28000), (29, None), (120, 120_000)])
def test_a_routes_timeout_is_that_of_its_integrations(seconds: int, said: int | None):
    api = api_of(routes={SVC1.path: RouteSettings(timeout_seconds=seconds)})
    described = paths(api, [SVC1, DEEP])
    timeouts = {path: methods[ANY][INTEGRATION].get("timeoutInMillis") for path, methods in described.items()}
    assert timeouts == {
        "/svc1": said,
        "/svc1/{proxy+}": said,
        "/team/svc2": None,
        "/team/svc2/{proxy+}": None,
    }


@pytest.mark.parametrize("given", [{}, {"methods": ("GET", "POST")}], ids=["any", "some"])
def test_a_route_with_cors_answers_browsers_on_both_of_its_paths(given: dict[str, Any]):
    api = api_of(routes={SVC1.path: RouteSettings(**given, cors=CORS)})
    described = paths(api, [SVC1, DEEP])
    answer = preflight(CORS, given.get("methods") or [verb for verb in VERBS if verb != "OPTIONS"])
    assert described["/svc1"].pop("options") == answer
    parameters = [{"name": "proxy", "in": "path", "required": True, "schema": {"type": "string"}}]
    assert described["/svc1/{proxy+}"].pop("options") == {**answer, "parameters": parameters}
    # The others are those of the same routes without.
    assert described == paths(api_of(routes={SVC1.path: RouteSettings(**given)}), [SVC1, DEEP])


@pytest.mark.parametrize(
    ("header", "allowed"), [("X-Signature", [*CORS.headers, "X-Signature"]), ("authorization", CORS.headers)]
)
def test_pages_may_send_the_header_that_the_routes_function_looks_at(header: str, allowed: list[str]):
    function = LambdaAuthorizer(function_arn=FUNCTION, header=header)
    api = api_of("lambda", lambda_=function, routes={SVC1.path: RouteSettings(cors=CORS)})
    answer = paths(api, [SVC1])["/svc1"]["options"][INTEGRATION]["responses"]["default"]
    sent = answer["responseParameters"]["method.response.header.Access-Control-Allow-Headers"]
    assert sent == f"'{','.join(allowed)}'"


def test_errors_may_be_read_by_pages_as_soon_as_one_route_has_cors():
    api = api_of(routes={DEEP.path: RouteSettings(cors=CORS)})
    responses = document(api, [SVC1, DEEP])["x-amazon-apigateway-gateway-responses"]
    assert {kind: sorted(response) for kind, response in responses.items()} == {
        "DEFAULT_4XX": ["responseParameters", "responseTemplates"],
        "DEFAULT_5XX": ["responseParameters", "responseTemplates"],
    }


def test_the_document_has_the_resource_policy_if_there_is_one():
    api = api_of(source_ips=(IPv4Network("203.0.113.0/24"),))
    assert document(api, [SVC1])[POLICY] == resource_policy(api, [SVC1.path])
    assert document(api, [SVC1])[POLICY]
    assert POLICY not in document(api_of(), [SVC1])


def test_tls_1_3_is_asked_of_the_api_itself():
    old, modern = (
        document(api_of(domain=Domain(name="api.example.com", certificate_arn=GIVEN, tls=tls)), [SVC1])
        for tls in get_args(TlsVersion)
    )
    assert modern == {
        **old,
        "x-amazon-apigateway-security-policy": "SecurityPolicy_TLS13_1_3_2025_09",
        "x-amazon-apigateway-endpoint-access-mode": "STRICT",
    }
    # The domain itself isn't part of the document.
    assert old == document(api_of(), [SVC1])


@pytest.mark.parametrize(
    "whole",
    [
        *(document(api_of(auth), [SVC1, DEEP]) for auth in AUTHS),
        document(api_of_each_auth(), EACH_AUTH),
        document(FULL, EACH_AUTH),
        document(api_of(), [ROOT, SVC1, NESTED, STRIPPED]),
    ],
    ids=[*AUTHS, "each", "full", "nested"],
)
def test_the_document_is_valid_openapi(whole: Document):
    """Replaces API Gateway's own terms by OpenAPI's: `{proxy+}`, and `ANY`."""
    whole = whole | {
        "paths": {
            path.replace("{proxy+}", "{proxy}"): {
                name.replace(ANY, "trace"): operation for name, operation in methods.items()
            }
            for path, methods in whole["paths"].items()
        }
    }
    assert list(OpenAPIV30SpecValidator(whole).iter_errors()) == []


def _header(methods: Document, name: str) -> str:
    return methods[ANY][INTEGRATION]["requestParameters"][f"integration.request.header.{name}"]


def _uri(methods: Document) -> str:
    return methods[ANY][INTEGRATION]["uri"]
