"""Reads what stands beside the hops: the Pulumi providers, and where every resource is and refers to."""

import json
from collections.abc import Iterator

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, Node, Value, at
from crosslink.graph.unknown import Hop, Unknown
from crosslink.path.hops.network import Account
from crosslink.path.walk import Reference, Registered

SIDES = {"crosslink:consumer:ConsumerSide": "consumer", "crosslink:provider:ProviderSide": "provider"}


def accounts_of(graph: Graph) -> tuple[Account, ...]:
    """The AWS providers. Complex inputs of a provider are JSON texts."""
    return tuple(
        Account(
            **at(node),
            allowed=_listed(node.get("allowedAccountIds")),
            roles=_roles(_listed(node.get("assumeRoles"))),
        )
        for node in graph.of_type(tokens.AWS_ACCOUNT)
    )


def _listed(value: Value) -> Value:
    if isinstance(value, Unknown):
        return value
    return tuple(json.loads(value)) if isinstance(value, str) else tuple(value or ())


def _roles(roles: Value) -> Value:
    return roles if isinstance(roles, Unknown) else tuple(role.get("roleArn") for role in roles)


def registered_of(graph: Graph) -> Iterator[Registered]:
    """Every resource of AWS and Kubernetes that is of one of the sides, with its references to other places.

    What is registered beside them goes where it likes: requests don't depend on it.
    """
    for node in graph:
        side = next((side for token, side in SIDES.items() if token in node.urn), None)
        if side and node.type.startswith(("aws:", "kubernetes:")):
            references = tuple(_crossing(graph, node))
            yield Registered(**at(node), type=node.type, side=side, references=references)


def _crossing(graph: Graph, node: Node) -> Iterator[Reference]:
    by_property = {urn: name for name, urns in node.references.items() for urn in urns}
    for urn in sorted(node.dependencies | by_property.keys()):
        other = graph.get(urn)
        if other and other.account and (other.account, other.region) != (node.account, node.region):
            yield Reference(property=by_property.get(urn), to=Hop(**at(other)))
