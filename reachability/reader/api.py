"""Reads the API: its methods, from its document or from single resources, its stage, and the VPC link."""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import cast

from reachability import tokens
from reachability.facts import Fact, Found, Unknown, visible
from reachability.graph import Graph, Node, Value, at, doubt, each, fields, follow, items
from reachability.hops.api import Api, ApiKey, Method, Snapshot, Stage, Throttle, UsagePlan, VpcLink

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


def api_facts(graph: Graph, stage: Node) -> Found[Api]:
    """The API as a whole; None for one that is somebody else's."""
    return follow(
        graph.step(stage, "restApi", tokens.REST_API),
        lambda node: Api(
            **at(node),
            endpoint_type=node.get("endpointConfiguration", "types"),
            default_endpoint_disabled=node.get("disableExecuteApiEndpoint"),
            policy=_policy(node),
        ),
    )


def _policy(api: Node) -> Value:
    """The resource policy: its own property, or else a part of the document."""
    policy, body = api.get("policy"), api.get("body")
    if policy is None and isinstance(body, str):
        policy = json.loads(body).get("x-amazon-apigateway-policy")
    return json.dumps(policy) if isinstance(policy, Mapping) else policy


def stage_facts(graph: Graph, stage: Node, methods: Fact[list[Method]], routes: Collection[str]) -> Stage:
    """The stage that serves the methods.

    Args:
        graph: all resources.
        stage: the stage.
        methods: all that it serves.
        routes: the stack's routes.
    """
    variables = stage.get("variables")
    settings = graph.naming(stage, "stageName", tokens.API_METHOD_SETTINGS)
    plans = graph.naming(stage, "apiStages", tokens.USAGE_PLAN)
    return Stage(
        **at(stage),
        name=stage.get("stageName"),
        url=stage.output("invokeUrl"),
        variables=variables if isinstance(variables, Unknown) else tuple(fields(variables).items()),
        snapshot=follow(
            graph.step(stage, "deployment", tokens.API_DEPLOYMENT),
            lambda deployment: _snapshot(graph, deployment, methods, routes),
        ),
        throttles=each(graph.all(settings, tokens.API_METHOD_SETTINGS, stage), _throttle),
        usage_plans=each(graph.all(plans, tokens.USAGE_PLAN, stage), lambda plan: _plan(graph, plan)),
        strays=methods if isinstance(methods, Unknown) else tuple(_strays(graph, methods, routes)),
    )


def _strays(graph: Graph, methods: Iterable[Method], routes: Collection[str]) -> Iterator[str]:
    """Paths of no declared route. A program's are all its own; a live API may be somebody else's, too."""
    all_methods = list(methods)
    links = {one.connection_id for one in all_methods if route_of(one.path) in routes}
    for method in all_methods:
        if route_of(method.path) not in routes and (graph.registered or method.connection_id in links - {""}):
            yield method.path


def _snapshot(
    graph: Graph, deployment: Node, methods: Fact[list[Method]], routes: Collection[str]
) -> Snapshot:
    """A deployment; a program's is current if its trigger changes with what it deploys."""
    api = graph.step(deployment, "restApi", tokens.REST_API)
    triggers = deployment.get("triggers")
    body = api.get("body") if isinstance(api, Node) else api
    current: Fact[bool]
    if not graph.registered:
        current = _as_defined(api, methods, routes)
    elif doubt(triggers, body):
        current = Unknown("the trigger or the document is only known after the up")
    elif api:
        current = hashlib.sha256(str(body).encode()).hexdigest() in fields(triggers).values()
    else:
        # Single resources: the trigger is there, and the order of the resources tells the rest.
        current = bool(fields(triggers))
    return Snapshot(**at(deployment), current=current)


def _as_defined(api: Found[Node], methods: Fact[list[Method]], routes: Collection[str]) -> Fact[bool]:
    """Whether the methods that a stage serves are those that the API has now on the stack's routes."""
    definition = api.get("definition") if isinstance(api, Node) else api
    if unknown := doubt(definition) or doubt(methods):
        return unknown
    served = {
        (one.path, one.http_method, one.uri, one.connection_id, one.auth)
        for one in visible(methods)
        if route_of(one.path) in routes
    }
    defined = {
        (
            one["path"],
            one["httpMethod"],
            one.get("uri") or "",
            one.get("connectionId") or "",
            "API_KEY" if one.get("apiKeyRequired") else one.get("authorizationType"),
        )
        for one in cast("list[dict[str, Value]]", items(definition))
    }
    return served == {one for one in defined if route_of(one[0]) in routes}


def _throttle(settings: Node) -> Throttle:
    return Throttle(
        **at(settings),
        method_path=settings.get("methodPath"),
        rate=settings.get("settings", "throttlingRateLimit"),
        burst=settings.get("settings", "throttlingBurstLimit"),
    )


def _plan(graph: Graph, plan: Node) -> UsagePlan:
    limit = (
        Throttle(
            **at(plan),
            method_path="*/*",
            rate=plan.get("throttleSettings", "rateLimit"),
            burst=plan.get("throttleSettings", "burstLimit"),
        )
        if plan.get("throttleSettings")
        else None
    )
    members = graph.all(graph.naming(plan, "usagePlanId", tokens.USAGE_PLAN_KEY), tokens.USAGE_PLAN_KEY, plan)
    if isinstance(members, Unknown):
        return UsagePlan(**at(plan), keys=members, limit=limit)
    keys = [key for member in members for key in graph.named_by(member, "keyId", tokens.API_KEY)]
    return UsagePlan(
        **at(plan),
        keys=tuple(ApiKey(**at(key), enabled=key.get("enabled")) for key in keys),
        limit=limit,
    )


def link_facts(graph: Graph, link: Node) -> VpcLink:
    """A VPC link."""
    return VpcLink(
        **at(link),
        status=None if graph.registered else link.get("status"),
        message=None if graph.registered else link.get("statusMessage"),
    )
