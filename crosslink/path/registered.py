"""The resources of the program's sides and their Pulumi providers: where they are, and what they refer to."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, side_of
from crosslink.graph.unknown import Fact, Text
from crosslink.path.hop import Hop, Source, base_of, hop, prop, read


def _listed(value: Value) -> tuple[Value, ...]:
    """A list; complex inputs of a provider are JSON texts."""
    return tuple(json.loads(value)) if isinstance(value, str) else tuple(value or ())


@hop
class Account(Hop):
    """A Pulumi provider for one account and region."""

    token = tokens.AWS_ACCOUNT
    allowed: Fact[tuple[str, ...]] = prop("allowedAccountIds", convert=_listed)
    roles: Fact[tuple[str | None, ...]] = prop(  # ARNs of the roles that it assumes, one after the other
        "assumeRoles", convert=lambda roles: tuple(role.get("roleArn") for role in _listed(roles))
    )


def accounts_of(graph: Graph) -> tuple[Account, ...]:
    """The AWS providers of the sides' resources; a team's own may be for whatever it likes."""
    used = {node.provider for node in graph if side_of(node.urn)}
    providers = graph.of_type(tokens.AWS_ACCOUNT)
    return tuple(read(Account, Source(graph, node)) for node in providers if node.urn in used)


@dataclass(frozen=True, kw_only=True)
class Reference:
    """That one resource's property takes its value from another resource."""

    property: str | None  # None for a mere `depends_on`
    to: Hop


@dataclass(frozen=True, kw_only=True)
class Registered(Hop):
    """Any resource of a side of the program."""

    type: str
    side: str  # `consumer` or `provider`
    own_region: Text  # that it asks for itself; None for its provider's
    references: tuple[Reference, ...]  # what it refers to in other accounts and regions


def registered_of(graph: Graph) -> Iterator[Registered]:
    """Every resource of AWS and Kubernetes that belongs to one of the sides.

    What is registered beside them goes where it likes: requests don't depend on it.
    """
    for node in graph:
        if (side := side_of(node.urn)) and node.type.startswith(("aws:", "kubernetes:")):
            crossing = tuple(_crossing(graph, node))
            own = node.get("region") if node.type.startswith("aws:") else None
            yield Registered(
                **base_of(node),
                type=node.type,
                side=side,
                own_region=own,
                references=crossing,
            )


def _crossing(graph: Graph, node: Node) -> Iterator[Reference]:
    by_property = {urn: name for name, urns in node.references.items() for urn in urns}
    for urn in sorted(node.dependencies | by_property.keys()):
        other = graph.get(urn)
        if other and other.account and (other.account, other.region) != (node.account, node.region):
            yield Reference(property=by_property.get(urn), to=Hop(**base_of(other)))
