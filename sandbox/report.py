"""What the sandbox prints of a run: its resources by account and region, and the stack's outputs."""

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from sandbox.record import UNKNOWN, Plain, Resource, Run

Place = tuple[str, str]
"""Account id and region."""


def by_place(run: Run) -> Mapping[Place, list[Resource]]:
    """The resources of each account and region. Components are nowhere: they only group resources."""
    places: dict[Place, list[Resource]] = {}
    for resource in run.resources.values():
        if resource.account and resource.region:
            places.setdefault((resource.account, resource.region), []).append(resource)
    return dict(sorted(places.items()))


def as_json(run: Run, stack: str) -> dict[str, object]:
    """The whole report as one JSON object, the one that report.schema.json describes."""
    return {
        "command": "preview" if run.preview else "up",
        "stack": stack,
        "resources": [
            {
                "urn": resource.urn,
                "type": resource.type,
                "name": resource.name,
                "parent": resource.parent,
                "account": resource.account,
                "region": resource.region,
                "id": resource.id,
            }
            for resource in run.resources.values()
        ],
        "outputs": shown_outputs(run),
        "warnings": list(run.warnings),
    }


def write(run: Run, console: Console) -> None:
    """Print a run for people: a tree per account and region, then the outputs."""
    for (account, region), resources in by_place(run).items():
        count = "1 resource" if len(resources) == 1 else f"{len(resources)} resources"
        heading = Text.assemble((f"{account} {region}", "bold"), f"  {count}")
        console.print(_tree(heading, resources, run))
        console.print()
    outputs = Tree(Text("Outputs", "bold"))
    for name, value in shown_outputs(run).items():
        _add_value(outputs, name, value)
    console.print(outputs)


def shown_outputs(run: Run) -> dict[str, Plain]:
    """The stack's outputs by name, with `[secret]` and `[unknown]` for what can't be shown."""
    return {
        name: "[secret]" if name in run.secret_outputs else _shown(value)
        for name, value in sorted(run.outputs.items())
    }


def _shown(value: Plain) -> Plain:
    match value:
        case dict():
            return {key: _shown(item) for key, item in sorted(value.items())}
        case list():
            return [_shown(item) for item in value]
        case _:
            return "[unknown]" if value is UNKNOWN else value


def _tree(heading: Text, resources: list[Resource], run: Run) -> Tree:
    """The resources under the components that hold them."""
    root = Tree(heading)
    branches: dict[str, Tree] = {}

    def branch(resource: Resource) -> Tree:
        if resource.urn not in branches:
            above = branch(run.resources[resource.parent]) if resource.parent else root
            branches[resource.urn] = above.add(_label(resource))
        return branches[resource.urn]

    for resource in resources:
        branch(resource)
    return root


def _label(resource: Resource) -> Text:
    """`ec2.Vpc gateway`: the type without its package and the repetition in it, and the name."""
    _, module, kind = resource.type.split(":")
    if resource.package == "aws":
        module = module.partition("/")[0]
    style = "dim" if resource.component else "cyan"
    return Text.assemble((kind if module == "index" else f"{module}.{kind}", style), f" {resource.name}")


def _add_value(tree: Tree, name: str, value: Plain) -> None:
    if isinstance(value, dict) and value:
        below = tree.add(Text(name))
        for key, item in value.items():
            _add_value(below, key, item)
    else:
        tree.add(Text(f"{name}: {value}"))
