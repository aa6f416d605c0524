"""What differs between two values of a property, down to the leaves; documents in JSON are looked into."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, TypeAlias, cast

from components.consumer.openapi_keys import ANY_METHOD, INTEGRATION
from crosslink.graph.graph import fields, items
from crosslink.sandbox.record import Unknown

Value: TypeAlias = Any
"""A property's value in plain Python, or ABSENT."""
ABSENT: Final = object()
UNKNOWN_TEXT = "unknown until the up"


@dataclass(frozen=True)
class Difference:
    """One thing that differs.

    Attributes:
        path: where, `vpcConfig.publicAccessCidrs`; in an OpenAPI document method and path.
        before: the value as text; None where there is none.
        after: the same of the other side.
    """

    path: str
    before: str | None
    after: str | None


def differences(path: str, before: Value, after: Value) -> Iterator[Difference]:
    """The differences between two values.

    Args:
        path: where they are.
        before: the value on one side.
        after: the value on the other side.
    """
    before, after = _opened(before), _opened(after)
    if shown(before) == shown(after):
        return
    if _both(dict, before, after) and "openapi" in before and "openapi" in after:
        yield from _of_documents(path, before, after)
    elif _both(dict, before, after):
        yield from _of_mappings(path, before, after)
    elif _both(list, before, after) and any(isinstance(item, dict | list) for item in [*before, *after]):
        yield from _of_lists(path, before, after)
    else:
        yield Difference(path, shown(before), shown(after))


def shown(value: Value) -> str | None:
    """A value as text, the same for the same value; None of one that is absent."""
    if value is ABSENT:
        return None
    plain = _plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False, sort_keys=True)


def _both(kind: type, before: Value, after: Value) -> bool:
    return isinstance(before, kind) and isinstance(after, kind)


def _plain(value: Value) -> Value:
    """As JSON has it: numbers arrive as floats."""
    match value:
        case dict():
            return {key: _plain(item) for key, item in cast("dict[str, Value]", value).items()}
        case list():
            return [_plain(item) for item in cast("list[Value]", value)]
        case float() if value.is_integer():
            return int(value)
        case Unknown():
            return UNKNOWN_TEXT
        case _:
            return value


def _opened(value: Value) -> Value:
    """A document of JSON as what it says; anything else as it is."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _of_mappings(path: str, before: Mapping[str, Value], after: Mapping[str, Value]) -> Iterator[Difference]:
    for key in dict.fromkeys([*before, *after]):
        yield from differences(f"{path}.{key}", before.get(key, ABSENT), after.get(key, ABSENT))


def _of_lists(path: str, before: list[Value], after: list[Value]) -> Iterator[Difference]:
    """Items that both have are no difference, wherever they stand; others in one place are pairs."""
    texts = [[shown(item) for item in one] for one in (before, after)]
    for operation, i, i_end, j, j_end in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if operation == "equal":
            continue
        old, new = before[i:i_end], after[j:j_end]
        length = max(len(old), len(new))
        old += [ABSENT] * (length - len(old))
        new += [ABSENT] * (length - len(new))
        for place, pair in enumerate(zip(old, new, strict=True), start=j if j_end > j else i):
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
    rest = [{key: value for key, value in one.items() if key != "paths"} for one in (before, after)]
    yield from _of_mappings(path, *rest)


def _operations(document: Mapping[str, Value]) -> dict[str, Value]:
    """`GET /svc1` → its definition."""
    return {
        f"{'ANY' if verb == ANY_METHOD else verb.upper()} {path}": operation
        for path, verbs in fields(document.get("paths")).items()
        for verb, operation in fields(verbs).items()
    }


def _summary(operation: Value) -> str | None:
    """Who may call, and where requests go; None of an operation that is absent."""
    if operation is ABSENT:
        return None
    schemes = [scheme for one in items(fields(operation).get("security")) for scheme in fields(one)]
    integration = fields(fields(operation).get(INTEGRATION))
    target = integration.get("uri") or integration.get("type", "no integration")
    return f"{', '.join(schemes) or 'no authentication'} → {target}"
