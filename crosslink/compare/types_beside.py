"""Resources of types that the program doesn't register: nothing judges them, or the team has named it."""

from collections.abc import Iterable
from dataclasses import dataclass

from crosslink.compare.changes import Change, Operation
from crosslink.compare.sources import Side
from policy.known import KNOWN
from policy.security.rule import ONLY_KNOWN


@dataclass(frozen=True, kw_only=True)
class TypeBeside:
    """A type that comes with the change, or of which a resource changes."""

    type: str  # its token
    names: tuple[str, ...]  # logical names of the resources that are new or change
    reason: str | None  # why the team takes it as known, by `policy/known.yaml`; None if nothing judges it


def types_beside(base: Side, head: Side, changes: Iterable[Change]) -> tuple[TypeBeside, ...]:
    """The types of what is new or changes in HEAD that no rule is about, each once.

    What a security rule says of such a resource is an opening, in the place of its type.
    """
    # A component isn't among the changes: what it makes is, as far as a preview shows it.
    touched = {change.urn for change in changes if change.operation is not Operation.DELETED}
    touched |= head.run.resources.keys() - base.run.resources.keys()
    not_judged = {urn for finding in head.security[ONLY_KNOWN] for urn in finding.urns}
    by_type: dict[str, list[str]] = {}
    for urn, resource in head.run.resources.items():
        if urn in touched and (urn in not_judged or resource.type in KNOWN.types):
            by_type.setdefault(resource.type, []).append(resource.name)
    return tuple(
        TypeBeside(type=type_, names=tuple(names), reason=KNOWN.types.get(type_))
        for type_, names in by_type.items()
    )
