"""A run of the sandbox as the graph that the rules judge."""

from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value
from crosslink.graph.unknown import Unknown, given_in_the_up
from crosslink.path.output import Declared
from crosslink.path.walk import Model, read_model
from crosslink.sandbox.record import UNKNOWN, Plain, Resource, Run


def graph_of(run: Run) -> Graph:
    """The resources of a run."""
    return Graph(nodes_of(run))


def model_of(run: Run) -> Model:
    """The model of the path in a run."""
    return read_model(graph_of(run), declared_of(run))


def declared_of(run: Run) -> Declared | None:
    """The stack's output `path`; None of a program that has none."""
    output = run.outputs.get("path")
    return Declared.model_validate(_known(output, given_in_the_up())) if output else None


def nodes_of(run: Run) -> list[Node]:
    """The resources of a run, components among them: what waits for one waits for all in it."""
    return [_node(resource, run) for resource in run.resources.values()]


def _node(resource: Resource, run: Run) -> Node:
    unknown, properties = given_in_the_up(resource.type), {**resource.inputs, **resource.outputs}
    return Node(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        id=resource.id or unknown,
        account=resource.account,
        region=resource.region,
        properties=_known(properties, unknown) if run.preview else properties,
        missing=unknown if run.preview else None,
        references=resource.property_dependencies,
        dependencies=resource.dependencies,
        ignored=frozenset(resource.options.ignore_changes),
        parent=resource.parent,
        provider=resource.provider,
    )


def _known(value: Plain, unknown: Unknown) -> Value:
    match value:
        case dict():
            return {key: _known(item, unknown) for key, item in value.items()}
        case list():
            return [_known(item, unknown) for item in value]
        case _:
            return unknown if value is UNKNOWN else value
