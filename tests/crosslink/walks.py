"""What the tests of the model share: the walks of a stack, whole or with resources changed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest
import yaml

from crosslink.graph.from_sandbox import declared_of, model_of, nodes_of
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node
from crosslink.graph.unknown import Fact, Found, present
from crosslink.path.hop import Hop
from crosslink.path.intent import Place
from crosslink.path.output import Declared
from crosslink.path.routes import Way
from crosslink.path.trail import Step
from crosslink.path.walk import Model, Walk, read_model
from settings.backend import Backend
from tests.runs import DEV, STACK_FILES, file_of, run_stack, settings_of

H = TypeVar("H", bound=Hop)

API = Place(account="111111111111", region="us-west-2")
LANDING = Place(account="111111111111", region="us-east-1")
BACKEND = Place(account="222222222222", region="us-east-1")
"""Where the three parts of dev are."""


def is_whole(file: Path) -> bool:
    """Whether a stack makes the whole path: both sides, their networks and clusters, and all Services."""
    config = yaml.safe_load(file.read_text())["config"]
    joining = ("existing", "connection", "loadBalancer", "networkLoadBalancer", "service")
    parts = [config.get("crosslink:consumer"), config.get("crosslink:api"), config["crosslink:backends"]]
    return all(parts) and not set(joining) & {*keys_in([parts[0], parts[2]])}


def keys_in(value: Any) -> Iterator[str]:
    """All keys in a value, however deep."""
    if isinstance(value, dict):
        yield from cast("dict[str, Any]", value)
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys_in(inner)


each_whole_stack = pytest.mark.parametrize(
    "file", list(filter(is_whole, STACK_FILES)), ids=lambda file: file.stem
)
each_stack_file = pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
each_run = pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])


@cache
def model_of_file(file: Path, *, preview: bool = False) -> Model:
    return model_of(run_stack(file, preview=preview))


def walks_of(file: Path, *, preview: bool = False) -> dict[str, Walk]:
    """By name: the route, with its backend if several serve it."""
    return {walk.name: walk for walk in model_of_file(file, preview=preview).walks}


def walk_name(file: Path, backend: Backend, path: str) -> str:
    """The name of the walk of a route to a backend."""
    return f"{path} ({backend.name})" if path in settings_of(file).probed(backend) else path


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
    return {walk.path: walk for walk in read_model(Graph(nodes, **options), declared).walks}


def changed(change: Callable[[Node], Node | None], **options: Any) -> dict[str, Walk]:
    """The walks of dev, each of whose resources is changed, or taken away."""
    nodes = [after for node in nodes_of_dev() if (after := change(node))]
    return read_of(nodes, declared_of_dev(), **options)


def without(*types: str, **options: Any) -> dict[str, Walk]:
    """The walks of dev without the resources of some types."""
    return changed(lambda node: None if node.type in types else node, **options)


def facts(hop: Hop, *names: str) -> tuple[object, ...]:
    return tuple(getattr(hop, name) for name in names)


def there(walk: Walk, step: Step[H]) -> H:
    """The hop of a step, which must be there."""
    found = walk.one(step)
    assert isinstance(found, Hop), f"{step.title}: {found}"
    return found


def told(walk: Walk) -> list[tuple[str, Found[Hop]]]:
    """The hops of a walk by their titles."""
    return [(step.title, hop) for step, hop in walk.hops()]


def wiring(walk: Walk) -> list[tuple[str, str, str]]:
    return [(title, hop.resource, hop.place) for title, found in told(walk) for hop in present(found)]


def ranges(way: Way) -> tuple[object, object]:
    """Where packets come from, and where they go to."""
    return way.subnet.cidr, way.destination


def taken(way: Way) -> tuple[object, bool]:
    """The range of the route that is taken, and whether it goes over a peering."""
    [route] = present(way.route)
    return route.destination, any(present(route.peering))


def with_found(walk: Walk, step: Step[H], found: Fact[tuple[H, ...]]) -> Walk:
    """A walk with something else found at a step."""
    return replace(walk, found={**walk.found, step: found})


def name_of(walk: Walk, step: Step[H]) -> str:
    """The logical name of a step's resource."""
    return there(walk, step).resource.split(" ")[1]
