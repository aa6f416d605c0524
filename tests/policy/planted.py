"""Stacks as the policy pack is shown them, with faults planted in what the program registers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from crosslink.graph.from_sandbox import declared_of, nodes_of
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value
from crosslink.graph.unknown import Unknown
from crosslink.path.output import Declared
from crosslink.sandbox.record import UNKNOWN, Options, Plain, Resource, Run
from tests.faults.change import Change, Nodes
from tests.policy_pack import CLUSTER_COMPONENT, graph_of_pack, pack_graph
from tests.runs import file_of, run_stack


def declared_in(stack: str, *, preview: bool) -> Declared:
    """What a stack says of its path."""
    return cast("Declared", declared_of(run_stack(file_of(stack), preview=preview)))


def graph_with(stack: str, change: Change | None = None, *, preview: bool) -> Graph:
    """What the pack reads of a stack.

    Only what a change touches goes through the SDK again: it is most of the work.

    Args:
        stack: `dev`, or the name of an example.
        change: the fault planted in it; None leaves it as it is.
        preview: whether it is shown in a preview.
    """
    clean = graph_of_pack(file_of(stack), preview=preview)
    if change is None:
        return clean
    run = run_stack(file_of(stack), preview=preview)
    nodes = nodes_of(run)
    planted = change(list(nodes))
    touched = _touched(nodes, planted)
    shown = {one.urn: one for one in pack_graph(_shown(run, planted, touched))}
    return Graph(
        cast("Node", shown[one.urn] if one.urn in touched else clean.get(one.urn)) for one in planted
    )


def planted_run(stack: str, change: Change, *, preview: bool) -> Run:
    """A run of the program as it would be with a fault."""
    run = run_stack(file_of(stack), preview=preview)
    nodes = nodes_of(run)
    planted = change(list(nodes))
    return _shown(run, planted, _touched(nodes, planted), whole=True)


def _touched(before: Nodes, after: Nodes) -> set[str]:
    """URNs of what has changed, and of what a changed provider makes."""
    kept = {id(one) for one in before}
    changed = {one.urn for one in after if id(one) not in kept}
    return changed | {one.urn for one in after if one.provider in changed}


def _shown(run: Run, nodes: Nodes, touched: set[str], *, whole: bool = False) -> Run:
    """A run of what is touched and, bare, what that refers to; of everything if the whole is asked for."""
    resources: dict[str, Resource] = {}
    urns = {node.urn for node in nodes}
    near = set().union(*(_near(node) for node in nodes if node.urn in touched))
    for node in nodes:
        if node.urn in touched:
            provider = _provider(node, run)
            if provider and provider.urn not in urns:
                resources[provider.urn] = provider
            resources[node.urn] = _resource(node, provider)
        elif whole or run.resources[node.urn].is_provider:
            resources[node.urn] = run.resources[node.urn]
        elif node.urn in near:
            resources[node.urn] = replace(run.resources[node.urn], inputs={}, outputs={})
    return replace(run, resources=resources)


def _near(node: Node) -> set[str]:
    """What a node refers to."""
    return {*node.dependencies, node.parent or "", *frozenset[str]().union(*node.references.values())}


def _provider(node: Node, run: Run) -> Resource | None:
    """The provider of the account and region where a node is now: nowhere is where default providers are."""
    if node.provider is None:
        return None
    own = run.resources[node.provider]
    if _place(own) == (node.account, node.region):
        return own
    if (node.account, node.region) == (None, None):
        return _like(own, "default_7_51_1", {})
    here = [one for one in run.of_type(own.type) if _place(one) == (node.account, node.region)]
    place = {"region": node.region, "allowedAccountIds": f'["{node.account}"]'}
    return here[0] if here else _like(own, "elsewhere", place)


def _like(provider: Resource, name: str, inputs: Mapping[str, Plain]) -> Resource:
    return replace(provider, urn=f"{provider.urn.rpartition('::')[0]}::{name}", name=name, inputs=inputs)


def _place(resource: Resource) -> tuple[str | None, str | None]:
    return resource.account, resource.region


def _resource(node: Node, provider: Resource | None) -> Resource:
    return Resource(
        urn=node.urn,
        type=node.type,
        name=node.name,
        component=node.type.startswith("crosslink:") or node.type == CLUSTER_COMPONENT,
        id=None if isinstance(node.id, Unknown) else node.id,
        parent=node.parent,
        inputs=cast("Mapping[str, Plain]", _plain(dict(node.properties))),
        outputs={},
        secrets=frozenset(),
        provider=provider.urn if provider else None,
        providers={},
        account=node.account,
        region=node.region,
        dependencies=node.dependencies,
        property_dependencies=node.references,
        options=Options(ignore_changes=tuple(node.ignored)),
    )


def _plain(value: Value) -> Plain:
    match value:
        case Unknown():
            return UNKNOWN
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value
