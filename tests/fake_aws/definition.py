"""What an API of API Gateway is made of: an OpenAPI document, and the resources and methods in it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from crosslink.graph import tokens
from crosslink.graph.node import Node
from tests.fake_aws.world import Answer, World, made_up, members, whole

_ANY = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"
_AUTHTYPE = "x-amazon-apigateway-authtype"
_AUTHORIZER = "x-amazon-apigateway-authorizer"
_SCHEMES: Mapping[str, Answer] = {
    "sigv4": {"type": "apiKey", "name": "Authorization", "in": "header", _AUTHTYPE: "awsSigv4"},
    "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
}
_AUTHORIZATION = {"awsSigv4": "AWS_IAM", "cognito_user_pools": "COGNITO_USER_POOLS"}
_VALIDATOR = "x-amazon-apigateway-request-validator"
_CHECKS = ("validateRequestBody", "validateRequestParameters")
_KINDS = {"querystring": "query"}
# Members of an integration that a document calls as a resource does.
_AS_THEY_ARE = (
    "cacheKeyParameters",
    "cacheNamespace",
    "contentHandling",
    "credentials",
    "integrationTarget",
    "requestTemplates",
    "responseTransferMode",
    "tlsConfig",
)
_FOREIGN = {
    "get": {
        "responses": {"200": {"description": "Orders"}},
        _INTEGRATION: {"type": "http_proxy", "httpMethod": "GET", "uri": "https://orders.example.com/"},
    }
}


def existing_apis(nodes: Iterable[Node]) -> list[Node]:
    """Existing APIs that the record adds routes to, each with a route of its owner."""
    world = World(nodes)
    inside = {node.get("restApi"): node for node in world.of(tokens.API_RESOURCE)}
    return [
        replace(
            resource,
            urn=f"{tokens.REST_API}|{resource.account}|{resource.region}|{id_}",
            type=tokens.REST_API,
            name=id_,
            id=id_,
            properties={
                "name": "somebody-else-s",
                "endpointConfiguration": {"types": "REGIONAL"},
                "body": json.dumps(_document(world, id_)),
            },
            references={},
            dependencies=frozenset(),
        )
        for id_, resource in inside.items()
        if world.find(tokens.REST_API, id_) is None
    ]


def _document(world: World, api: str) -> Answer:
    """The document of an API that is made of single resources."""
    resources = {node.id: node for node in world.of(tokens.API_RESOURCE) if node.get("restApi") == api}
    integrations = {_key(node): node for node in world.of(tokens.INTEGRATION)}
    paths: dict[str, Answer] = {"/orders": {**_FOREIGN}}
    for method in world.of(tokens.METHOD):
        if resource := resources.get(method.get("resourceId")):
            name = _ANY if method.get("httpMethod") == "ANY" else method.get("httpMethod").lower()
            operation = _operation(method, integrations.get(_key(method)))
            paths.setdefault(_path(resource, resources), {})[name] = operation
    authorizers = [node for node in world.of(tokens.AUTHORIZER) if node.get("restApi") == api]
    validators = [node for node in world.of(tokens.REQUEST_VALIDATOR) if node.get("restApi") == api]
    return {
        "openapi": "3.0.1",
        "info": {"title": "somebody-else-s", "version": "1"},
        "paths": paths,
        "components": {
            "securitySchemes": {**_SCHEMES, **{str(node.id): _scheme(node) for node in authorizers}}
        },
        f"{_VALIDATOR}s": {
            str(node.id): {name: bool(node.get(name)) for name in _CHECKS} for node in validators
        },
    }


def _scheme(authorizer: Node) -> Answer:
    """An authorizer as a security scheme."""
    header = authorizer.get("identitySource").rpartition(".")[2]
    kind: str = authorizer.get("type").lower()
    sources = authorizer.get("identitySource") if kind == "request" else None
    return {
        "type": "apiKey",
        "name": "Unused" if sources else header,
        "in": "header",
        _AUTHTYPE: kind if kind in _AUTHORIZATION else "custom",
        _AUTHORIZER: members(
            type=kind,
            providerARNs=authorizer.get("providerArns"),
            authorizerUri=authorizer.get("authorizerUri"),
            authorizerCredentials=authorizer.get("authorizerCredentials"),
            identitySource=sources,
            identityValidationExpression=authorizer.get("identityValidationExpression"),
            authorizerResultTtlInSeconds=whole(authorizer.get("authorizerResultTtlInSeconds")),
        ),
    }


def _key(node: Node) -> tuple[Any, Any]:
    return node.get("resourceId"), node.get("httpMethod")


def _path(resource: Node, resources: Mapping[Any, Node]) -> str:
    above = resources.get(resource.get("parentId"))
    return f"{_path(above, resources) if above else ''}/{resource.get('pathPart')}"


def _operation(method: Node, integration: Node | None) -> Answer:
    security: list[Answer] = [{"sigv4": []}] if method.get("authorization") == "AWS_IAM" else []
    if method.get("authorization") in ("COGNITO_USER_POOLS", "CUSTOM"):
        security.append({method.get("authorizerId"): method.get("authorizationScopes") or []})
    security += [{"api_key": []}] if method.get("apiKeyRequired") else []
    operation: Answer = {"security": security, "responses": {"200": {"description": "200 response"}}}
    parameters: dict[str, bool] = method.get("requestParameters") or {}
    for name, required in parameters.items():
        kind, _, last = name.removeprefix("method.request.").partition(".")
        parameter = {"name": last, "in": _KINDS.get(kind, kind), "required": required}
        operation.setdefault("parameters", []).append(parameter | {"schema": {"type": "string"}})
    if method.get("requestModels"):
        operation["requestBody"] = {"content": {kind: {} for kind in method.get("requestModels")}}
    if method.get("requestValidatorId"):
        operation[_VALIDATOR] = method.get("requestValidatorId")
    if integration:
        operation[_INTEGRATION] = members(
            type=integration.get("type").lower(),
            httpMethod=integration.get("integrationHttpMethod"),
            uri=integration.get("uri"),
            connectionType=integration.get("connectionType"),
            connectionId=integration.get("connectionId"),
            passthroughBehavior=(integration.get("passthroughBehavior") or "WHEN_NO_MATCH").lower(),
            requestParameters=integration.get("requestParameters") or None,
            timeoutInMillis=whole(integration.get("timeoutMilliseconds")),
            **{name: integration.get(name) for name in _AS_THEY_ARE},
        )
    return operation


def export(document: Answer, *, url: str, stage: str, extensions: set[str]) -> Answer:
    """A document as GetExport returns it.

    Args:
        document: what is deployed.
        url: the API's endpoint.
        stage: the stage.
        extensions: those asked for: "integrations", "authorizers", or "apigateway" for all.

    Source: https://docs.aws.amazon.com/apigateway/latest/api/API_GetExport.html
    """
    server = {"url": f"{url}/{{basePath}}", "variables": {"basePath": {"default": stage}}}
    exported = json.loads(json.dumps(document)) | {"servers": [server]}
    for operation in (operation for methods in exported["paths"].values() for operation in methods.values()):
        integration = operation.get(_INTEGRATION)
        if isinstance(integration, dict):
            integration.setdefault("passthroughBehavior", "when_no_match")
            integration.setdefault("responses", {"default": {"statusCode": "200"}})
    if "apigateway" in extensions:
        return exported
    if "integrations" not in extensions:
        for methods in exported["paths"].values():
            for operation in methods.values():
                operation.pop(_INTEGRATION, None)
    return {key: value for key, value in exported.items() if not key.startswith("x-amazon-")}


def resources(document: Answer, *, root: str, embed: bool) -> list[Answer]:
    """A document as GetResources returns it, with the methods' content only if `embed` asks for it."""
    paths: dict[str, Answer] = document.get("paths", {})
    all_paths = {"/"}
    for path in paths:
        segments = path.strip("/").split("/")
        all_paths |= {"/" + "/".join(segments[:count]) for count in range(1, len(segments) + 1)}
    ids = {path: made_up(root, path, digits=6) for path in all_paths} | {"/": root}
    return [
        members(
            id=ids[path],
            path=path,
            parentId=ids[path.rpartition("/")[0] or "/"] if path != "/" else None,
            pathPart=path.rpartition("/")[2] or None,
            resourceMethods={
                name: _method(name, operation, document, ids[path]) if embed else {}
                for key, operation in paths.get(path, {}).items()
                for name in ["ANY" if key == _ANY else key.upper()]
            }
            or None,
        )
        for path in sorted(all_paths)
    ]


