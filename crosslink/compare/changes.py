"""Which resources a change creates, changes, makes anew elsewhere, or deletes."""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, cast

from crosslink.compare.differences import ABSENT, UNKNOWN_TEXT, Difference, differences, shown
from crosslink.sandbox.record import Resource, Run, contains_unknown

HIDDEN = "[secret]"


class Operation(StrEnum):
    """What becomes of a resource."""

    CREATED = "created"
    CHANGED = "changed"
    """Whether in place or by a replacement is the provider's decision, property by property: the real
    preview tells."""
    REPLACED = "replaced"
    """In another account or region there can only be another one."""
    DELETED = "deleted"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What becomes of one resource.

    Attributes:
        operation: what it is.
        urn: its identity.
        type: its type token.
        name: its logical name.
        account: the account it is, or was, in.
        region: the region it is, or was, in.
        differences: of its inputs and options, if it is on both sides.
        note: what else to know; None for nothing.
    """

    operation: Operation
    urn: str
    type: str
    name: str
    account: str | None
    region: str | None
    differences: tuple[Difference, ...] = ()
    note: str | None = None


def displayed(type_: str) -> str:
    """A type's token as the Pulumi CLI shows it: `aws:ec2:Vpc` for `aws:ec2/vpc:Vpc`."""
    return re.sub(r"/(\w)(\w*)(?=:(?i:\1)\2$)", "", type_)


def changes(base: Run, head: Run) -> tuple[Change, ...]:
    """What becomes of each resource; components that only group others are none.

    Args:
        base: a preview of one side.
        head: a preview of the other, under the same stack's name.
    """
    urns = dict.fromkeys([*head.resources, *base.resources])
    found = (_change(base.resources.get(urn), head.resources.get(urn), base, head) for urn in urns)
    return tuple(change for change in found if change)


def _change(before: Resource | None, after: Resource | None, base: Run, head: Run) -> Change | None:
    one = after or before
    if one is None or (one.component and one.account is None):
        return None
    change = partial(
        Change, urn=one.urn, type=one.type, name=one.name, account=one.account, region=one.region
    )
    if before is None:
        return change(operation=Operation.CREATED)
    if after is None:
        return change(operation=Operation.DELETED, note=_kept(before))
    differing = (*_differences(before, after, base, head), *_of_options(before, after))
    if (before.account, before.region) != (after.account, after.region):
        note = f"it was in {before.account} {before.region}"
        return change(operation=Operation.REPLACED, differences=differing, note=note)
    return change(operation=Operation.CHANGED, differences=differing) if differing else None


def _kept(resource: Resource) -> str | None:
    """What keeps a resource from going with the program's line."""
    if resource.options.protect:
        return "it is protected: Pulumi refuses to delete it"
    return "Pulumi forgets it, and it stays" if resource.options.retain_on_delete else None


def _differences(before: Resource, after: Resource, base: Run, head: Run) -> Iterator[Difference]:
    """What differs between two versions of a resource's inputs; of what is secret, only that it does."""
    for name in dict.fromkeys([*before.inputs, *after.inputs]):
        was, is_ = before.inputs.get(name, ABSENT), after.inputs.get(name, ABSENT)
        found = list(differences(name, was, is_))
        if name in before.secrets | after.secrets:
            if found:
                yield Difference(name, HIDDEN, HIDDEN)
            continue
        references = _references(name, before, after, base, head)
        # What is unknown on both sides is told by the resources that it comes from.
        known = (one for one in found if not (references and _only_unknown(one)))
        yield from known
        if references:
            yield references


def _of_options(before: Resource, after: Resource) -> Iterator[Difference]:
    """What differs between the options of a resource that the engine acts by."""
    for one in dataclasses.fields(after.options):
        was, is_ = (_option(resource, one.name) for resource in (before, after))
        if was != is_:
            yield Difference(f"option {one.name}", was, is_)


def _option(resource: Resource, name: str) -> str | None:
    """An option's value; None of one that isn't set."""
    value: Any = getattr(resource.options, name)
    if not value:
        return None
    return shown(sorted(cast("frozenset[str]", value)) if isinstance(value, frozenset) else value)


def _references(name: str, before: Resource, after: Resource, base: Run, head: Run) -> Difference | None:
    """The resources that a property's value comes from, where they aren't the same: a reference is unknown
    in a preview, and so would be the same on both sides."""
    if not any(contains_unknown(one.inputs[name]) for one in (before, after) if name in one.inputs):
        return None
    was = before.property_dependencies.get(name, frozenset())
    is_ = after.property_dependencies.get(name, frozenset())
    if was == is_:
        return None
    return Difference(name, _named(was - is_, base), _named(is_ - was, head))


def _named(urns: frozenset[str], run: Run) -> str | None:
    return ", ".join(str(run.resources[urn]) if urn in run.resources else urn for urn in sorted(urns)) or None


def _only_unknown(difference: Difference) -> bool:
    """Whether neither side says anything but that it is unknown."""
    texts = [one for one in (difference.before, difference.after) if one is not None]
    return all(not one.replace(UNKNOWN_TEXT, "").strip('[]", ') for one in texts)
