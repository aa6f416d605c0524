"""Reads the API's methods, from its document or from single resources."""

import json
import re
from collections.abc import Iterator, Mapping

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, Node, Value, at, doubt, fields, items
from crosslink.graph.unknown import Fact, Unknown
from crosslink.path.hops.api import Method

ANY_METHOD = "x-amazon-apigateway-any-method"
AUTHORIZER = "x-amazon-apigateway-authorizer"
INTEGRATION = "x-amazon-apigateway-integration"
HTTP_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", ANY_METHOD)
PASSED_ON = "integration.request.path.proxy"


def route_of(path: str) -> str:
    """The route that a path of the API belongs to: the path itself, or what is above its parameter."""
    return re.sub(r"/\{[^/]*\}$", "", path)


def is_preflight(method: Method) -> bool:
    """Whether the API itself answers what browsers ask before they call; that goes no further.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
    """
    return (method.http_method, method.integration_type) == ("OPTIONS", "MOCK")


def methods_of(graph: Graph, stage: Node) -> Fact[list[Method]]:
    """The methods that the stage's API has, from its document or from single resources."""
    api = graph.step(stage, "restApi", tokens.REST_API)
    if isinstance(api, Node):
        body = api.get("body")
        return body if isinstance(body, Unknown) else list(_documented(api, body or "{}"))
    if isinstance(api, Unknown):
        return api
    return [
        single_method(graph, method)
        for method in graph.of_type(tokens.METHOD)
        if method.get("restApi") == stage.get("restApi")
    ]


def _documented(api: Node, body: str) -> Iterator[Method]:
    document: dict[str, Value] = json.loads(body)
    schemes = document.get("components", {}).get("securitySchemes", {})
    for path, operations in document.get("paths", {}).items():
        for name in HTTP_METHODS:
            if name in operations:
                yield _documented_method(api, path, name, operations[name], schemes)


def _documented_method(
    api: Node, path: str, name: str, operation: Mapping[str, Value], schemes: Mapping[str, Value]
) -> Method:
    integration = operation.get(INTEGRATION, {})
    required: dict[str, list[str]] = {}
    for requirement in operation.get("security", []):
        required |= requirement
    asked = [schemes.get(name, {}) for name in required]
    return Method(
        **at(api),
        path=path,
        http_method="ANY" if name == ANY_METHOD else name.upper(),
        auth=", ".join(map(_auth_of, asked)) or "NONE",
        scopes=tuple(scope for scopes in required.values() for scope in scopes),
        authorizers=tuple(arn for one in asked for arn in _arns(one.get(AUTHORIZER, {}))),
        integration_type=integration.get("type", "").upper(),
        content_handling=integration.get("contentHandling"),
        connection_type=integration.get("connectionType", "INTERNET"),
        connection_id=integration.get("connectionId", ""),
        uri=integration.get("uri", ""),
        passes_path_on=PASSED_ON in integration.get("requestParameters", {}),
    )


def _auth_of(scheme: Mapping[str, Value]) -> str:
    """What API Gateway calls a security scheme; a function's may have any name.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
    """
    match scheme:
        case {"x-amazon-apigateway-authtype": "awsSigv4"}:
            return "AWS_IAM"
        case {"x-amazon-apigateway-authtype": "cognito_user_pools"}:
            return "COGNITO_USER_POOLS"
        case {"name": "x-api-key"} if AUTHORIZER not in scheme:
            return "API_KEY"
        case _:
            return "CUSTOM"


def _arns(authorizer: Mapping[str, Value]) -> Iterator[str]:
    """What an authorizer of the document asks: user pools, or a function."""
    yield from authorizer.get("providerARNs", [])
    if uri := authorizer.get("authorizerUri"):
        yield _function(uri)


def _function(uri: str) -> str:
    """ARN of the function that a URI invokes.

    Source: https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html
    """
    return uri.partition("/functions/")[2].removesuffix("/invocations")


def single_method(graph: Graph, method: Node) -> Method:
    """The method that a resource of its own is."""
    integration = next(iter(graph.naming(method, "httpMethod", tokens.INTEGRATION)), None)
    parameters = integration.get("requestParameters") if integration else None
    scopes = method.get("authorizationScopes")
    auths = ["API_KEY"] if method.get("apiKeyRequired") is True else []
    authorization = method.get("authorization")
    if authorization != "NONE":
        auths.insert(0, authorization)
    return Method(
        **at(method),
        path=_path(graph, method),
        http_method=method.get("httpMethod"),
        auth=authorization if isinstance(authorization, Unknown) else ", ".join(auths) or "NONE",
        scopes=scopes if isinstance(scopes, Unknown) else tuple(items(scopes)),
        authorizers=_single_authorizers(graph, method),
        integration_type=integration.get("type") if integration else "",
        content_handling=integration.get("contentHandling") if integration else None,
        connection_type=(integration.get("connectionType") if integration else None) or "INTERNET",
        connection_id=(integration.get("connectionId") if integration else None) or "",
        uri=integration.get("uri") if integration else "",
        passes_path_on=parameters if isinstance(parameters, Unknown) else PASSED_ON in fields(parameters),
    )


def _single_authorizers(graph: Graph, method: Node) -> Fact[tuple[str, ...]]:
    """What the authorizer of a single method asks."""
    arns: list[str] = []
    for one in graph.named_by(method, "authorizerId", tokens.AUTHORIZER):
        pools, uri = one.get("providerArns"), one.get("authorizerUri")
        if unknown := doubt(pools, uri):
            return unknown
        arns += [*items(pools), *([_function(uri)] if uri else [])]
    return tuple(arns)


def _path(graph: Graph, method: Node) -> str:
    """The path of the API's resource that a method belongs to."""
    path = ""
    above = graph.named_by(method, "resourceId", tokens.API_RESOURCE)
    while above:
        path = f"/{above[0].get('pathPart')}{path}"
        above = graph.named_by(above[0], "parentId", tokens.API_RESOURCE)
    return path
