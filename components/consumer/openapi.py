"""The API's definition as an OpenAPI document: pure data from its settings, without Pulumi or AWS."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.consumer.authorization import requirements, schemes
from components.consumer.cors import gateway_responses, preflight
from components.consumer.openapi_keys import (
    ANY_METHOD,
    BINARY_MEDIA_TYPES,
    ENDPOINT_ACCESS_MODE,
    GATEWAY_RESPONSES,
    INTEGRATION,
    INTEGRATION_TARGET,
    POLICY,
    SECURITY_POLICY,
)
from components.identity_headers import identity_headers
from components.route_header import ROUTE_HEADER
from settings.api import Api
from settings.domain import TlsVersion
from settings.quotas import MAX_TIMEOUT
from settings.resource_policy import resource_policy
from settings.route import Cors, RouteSettings

LINK_VARIABLE = "link"
"""The stage variable with the VPC link's id. It makes the document independent of the link, and other stages
of the API, which lack the variable, can't use the link."""
SECURITY_POLICIES: Mapping[TlsVersion, str] = {"1.2": "TLS_1_2", "1.3": "SecurityPolicy_TLS13_1_3_2025_09"}
"""Minimum version of TLS → security policy; the first one accepts TLS 1.3 too
(https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html)."""
PREFIX_VARIABLE = "prefix"
"""The stage variable with what stands before a route's path in a caller's URL: the document is the same for
each stage and base path."""
HEADERS: Mapping[str, str] = {
    # The id that the request has in API Gateway's logs and answers.
    "X-Request-Id": "context.requestId",
    # What an application needs to write links that a caller can follow. The ALB overwrites the protocol with
    # that of its own listener (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html).
    "X-Forwarded-Host": "context.domainName",
    "X-Forwarded-Proto": "'https'",
    "X-Forwarded-Prefix": f"stageVariables.{PREFIX_VARIABLE}",
}
"""Request headers that every backend receives, in the place of what callers send: name → mapping expression
(https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html)."""

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Route:
    """A path of the API that goes to a backend, with everything below it that no longer path takes.

    Args:
        path: the path, such as `/svc1`, or `/`.
        origin: start of the integrations' URIs, such as `http://apps.crosslink.example.com:8000`. Its port
            selects the NLB's listener; its host is the Host header that the backend receives, and is never
            resolved.
        sent_as: what the backend is sent for the path itself: the path, or `/` if its prefix is stripped.
    """

    path: str
    origin: str
    sent_as: str


def document(api: Api, routes: Sequence[Route], target: str | None = None) -> Document:
    """The whole API as an OpenAPI 3.0 document with API Gateway's extensions.

    Args:
        api: the settings of a new API.
        routes: the API's routes.
        target: ARN of the load balancer behind a VPC link v2; None with v1, whose link has it.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
    """
    names = [route.path for route in routes]
    whole: Document = {
        "openapi": "3.0.1",
        "info": {"title": api.name, "version": "1"},
        "paths": paths(api, routes, target),
        # All media types are binary: as text, API Gateway would corrupt images and compressed bodies.
        BINARY_MEDIA_TYPES: ["*/*"],
        GATEWAY_RESPONSES: gateway_responses([cors for path in names if (cors := api.route(path).cors)]),
    }
    if used := schemes(api, names):
        whole["components"] = {"securitySchemes": used}
    if policy := resource_policy(api, names):
        whole[POLICY] = policy
    # The default of a regional API is TLS 1.0, and the API's policy also applies at its domain name
    # (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-update.html).
    tls = api.domain.tls if api.domain else "1.2"
    whole[SECURITY_POLICY] = SECURITY_POLICIES[tls]
    if tls == "1.3":
        whole[ENDPOINT_ACCESS_MODE] = "STRICT"
    return whole


