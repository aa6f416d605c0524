"""Small changes of a stack's resources, as a program could have registered them, or as AWS could show them.

A change works on the nodes of a preview as on those of an up. It changes values and references together, so
that the same fault is seen by whoever follows references (a preview) and by whoever asks AWS (which knows
values).

Resources are named by their type and a pattern of their name, or of account and name where both sides have
one of that name: `crosslink-apps`, `*-back-*`, `222222222222/crosslink-apps`.

The README beside this file shows how to plant a change from a file of one's own.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, TypeAlias, cast

from crosslink.graph import tokens
from crosslink.graph.node import Node
from crosslink.graph.unknown import Unknown
from tests.faults.nodes import (
    Named,
    Nodes,
    NothingChangedError,
    Source,
    find,
    fits,
    is_beside,
    refer,
    with_references,
    with_value,
)

Change: TypeAlias = Callable[[Nodes], Nodes]


def together(*changes: Change) -> Change:
    """Several changes, one after the other."""

    def change(nodes: Nodes) -> Nodes:
        for step in changes:
            nodes = step(nodes)
        return nodes

    return change


def in_aws(change: Change) -> Change:
    """A change of what exists beside the stack, which registers nothing of it: AWS alone shows it."""
    return lambda nodes: change(nodes) if any(map(is_beside, nodes)) else nodes


def put(type_: str, name: str, *path: str | int, value: object) -> Change:
    """Set a property, or what is in it, of the resources of a type whose name fits; None removes it.

    What AWS alone knows is set likewise, by the property that the played AWS takes it from: `health` of a
    target, `state` of a load balancer. The README lists them.
    """
    return _each(type_, name, lambda node: with_value(node, path, value))


def annotate(type_: str, name: str, annotation: str, value: str | None) -> Change:
    """Set an annotation of Kubernetes objects, by its full name; None removes it."""
    return put(type_, name, "metadata", "annotations", annotation, value=value)


def ignore(type_: str, name: str, path: str) -> Change:
    """Let an up leave a property as it is, as the resource option `ignore_changes` does."""
    return _each(type_, name, lambda node: replace(node, ignored=node.ignored | {path}))


def drop(type_: str, name: str = "*") -> Change:
    """Take resources away; what referred to them keeps their ids, and refers to nothing."""

    def change(nodes: Nodes) -> Nodes:
        kept = [node for node in nodes if not fits(node, type_, name)]
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


def point(type_: str, name: str, *path: str | int, to: Named) -> Change:
    """Let a property take its value from another resource, given by type and name."""

    def change(nodes: Nodes) -> Nodes:
        other = find(nodes, *to)

        def pointed(node: Node) -> Node:
            value = [other.id] if isinstance(node.get(*path), list) else other.id
            moved = with_value(node, path, value)
            return refer(moved, str(path[0]), frozenset([other.urn]))

        return _each(type_, name, pointed)(nodes)

    return change


def unpoint(type_: str, name: str, *path: str | int, value: object = None) -> Change:
    """Let a property, or what is in it, have a value of its own, or none, that comes from no other resource.

    The property as a whole refers to nothing then.
    """
    return _each(type_, name, lambda node: refer(with_value(node, path, value), str(path[0])))


def spell_out(type_: str, name: str, property_: str) -> Change:
    """Let a property have its value as a mere text: the same in AWS, but nothing says where it comes from."""
    return _each(type_, name, lambda node: refer(node, property_))


def unwait(type_: str, name: str = "*") -> Change:
    """Take all `depends_on` away, and leave what properties refer to."""
    return _each(
        type_,
        name,
        lambda node: replace(node, dependencies=frozenset[str]().union(*node.references.values())),
    )


def wait(type_: str, name: str, *, for_: Named) -> Change:
    """Add a `depends_on`."""

    def change(nodes: Nodes) -> Nodes:
        other = find(nodes, *for_)
        waiting = _each(type_, name, lambda node: replace(node, dependencies=node.dependencies | {other.urn}))
        return waiting(nodes)

    return change


def move(type_: str, name: str, account: str | None, region: str | None) -> Change:
    """Register a resource with the provider of another account or region; None is the default provider."""
    return _each(type_, name, lambda node: replace(node, account=account, region=region))


def add(like: Named, name: str, properties: Mapping[str, object], **references: Source) -> Change:
    """Add a resource to a component, beside one of its type there.

    Args:
        like: the resource beside it.
        name: its logical name.
        properties: what its properties are.
        references: property → where its value comes from.
    """

    def change(nodes: Nodes) -> Nodes:
        model = find(nodes, *like)
        new = with_references(replace(model, properties=properties), nodes, references)
        id_ = model.id if isinstance(model.id, Unknown) else f"{model.id}-{name}"
        return [*nodes, replace(new, urn=f"{model.urn}-{name}", name=name, id=id_)]

    return change


def register(
    type_: str,
    name: str,
    properties: Mapping[str, object],
    *,
    beside: Named,
    id_: str = "",
    outputs: Mapping[str, object] | None = None,
    waits: Iterable[Named] = (),
    **references: Source | Sequence[Source],
) -> Change:
    """Register a resource of any type in `__main__.py`, outside the components and before them.

    Args:
        type_: its type token.
        name: its logical name.
        properties: what its properties are.
        beside: a resource whose account, region and provider are its own, too.
        id_: its id after an up; by default one that is made of type and name.
        outputs: what AWS gives it after an up, beside the id.
        waits: what it depends on without a reference.
        references: property → where its value comes from, or each value of a list.
    """

    def change(nodes: Nodes) -> Nodes:
        model = find(nodes, *beside)
        stack, project = next(node.urn for node in nodes if not is_beside(node)).split("::")[:2]
        preview = isinstance(model.id, Unknown)
        new = replace(
            model,
            urn=f"{stack}::{project}::{type_}::{name}",
            type=type_,
            name=name,
            id=model.id if preview else id_ or f"{type_.rpartition(':')[2].lower()}-{name}",
            properties={**properties, **({} if preview else outputs or {})},
            parent=None,
        )
        new = with_references(new, nodes, references)
        waited_for = {find(nodes, *named).urn for named in waits}
        return [replace(new, dependencies=new.dependencies | waited_for), *nodes]

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


def _each(type_: str, name: str, change: Callable[[Node], Node]) -> Change:
    def changed(nodes: Nodes) -> Nodes:
        after = [change(node) if fits(node, type_, name) else node for node in nodes]
        if after == nodes:
            raise NothingChangedError(f"{type_} {name}")
        return after

    return changed
