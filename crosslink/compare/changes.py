"""Which resources a change creates, changes, replaces in another place, or deletes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import partial

from crosslink.compare.differences import ABSENT, UNKNOWN_TEXT, Difference, differences, shown
from crosslink.sandbox.record import Options, Resource, Run, contains_unknown

HIDDEN = "[secret]"


class Operation(StrEnum):
    """What becomes of a resource."""

    CREATED = "created"
    CHANGED = (
        "changed"  # in place or replaced: the provider decides that per property, the real preview tells
    )
    REPLACED = "replaced"  # in another account or region there can only be another resource
    DELETED = "deleted"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What becomes of one resource; what is deleted has the account and region that it was in."""

    operation: Operation
    urn: str
    type: str
    name: str
    account: str | None
    region: str | None
    differences: tuple[Difference, ...] = ()  # of its inputs and options, if it is on both sides
    note: str | None = None


def displayed(type_: str) -> str:
    """A type's token as the Pulumi CLI shows it: `aws:ec2:Vpc` for `aws:ec2/vpc:Vpc`."""
    return re.sub(r"/(\w)(\w*)(?=:(?i:\1)\2$)", "", type_)


def changes(base: Run, head: Run) -> tuple[Change, ...]:
    """What becomes of each resource, without components that only group others.

    Both runs are previews under the same stack's name.
    """
    urns = dict.fromkeys([*head.resources, *base.resources])
    found = (_change(base.resources.get(urn), head.resources.get(urn), base, head) for urn in urns)
    return tuple(change for change in found if change)


def _change(before: Resource | None, after: Resource | None, base: Run, head: Run) -> Change | None:
    resource = after or before
    if resource is None or (resource.component and resource.account is None):
        return None
    names = {name: getattr(resource, name) for name in ("urn", "type", "name", "account", "region")}
    change = partial(Change, **names)
    if before is None:
        return change(operation=Operation.CREATED)
    if after is None:
        return change(operation=Operation.DELETED, note=_kept(before.options))
    found = (*_of_inputs(before, after, base, head), *_of_options(before.options, after.options))
    if (before.account, before.region) != (after.account, after.region):
        note = f"it was in {before.account} {before.region}"
        return change(operation=Operation.REPLACED, differences=found, note=note)
    return change(operation=Operation.CHANGED, differences=found) if found else None


def _kept(options: Options) -> str | None:
    if options.protect:
        return "it is protected: Pulumi refuses to delete it"
    return "Pulumi forgets it, and it stays" if options.retain_on_delete else None


def _of_inputs(before: Resource, after: Resource, base: Run, head: Run) -> Iterator[Difference]:
    """What differs between the inputs; of a secret only that it differs."""
    for name in dict.fromkeys([*before.inputs, *after.inputs]):
        found = list(differences(name, before.inputs.get(name, ABSENT), after.inputs.get(name, ABSENT)))
        if name in before.secrets | after.secrets:
            if found:
                yield Difference(name, HIDDEN, HIDDEN)
        elif references := _references(name, before, after, base, head):
            # The resources that an unknown value comes from say more than that it is unknown.
            yield from (difference for difference in found if not _only_unknown(difference))
            yield references
        else:
            yield from found


def _of_options(before: Options, after: Options) -> Iterator[Difference]:
    for field in fields(Options):
        values = (getattr(options, field.name) for options in (before, after))
        was, is_ = (shown(value) if value else None for value in values)
        if was != is_:
            yield Difference(f"option {field.name}", was, is_)


def _references(name: str, before: Resource, after: Resource, base: Run, head: Run) -> Difference | None:
    """The resources that a property's value comes from, where they differ.

    A reference is unknown in a preview, and so would be the same on both sides.
    """
    if not any(contains_unknown(resource.inputs.get(name)) for resource in (before, after)):
        return None
    was, is_ = (side.property_dependencies.get(name, frozenset[str]()) for side in (before, after))
    return Difference(name, _named(was - is_, base), _named(is_ - was, head)) if was != is_ else None


def _named(urns: frozenset[str], run: Run) -> str | None:
    return ", ".join(str(run.resources.get(urn, urn)) for urn in sorted(urns)) or None


def _only_unknown(difference: Difference) -> bool:
    """Whether both sides say nothing but that the value is unknown."""
    texts = (difference.before or "", difference.after or "")
    return not any(text.replace(UNKNOWN_TEXT, "").strip('[]", ') for text in texts)
