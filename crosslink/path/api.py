"""The API as a whole, its stage with what that serves, limits and keys, and the VPC link."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from components.consumer.openapi_keys import API_KEY_SOURCE, BINARY_MEDIA_TYPES, POLICY
from crosslink.graph import tokens
from crosslink.graph.node import Node, NotOurs, Value, doubt, fields, items, number, side_of, texts_in
from crosslink.graph.unknown import Fact, Flag, Found, Number, Text, Unknown, visible
from crosslink.path.document import body_of, document_hop, documented
from crosslink.path.hop import Hop, Source, as_tuple, computed, each, hop, hops_at, only_aws, output, prop
from crosslink.path.methods import defined, identity, route_of
from crosslink.path.stage_settings import Canary, canary_of, is_of_api


def _in_document(api: Node, property_: str, key: str) -> Value:
    """A property of the API: its own, or else a part of the document."""
    value, body = api.get(property_), body_of(api)
    if value is None and isinstance(body, Unknown):
        return body
    return documented(api).get(key) if value is None else value


def _policy(source: Source) -> Text:
    policy = _in_document(source.node, "policy", POLICY)
    return json.dumps(policy) if isinstance(policy, Mapping) else policy


@hop
class Api(Hop):
    """A REST API as a whole."""

    token = tokens.REST_API
    endpoint_type: Text = prop("endpointConfiguration", "types")  # `REGIONAL`, `EDGE` or `PRIVATE`
    default_endpoint_disabled: Flag = prop("disableExecuteApiEndpoint")
    policy: Text = computed(_policy)  # a JSON text
    key_source: Text = computed(  # `HEADER`, or `AUTHORIZER`; None for the default, HEADER
        lambda source: _in_document(source.node, "apiKeySource", API_KEY_SOURCE)
    )
    document: Hop | None = computed(lambda source: document_hop(source.node))  # without paths and schemes
    binary_media_types: Fact[tuple[str, ...]] = computed(  # `*/*` for all
        lambda source: as_tuple(_in_document(source.node, "binaryMediaTypes", BINARY_MEDIA_TYPES))
    )


def _function(source: Source) -> Text:
    function, qualifier = source.node.get("function"), source.node.get("qualifier")
    named = f"{function}:{qualifier}" if isinstance(function, str) and qualifier else function
    return qualifier if isinstance(qualifier, Unknown) else named


def _is_for_api(source: Source) -> Fact[bool]:
    """Whether a permission is for the authorizers of the stage's API, by its source ARN.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
    """
    permission, stage = source.node, source.trail.node("stage")
    if not isinstance(stage, Node):
        return stage or False
    arn, api_id = permission.get("sourceArn"), stage.get("restApi")
    if isinstance(arn, Unknown):
        api = source.graph.named_by(stage, "restApi", tokens.REST_API)
        return True if api and api == source.graph.named_by(permission, "sourceArn", tokens.REST_API) else arn
    # An ARN that is known before the API's id can't have it.
    own = "to-be-made" if isinstance(api_id, Unknown) else api_id
    authorizer = f"arn:aws:execute-api:{stage.region}:{stage.account}:{own}/authorizers/any"
    return arn is None or fnmatchcase(authorizer, arn)


_CONDITIONS = (
    "eventSourceToken",
    "functionUrlAuthType",
    "invokedViaFunctionUrl",
    "principalOrgId",
    "conditions",
)


def _conditions(source: Source) -> Fact[tuple[str, ...]]:
    given = {name: source.node.get(name) for name in _CONDITIONS}
    return doubt(*given.values()) or tuple(name for name, value in given.items() if value)


@hop
class InvokePermission(Hop):
    """That somebody may invoke a function."""

    token = tokens.LAMBDA_PERMISSION
    function: Text = computed(_function)
    action: Text = prop("action")  # `lambda:InvokeFunction`
    principal: Text = prop("principal")  # `apigateway.amazonaws.com`
    for_api: Fact[bool] = computed(_is_for_api)  # for this API's authorizers, at least
    source_account: Text = prop("sourceAccount")  # the account that API Gateway acts for; None for any
    # what else it asks for, which API Gateway doesn't tell, or which isn't read
    conditions: Fact[tuple[str, ...]] = computed(_conditions)


def _is_current(source: Source) -> Fact[bool]:
    """Whether a deployment is current; a program's is if its trigger changes with what it deploys."""
    graph, deployment = source.graph, source.node
    api = graph.step(deployment, "restApi", tokens.REST_API)
    if not graph.registered:
        return _is_as_defined(source, api)
    deployed, triggers = _deployed_with(api), deployment.get("triggers")
    declared = source.trail.stack.declared
    existing = declared and declared.api and declared.api.existing
    if isinstance(api, NotOurs) and not existing:
        return api
    if (isinstance(api, Unknown) and not existing) or doubt(triggers, deployed):
        return Unknown("the trigger or the document is only known after the up")
    # Of single resources the trigger is there, and their order tells the rest.
    return deployed.items() <= fields(triggers).items() if deployed else bool(fields(triggers))


