"""The two sides of a comparison: what BASE and HEAD name, and a preview of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console

from crosslink.compare import checkout
from crosslink.graph.from_sandbox import declared_of, graph_of
from crosslink.graph.graph import Graph
from crosslink.graph.node import value_at
from crosslink.path.output import Declared
from crosslink.path.walk import Model, read_model
from crosslink.project import is_checkout, root
from crosslink.rules.verdict import Judgement, judge
from crosslink.sandbox import engine, go_yaml, stack_file
from crosslink.sandbox.record import ProgramError, Run
from crosslink.sandbox.stack_file import StackFileError
from policy import findings
from policy.security import RULES
from policy.security.rule import Stack

# The run of a stack that isn't there yet
NOTHING = Run(preview=True, resources={}, invokes=(), outputs={}, secret_outputs=frozenset(), warnings=())
_NO_CHECKOUT = "isn't the folder of a checkout, with a __main__.py and a Pulumi.yaml"


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a side comes from."""

    program: Path  # the `__main__.py` that is run
    foreign: bool  # whether it is another checkout's, with modules of its own
    file: Path | None  # the stack file; None if the checkout doesn't have this stack


@dataclass(frozen=True)
class Side:
    """One side."""

    run: Run  # a preview: in an up, ids that the sandbox makes up would be among the inputs
    secrets: Mapping[str, str]  # secret setting → its encrypted value
    checkout: Path | None = None  # the folder of the program; None if it doesn't matter

    @cached_property
    def graph(self) -> Graph:
        return graph_of(self.run)

    @cached_property
    def declared(self) -> Declared | None:
        """The output `path`.

        Raises:
            ProgramError: another version of the program has made it.
        """
        try:
            return declared_of(self.run)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            without = f", without {place}" if first["type"] == "missing" else ""
            told = f"the program of one of them makes another output `path`{without}"
            raise ProgramError(f"{told}: what comes before and after it can't be compared here") from error

    @cached_property
    def model(self) -> Model:
        return read_model(self.graph, self.declared)

    @cached_property
    def judgement(self) -> Judgement:
        """What the rules of this checkout say of the path, for both sides."""
        return judge(self.model)

    @cached_property
    def security(self) -> Mapping[str, Sequence[findings.Finding]]:
        """Id of each security rule → what it finds broken; of several rules that would tell it, the first."""
        found: dict[str, Sequence[findings.Finding]] = {}
        stack, told = Stack(graph=self.graph, declared=self.declared), set[tuple[str, str]]()
        for rule in RULES:
            found[rule.id], _unknown = findings.security(rule, stack, told)
            told |= findings.told_by(rule, found[rule.id])
        return found


def source(given: str, stack: str) -> Source:
    """What a side's argument names.

    Args:
        given: a stack of this checkout, by name or by its file, or the folder of another checkout.
        stack: which stack of that one, by name or by the path of its file in it.

    Raises:
        StackFileError: it names neither; but a checkout may lack the stack.
    """
    if not _names_a_folder(given):
        try:
            return Source(program=root() / "__main__.py", foreign=False, file=stack_file.find(given, root()))
        except StackFileError as error:
            if given.endswith(".yaml"):
                raise
            raise StackFileError(f"{error}; and {given} {_NO_CHECKOUT}") from None
    folder = Path(given).resolve()
    if not is_checkout(folder):
        raise StackFileError(f"{given} {_NO_CHECKOUT}")
    file = folder / stack if stack.endswith(".yaml") else stack_file.look_for(stack, folder)
    return Source(program=folder / "__main__.py", foreign=True, file=file if file and file.exists() else None)


def name_of(given: str, stack: str) -> str:
    """The name of a side's stack, whether there is one or not; both arguments as for `source`."""
    asked = stack if _names_a_folder(given) else given
    file_name = stack_file.FILE_NAME.fullmatch(Path(asked).name)
    return file_name[1] if file_name else asked


def _names_a_folder(given: str) -> bool:
    """Whether an argument is a path; a mere name is a stack's, if there is one, rather than a folder's."""
    written_as_path = "/" in given or given in (".", "..")
    is_folder = is_checkout(Path(given)) and not stack_file.look_for(given, root())
    return not given.endswith(".yaml") and (written_as_path or is_folder)


def side(of: Source, name: str) -> Side:
    """Run a side. The stack's name is the same for both sides: it is part of URNs and of clusters' names.

    Raises:
        ProgramError: the program failed or was refused.
        pulumi.RunError: it gave up with a text of its own, as it does for faulty settings.
        StackFileError: the stack file can't be read.
    """
    if of.file is None:
        return Side(NOTHING, {}, of.program.parent)
    stack = replace(stack_file.read(of.file, engine.PROJECT), name=name)
    run = (checkout.preview if of.foreign else checkout.here)(of.program, stack)
    return Side(run, secrets(go_yaml.load(of.file)), of.program.parent)


def resources_of(given: str, stack: str, progress: Console) -> Graph:
    """The resources of one stack, as a preview registers them.

    Args:
        given: as for `source`.
        stack: as for `source`.
        progress: where it is told what is under way.

    Raises:
        StackFileError: it names nothing that has the stack.
        ProgramError, pulumi.RunError: as `side`.
    """
    found = source(given, stack)
    if found.file is None:
        raise StackFileError(f"{given} doesn't have the stack {stack}")
    name = name_of(given, stack)
    with progress.status(f"preview of {name}"):
        return side(found, name).graph


def secrets(document: go_yaml.Value) -> dict[str, str]:
    """The settings of a stack file that are encrypted, each with its encrypted value."""
    return {_setting(document, place): text for place, text in stack_file.encrypted(document)}


def _setting(document: go_yaml.Value, place: stack_file.Place) -> str:
    """The path of what is at a place. A list's item that has a name stands under the name instead of its
    index, so that a new neighbour doesn't move it.
    """
    path = ""
    for depth, step in enumerate(place, start=1):
        if isinstance(step, str):
            path += f".{step}"
        else:
            path += f"[{value_at(document, *place[:depth], 'name') or step}]"
    return path.removeprefix(".config.")
