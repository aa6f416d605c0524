"""Reads of what the fake AWS plays."""

from collections.abc import Iterable
from typing import Any

from crosslink.graph import from_aws as live
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node
from crosslink.graph.unknown import Unknown
from crosslink.path.output import Declared
from tests import runs
from tests.fake_aws import FakeAws


def outputs(example: str | None = None) -> dict[str, Any]:
    return dict(runs.run_stack(runs.file_of(example), preview=False).outputs)


def read(aws: FakeAws, example: str | None = None, path: dict[str, Any] | None = None) -> Graph:
    stack = outputs(example)
    declared = Declared.model_validate(path or stack["path"])
    return live.read(declared, aws, stack["kubeconfigs"], aws.connect)


def only(graph: Iterable[Node], type_: str, place: tuple[str, str] | None = None) -> Node:
    (node,) = (node for node in graph if node.type == type_ and place in (None, (node.account, node.region)))
    return node


def types(graph: Iterable[Node], place: tuple[str, str]) -> set[str]:
    return {node.type for node in graph if (node.account, node.region) == place}


def why_unread(graph: Graph, type_: str, place: tuple[str, str]) -> Unknown | None:
    """What the graph says when nothing of a type is found beside a resource of that place."""
    beside = next(node for node in graph if (node.account, node.region) == place)
    found = graph.one([], type_, beside)
    assert not isinstance(found, Node)
    return found
