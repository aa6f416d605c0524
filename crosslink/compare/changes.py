"""Which resources a change creates, changes, replaces elsewhere or deletes, and what differs in each."""

import dataclasses
import json
import re
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import partial
from itertools import chain, zip_longest
from typing import Any, Final, TypeAlias, cast

from components.consumer.openapi_keys import ANY_METHOD, INTEGRATION
from crosslink.compare import replacement
from crosslink.graph.node import fields, items, value_at
from crosslink.sandbox.record import Options, Resource, Run, Unknown, contains_unknown

Value: TypeAlias = Any  # a property's value in plain Python, or ABSENT
ABSENT: Final = object()
UNKNOWN_TEXT = "unknown until the up"
HIDDEN = "[secret]"


@dataclass(frozen=True)
class Difference:
    """One thing that differs, with the values as text; None where there is none."""

    path: str  # `vpcConfig.publicAccessCidrs`; in an OpenAPI document method and path
    before: str | None
    after: str | None


class Operation(StrEnum):
    """What becomes of a resource."""

    CREATED = "created"
    CHANGED = "changed"  # in place
    REPLACED = "replaced"  # by another resource, as `replacement` has it
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
    old_first: bool = False  # whether what is replaced is deleted before its successor is made


def displayed(type_: str) -> str:
    """A type's token as the Pulumi CLI shows it: `aws:ec2:Vpc` for `aws:ec2/vpc:Vpc`."""
    return re.sub(r"/(\w)(\w*)(?=:(?i:\1)\2$)", "", type_)


def changes(base: Run, head: Run) -> tuple[Change, ...]:
    """What becomes of each resource, without components that only group others.

    Both runs are previews under the same stack's name.
    """
    both = [(base.resources[urn], after) for urn, after in head.resources.items() if urn in base.resources]
    replaced = replacement.replaced(both)
    urns = dict.fromkeys([*head.resources, *base.resources])
    found = (_change(base.resources.get(urn), head.resources.get(urn), base, head, replaced) for urn in urns)
    return tuple(filter(None, found))


def _change(
    before: Resource | None, after: Resource | None, base: Run, head: Run, replaced: Mapping[str, str]
) -> Change | None:
    resource = after or before
    if resource is None or (resource.component and resource.account is None):
        return None
    names = ("urn", "type", "name", "account", "region")
    change = partial(Change, **{name: getattr(resource, name) for name in names})
    if before is None:
        return change(operation=Operation.CREATED)
    if after is None:
        return change(operation=Operation.DELETED, note=_kept(before.options))
    found = (*_of_inputs(before, after, base, head, replaced), *_of_options(before.options, after.options))
    if why := replaced.get(after.urn):
        first = replacement.old_goes_first(before, after)
        note = f"{why}{', the old one goes first' if first else ''}"
        return change(operation=Operation.REPLACED, differences=found, note=note, old_first=first)
    if before.account != after.account:
        note = f"it stays in {before.account}: another account alone replaces nothing"
        return change(operation=Operation.CHANGED, differences=found, note=note)
    return change(operation=Operation.CHANGED, differences=found) if found else None


def _kept(options: Options) -> str | None:
    if options.protect:
        return "it is protected: Pulumi refuses to delete it"
    return "Pulumi forgets it, and it stays" if options.retain_on_delete else None


def _of_inputs(
    before: Resource, after: Resource, base: Run, head: Run, replaced: Container[str]
) -> Iterator[Difference]:
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
        elif not found and replacement.refers_to(after, name, replaced):
            others = after.property_dependencies[name]
            named = _named(frozenset(urn for urn in others if urn in replaced), head)
            yield Difference(name, named, f"{named}, replaced")
        else:
            yield from found


def _of_options(before: Options, after: Options) -> Iterator[Difference]:
    for name in (field.name for field in dataclasses.fields(before) if field.compare):
        was, is_ = (_shown(getattr(options, name) or ABSENT) for options in (before, after))
        if was != is_:
            yield Difference(f"option {name}", was, is_)


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