def _method(name: str, operation: Answer, document: Answer, resource: str) -> Answer:
    schemes = document.get("components", {}).get("securitySchemes", {})
    required: dict[str, list[str]] = {}
    for requirement in operation.get("security", []):
        required |= requirement
    asked = [schemes.get(scheme, {}) for scheme in required]
    authorizers = [_AUTHORIZATION.get(scheme[_AUTHTYPE], "CUSTOM") for scheme in asked if _AUTHTYPE in scheme]
    parameters = {
        f"method.request.{parameter['in']}.{parameter['name']}": parameter["required"]
        for parameter in operation.get("parameters", [])
    }
    given = operation.get(_INTEGRATION)
    return members(
        httpMethod=name,
        authorizationType=authorizers[0] if authorizers else "NONE",
        authorizationScopes=[scope for scopes in required.values() for scope in scopes] or None,
        apiKeyRequired=any(scheme.get("name") == "x-api-key" for scheme in asked),
        requestParameters=parameters or None,
        methodIntegration=given and _integration(given, resource),
    )


def _integration(given: Answer, resource: str) -> Answer:
    return members(
        type=given["type"].upper(),
        httpMethod=given.get("httpMethod"),
        uri=given.get("uri"),
        connectionType=given.get("connectionType", "INTERNET"),
        connectionId=given.get("connectionId"),
        requestParameters=given.get("requestParameters"),
        passthroughBehavior=given.get("passthroughBehavior", "when_no_match").upper(),
        timeoutInMillis=given.get("timeoutInMillis", 29000),
        tlsConfig=given.get("tlsConfig"),
        contentHandling=given.get("contentHandling"),
        credentials=given.get("credentials"),
        requestTemplates=given.get("requestTemplates"),
        responseTransferMode=given.get("responseTransferMode"),
        cacheNamespace=given.get("cacheNamespace", resource),
        cacheKeyParameters=given.get("cacheKeyParameters", []),
        integrationTarget=given.get("integrationTarget"),
    )