def _deployed_with(api: Found[Node]) -> Mapping[str, Value]:
    """What of an API takes effect with a deployment, as the trigger of one has it."""
    if not isinstance(api, Node):
        return {}
    body, disabled = api.get("body"), api.get("disableExecuteApiEndpoint")
    document = hashlib.sha256(body.encode()).hexdigest() if isinstance(body, str) else body
    switch = disabled if isinstance(disabled, Unknown) else str(bool(disabled)).lower()
    return {"document": document, "disableExecuteApiEndpoint": switch}


def _is_as_defined(source: Source, api: Found[Node]) -> Fact[bool]:
    """Whether the methods that a stage serves are those that the API has now on the stack's routes."""
    definition = api.get("definition") if isinstance(api, Node) else api
    methods, routes = source.trail.stack.methods, source.trail.stack.routes
    if unknown := doubt(definition, methods):
        return unknown
    served = {identity(method) for method in visible(methods) if route_of(method.path) in routes}
    return served == {method for method in defined(definition) if route_of(method[0]) in routes}


def _plain(method_path: str) -> str:
    return method_path.replace("~1", "/").removeprefix("/")


def _is_ours(source: Source) -> Fact[bool]:
    stage = source.trail.node("stage")
    return is_of_api(source.node, stage) if isinstance(stage, Node) else stage or False


@hop
class Snapshot(Hop):
    """The deployment of the API that a stage serves."""

    token = tokens.API_DEPLOYMENT
    of_api: Fact[bool] = computed(_is_ours)  # whether it is of the stage's own API
    current: Fact[bool] = computed(_is_current)  # it holds, or after the up will hold, the API's definition


@hop
class Throttle(Hop):
    """A limit of a stage for some of its methods.

    API Gateway writes `~1` for a slash in a method's path, and may put a slash before it.
    """

    token = tokens.API_METHOD_SETTINGS
    method_path: Text = prop(  # `svc1/GET`; `*/*` for all methods
        "methodPath", convert=lambda path: path and _plain(path)
    )
    rate: Fact[float | None] = prop("settings", "throttlingRateLimit")  # requests per second; -1 is no limit
    burst: Fact[float | None] = prop("settings", "throttlingBurstLimit")  # requests at once; -1 is no limit
    of_api: Fact[bool] = computed(_is_ours)  # whether it is for the stage's API
    caches: Flag = prop("settings", "cachingEnabled")  # whether answers are kept, if the stage has a cache
    cache_seconds: Number = prop("settings", "cacheTtlInSeconds", convert=number)  # None is the default, 300
    logs_bodies: Flag = prop("settings", "dataTraceEnabled")


@hop
class ApiKey(Hop):
    """A key of callers."""

    token = tokens.API_KEY
    enabled: Flag = prop("enabled")  # None is the default: yes


def _keys(source: Source) -> Fact[tuple[ApiKey, ...]]:
    members = source.graph.all_naming(source.node, "usagePlanId", tokens.USAGE_PLAN_KEY)
    keys = each(members, lambda member: source.graph.all_named(member, "keyId", tokens.API_KEY))
    return hops_at(ApiKey, source, keys)


