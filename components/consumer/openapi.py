"""The API's definition as an OpenAPI document: pure data from the routes, nothing of Pulumi or AWS."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

LINK_VARIABLE = "link"
"""The stage variable with the VPC link's id. The document is known before the link exists, and another
stage of the same API, which has no such variable, can't use the link."""

Auth = Literal["iam", "apiKey", "none"]
Document = dict[str, Any]

SECURITY_SCHEMES: Mapping[Auth, tuple[str, Document]] = {
    "iam": (
        "sigv4",
        {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        },
    ),
    "apiKey": ("api_key", {"type": "apiKey", "name": "x-api-key", "in": "header"}),
}


@dataclass(frozen=True, kw_only=True)
class Route:
    """A path prefix of the API that goes to a backend.

    Args:
        path: such as `/svc1`; it stands for itself and everything below it.
        uri: where the integration sends it, such as `http://apps.crosslink.example.com:8000/svc1`. Its
            port picks the NLB's listener, its host is what the backend sees as Host, and nothing resolves
            it.
    """

    path: str
    uri: str


def document(*, title: str, routes: Sequence[Route], auth: Auth) -> Document:
    """The whole API as an OpenAPI 3.0 document with API Gateway's extensions.

    Args:
        title: the API's name.
        routes: its routes.
        auth: who may call them.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
    """
    whole: Document = {
        "openapi": "3.0.1",
        "info": {"title": title, "version": "1"},
        "paths": paths(routes, auth),
        # Any media type is binary: as text, API Gateway would corrupt images and compressed bodies.
        "x-amazon-apigateway-binary-media-types": ["*/*"],
    }
    if auth in SECURITY_SCHEMES:
        name, scheme = SECURITY_SCHEMES[auth]
        whole["components"] = {"securitySchemes": {name: scheme}}
    return whole


def paths(routes: Sequence[Route], auth: Auth) -> Document:
    """The document's paths: for each route the path itself and, greedy, everything below it."""
    return {
        path: {"x-amazon-apigateway-any-method": operation}
        for route in routes
        for path, operation in (
            (route.path, _operation(route.uri, auth)),
            (f"{route.path}/{{proxy+}}", _greedy(_operation(f"{route.uri}/{{proxy}}", auth))),
        )
    }


def encode(value: Document) -> str:
    """The document as JSON, the same text for the same content."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def digest(value: Document) -> str:
    """What changes exactly when the content does: a deployment's trigger."""
    return hashlib.sha256(encode(value).encode()).hexdigest()


def _operation(uri: str, auth: Auth) -> Document:
    return {
        "security": [{SECURITY_SCHEMES[auth][0]: []}] if auth in SECURITY_SCHEMES else [],
        # A code: a method of API Gateway has no `default` response. The backend's own codes pass through.
        "responses": {"200": {"description": "The backend's own answer"}},
        "x-amazon-apigateway-integration": {
            "type": "http_proxy",
            "httpMethod": "ANY",
            "uri": uri,
            "connectionType": "VPC_LINK",
            "connectionId": f"${{stageVariables.{LINK_VARIABLE}}}",
            "passthroughBehavior": "when_no_match",
        },
    }


def _greedy(operation: Document) -> Document:
    integration = operation["x-amazon-apigateway-integration"]
    return {
        **operation,
        "parameters": [{"name": "proxy", "in": "path", "required": True, "schema": {"type": "string"}}],
        "x-amazon-apigateway-integration": {
            **integration,
            "requestParameters": {"integration.request.path.proxy": "method.request.path.proxy"},
        },
    }
