"""What becomes of each resource: as `crosslink compare` predicts it, and as the engine's preview says it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias

import pulumi

from crosslink.command import Status
from crosslink.compare import comment
from crosslink.compare.changes import Change
from crosslink.compare.command import _status
from crosslink.compare.comparison import compare
from crosslink.compare.headline import headline
from crosslink.compare.sources import Side
from crosslink.sandbox import engine
from crosslink.sandbox.record import ProgramError
from tests.runs import PROGRAM
from tests.settings.stack_file import StackFile, as_config
from tests.transitions.transition import Base, bases, transitions

Outcome: TypeAlias = Mapping[str, Mapping[str, tuple[str, ...]]]  # operation → type → names
OPERATIONS = ("created", "updated", "replaced", "deleted")
_OF_STEPS = {  # the engine's steps, https://www.pulumi.com/docs/iac/concepts/how-pulumi-works/
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "create-replacement": "replaced",
    "delete-replaced": "replaced",
    "delete": "deleted",
}
_OF_CHANGES = {"changed": "updated"}


def predicted(changes: Iterable[Change]) -> Outcome:
    """What a comparison says."""
    return _sorted((_OF_CHANGES.get(change.operation, change.operation), change.urn) for change in changes)


def previewed(steps: Sequence[Mapping[str, Any]]) -> Outcome:
    """What the steps of `pulumi preview --json` say."""
    return _sorted((_OF_STEPS[step["op"]], step["urn"]) for step in steps if step["op"] in _OF_STEPS)


def deleted_first(steps: Sequence[Mapping[str, Any]]) -> Mapping[str, tuple[str, ...]]:
    """What is replaced by deleting it before its successor is there."""
    order = [(step["op"], step["urn"]) for step in steps]
    first = [
        ("deleted", urn)
        for place, (op, urn) in enumerate(order)
        if op == "delete-replaced" and ("create-replacement", urn) in order[place:]
    ]
    return _sorted(first).get("deleted", {})


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
    return Told(predicted(found.changes), headline(found)[0], _status(found), comment.write(found))


for _side_of_path in ("components.consumer.side", "components.provider.side"):
    import_module(_side_of_path)  # once, rather than anew in each run


@cache
def _standing(base: str) -> Side:
    """A stack that stands."""
    return _side(bases()[base], bases()[base].file())


def _side(base: Base, file: StackFile) -> Side:
    config = {key: text for key, text in as_config(file).items() if text is not None}
    run = engine.run(PROGRAM, stack=base.stack, config=config, existing=base.existing(), preview=True)
    return Side(run, {})
