"""What the tests of the model share: the walks of a stack, whole or with resources changed."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crosslink.graph.from_sandbox import declared_of, model_of, nodes_of
from crosslink.graph.graph import Graph, Node
from crosslink.graph.unknown import present
from crosslink.path.hop import Hop
from crosslink.path.intent import Place
from crosslink.path.load_balancers import Target
from crosslink.path.output import Declared
from crosslink.path.routes import Way
from crosslink.path.walk import Model, Walk
from tests.runs import DEV, STACK_FILES, file_of, run_stack

API = Place(account="111111111111", region="us-west-2")
LANDING = Place(account="111111111111", region="us-east-1")
BACKEND = Place(account="222222222222", region="us-east-1")
"""Where the three parts of dev are."""

each_stack_file = pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
each_run = pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])


@cache
def model_of_file(file: Path, *, preview: bool = False) -> Model:
    return model_of(run_stack(file, preview=preview))


def walks_of(file: Path, *, preview: bool = False) -> dict[str, Walk]:
    return {walk.path: walk for walk in model_of_file(file, preview=preview).walks}


def walk_of(path: str, example: str | None = None, *, preview: bool = False) -> Walk:
    return walks_of(file_of(example), preview=preview)[path]


@cache
def nodes_of_dev() -> list[Node]:
    return nodes_of(run_stack(DEV, preview=False))


@cache
def declared_of_dev() -> Declared | None:
    return declared_of(run_stack(DEV, preview=False))


def read_of(nodes: list[Node], declared: Declared | None, **options: Any) -> dict[str, Walk]:
    """The walks of some resources, whose graph may have options."""
    return {walk.path: walk for walk in read(Graph(nodes, **options), declared).walks}


def changed(change: Callable[[Node], Node | None], **options: Any) -> dict[str, Walk]:
    """The walks of dev, each of whose resources is changed, or taken away."""
    nodes = [after for node in nodes_of_dev() if (after := change(node))]
    return read_of(nodes, declared_of_dev(), **options)


def without(*types: str, **options: Any) -> dict[str, Walk]:
    """The walks of dev without the resources of some types."""
    return changed(lambda node: None if node.type in types else node, **options)


def facts(hop: Hop, *names: str) -> tuple[object, ...]:
    return tuple(getattr(hop, name) for name in names)


def wiring(walk: Walk) -> list[tuple[str, str, str]]:
    return [(title, hop.resource, hop.place) for title, found in walk.hops() for hop in present(found)]


def told(target: Target) -> tuple[object, object, object]:
    """A target, and where packets to it and back come from and go to."""
    return (
        facts(target, "target", "port", "zone", "outside"),
        [(way.subnet.cidr, way.destination) for way in target.out],
        [(way.subnet.cidr, way.destination) for way in target.back],
    )


def taken(way: Way) -> tuple[object, bool]:
    """The range of the route that is taken, and whether it goes over a peering."""
    [route] = present(way.route)
    return route.destination, any(present(route.peering))
