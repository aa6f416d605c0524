"""Reads the methods and the stage of an API, from its document or from single resources."""

import json
from collections.abc import Iterator, Mapping

from reachability import tokens
from reachability.facts import Unknown
from reachability.graph import Graph, Node, Value, at, fields, only
from reachability.hops import Method, Stage

ANY_METHOD = "x-amazon-apigateway-any-method"
INTEGRATION = "x-amazon-apigateway-integration"
HTTP_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", ANY_METHOD)


def methods_of(graph: Graph, stage: Node) -> Iterator[Method]:
    """The methods that the stage's API has, from its document or from single resources."""
    api = only(graph.named_by(stage, "restApi", tokens.REST_API))
    if api:
        yield from _documented(api)
        return
    for integration in graph.of_type(tokens.INTEGRATION):
        method = only(graph.named_by(integration, "httpMethod", tokens.METHOD))
        if method and integration.get("restApi") == stage.get("restApi"):
            yield _single_method(graph, integration, method)


def _documented(api: Node) -> Iterator[Method]:
    body = api.get("body")
    if isinstance(body, Unknown) or body is None:
        return
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
        passes_path_on="integration.request.path.proxy" in integration.get("requestParameters", {}),
    )


def _auth_of(scheme: Mapping[str, Value]) -> str:
    if scheme.get("x-amazon-apigateway-authtype") == "awsSigv4":
        return "AWS_IAM"
    return "API_KEY" if scheme.get("name") == "x-api-key" else "CUSTOM"


def _single_method(graph: Graph, integration: Node, method: Node) -> Method:
    return Method(
        **at(method),
        path=_path(graph, method),
        http_method=method.get("httpMethod"),
        auth="API_KEY" if method.get("apiKeyRequired") is True else method.get("authorization"),
        integration_type=integration.get("type"),
        connection_type=integration.get("connectionType") or "INTERNET",
        connection_id=integration.get("connectionId") or "",
        uri=integration.get("uri"),
        passes_path_on="integration.request.path.proxy" in (integration.get("requestParameters") or {}),
    )


def _path(graph: Graph, method: Node) -> str:
    """The path of the API's resource that a method belongs to."""
    path = ""
    resource = only(graph.named_by(method, "resourceId", tokens.API_RESOURCE))
    while resource:
        path = f"/{resource.get('pathPart')}{path}"
        resource = only(graph.named_by(resource, "parentId", tokens.API_RESOURCE))
    return path


def stage_facts(graph: Graph, stage: Node) -> Stage:
    """The stage that serves the methods."""
    deployment = only(graph.named_by(stage, "deployment", tokens.API_DEPLOYMENT))
    variables = stage.get("variables")
    return Stage(
        **at(stage),
        name=stage.get("stageName"),
        url=stage.output("invokeUrl"),
        deployment=str(deployment) if deployment else None,
        variables=variables if isinstance(variables, Unknown) else tuple(fields(variables)),
    )
