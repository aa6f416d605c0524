"""The deployment of an API: what a stage serves until there is another one."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from crosslink.graph import tokens
from crosslink.graph.node import Node, NotOurs, Value, doubt, fields
from crosslink.graph.unknown import Fact, Found, Unknown, visible
from crosslink.path.document import body_of, parsed, without_targets
from crosslink.path.hop import Hop, Source, computed, hop
from crosslink.path.limits import is_ours
from crosslink.path.methods import defined, identity, route_of


def _is_current(source: Source) -> Fact[bool]:
    """Whether a deployment is current; a program's is if its trigger changes with what it deploys."""
    graph, deployment = source.graph, source.node
    api = graph.step(deployment, "restApi", tokens.REST_API)
    if not graph.registered:
        return _is_as_defined(source, api)
    deployed, triggers = _deployed_with(api), deployment.get("triggers")
    declared = source.stack.declared
    existing = declared and declared.api and declared.api.existing
    if isinstance(api, NotOurs) and not existing:
        return api
    if (isinstance(api, Unknown) and not existing) or doubt(triggers, *deployed):
        return Unknown("the trigger or the document is only known after the up")
    given = fields(triggers).items()
    # Of single resources the trigger is there, and their order tells the rest.
    return any(each.items() <= given for each in deployed) if deployed else bool(given)


def _deployed_with(api: Found[Node]) -> Sequence[Mapping[str, Value]]:
    """What of an API takes effect with a deployment, as the triggers of one may have it.

    The target of a VPC link v2 may have one of its own, since a preview may not know it.
    """
    if not isinstance(api, Node):
        return []
    body, disabled = body_of(api), api.get("disableExecuteApiEndpoint")
    switch = disabled if isinstance(disabled, Unknown) else str(bool(disabled)).lower()
    if not isinstance(body, str):
        return [{"document": body, "disableExecuteApiEndpoint": switch}]
    whole, apart, targets = _digests(body)
    found = [{"document": whole, "disableExecuteApiEndpoint": switch}]
    if len(targets) == 1:
        found.append({**found[0], "document": apart, "target": next(iter(targets))})
    return found


@lru_cache(maxsize=8)  # every route asks for the same document
def _digests(body: str) -> tuple[str, str, frozenset[str]]:
    """The digest of a document, that of it without the targets of its integrations, and these targets."""
    rest, targets = without_targets(parsed(body) or {})
    return _digest(body), _digest(json.dumps(rest, sort_keys=True, separators=(",", ":"))), targets


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _is_as_defined(source: Source, api: Found[Node]) -> Fact[bool]:
    """Whether the methods that a stage serves are those that the API has now on the stack's routes."""
    definition = api.get("definition") if isinstance(api, Node) else api
    methods, routes = source.stack.methods, source.stack.routes
    if unknown := doubt(definition, methods, *(method.target for method in visible(methods))):
        return unknown
    served = {identity(method) for method in visible(methods) if route_of(method.path) in routes}
    return served == {method for method in defined(definition) if route_of(method[0]) in routes}


@hop
class Snapshot(Hop):
    """The deployment of the API that a stage serves."""

    token = tokens.API_DEPLOYMENT
    of_api: Fact[bool] = computed(is_ours)  # whether it is of the stage's own API
    current: Fact[bool] = computed(_is_current)  # it holds, or after the up will hold, the API's definition
