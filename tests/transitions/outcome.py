"""What becomes of each resource: as `crosslink compare` predicts it, and as the engine's preview says it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import pulumi

from crosslink.command import Status
from crosslink.compare import comment
from crosslink.compare.changes import Change, Operation
from crosslink.compare.checkout import here
from crosslink.compare.command import status_of
from crosslink.compare.comparison import compare
from crosslink.compare.headline import headline
from crosslink.compare.sources import Side
from crosslink.sandbox.record import ProgramError
from crosslink.sandbox.stack_file import StackFile as StackSettings
from tests.runs import PROGRAM
from tests.settings.stack_file import StackFile, as_config
from tests.transitions.transition import Base, bases, transitions

Outcome: TypeAlias = Mapping[str, Mapping[str, tuple[str, ...]]]  # operation → type → names
OLD_FIRST = (
    "replacedOldFirst"  # deleted before its successor is there; others are replaced beside the old one
)
OPERATIONS = ("created", "updated", "replaced", OLD_FIRST, "deleted")
_OF_STEPS = {  # the engine's steps, https://www.pulumi.com/docs/iac/concepts/how-pulumi-works/
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "create-replacement": "replaced",
    "delete-replaced": "replaced",
    "delete": "deleted",
}


def predicted(changes: Iterable[Change]) -> Outcome:
    """What a comparison says."""
    return _sorted((_operation(change), change.urn) for change in changes)


def _operation(change: Change) -> str:
    if change.operation is Operation.REPLACED and change.old_first:
        return OLD_FIRST
    return "updated" if change.operation is Operation.CHANGED else change.operation


def previewed(steps: Sequence[Mapping[str, Any]]) -> Outcome:
    """What the steps of `pulumi preview --json` say."""
    found = {step["urn"]: _OF_STEPS[step["op"]] for step in steps if step["op"] in _OF_STEPS}
    order = [(step["op"], step["urn"]) for step in steps]
    for place, (step, urn) in enumerate(order):
        if step == "delete-replaced" and ("create-replacement", urn) in order[place:]:
            found[urn] = OLD_FIRST
    return _sorted((operation, urn) for urn, operation in found.items())


def _sorted(found: Iterable[tuple[str, str]]) -> Outcome:
    """By operation and type; without the stack and its components, which only group others."""
    made: dict[str, dict[str, set[str]]] = {operation: {} for operation in OPERATIONS}
    for operation, urn in found:
        *_, types, name = urn.split("::", 3)
        type_ = types.rpartition("$")[2]
        if not type_.startswith(("crosslink:", "eks:", "pulumi:pulumi:")):
            made[operation].setdefault(type_, set()).add(name)
    return {
        operation: {type_: tuple(sorted(names)) for type_, names in sorted(types.items())}
        for operation, types in made.items()
        if types
    }


@dataclass(frozen=True)
class Told:
    """What `crosslink compare` says of a change."""

    outcome: Outcome
    sign: str
    status: int  # the exit status
    text: str  # the comment
    refused: str | None = None  # where the program or the settings refuse it


@cache
def told(id_: str) -> Told:
    """What `crosslink compare` says of a change."""
    transition = transitions()[id_]
    base = bases()[transition.base]
    try:
        head = _side(base, transition.files()[1])
    except (ProgramError, pulumi.RunError) as error:
        return Told(outcome={}, sign="✗", status=Status.BROKEN, text=str(error), refused=str(error))
    found = compare(base.stack, _standing(transition.base), head)
    return Told(predicted(found.changes), headline(found)[0], status_of(found), comment.write(found))


@cache
def _standing(base: str) -> Side:
    """A stack that stands."""
    return _side(bases()[base], bases()[base].file())


def _side(base: Base, file: StackFile) -> Side:
    config = {key: text for key, text in as_config(file).items() if text is not None}
    return Side(here(PROGRAM, StackSettings(base.stack, config, frozenset(), base.existing())), {})