def paths(api: Api, routes: Sequence[Route], target: str | None = None) -> Document:
    """The document's paths: for each route the path itself, and a greedy one for everything below it.

    API Gateway takes the longest path that has the request's method
    (`docs/adr/0012-a-header-binds-route-and-service.md`). So what lies between two nested routes belongs to
    the upper one, and so do the methods that the nested one lacks.

    Args:
        api: the API's settings.
        routes: the API's routes.
        target: as for `document`.
    """
    return {
        path: _operations(api, route, sent_as, target, greedy=greedy)
        for route in routes
        for path, sent_as, greedy in (
            (route.path, route.sent_as, False),
            (below(route.path), f"{route.sent_as.rstrip('/')}/{{proxy}}", True),
        )
    }


def below(path: str) -> str:
    """The document's path for everything below a path."""
    return f"{path.rstrip('/')}/{{proxy+}}"


def prefix(api: Api) -> str:
    """What stands before a route's path in a caller's URL: the stage, or the domain's base path."""
    return f"/{(api.domain.base_path or '') if api.domain else api.stage}"


def encode(value: Document) -> str:
    """The document as canonical JSON: the same text for the same content."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def digest(value: Document) -> str:
    """A hash of the document's content, as the trigger of a deployment."""
    return hashlib.sha256(encode(value).encode()).hexdigest()


def _operations(api: Api, route: Route, sent_as: str, target: str | None, *, greedy: bool) -> Document:
    """The operations of a path, by their names in the document."""
    chosen = api.route(route.path)
    headers = {**HEADERS, ROUTE_HEADER: _static(route.path)}
    if route.sent_as != route.path:
        # The backend isn't sent the route's path, so it is part of the prefix. A stage variable can't be part
        # of a value (https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html).
        headers["X-Forwarded-Prefix"] = _static(f"{prefix(api).rstrip('/')}{route.path}")
    if api.has_identity_headers:
        headers |= identity_headers(api.auth_of(route.path) if api.tells_caller(route.path) else None)
    uri = f"{route.origin}{sent_as}"
    operations: Document = {}
    for method in chosen.methods or ("ANY",):
        operations[ANY_METHOD if method == "ANY" else method.lower()] = {
            "security": requirements(api, route.path),
            # API Gateway has no `default` response, so a status code is needed; the backend's own pass
            # through.
            "responses": {"200": {"description": "The backend's own answer"}},
            INTEGRATION: {
                **_integration(uri, method, chosen, headers, greedy=greedy),
                **({INTEGRATION_TARGET: target} if target else {}),
            },
        }
    if chosen.cors:
        operations["options"] = preflight(_with_token_header(api, route.path, chosen.cors), chosen.verbs)
    return {name: _with_rest(operation) if greedy else operation for name, operation in operations.items()}


def _static(value: str) -> str:
    """The mapping expression for a fixed value, which holds no quote."""
    return f"'{value}'"


def _with_token_header(api: Api, path: str, cors: Cors) -> Cors:
    """The CORS settings of a route; pages may also send the header that its Lambda authorizer reads."""
    sent = {header.lower() for header in cors.headers}
    if api.lambda_ is None or api.auth_of(path) != "lambda" or api.lambda_.header.lower() in sent:
        return cors
    return cors.model_copy(update={"headers": (*cors.headers, api.lambda_.header)})


def _integration(
    uri: str, method: str, route: RouteSettings, headers: Mapping[str, str], *, greedy: bool
) -> Document:
    below = {"integration.request.path.proxy": "method.request.path.proxy"} if greedy else {}
    integration: Document = {
        "type": "http_proxy",
        "httpMethod": method,
        "uri": uri,
        "connectionType": "VPC_LINK",
        "connectionId": f"${{stageVariables.{LINK_VARIABLE}}}",
        "passthroughBehavior": "when_no_match",
        "requestParameters": {
            **{f"integration.request.header.{name}": value for name, value in headers.items()},
            **below,
        },
    }
    if route.timeout_seconds != MAX_TIMEOUT:
        integration["timeoutInMillis"] = route.timeout_seconds * 1000
    if route.streaming:
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/response-streaming-http.html
        integration["responseTransferMode"] = "STREAM"
    return integration


def _with_rest(operation: Mapping[str, Any]) -> Document:
    """The operation with the parameter for the rest of the path."""
    return {
        **operation,
        "parameters": [{"name": "proxy", "in": "path", "required": True, "schema": {"type": "string"}}],
    }
