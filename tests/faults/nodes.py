"""The resources that a change works on: how one is found, and altered with all that must go with it."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any, TypeAlias, cast

from crosslink.graph.node import Node, Value

Nodes: TypeAlias = list[Node]
Path: TypeAlias = tuple[str | int, ...]
Named: TypeAlias = tuple[str, str]
"""A resource by its type and a pattern of its name."""
Source: TypeAlias = Named | tuple[str, str, str]
"""Where a value comes from: a resource, whose id it is, or one of a resource's outputs."""


class NothingChangedError(Exception):
    """A change found nothing to change: it would prove nothing."""


def find(nodes: Nodes, type_: str, name: str) -> Node:
    """The first resource of a type whose name fits a pattern."""
    for node in nodes:
        if fits(node, type_, name):
            return node
    raise NothingChangedError(f"no {type_} {name}")


def fits(node: Node, type_: str, name: str) -> bool:
    """Whether a resource is of a type, and its name fits a pattern."""
    return node.type == type_ and (
        fnmatchcase(node.name, name) or fnmatchcase(f"{node.account}/{node.name}", name)
    )


def is_beside(node: Node) -> bool:
    """Whether a resource exists beside the stack, which joins it."""
    return node.urn.startswith("existing|")


def refer(node: Node, property_: str, to: frozenset[str] = frozenset()) -> Node:
    """A node whose property takes its value from other resources than before."""
    references = {**node.references, property_: to}
    kept = frozenset[str]().union(*(urns for key, urns in references.items() if key != property_))
    gone = node.references.get(property_, frozenset[str]()) - kept
    return replace(node, references=references, dependencies=(node.dependencies - gone) | to)


def with_value(node: Node, path: Path, value: object) -> Node:
    """A node with another value at a path; None takes the value away."""
    properties: Any = deepcopy(dict(node.properties))
    owner = properties
    for step in path[:-1]:
        if isinstance(owner, dict) and step not in owner:
            owner[step] = {}
        owner = owner[step]
    if value is None:
        owner.pop(path[-1], None)
    else:
        owner[path[-1]] = value
    return replace(node, properties=properties)


def with_references(node: Node, nodes: Nodes, references: Mapping[str, Source | Sequence[Source]]) -> Node:
    """A node whose properties have their values from other resources, and which refers to nothing else."""
    properties, targets = dict(node.properties), dict[str, frozenset[str]]()
    for property_, given in references.items():
        sources = given if isinstance(given, list) else [cast("Source", given)]
        found = [(find(nodes, type_, name), output) for type_, name, *output in sources]
        values: list[Value] = [other.output(*output) if output else other.id for other, output in found]
        properties[property_] = values if isinstance(given, list) else values[0]
        targets[property_] = frozenset(other.urn for other, _ in found)
    dependencies = frozenset[str]().union(*targets.values())
    return replace(node, properties=properties, references=targets, dependencies=dependencies)
