"""What opens up: who may do more, from where, and which limits go. What closes isn't told.

On the path that is what the routes declare, to which the rules hold the resources; elsewhere it is what the
resources say themselves, and what a security rule of the policy pack finds in HEAD alone.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from crosslink.compare import resource_openings, route_openings
from crosslink.compare.changes import displayed
from crosslink.compare.sources import Side
from crosslink.graph.node import Node
from crosslink.sandbox.record import Resource
from policy.security.rule import ONLY_KNOWN


@dataclass(frozen=True)
class Opening:
    """One thing that opens up."""

    what: tuple[str, ...]  # the routes' paths, or resources, each with its type and name
    how: str


def openings(base: Side, head: Side) -> tuple[Opening, ...]:
    """What is more open in HEAD than in BASE, routes first; the same of several is one opening."""
    found = list(route_openings.routes(base, head))
    for find in (resource_openings.properties, resource_openings.connections, resource_openings.limits_gone):
        found += [(_named(node), how) for node, how in find(base.graph, head.graph)]
    if head.declared and head.declared.consumer is None:
        services = resource_openings.new_services(base.graph, head.graph)
        found += [(_named(node), how) for node, how in services]
    of_rules = list(_of_rules(base, head))
    # What rules of one security group let in together is one opening, however many they are.
    alike = Counter(how for _what, how in of_rules)
    together = {what for what, how in of_rules if alike[how] > 1}
    found = [(what, how) for what, how in found if what not in together]
    told = {what for what, _how in found}
    found += [(what, how) for what, how in of_rules if what not in told]
    found += _unprotected(base, head)
    by_how: dict[str, list[str]] = {}
    for what, how in found:
        by_how.setdefault(how, []).append(what)
    return tuple(Opening(tuple(whats), how) for how, whats in by_how.items())


def _of_rules(base: Side, head: Side) -> Iterator[tuple[str, str]]:
    """What breaks a security rule; the policy pack itself reports what is unknown before the up."""
    for rule, broken in head.security.items():
        already = {urn for finding in base.security[rule] for urn in finding.urns}
        for finding in broken if rule != ONLY_KNOWN else ():  # types are told by themselves
            for urn, why in product(finding.urns, finding.why):
                if urn not in already:
                    yield _named(head.run.resources[urn]), f"{why} ({rule})"


def _unprotected(base: Side, head: Side) -> Iterator[tuple[str, str]]:
    for urn, after in head.run.resources.items():
        before = base.run.resources.get(urn)
        if before and before.options.protect and not after.options.protect:
            yield _named(after), "is no longer protected: Pulumi would delete it"


def _named(resource: Node | Resource) -> str:
    return f"{displayed(resource.type)} {resource.name}"
