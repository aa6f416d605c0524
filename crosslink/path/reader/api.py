"""Reads the API as a whole, its stage with what that serves, limits and keys, and the VPC link."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import cast

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, Node, Value, at, doubt, each, fields, follow, items, number
from crosslink.graph.unknown import Fact, Found, Unknown, visible
from crosslink.path.hops.api import (
    Api,
    ApiKey,
    InvokePermission,
    Method,
    Snapshot,
    Stage,
    Throttle,
    UsagePlan,
    VpcLink,
)
from crosslink.path.reader.methods import route_of


def api_facts(graph: Graph, stage: Node) -> Found[Api]:
    """The API as a whole; None for one that is somebody else's."""
    return follow(
        graph.step(stage, "restApi", tokens.REST_API),
        lambda node: Api(
            **at(node),
            endpoint_type=node.get("endpointConfiguration", "types"),
            default_endpoint_disabled=node.get("disableExecuteApiEndpoint"),
            policy=_policy(node),
            binary_media_types=_binary_media_types(node),
        ),
    )


def _policy(api: Node) -> Value:
    """The resource policy: its own property, or else a part of the document."""
    policy, body = api.get("policy"), api.get("body")
    if policy is None and isinstance(body, str):
        policy = json.loads(body).get("x-amazon-apigateway-policy")
    return json.dumps(policy) if isinstance(policy, Mapping) else policy


def _binary_media_types(api: Node) -> Value:
    """Those of its own property, or else of the document."""
    types, body = api.get("binaryMediaTypes"), api.get("body")
    if types is None and isinstance(body, str):
        types = json.loads(body).get("x-amazon-apigateway-binary-media-types")
    return types if isinstance(types, Unknown) else tuple(items(types))


def permission_facts(graph: Graph, stage: Node) -> Fact[tuple[InvokePermission, ...]]:
    """The permissions to invoke functions."""
    every = graph.of_type(tokens.LAMBDA_PERMISSION)
    return each(
        graph.all(every, tokens.LAMBDA_PERMISSION, stage), lambda node: _permission(graph, stage, node)
    )


def _permission(graph: Graph, stage: Node, permission: Node) -> InvokePermission:
    function, qualifier = permission.get("function"), permission.get("qualifier")
    return InvokePermission(
        **at(permission),
        function=f"{function}:{qualifier}" if isinstance(function, str) and qualifier else function,
        principal=permission.get("principal"),
        for_api=_is_for_api(graph, stage, permission),
    )


def _is_for_api(graph: Graph, stage: Node, permission: Node) -> Fact[bool]:
    """Whether a permission is for the authorizers of the stage's API: its ARN, known or not, says of which.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
    """
    arn, api_id = permission.get("sourceArn"), stage.get("restApi")
    if isinstance(arn, Unknown):
        api = graph.named_by(stage, "restApi", tokens.REST_API)
        return True if api and api == graph.named_by(permission, "sourceArn", tokens.REST_API) else arn
    # An ARN that is known before the API's id can't have it.
    own = "to-be-made" if isinstance(api_id, Unknown) else api_id
    authorizer = f"arn:aws:execute-api:{stage.region}:{stage.account}:{own}/authorizers/any"
    return arn is None or fnmatchcase(authorizer, arn)


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
    deployed = follow(api, _deployed_with)
    current: Fact[bool]
    if not graph.registered:
        current = _as_defined(api, methods, routes)
    elif isinstance(deployed, Unknown) or doubt(triggers, deployed):
        current = Unknown("the trigger or the document is only known after the up")
    elif deployed:
        current = deployed.items() <= fields(triggers).items()
    else:
        # Single resources: the trigger is there, and the order of the resources tells the rest.
        current = bool(fields(triggers))
    return Snapshot(**at(deployment), current=current)


def _deployed_with(api: Node) -> Mapping[str, Value]:
    """What of an API takes effect with a deployment, as the trigger of one has it."""
    body, disabled = api.get("body"), api.get("disableExecuteApiEndpoint")
    return {
        "document": hashlib.sha256(body.encode()).hexdigest() if isinstance(body, str) else body,
        "disableExecuteApiEndpoint": disabled
        if isinstance(disabled, Unknown)
        else str(bool(disabled)).lower(),
    }


def _as_defined(api: Found[Node], methods: Fact[list[Method]], routes: Collection[str]) -> Fact[bool]:
    """Whether the methods that a stage serves are those that the API has now on the stack's routes."""
    definition = api.get("definition") if isinstance(api, Node) else api
    if unknown := doubt(definition) or doubt(methods):
        return unknown
    served = {
        (
            one.path,
            one.http_method,
            one.integration_type,
            one.connection_type,
            one.connection_id,
            one.uri,
            one.auth,
            one.scopes,
        )
        for one in visible(methods)
        if route_of(one.path) in routes
    }
    defined = {
        (
            one["path"],
            one["httpMethod"],
            one.get("type") or "",
            # https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html has the default.
            one.get("connectionType") or "INTERNET",
            one.get("connectionId") or "",
            one.get("uri") or "",
            _auth_of(one),
            tuple(items(one.get("authorizationScopes"))),
        )
        for one in cast("list[dict[str, Value]]", items(definition))
    }
    return served == {one for one in defined if route_of(one[0]) in routes}


def _auth_of(method: Mapping[str, Value]) -> str:
    """What a method asks of its callers, as the API defines it."""
    auths = (str(method.get("authorizationType")), "API_KEY" if method.get("apiKeyRequired") else "NONE")
    return ", ".join(auth for auth in auths if auth != "NONE") or "NONE"


def _throttle(settings: Node) -> Throttle:
    path = settings.get("methodPath")
    return Throttle(
        **at(settings),
        # API Gateway has ~1 for a slash in the path of a method, and a slash before the method.
        method_path=path.replace("~1", "/").removeprefix("/") if isinstance(path, str) else path,
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
    keys: Fact[list[Node]] = members
    if not isinstance(members, Unknown):
        keys = [key for member in members for key in graph.named_by(member, "keyId", tokens.API_KEY)]
    return UsagePlan(
        **at(plan),
        keys=each(keys, lambda key: ApiKey(**at(key), enabled=key.get("enabled"))),
        limit=limit,
        quota=number(plan.get("quotaSettings", "limit")),
    )


def link_facts(graph: Graph, link: Node) -> VpcLink:
    """A VPC link."""
    return VpcLink(
        **at(link),
        status=None if graph.registered else link.get("status"),
        message=None if graph.registered else link.get("statusMessage"),
    )
