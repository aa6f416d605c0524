"""What differs between two values of a property, down to the leaves; documents in JSON are looked into."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, Final, TypeAlias, cast

from components.consumer.openapi_keys import ANY_METHOD, INTEGRATION
from crosslink.graph.node import fields, items
from crosslink.sandbox.record import Unknown

Value: TypeAlias = Any  # a property's value in plain Python, or ABSENT
ABSENT: Final = object()
UNKNOWN_TEXT = "unknown until the up"


@dataclass(frozen=True)
class Difference:
    """One thing that differs, with the values as text; None where there is none."""

    path: str  # `vpcConfig.publicAccessCidrs`; in an OpenAPI document method and path
    before: str | None
    after: str | None


def differences(path: str, before: Value, after: Value) -> Iterator[Difference]:
    """The differences between two values of a path."""
    before, after = _opened(before), _opened(after)
    if shown(before) == shown(after):
        return
    kinds: set[object] = {type(before), type(after)}
    if kinds == {dict} and "openapi" in before and "openapi" in after:
        yield from _of_documents(path, before, after)
    elif kinds == {dict}:
        yield from _of_mappings(path, before, after)
    elif kinds == {list} and any(isinstance(item, dict | list) for item in [*before, *after]):
        yield from _of_lists(path, before, after)
    else:
        yield Difference(path, shown(before), shown(after))


def shown(value: Value) -> str | None:
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
    texts = [[shown(item) for item in values] for values in (before, after)]
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
    schemes = [scheme for entry in items(fields(operation).get("security")) for scheme in fields(entry)]
    integration = fields(fields(operation).get(INTEGRATION))
    target = integration.get("uri") or integration.get("type", "no integration")
    return f"{', '.join(schemes) or 'no authentication'} → {target}"
