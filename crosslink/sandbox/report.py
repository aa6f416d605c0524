"""What is printed of a run: resources, the eight steps, the walk and the URL of each route, outputs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from crosslink.graph.unknown import KNOWN_LATER, Unknown
from crosslink.path import steps
from crosslink.path.walk import Model
from crosslink.report.as_json import plain, walks_as_json
from crosslink.report.cause_lines import listed
from crosslink.report.eight_steps import TITLES, EightStep, eight_steps
from crosslink.report.walk import write_walks
from crosslink.rules.verdict import Judgement
from crosslink.sandbox import screen
from crosslink.sandbox.record import UNKNOWN, Plain, Resource, Run, inside

ROUTES = 8  # so many are named to whom asks for another
_LANDING, _PEERING, _OF_THE_PROVIDER = 1, 2, 3  # numbers of steps
_RESOURCE_KEYS = ("urn", "type", "name", "parent", "account", "region", "id")


def as_json(
    run: Run, stack: str, model: Model, judgement: Judgement, placeholders: Collection[str] = ()
) -> dict[str, object]:
    """The whole report as one JSON object, the one that report.schema.json describes.

    Args:
        placeholders: what of examples the stack file still has, which an up refuses.
    """
    return {
        "command": "preview" if run.preview else "up",
        "stack": stack,
        "resources": [
            {name: getattr(resource, name) for name in _RESOURCE_KEYS} for resource in run.resources.values()
        ],
        "steps": plain(eight_steps(model.walks)),
        **walks_as_json(model, judgement),
        "urls": {path: plain(url) for path, url in _urls(model, run).items()},
        "outputs": _shown_outputs(run),
        "warnings": list(run.warnings),
        "placeholders": list(placeholders),
    }


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What of a run is printed; by default one screen of all."""

    walks: Sequence[str] = ()  # routes of which each hop is told
    tree: bool = False  # every resource
    outputs: bool = False  # the stack's outputs, and the URLs
    all: bool = False  # all of it, with who does the eight steps, and every walk in full

    def check(self, model: Model) -> None:
        """Raises UnknownRouteError for a walk of a route that the stack hasn't got."""
        known = {name for walk in model.walks for name in (walk.path, walk.name)}
        if unknown := [walk for walk in self.walks if walk not in known]:
            routes = listed(sorted({walk.path for walk in model.walks}), few=ROUTES)
            raise UnknownRouteError(f"--walk {unknown[0]}: no such route; the stack has {routes or 'none'}")


ONE_SCREEN = Shown()


class UnknownRouteError(Exception):
    """A route was asked for that the stack hasn't got."""


def write(
    run: Run,
    model: Model,
    judgement: Judgement,
    console: Console,
    *,
    stack: str,
    shown: Shown = ONE_SCREEN,
) -> None:
    """Print a run for people.

    Args:
        run: the run.
        model: its path.
        judgement: what the rules say of that.
        console: where to print.
        stack: whose run it is, as commands take it.
        shown: what is printed.
    """
    if shown == ONE_SCREEN:
        why_not = [*_with_why_not(run, model)]
        screen.write(run, model, judgement, console, stack=stack, steps=why_not)
        return
    parts: list[RenderableType] = [*_trees(run)] if shown.tree or shown.all else []
    if shown.all:
        parts.append(_steps(_with_why_not(run, model)))
    if shown.outputs or shown.all:
        parts += [*_urls_table(model, run), _outputs(run)]
    for part in parts:
        console.print(part)
        console.print()
    if shown.walks or shown.all:
        write_walks(model, judgement, console, every=shown.all, only=shown.walks)


def _with_why_not(run: Run, model: Model) -> Iterator[tuple[EightStep, str]]:
    """The eight steps, each with why nothing does it; empty where something must."""
    unneeded, elsewhere = not_needed(run), not_of_this_stack(run)
    for step in eight_steps(model.walks):
        here = "" if step.number not in elsewhere else "not of this stack"
        yield step, "not needed: PrivateLink crosses the regions" if step.number in unneeded else here


def _trees(run: Run) -> Iterator[Tree]:
    return (_resources(place, found, run) for place, found in run.by_place().items())


def _urls_table(model: Model, run: Run) -> Iterator[RenderableType]:
    if urls := _urls(model, run):
        table = Table.grid(padding=(0, 2))
        for path, url in urls.items():
            table.add_row(f"  {path}", Text("no stage serves it" if url is None else str(url)))
        yield Group(Text("URLs", "bold"), table)


def _outputs(run: Run) -> Tree:
    outputs = Tree(Text("Outputs", "bold"))
    _add_values(outputs, _shown_outputs(run))
    return outputs


def _shown_outputs(run: Run) -> dict[str, Plain]:
    """The stack's outputs by name, with `[secret]` and `[known after the up]` for what can't be shown."""
    return {
        name: "[secret]" if name in run.secret_outputs else _shown(value)
        for name, value in sorted(run.outputs.items())
    }


def _shown(value: Plain) -> Plain:
    value = dict(sorted(value.items())) if isinstance(value, dict) else value
    return f"[{KNOWN_LATER}]" if value is UNKNOWN else inside(value, _shown)


