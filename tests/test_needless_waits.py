"""Nothing waits for what it doesn't need, and what an `up` waits for by `depends_on` is known."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from crosslink.graph import tokens
from crosslink.graph.from_sandbox import graph_of
from crosslink.graph.graph import Graph
from crosslink.sandbox.record import Resource, Run
from crosslink.timeline.timeline import shortest
from crosslink.timeline.waits import explicit
from tests.reasons_to_wait import CLUSTER, COSTS, FEW, REASONS, Kind
from tests.runs import ALL_FILES, DEV, run_stack


def kinds(run: Run) -> Mapping[Kind, list[tuple[Resource, Resource]]]:
    """What waits for what by `depends_on` alone, by the types of both."""
    found: dict[Kind, list[tuple[Resource, Resource]]] = defaultdict(list)
    for resource in run.resources.values():
        named = frozenset[str]().union(*resource.property_dependencies.values())
        for other in map(run.resources.__getitem__, resource.dependencies - named):
            found[resource.type, other.type].append((resource, other))
    return found


def unexplained(run: Run) -> list[str]:
    """What waits for something that nobody has given a reason for."""
    return [
        f"{resource} waits for {other}"
        for kind, edges in kinds(run).items()
        if kind not in REASONS
        for resource, other in edges
    ]


@pytest.mark.parametrize("file", ALL_FILES, ids=lambda file: file.stem)
def test_each_wait_has_a_reason(file: Path) -> None:
    """A new kind needs a row in `tests/reasons_to_wait.py`."""
    assert unexplained(run_stack(file, preview=True)) == []


def test_no_reason_is_left_over() -> None:
    found = set[Kind]().union(*(kinds(run_stack(file, preview=True)) for file in ALL_FILES))
    assert set(REASONS) - found == set()


def test_a_needless_wait_is_found() -> None:
    """The consumer's side is made beside the cluster."""
    run = run_stack(DEV, preview=True)
    link, cluster = run.one(tokens.VPC_LINK), run.one(CLUSTER)
    waiting = replace(link, dependencies=link.dependencies | {cluster.urn})
    planted = replace(run, resources={**run.resources, link.urn: waiting})
    assert unexplained(planted) == [f"{link} waits for {cluster}"]


def test_what_an_up_could_do_without_is_known() -> None:
    run = run_stack(DEV, preview=True)
    graph = graph_of(run)
    with_all = shortest(graph)
    costly = {kind for kind in kinds(run) if with_all - shortest(without(graph, kind)) > FEW}
    assert costly == set(COSTS)
    assert costly <= set(REASONS)


def without(graph: Graph, kind: Kind) -> Graph:
    """A graph in which nothing waits for others by `depends_on` of a kind."""
    waiting, other = kind
    dropped = {node.urn for node in graph.of_type(other)}
    return Graph(
        replace(node, dependencies=node.dependencies - (dropped & explicit(node)))
        if node.type == waiting
        else node
        for node in graph
    )
