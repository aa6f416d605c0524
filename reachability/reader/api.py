"""Reads the API as a whole, its stage with what that serves, limits and keys, and the VPC link."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import cast

from reachability import tokens
from reachability.facts import Fact, Found, Unknown, visible
from reachability.graph import Graph, Node, Value, at, doubt, each, fields, follow, items
from reachability.hops.api import Api, ApiKey, Method, Snapshot, Stage, Throttle, UsagePlan, VpcLink
from reachability.reader.methods import route_of


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
        (
            one.path,
            one.http_method,
            one.integration_type,
            one.connection_type,
            one.connection_id,
            one.uri,
            one.auth,
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
