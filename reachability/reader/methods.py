"""Reads the API's methods, from its document or from single resources."""

import json
import re
from collections.abc import Iterator, Mapping

from reachability import tokens
from reachability.facts import Fact, Unknown
from reachability.graph import Graph, Node, Value, at, fields
from reachability.hops.api import Method

ANY_METHOD = "x-amazon-apigateway-any-method"
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
        _single_method(graph, method)
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
    required = [scheme for requirement in operation.get("security", []) for scheme in requirement]
    return Method(
        **at(api),
        path=path,
        http_method="ANY" if name == ANY_METHOD else name.upper(),
        auth=", ".join(_auth_of(schemes.get(scheme, {})) for scheme in required) or "NONE",
        integration_type=integration.get("type", "").upper(),
        connection_type=integration.get("connectionType", "INTERNET"),
        connection_id=integration.get("connectionId", ""),
        uri=integration.get("uri", ""),
        passes_path_on=PASSED_ON in integration.get("requestParameters", {}),
    )


def _auth_of(scheme: Mapping[str, Value]) -> str:
    if scheme.get("x-amazon-apigateway-authtype") == "awsSigv4":
        return "AWS_IAM"
    return "API_KEY" if scheme.get("name") == "x-api-key" else "CUSTOM"


def _single_method(graph: Graph, method: Node) -> Method:
    integration = next(iter(graph.naming(method, "httpMethod", tokens.INTEGRATION)), None)
    parameters = integration.get("requestParameters") if integration else None
    return Method(
        **at(method),
        path=_path(graph, method),
        http_method=method.get("httpMethod"),
        auth="API_KEY" if method.get("apiKeyRequired") is True else method.get("authorization"),
        integration_type=integration.get("type") if integration else "",
        connection_type=(integration.get("connectionType") if integration else None) or "INTERNET",
        connection_id=(integration.get("connectionId") if integration else None) or "",
        uri=integration.get("uri") if integration else "",
        passes_path_on=parameters if isinstance(parameters, Unknown) else PASSED_ON in fields(parameters),
    )


def _path(graph: Graph, method: Node) -> str:
    """The path of the API's resource that a method belongs to."""
    path = ""
    above = graph.named_by(method, "resourceId", tokens.API_RESOURCE)
    while above:
        path = f"/{above[0].get('pathPart')}{path}"
        above = graph.named_by(above[0], "parentId", tokens.API_RESOURCE)
    return path