@hop
class PlanLimit(Throttle):
    """The limit of a usage plan for each of its keys, on all methods together or on one."""

    token = tokens.USAGE_PLAN
    method_path: Text = prop("methodPath", convert=lambda path: _plain(path or "*/*"))
    of_api: Fact[bool] = computed(lambda _source: True)
    rate: Fact[float | None] = prop("throttleSettings", "rateLimit")
    burst: Fact[float | None] = prop("throttleSettings", "burstLimit")


def _limits(source: Source) -> Fact[tuple[PlanLimit, ...]]:
    plan, stage = source.node, source.trail.node("stage")
    own = stage.get("restApi") if isinstance(stage, Node) else None
    ours = [entry for entry in items(plan.get("apiStages")) if _may_be(fields(entry).get("apiId"), own)]
    of_methods = [
        {"methodPath": fields(limit).get("path"), "throttleSettings": limit}
        for entry in ours
        for limit in items(fields(entry).get("throttles"))
    ]
    of_all = [{"throttleSettings": both}] if (both := plan.get("throttleSettings")) else []
    return hops_at(PlanLimit, source, [replace(plan, properties=limit) for limit in of_all + of_methods])


def _may_be(api_id: Value, own: Value) -> bool:
    return isinstance(api_id, Unknown) or isinstance(own, Unknown) or api_id == own


@hop
class UsagePlan(Hop):
    """A plan that lets keys use a stage."""

    token = tokens.USAGE_PLAN
    keys: Fact[tuple[ApiKey, ...]] = computed(_keys)
    limits: Fact[tuple[PlanLimit, ...]] = computed(_limits)  # for each key; empty if the plan has no limit
    quota: Number = prop("quotaSettings", "limit", convert=number)  # requests per period; None for any number
    used: Number = prop("quotaSettings", "offset", convert=number)  # how many fewer in the first period


def _strays(source: Source) -> Fact[tuple[str, ...]]:
    """Paths of no declared route. A side's are all its own; others may be of the API's owner."""
    methods, routes = source.trail.stack.methods, source.trail.stack.routes
    if isinstance(methods, Unknown):
        return methods
    links = {method.connection_id for method in methods if route_of(method.path) in routes} - {""}
    others = [method for method in methods if route_of(method.path) not in routes]
    ours = (item for item in others if side_of(item.urn) == "consumer" or item.connection_id in links)
    return tuple(method.path for method in ours)


@hop
class Stage(Hop):
    """The stage that serves the methods."""

    token = tokens.STAGE
    name: Text = prop("stageName")
    url: Text = output("invokeUrl")  # where callers send requests
    variables: Fact[tuple[tuple[str, Text], ...]] = prop(  # one of them holds the VPC link's id
        "variables", convert=lambda variables: tuple(sorted(fields(variables).items()))
    )
    canary: Fact[Canary | None] = computed(canary_of)  # None without one
    logs: Fact[bool] = prop("accessLogSettings", convert=bool)  # whether it has access logs
    has_cache: Flag = prop("cacheClusterEnabled")  # None is the default: no
    strays: Fact[tuple[str, ...]] = computed(_strays)  # paths through the VPC link that are not declared


def _other_apis(source: Source) -> tuple[str, ...]:
    """Of the program's resources. Which APIs of the account use a link AWS doesn't tell."""
    graph, link, stage = source.graph, source.node, source.trail.node("stage")
    if not isinstance(stage, Node):
        return ()
    own = (stage.get("restApi"), stage.references.get("restApi"))
    texts = {link.id} if isinstance(link.id, str) else set[str]()
    users = [
        user
        for type_, property_ in ((tokens.STAGE, "variables"), (tokens.INTEGRATION, "connectionId"))
        for user in graph.of_type(type_)
        if link in graph.named_by(user, property_, tokens.VPC_LINK)
        or texts & {*texts_in(user.get(property_))}
    ]
    others = [user for user in users if (user.get("restApi"), user.references.get("restApi")) != own]
    return tuple(str(user) for user in others)


@hop
class VpcLink(Hop):
    """The VPC link that the integrations use."""

    token = tokens.VPC_LINK
    other_apis: tuple[str, ...] = computed(_other_apis)  # stages and integrations of other APIs that use it
    status: Text = only_aws("status")  # `AVAILABLE` and so on; None where AWS wasn't asked
    message: Text = only_aws("statusMessage")  # AWS's reason
