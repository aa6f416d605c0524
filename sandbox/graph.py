"""A run of the sandbox as the graph that `reachability` reads."""

from reachability.facts import Unknown
from reachability.graph import Graph, Node, Value
from sandbox.record import UNKNOWN, Plain, Resource, Run


def graph_of(run: Run) -> Graph:
    """The resources of a run."""
    return Graph(nodes_of(run))


def nodes_of(run: Run) -> list[Node]:
    """The resources of a run, without components."""
    return [_node(resource, run) for resource in run.resources.values() if not resource.component]


def _node(resource: Resource, run: Run) -> Node:
    giver = "the cluster" if resource.package == "kubernetes" else "AWS"
    unknown = Unknown(f"{giver} gives it in the up")
    return Node(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        id=resource.id or unknown,
        account=resource.account,
        region=resource.region,
        properties=_known({**resource.inputs, **resource.outputs}, unknown),
        missing=unknown if run.preview else None,
        references=resource.property_dependencies,
        dependencies=resource.dependencies,
    )


def _known(value: Plain, unknown: Unknown) -> Value:
    match value:
        case dict():
            return {key: _known(item, unknown) for key, item in value.items()}
        case list():
            return [_known(item, unknown) for item in value]
        case _:
            return unknown if value is UNKNOWN else value
