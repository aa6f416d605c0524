"""Authentication in the OpenAPI document: security schemes and requirements. Pure data.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
"""

from collections.abc import Iterable, Mapping
from typing import Any

from components.consumer.openapi_keys import AUTHORIZER, AUTHTYPE
from settings.api import Api
from settings.auth import AUTHS, Auth
from settings.authorizers import Cognito, LambdaAuthorizer


def requirements(api: Api, path: str) -> list[Mapping[str, list[str]]]:
    """The security requirements of a route's methods.

    Args:
        api: the API's settings.
        path: the route's path.
    """
    scheme = AUTHS[api.auth_of(path)].scheme
    return [{scheme: list(api.route(path).scopes)}] if scheme else []


def schemes(api: Api, paths: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
    """The security schemes that routes use, by name.

    Args:
        api: the API's settings.
        paths: the routes' paths.
    """
    auths = {api.auth_of(path) for path in paths}
    every: dict[Auth, Mapping[str, Any]] = {
        "iam": _header("Authorization", {AUTHTYPE: "awsSigv4"}),
        "apiKey": _header("x-api-key", {}),
    }
    if api.cognito:
        every["cognito"] = _cognito(api.cognito)
    if api.lambda_:
        every["lambda"] = _function(api.lambda_)
    return {str(AUTHS[auth].scheme): scheme for auth, scheme in every.items() if auth in auths}


def identity_source(header: str) -> str:
    """API Gateway's expression for the header with the caller's credentials."""
    return f"method.request.header.{header}"


def invocation_uri(function_arn: str) -> str:
    """The URI at which API Gateway invokes a function.

    Source: https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html
    """
    region = function_arn.split(":")[3]
    return f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function_arn}/invocations"


def _cognito(cognito: Cognito) -> Mapping[str, Any]:
    pool = {"type": "cognito_user_pools", "providerARNs": [cognito.user_pool_arn]}
    return _header("Authorization", {AUTHTYPE: "cognito_user_pools", AUTHORIZER: pool})


def _function(authorizer: LambdaAuthorizer) -> Mapping[str, Any]:
    function: dict[str, Any] = {
        "type": authorizer.type,
        "authorizerUri": invocation_uri(authorizer.function_arn),
        "authorizerResultTtlInSeconds": authorizer.cache_seconds,
    }
    if authorizer.type == "request":  # with type `token`, the scheme's own `name` is the header
        function["identitySource"] = identity_source(authorizer.header)
    return _header(authorizer.header, {AUTHTYPE: "custom", AUTHORIZER: function})


def _header(name: str, extensions: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": "apiKey", "name": name, "in": "header", **extensions}
