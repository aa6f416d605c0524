"""Small changes of a stack's resources, as a program could have registered them, or as AWS could show them.

A change works on the nodes of a preview as on those of an up. It changes values and references together, so
that the same fault is seen by whoever follows references (a preview) and by whoever asks AWS (which knows
values).

Resources are named by their type and a pattern of their name, or of account and name where both sides have
one of that name: `crosslink-apps`, `*-back-*`, `222222222222/crosslink-apps`.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any, TypeAlias, cast

from crosslink.graph import tokens
from crosslink.graph.graph import Node
from crosslink.graph.unknown import Unknown

Nodes: TypeAlias = list[Node]
Change: TypeAlias = Callable[[Nodes], Nodes]
Path: TypeAlias = tuple[str | int, ...]


class NothingChangedError(Exception):
    """A change found nothing to change: it would prove nothing."""


def together(*changes: Change) -> Change:
    """Several changes, one after the other."""

    def change(nodes: Nodes) -> Nodes:
        for one in changes:
            nodes = one(nodes)
        return nodes

    return change


def put(type_: str, name: str, *path: str | int, value: object) -> Change:
    """Set a property, or what is in it, of the resources of a type whose name fits a pattern."""
    return _each(type_, name, lambda node: _with(node, path, value))


def drop(type_: str, name: str = "*") -> Change:
    """Take resources away; what referred to them keeps their ids, and refers to nothing."""

    def change(nodes: Nodes) -> Nodes:
        kept = [node for node in nodes if not _fits(node, type_, name)]
        if len(kept) == len(nodes):
            raise NothingChangedError(f"drop {type_} {name}")
        return kept

    return change


def edit(type_: str, name: str, how: Callable[[Any], None]) -> Change:
    """Change the properties of the resources of a type whose name fits a pattern; `how` may write to them."""

    def edited(node: Node) -> Node:
        properties = deepcopy(dict(node.properties))
        how(properties)
        return replace(node, properties=properties)

    return _each(type_, name, edited)


def point(type_: str, name: str, *path: str | int, to: tuple[str, str]) -> Change:
    """Let a property take its value from another resource, given by type and name."""

    def change(nodes: Nodes) -> Nodes:
        other = find(nodes, *to)

        def pointed(node: Node) -> Node:
            value = [other.id] if isinstance(node.get(*path), list) else other.id
            moved = _with(node, path, value)
            return _refer(moved, str(path[0]), frozenset([other.urn]))

        return _each(type_, name, pointed)(nodes)

    return change


def unpoint(type_: str, name: str, property_: str, value: object = None) -> Change:
    """Let a property have a value of its own, or none, instead of one that comes from another resource."""
    return _each(type_, name, lambda node: _refer(_with(node, (property_,), value), property_))


def spell_out(type_: str, name: str, property_: str) -> Change:
    """Let a property have its value as a mere text: the same in AWS, but nothing says where it comes from."""
    return _each(type_, name, lambda node: _refer(node, property_))


def unwait(type_: str, name: str = "*") -> Change:
    """Take all `depends_on` away, and leave what properties refer to."""
    return _each(
        type_,
        name,
        lambda node: replace(node, dependencies=frozenset[str]().union(*node.references.values())),
    )


def wait(type_: str, name: str, *, for_: tuple[str, str]) -> Change:
    """Add a `depends_on`."""

    def change(nodes: Nodes) -> Nodes:
        other = find(nodes, *for_)
        waiting = _each(type_, name, lambda node: replace(node, dependencies=node.dependencies | {other.urn}))
        return waiting(nodes)

    return change


def move(type_: str, name: str, account: str | None, region: str | None) -> Change:
    """Register a resource with the provider of another account or region; None is the default provider."""
    return _each(type_, name, lambda node: replace(node, account=account, region=region))


def add(
    like: tuple[str, str], name: str, properties: Mapping[str, object], **references: tuple[str, str]
) -> Change:
    """Add a resource beside one like it, with properties and references of its own."""

    def change(nodes: Nodes) -> Nodes:
        model = find(nodes, *like)
        targets = {key: find(nodes, *to) for key, to in references.items()}
        node = replace(
            model,
            urn=f"{model.urn}-{name}",
            name=name,
            id=model.id if isinstance(model.id, Unknown) else f"{model.id}-{name}",
            properties={**properties, **{key: other.id for key, other in targets.items()}},
            references={key: frozenset([other.urn]) for key, other in targets.items()},
            dependencies=frozenset(other.urn for other in targets.values()),
        )
        return [*nodes, node]

    return change


def document(how: Callable[[Any], None], *, deployed: bool = True) -> Change:
    """Change the API's OpenAPI document; it is deployed again, unless it isn't."""

    def change(nodes: Nodes) -> Nodes:
        before = cast("str", find(nodes, tokens.REST_API, "*").get("body"))
        definition = json.loads(before)
        how(definition)
        body = json.dumps(definition, sort_keys=True, separators=(",", ":"))
        nodes = put(tokens.REST_API, "*", "body", value=body)(nodes)
        if deployed:
            digest = hashlib.sha256(body.encode()).hexdigest()
            return put(tokens.API_DEPLOYMENT, "*", "triggers", "document", value=digest)(nodes)
        return put(tokens.API_DEPLOYMENT, "*", "export", value=before)(nodes)

    return change


def find(nodes: Nodes, type_: str, name: str) -> Node:
    """The first resource of a type whose name fits a pattern."""
    for node in nodes:
        if _fits(node, type_, name):
            return node
    raise NothingChangedError(f"no {type_} {name}")


def _each(type_: str, name: str, change: Callable[[Node], Node]) -> Change:
    def changed(nodes: Nodes) -> Nodes:
        after = [change(node) if _fits(node, type_, name) else node for node in nodes]
        if after == nodes:
            raise NothingChangedError(f"{type_} {name}")
        return after

    return changed


def _fits(node: Node, type_: str, name: str) -> bool:
    return node.type == type_ and (
        fnmatchcase(node.name, name) or fnmatchcase(f"{node.account}/{node.name}", name)
    )


def _refer(node: Node, property_: str, to: frozenset[str] = frozenset()) -> Node:
    """A node whose property takes its value from other resources than before."""
    references = {**node.references, property_: to}
    kept = frozenset[str]().union(*(urns for key, urns in references.items() if key != property_))
    gone = node.references.get(property_, frozenset[str]()) - kept
    return replace(node, references=references, dependencies=(node.dependencies - gone) | to)


def _with(node: Node, path: Path, value: object) -> Node:
    """A node with another value at a path; None takes the value away."""
    properties: Any = deepcopy(dict(node.properties))
    owner = properties
    for step in path[:-1]:
        owner = owner[step]
    if value is None:
        owner.pop(path[-1], None)
    else:
        owner[path[-1]] = value
    return replace(node, properties=properties)
