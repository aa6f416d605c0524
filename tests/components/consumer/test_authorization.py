"""Security schemes for the auth in use, and the security requirements of routes."""

import pytest

from components.consumer.authorization import requirements, schemes
from settings.authorizers import Cognito, LambdaAuthorizer
from settings.route import Auth, RouteSettings
from tests.components.consumer.apis import (
    AUTHS,
    DEEP,
    EACH_AUTH,
    FUNCTION,
    INVOCATION,
    POOL,
    SVC1,
    api_of,
    api_of_each_auth,
)

PATHS = [SVC1.path, DEEP.path]
SCHEMES = {
    "iam": {
        "sigv4": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        }
    },
    "cognito": {
        "cognito": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [POOL]},
        }
    },
    "lambda": {
        "lambda": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "token",
                "authorizerUri": INVOCATION,
                "authorizerResultTtlInSeconds": 300,
            },
        }
    },
    "apiKey": {"api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}},
    "none": {},
}
REQUIRED = {
    "iam": [{"sigv4": []}],
    "cognito": [{"cognito": ["orders/read"]}],
    "lambda": [{"lambda": []}],
    "apiKey": [{"api_key": []}],
    "none": [],
}


@pytest.mark.parametrize("auth", AUTHS)
def test_each_auth_has_its_scheme(auth: Auth):
    assert schemes(api_of(auth), PATHS) == SCHEMES[auth]


@pytest.mark.parametrize("auth", AUTHS)
def test_each_auth_requires_its_scheme_and_none_requires_nothing(auth: Auth):
    assert [requirements(api_of(auth), path) for path in PATHS] == [REQUIRED[auth]] * 2


def test_a_route_for_id_tokens_asks_for_no_scope():
    api = api_of("cognito", cognito=Cognito(user_pool_arn=POOL, token="id"), routes={})  # noqa: S106
    assert [requirements(api, path) for path in PATHS] == [[{"cognito": []}]] * 2
    assert schemes(api, PATHS) == SCHEMES["cognito"]


def test_routes_of_all_kinds_have_all_schemes_and_each_its_own_requirement():
    api = api_of_each_auth()
    assert schemes(api, [route.path for route in EACH_AUTH]) == {
        name: scheme for auth in AUTHS for name, scheme in SCHEMES[auth].items()
    }
    assert {route.path: requirements(api, route.path) for route in EACH_AUTH} == {
        "/iam": [{"sigv4": []}],
        "/cognito": [{"cognito": ["orders/read", "orders/write"]}],
        "/lambda": [{"lambda": []}],
        "/apiKey": [{"api_key": []}],
        "/none": [],
    }


def test_what_no_route_asks_for_has_no_scheme():
    assert schemes(api_of_each_auth(), ["/apiKey", "/none"]) == SCHEMES["apiKey"]


def test_a_route_without_an_auth_of_its_own_has_the_apis():
    api = api_of("apiKey", routes={SVC1.path: RouteSettings(auth="iam"), DEEP.path: RouteSettings()})
    assert [requirements(api, path) for path in PATHS] == [[{"sigv4": []}], [{"api_key": []}]]


def test_an_authorizer_of_type_request_without_a_cache():
    given = LambdaAuthorizer(
        function_arn=f"{FUNCTION}:live", type="request", header="X-Signature", cache_seconds=0
    )
    assert schemes(api_of("lambda", lambda_=given), PATHS) == {
        "lambda": {
            "type": "apiKey",
            "name": "X-Signature",
            "in": "header",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "request",
                "authorizerUri": INVOCATION.replace(FUNCTION, f"{FUNCTION}:live"),
                "authorizerResultTtlInSeconds": 0,
                "identitySource": "method.request.header.X-Signature",
            },
        }
    }
