"""What opens up: who may do more, from where, and which limits go. What closes isn't told.

On the path that is what the routes declare, to which the rules hold the resources; elsewhere it is what the
resources say themselves, and what a security rule of the policy pack finds in HEAD alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from crosslink.compare.changes import displayed
from crosslink.compare.resource_openings import limits_gone, properties_wider, ranges_wider
from crosslink.compare.route_openings import limits_of, new_route, wider_limits, wider_route
from crosslink.compare.sources import Side
from crosslink.graph.node import Node
from crosslink.graph.unknown import present
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
    for find in (properties_wider, ranges_wider, limits_gone):
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
    old, new = limits_of(base.graph), limits_of(head.graph)
    for path, intent in after.items():
        if was := before.get(path):
            yield from ((path, how) for how in wider_route(was, intent))
            yield from ((path, how) for how in wider_limits(path, intent.methods, old, new))
        else:
            yield path, new_route(intent)


def _of_rules(base: Side, head: Side) -> Iterator[tuple[str, str]]:
    """What breaks a security rule; the policy pack itself reports what is unknown before the up."""
    known = {(rule, urn) for rule, urn, _why in _broken(base)}
    for rule, urn, why in _broken(head):
        if (rule, urn) not in known:
            yield _named(head.run.resources[urn]), f"{why} ({rule})"


def _broken(side: Side) -> Iterator[tuple[str, str, str]]:
    """Rule, URN, and why."""
    stack = Stack(graph=side.graph, declared=side.declared)
    for rule in RULES:
        broken, _unknown = findings.security(rule, stack)
        yield from ((rule.id, urn, why) for found in broken for urn in found.urns for why in found.why)


def _unprotected(base: Side, head: Side) -> Iterator[tuple[str, str]]:
    for urn, after in head.run.resources.items():
        before = base.run.resources.get(urn)
        if before and before.options.protect and not after.options.protect:
            yield _named(after), "is no longer protected: Pulumi would delete it"


def _named(resource: Node | Resource) -> str:
    return f"{displayed(resource.type)} {resource.name}"
