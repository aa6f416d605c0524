"""A run in one screen: places, the eight steps, the way of each route, what the rules say, and what next."""

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from crosslink.graph import tokens
from crosslink.graph.unknown import Text as Fact
from crosslink.path.walk import Model
from crosslink.report.brief import write_in_brief
from crosslink.report.cause_lines import listed
from crosslink.report.eight_steps import ADDRESSES, Doer, EightStep
from crosslink.rules.verdict import Judgement
from crosslink.sandbox.record import Resource, Run

# The resources by whose names people know a step; of what is beside them there is a count.
_KNOWN_BY: Mapping[int, Sequence[str]] = {
    1: [tokens.VPC],
    2: [tokens.PEERING],
    6: [tokens.LOAD_BALANCER],
    7: tokens.VPC_LINKS,
    8: [tokens.REST_API, tokens.STAGE],
}
_DEV = "dev"  # the stack that commands take by default


def write(
    run: Run,
    model: Model,
    judgement: Judgement,
    console: Console,
    *,
    stack: str,
    steps: Sequence[tuple[EightStep, str]],
) -> None:
    """Print the screen.

    Args:
        run: the run.
        model: its path.
        judgement: what the rules say of that.
        console: where to print.
        stack: whose run it is, as commands take it.
        steps: the eight steps, each with why nothing does it; empty where something must.
    """
    for part in (_places(run), _steps(steps)):
        console.print(part)
        console.print()
    write_in_brief(model, judgement, [*_next(run, stack, model, judgement)], console)


def _places(run: Run) -> RenderableType:
    """A line for each account and region: how many resources, and of which components."""
    table = Table.grid(Column(no_wrap=True), Column(justify="right"), Column(), padding=(0, 2))
    for place, resources in run.by_place().items():
        made = (resource for resource in resources if not resource.type.startswith("pulumi:providers:"))
        owners = dict.fromkeys(_owner(resource, run) for resource in made)
        kinds = Counter(owner.type.rpartition(":")[2] for owner in owners)
        told = (f"{count} {kind}" if count > 1 else kind for kind, count in kinds.items())
        table.add_row(Text(place, "bold"), str(len(resources)), Text(", ".join(told)))
    return table


def _owner(resource: Resource, run: Run) -> Resource:
    """The part of a side that a resource belongs to, or itself."""
    above = [resource]
    while parent := run.resources.get(above[-1].parent or ""):
        above.append(parent)
    components = [each for each in above if each.component]
    return components[-2] if len(components) > 1 else resource


def _steps(steps: Sequence[tuple[EightStep, str]]) -> RenderableType:
    table = Table.grid(Column(min_width=30), Column(overflow="fold"), padding=(0, 2))
    for step, why_not in steps:
        missing = (why_not, "dim") if why_not else ("nothing does this", "bold red")
        done_by = (_done_by(step), "cyan") if step.doers else missing
        table.add_row(f"{step.number}. {step.title}", Text(*done_by))
    return Group(
        Text("The eight steps, and what AWS calls that which does them (+ how many more resources)", "bold"),
        table,
    )


def _done_by(step: EightStep) -> str:
    known_by = _KNOWN_BY.get(step.number, ())
    named = [doer for doer in step.doers if doer.type in known_by] or [*step.doers]
    names = dict.fromkeys(name for doer in named for name in _names(doer, step.number))
    others = len(step.doers) - len(named)
    return listed(map(str, names), few=2) + (f" (+{others})" if others else "")


def _names(doer: Doer, number: int) -> Sequence[Fact]:
    if number == ADDRESSES or doer.type == tokens.STAGE:
        return doer.wiring
    if isinstance(doer.id, str) and doer.type == tokens.LOAD_BALANCER:
        return [doer.id.split("/")[-2]]  # its name; the rest of the ARN repeats account and region
    return [doer.id]


def _next(run: Run, stack: str, model: Model, judgement: Judgement) -> Iterator[tuple[str, str]]:
    """The commands to try next, each with what it does."""
    given = "" if stack == _DEV else f" --stack {shlex.quote(stack)}"
    sandbox = ".venv/bin/crosslink sandbox"
    command = f"{sandbox} {'preview' if run.preview else 'up'}{given}"
    routes = [walk.path for walk in model.walks]
    stopped = [path for paths in judgement.stops().values() for path in paths]
    for path in (stopped or routes)[:1]:
        yield f"{command} --walk {shlex.quote(path)}", "each hop, with what the rules say"
    yield f"{command} --tree", "every resource; or --outputs, or --all"
    yield f"{sandbox} diagram{given}", "a picture"
    yield "make demo-fault", f"{_DEV} with a fault planted"
    other = "existing-cluster" if stack == "two-regions" else "two-regions"
    yield f"{sandbox} up --stack {other}", "another shape: docs/recipes has them all"