def not_of_this_stack(run: Run) -> frozenset[int]:
    """Numbers of the steps that another stack does, or that were done before: those of the other side, and
    the networks and connections that exist.
    """
    path: Mapping[str, Any] = run.outputs.get("path") or {}
    consumer: Mapping[str, str] = path.get("consumer") or {}
    account = consumer.get("accountId")
    backends: Collection[Mapping[str, Any]] = path.get("backends", {}).values()
    networks: Collection[Mapping[str, str]] = path.get("networks", {}).values()
    numbers: set[int] = set()
    if path and account is None:
        numbers |= {*range(1, len(TITLES) + 1)} - {_OF_THE_PROVIDER}
    if backends and all(backend.get("kind") == "service" for backend in backends):
        numbers.add(_OF_THE_PROVIDER)
    # None if all backends are in the API's region.
    if "connections" in path and "peering" not in path["connections"].values():
        numbers.add(_PEERING)
    existing = {network["region"] for network in networks if network["accountId"] == account}
    if existing and existing.issuperset(backend["region"] for backend in backends):
        numbers.add(_LANDING)
    return frozenset(numbers)


def not_needed(run: Run) -> frozenset[int]:
    """Numbers of the steps that nobody does where PrivateLink alone crosses regions."""
    path: Mapping[str, Any] = run.outputs.get("path") or {}
    consumer: Mapping[str, str] = path.get("consumer") or {}
    home = consumer.get("region")
    backends: Collection[Mapping[str, Any]] = path.get("backends", {}).values()
    away = [backend.get("crossing") for backend in backends if home and backend["region"] != home]
    return frozenset({_LANDING, _PEERING} if away and {*away} == {"native"} else ())


def _urls(model: Model, run: Run) -> dict[str, str | Unknown | None]:
    """Route → where callers send requests; None where no stage serves it. None of a stack without an API."""
    path = run.outputs.get("path")
    if path and not path.get("api"):
        return {}
    urls: dict[str, str | Unknown | None] = {}
    for walk in model.walks:
        # With a domain name of its own the API has no other address.
        url = next((hop.url for hop in walk.seen(steps.DOMAIN, steps.STAGE)), None)
        urls[walk.path] = f"{url}{walk.path}" if isinstance(url, str) else url
    return urls


def _resources(place: str, resources: list[Resource], run: Run) -> Tree:
    """The resources of an account and region under the components that hold them."""
    below: defaultdict[str | None, dict[str, Resource]] = defaultdict(dict)
    for resource in resources:
        ancestor: Resource | None = resource
        while ancestor:
            below[ancestor.parent][ancestor.urn] = ancestor
            ancestor = run.resources.get(ancestor.parent or "")

    def grow(tree: Tree, parent: str | None) -> None:
        groups: defaultdict[str, list[Resource]] = defaultdict(list)
        for child in below[parent].values():
            groups[child.urn if child.urn in below else child.type].append(child)
        for key, group in groups.items():  # `ec2.Vpc gateway` for one resource, `ec2.Subnet (4)` for several
            style = "dim" if group[0].component else "cyan"
            name = group[0].name if len(group) == 1 else f"({len(group)})"
            branch = tree.add(Text.assemble((_short(group[0].type), style), f" {name}"))
            if key in below:
                grow(branch, key)

    count = "1 resource" if len(resources) == 1 else f"{len(resources)} resources"
    root = Tree(Text.assemble((place, "bold"), f"  {count}"))
    grow(root, None)
    return root


def _short(type_: str) -> str:
    """`ec2.Vpc` for `aws:ec2/vpc:Vpc`: without the package and the repetition in it."""
    package, module, kind = type_.split(":")
    module = module.partition("/")[0] if package == "aws" else module
    return kind if module == "index" else f"{module}.{kind}"


def _steps(found: Iterable[tuple[EightStep, str]]) -> RenderableType:
    parts: list[RenderableType] = [Text("The eight steps", "bold")]
    for step, why_not in found:
        table = Table.grid(padding=(0, 2))
        for width in (len("123456789012 us-west-2"), len("pcx-0123456789abcdef0"), None):
            table.add_column(min_width=width, overflow="fold")
        for doer in step.doers:
            what = Text(", ".join(map(str, doer.wiring or [doer.id])))
            resource = Text.assemble((_short(doer.type), "cyan"), f" {doer.name}")
            table.add_row(f"{doer.account} {doer.region}", what, resource)
        missing = (f"   {why_not}", "dim") if why_not else ("   nothing does this", "bold red")
        parts.append(Text(f"{step.number}. {step.title}"))
        parts.append(Padding(table, (0, 0, 0, 3), expand=False) if step.doers else Text(*missing))
    return Group(*parts)


def _add_values(tree: Tree, values: Mapping[str, Plain]) -> None:
    for name, value in values.items():
        if isinstance(value, dict) and value:
            _add_values(tree.add(Text(name)), value)
        else:
            tree.add(Text(f"{name}: {value}"))
