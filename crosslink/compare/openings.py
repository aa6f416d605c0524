"""What opens up: who may do more, from where, and which limits go. What closes isn't told.

On the path that is what the routes declare, to which the rules hold the resources; elsewhere it is what the
resources say themselves, and what a security rule of the policy pack finds in HEAD alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from crosslink.compare import resource_openings
from crosslink.compare.changes import displayed
from crosslink.compare.resource_openings import EVERYWHERE, STAGE_WIDE, gained, more_of, raised
from crosslink.compare.sources import Side
from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value
from crosslink.graph.unknown import present
from crosslink.path.intent import Intent
from crosslink.path.methods import route_of
from crosslink.sandbox.record import Resource
from policy import findings
from policy.security import RULES
from policy.security.rule import Stack


@dataclass(frozen=True)
class Opening:
    """One thing that opens up."""

    what: tuple[str, ...]  # the routes' paths, or resources, each with its type and name
    how: str


def openings(base: Side, head: Side) -> tuple[Opening, ...]:
    """What is more open in HEAD than in BASE, routes first; the same of several is one opening."""
    found = list(_of_routes(base, head))
    for find in (resource_openings.properties, resource_openings.connections, resource_openings.limits_gone):
        found += [(_named(node), how) for node, how in find(base.graph, head.graph)]
    told = {what for what, _how in found}
    found += [(what, how) for what, how in _of_rules(base, head) if what not in told]
    found += _unprotected(base, head)
    by_how: dict[str, list[str]] = {}
    for what, how in found:
        by_how.setdefault(how, []).append(what)
    return tuple(Opening(tuple(whats), how) for how, whats in by_how.items())


def _of_routes(base: Side, head: Side) -> Iterator[tuple[str, str]]:
    before, after = (
        {walk.path: intent for walk in side.model.walks for intent in present(walk.intent)}
        for side in (base, head)
    )
    old, new = _limits_of(base.graph), _limits_of(head.graph)
    for path, intent in after.items():
        if was := before.get(path):
            yield from ((path, how) for how in _wider_route(was, intent))
            yield from ((path, how) for how in _wider_limits(path, intent.methods, old, new))
        else:
            yield path, _new_route(intent)


def _of_rules(base: Side, head: Side) -> Iterator[tuple[str, str]]:
    """What breaks a security rule; the policy pack itself reports what is unknown before the up."""
    stacks = [Stack(graph=side.graph, declared=side.declared) for side in (base, head)]
    for rule in RULES:
        known, broken = (findings.security(rule, stack)[0] for stack in stacks)
        already = {urn for finding in known for urn in finding.urns}
        for finding in broken:
            for urn, why in product(finding.urns, finding.why):
                if urn not in already:
                    yield _named(head.run.resources[urn]), f"{why} ({rule.id})"


def _unprotected(base: Side, head: Side) -> Iterator[tuple[str, str]]:
    for urn, after in head.run.resources.items():
        before = base.run.resources.get(urn)
        if before and before.options.protect and not after.options.protect:
            yield _named(after), "is no longer protected: Pulumi would delete it"


def _named(resource: Node | Resource) -> str:
    return f"{displayed(resource.type)} {resource.name}"


Limits: TypeAlias = Mapping[str, Value]  # path of the methods → their settings


def _new_route(intent: Intent) -> str:
    """For whom a new route is."""
    open_to_all = intent.kind.strength == 0
    who = "everybody, without authentication" if open_to_all else f"callers with auth {intent.auth}"
    where = f", from {', '.join(intent.source_ips)}" if intent.source_ips else ""
    return f"is a new route for {who}{where}: {_methods(intent.methods)}"


def _wider_route(before: Intent, after: Intent) -> Iterator[str]:
    """What a route declares to be open to, and wasn't before."""
    yield from _more_callers(before, after)
    if "ANY" not in before.methods and (more := more_of(before.methods, after.methods)):
        yield f"takes more: {_methods(more)}"
    if before.source_ips:
        yield from gained("takes callers from", before.source_ips, after.source_ips or (EVERYWHERE,))
    if after.cors and not before.cors:
        yield "takes calls from web pages of other origins"
    if before.tls_domain and not after.tls_domain:
        yield "is no longer encrypted on its way to the backend"
    if after.existing and not before.existing:
        yield "is in somebody else's API, whose policy says who may call besides"


def _wider_limits(path: str, methods: Sequence[str], old: Limits, new: Limits) -> Iterator[str]:
    """The limits of a route's own methods that are higher, or gone so that the stage's are left."""
    found: dict[str, None] = {}  # the same limit of several methods is told once
    for method_path in dict.fromkeys([*old, *new]):
        above, _slash, verb = method_path.rpartition("/")
        if route_of(above) == path and ("ANY" in methods or verb in methods):
            limits = (side.get(method_path, side.get(STAGE_WIDE)) for side in (old, new))
            found |= dict.fromkeys(raised(*limits))
    yield from found


def _methods(methods: Sequence[str]) -> str:
    return "any method" if "ANY" in methods else ", ".join(methods)


def _more_callers(before: Intent, after: Intent) -> Iterator[str]:
    """By auth, and with the same auth by what it asks for."""
    if after.auth != before.auth:
        strength = after.kind.strength - before.kind.strength
        if strength <= 0:
            yield f"has {'a weaker' if strength else 'another'} auth: {after.auth}, it was {before.auth}"
        return
    for what in ("principals", "scopes"):
        old, new = getattr(before, what), getattr(after, what)
        if old and not new:
            yield f"is no longer limited to some {what}"
        elif old:
            yield from gained(f"has more {what}:", old, new)
    if after.authorizer != before.authorizer:
        yield f"has another authorizer: {after.authorizer}"


def _limits_of(graph: Graph) -> Limits:
    """A stage's limits: `/svc1/GET` → those of the method, and those of all under `*/*`."""
    nodes = graph.of_type(tokens.API_METHOD_SETTINGS)
    return {str(node.get("methodPath")).replace("~1", "/"): node.get("settings") for node in nodes}
