"""The API's definition as an OpenAPI document: pure data from its settings, nothing of Pulumi or AWS."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.consumer.authorization import requirements, schemes
from components.consumer.cors import gateway_responses, preflight
from settings.api import Api
from settings.domain import TlsVersion
from settings.resource_policy import resource_policy
from settings.route import MAX_TIMEOUT, Cors

LINK_VARIABLE = "link"
"""The stage variable with the VPC link's id. The document is known before the link exists, and another
stage of the same API, which has no such variable, can't use the link."""
SECURITY_POLICIES: Mapping[TlsVersion, str] = {"1.2": "TLS_1_2", "1.3": "SecurityPolicy_TLS13_1_3_2025_09"}
"""The least version of TLS → the policy; the first takes 1.3, too
(https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html)."""
ANY_METHOD = "x-amazon-apigateway-any-method"
INTEGRATION = "x-amazon-apigateway-integration"
REQUEST_ID = {"integration.request.header.X-Request-Id": "context.requestId"}
"""Backends learn by which id API Gateway's logs and answers name a request."""

Document = dict[str, Any]


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


def document(api: Api, routes: Sequence[Route]) -> Document:
    """The whole API as an OpenAPI 3.0 document with API Gateway's extensions.

    Args:
        api: a new API's settings.
        routes: its routes.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
    """
    names = [route.path for route in routes]
    whole: Document = {
        "openapi": "3.0.1",
        "info": {"title": api.name, "version": "1"},
        "paths": paths(api, routes),
        # Any media type is binary: as text, API Gateway would corrupt images and compressed bodies.
        "x-amazon-apigateway-binary-media-types": ["*/*"],
        "x-amazon-apigateway-gateway-responses": gateway_responses(
            cors=any(api.route(path).cors for path in names)
        ),
    }
    if used := schemes(api, names):
        whole["components"] = {"securitySchemes": used}
    if policy := resource_policy(api, names):
        whole["x-amazon-apigateway-policy"] = policy
    # The default of a regional API is TLS 1.0, and the API's policy governs the handshake at its own name
    # (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-update.html).
    tls = api.domain.tls if api.domain else "1.2"
    whole["x-amazon-apigateway-security-policy"] = SECURITY_POLICIES[tls]
    if tls == "1.3":
        whole["x-amazon-apigateway-endpoint-access-mode"] = "STRICT"
    return whole


def paths(api: Api, routes: Sequence[Route]) -> Document:
    """The document's paths: for each route the path itself and, greedy, everything below it.

    Args:
        api: the API's settings.
        routes: its routes.
    """
    return {
        path: _operations(api, route.path, uri, greedy=greedy)
        for route in routes
        for path, uri, greedy in (
            (route.path, route.uri, False),
            (f"{route.path}/{{proxy+}}", f"{route.uri}/{{proxy}}", True),
        )
    }


def encode(value: Document) -> str:
    """The document as JSON, the same text for the same content."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def digest(value: Document) -> str:
    """What changes exactly when the content does: a deployment's trigger."""
    return hashlib.sha256(encode(value).encode()).hexdigest()


def _operations(api: Api, path: str, uri: str, *, greedy: bool) -> Document:
    """The methods of a path, by the document's names for them."""
    route = api.route(path)
    operations: Document = {}
    for method in route.methods or ("ANY",):
        operations[ANY_METHOD if method == "ANY" else method.lower()] = {
            "security": requirements(api, path),
            # A code: a method of API Gateway has no `default` response. The backend's own codes pass through.
            "responses": {"200": {"description": "The backend's own answer"}},
            INTEGRATION: _integration(uri, method, route.timeout_seconds, greedy=greedy),
        }
    if route.cors:
        operations["options"] = preflight(_with_token_header(api, path, route.cors), route.verbs)
    return {name: _with_rest(operation) if greedy else operation for name, operation in operations.items()}


def _with_token_header(api: Api, path: str, cors: Cors) -> Cors:
    """What pages may send, with the header that the route's function looks at."""
    sent = {header.lower() for header in cors.headers}
    if api.lambda_ is None or api.auth_of(path) != "lambda" or api.lambda_.header.lower() in sent:
        return cors
    return cors.model_copy(update={"headers": (*cors.headers, api.lambda_.header)})


def _integration(uri: str, method: str, timeout_seconds: int, *, greedy: bool) -> Document:
    below = {"integration.request.path.proxy": "method.request.path.proxy"} if greedy else {}
    integration: Document = {
        "type": "http_proxy",
        "httpMethod": method,
        "uri": uri,
        "connectionType": "VPC_LINK",
        "connectionId": f"${{stageVariables.{LINK_VARIABLE}}}",
        "passthroughBehavior": "when_no_match",
        "requestParameters": {**REQUEST_ID, **below},
    }
    if timeout_seconds != MAX_TIMEOUT:
        integration["timeoutInMillis"] = timeout_seconds * 1000
    return integration


def _with_rest(operation: Mapping[str, Any]) -> Document:
    """An operation that is given what is below its path."""
    return {
        **operation,
        "parameters": [{"name": "proxy", "in": "path", "required": True, "schema": {"type": "string"}}],
    }
