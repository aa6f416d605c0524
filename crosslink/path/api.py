"""The API as a whole, its stage, and the VPC link."""

import json
from collections.abc import Mapping

from components.consumer.openapi_keys import API_KEY_SOURCE, BINARY_MEDIA_TYPES, POLICY
from crosslink.graph import tokens
from crosslink.graph.node import Node, Value, fields, side_of, texts_in
from crosslink.graph.unknown import Fact, Flag, Text, Unknown
from crosslink.path.document import body_of, document_hop, documented
from crosslink.path.hop import Hop, Source, as_tuple, computed, hop, hops_at, only_aws, output, prop
from crosslink.path.methods import route_of
from crosslink.path.network import EGRESS, Rules, Subnet, groups_of, rules_of, vpc_of
from crosslink.path.stage_settings import Canary, canary_of


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


def _strays(source: Source) -> Fact[tuple[str, ...]]:
    """Paths of no declared route. A side's are all its own; others may be of the API's owner."""
    methods, routes = source.stack.methods, source.stack.routes
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


_GROUPS = "securityGroupIds"


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
        if link in graph.named_by(user, property_, *tokens.VPC_LINKS)
        or texts & {*texts_in(user.get(property_))}
    ]
    others = [user for user in users if (user.get("restApi"), user.references.get("restApi")) != own]
    return tuple(str(user) for user in others)


def _subnets(source: Source) -> Fact[tuple[Subnet, ...]]:
    """Where AWS makes the network interfaces of a link v2; a link v1 has none."""
    if source.node.type != tokens.VPC_LINK_V2:
        return ()
    return hops_at(Subnet, source, source.graph.all_named(source.node, "subnetIds", tokens.SUBNET))


def _vpcs_of_groups(source: Source) -> tuple[Text, ...]:
    groups = source.graph.named_by(source.node, _GROUPS, tokens.SECURITY_GROUP)
    return tuple(vpc_of(source.at(group)) for group in groups)


@hop
class VpcLink(Hop):
    """The VPC link that the integrations use.

    A link v1 leads to a load balancer. One v2 is a way into subnets: the integrations say where they lead to.
    """

    token = tokens.VPC_LINK
    version: str = computed(lambda source: "v2" if source.node.type == tokens.VPC_LINK_V2 else "v1")
    subnets: Fact[tuple[Subnet, ...]] = computed(_subnets)
    groups: tuple[Hop, ...] = computed(lambda source: groups_of(source, _GROUPS))  # none of a link v1
    vpcs_of_groups: tuple[Text, ...] = computed(_vpcs_of_groups)  # the VPCs of these, by URN
    lets_out: Rules = computed(
        lambda source: rules_of(source, EGRESS, _GROUPS) if source.node.get(_GROUPS) is not None else ()
    )
    other_apis: tuple[str, ...] = computed(_other_apis)  # stages and integrations of other APIs that use it
    status: Text = only_aws("status")  # `AVAILABLE` and so on; None where AWS wasn't asked
    message: Text = only_aws("statusMessage")  # AWS's reason