def differences(path: str, before: Value, after: Value) -> Iterator[Difference]:
    """What differs between two values of a path, down to the leaves; documents in JSON are looked into."""
    before, after = _opened(before), _opened(after)
    if _shown(before) == _shown(after):
        return
    kinds: set[object] = {type(before), type(after)}
    if kinds == {dict} and "openapi" in before and "openapi" in after:
        yield from _of_documents(path, before, after)
    elif kinds == {dict}:
        yield from _of_mappings(path, before, after)
    elif kinds == {list} and any(isinstance(item, dict | list) for item in [*before, *after]):
        yield from _of_lists(path, before, after)
    else:
        yield Difference(path, _shown(before), _shown(after))


def _shown(value: Value) -> str | None:
    """A value as text, the same for the same value; None if it is absent."""
    if value is ABSENT:
        return None
    plain = _plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False, sort_keys=True)


def _plain(value: Value) -> Value:
    """A value as in JSON: whole numbers arrive as floats."""
    match value:
        case dict():
            return {key: _plain(item) for key, item in cast("dict[str, Value]", value).items()}
        case list():
            return [_plain(item) for item in cast("list[Value]", value)]
        case frozenset():
            return sorted(cast("frozenset[str]", value))
        case float() if value.is_integer():
            return int(value)
        case Unknown():
            return UNKNOWN_TEXT
        case _:
            return value


def _opened(value: Value) -> Value:
    """A JSON document parsed; any other value unchanged."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        with suppress(ValueError):
            return json.loads(value)
    return value


def _of_mappings(path: str, before: Mapping[str, Value], after: Mapping[str, Value]) -> Iterator[Difference]:
    for key in dict.fromkeys([*before, *after]):
        yield from differences(f"{path}.{key}", before.get(key, ABSENT), after.get(key, ABSENT))


def _of_lists(path: str, before: list[Value], after: list[Value]) -> Iterator[Difference]:
    """Items that both lists have don't differ, wherever they stand; others in one place are pairs."""
    texts = [[_shown(item) for item in values] for values in (before, after)]
    for operation, i, i_end, j, j_end in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if operation != "equal":
            pairs = zip_longest(before[i:i_end], after[j:j_end], fillvalue=ABSENT)
            for place, pair in enumerate(pairs, start=j if j_end > j else i):
                yield from differences(f"{path}[{place}]", *pair)


def _of_documents(path: str, before: Mapping[str, Value], after: Mapping[str, Value]) -> Iterator[Difference]:
    """An OpenAPI document by method and path, and by key outside its paths."""
    old, new = _operations(before), _operations(after)
    for name in dict.fromkeys([*old, *new]):
        was, is_ = old.get(name, ABSENT), new.get(name, ABSENT)
        if _summary(was) != _summary(is_):
            yield Difference(f"{path} {name}", _summary(was), _summary(is_))
        else:
            yield from differences(f"{path} {name}", was, is_)
    yield from _of_mappings(path, {**before, "paths": None}, {**after, "paths": None})


def _operations(document: Mapping[str, Value]) -> dict[str, Value]:
    """`GET /svc1` → its definition."""
    return {
        f"{'ANY' if verb == ANY_METHOD else verb.upper()} {path}": operation
        for path, verbs in fields(document.get("paths")).items()
        for verb, operation in fields(verbs).items()
    }


def _summary(operation: Value) -> str | None:
    """Who may call, and where requests go; None if the operation is absent."""
    if operation is ABSENT:
        return None
    schemes = chain.from_iterable(map(fields, items(value_at(operation, "security"))))
    target = value_at(operation, INTEGRATION, "uri") or value_at(operation, INTEGRATION, "type")
    return f"{', '.join(schemes) or 'no authentication'} → {target or 'no integration'}"
