"""Resources of the examples, and small changes of them."""

from dataclasses import replace
from typing import Any

from crosslink.graph.from_sandbox import nodes_of
from crosslink.graph.node import Node
from tests import runs

CONSUMER, PROVIDER = "111111111111", "222222222222"
GATEWAY = (CONSUMER, "us-west-2")
LANDING = (CONSUMER, "us-east-1")
BACKEND = (PROVIDER, "us-east-1")


def up(example: str | None = None) -> list[Node]:
    """The resources of dev, or of an example."""
    return nodes_of(runs.run_stack(runs.file_of(example), preview=False))


def changed(nodes: list[Node], type_: str, **properties: Any) -> list[Node]:
    """Nodes of which all of a type have other properties."""
    return [
        replace(node, properties={**node.properties, **properties}) if node.type == type_ else node
        for node in nodes
    ]


def without(nodes: list[Node], type_: str) -> list[Node]:
    return [node for node in nodes if node.type != type_]


def first(nodes: list[Node], type_: str, place: tuple[str, str] | None = None) -> Node:
    return next(node for node in nodes if node.type == type_ and place in (None, (node.account, node.region)))
