"""Faults of the settings, and how they are reported: key and value, what must hold, YAML that is right."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final, cast

from pydantic import BaseModel, SecretStr

ABSENT: Final = object()
"""The value of a key that is missing."""
SECRET: Final = SecretStr("")
"""The value of a key that must not be shown."""
MAX_SHOWN = 80
MAX_OF_A_KIND = 10
"""How many faults that differ only in where they are get reported in full."""
_INDEX = re.compile(r"\[\d+\]")
_PLAIN = re.compile(r"[\w./~-]([\w./~@+=:-]*[\w./~@+=-])?")
"""Text that needs no quotes in YAML, wherever it is, unless YAML reads it as another type."""
_NOT_TEXT = re.compile(
    r"true|false|yes|no|on|off|null|[~-]|[-+.]?[0-9][0-9_]*(\.[0-9]*)?(e[-+]?[0-9]+)?|0[box]\w+", re.I
)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong with the settings.

    Attributes:
        path: The key in Pulumi's notation, as `pulumi config set --path` takes it.
        value: The value as it was read, or ABSENT or SECRET.
        must: What must hold. It quotes no value, so that it can be shown for a secret.
        fix: YAML that would be right.
    """

    path: str
    value: object
    must: str
    fix: str

    def __str__(self) -> str:
        """Two or three lines."""
        if self.value is ABSENT:
            first = f"{self.path} is missing"
        else:
            shown = "[secret]" if isinstance(self.value, SecretStr) else as_yaml(self.value)
            first = f"{self.path} = {shown if len(shown) <= MAX_SHOWN else f'{shown[:MAX_SHOWN]}…'}"
        return "\n    ".join([first, self.must, *self.fix.splitlines()])


class SettingsError(Exception):
    """All faults of a stack's settings.

    Its text has the first `MAX_OF_A_KIND` faults of each kind in full; the others of a kind follow together.

    Attributes:
        faults: One per key: further faults of a key follow from the first.
    """

    def __init__(self, stack: str, faults: Iterable[Fault]) -> None:
        self.faults = first_of_each_key(faults)
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        super().__init__("\n\n".join([f"{count} in the settings of stack {stack}:", *_reported(self.faults)]))


def first_of_each_key(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """One fault for each key: further ones follow from it."""
    first: dict[str, Fault] = {}
    for fault in faults:
        first.setdefault(fault.path, fault)
    return tuple(first.values())


def _reported(faults: Iterable[Fault]) -> Iterator[str]:
    """The first faults of each kind in full, then for each kind the first keys of the others."""
    reported: Counter[str] = Counter()
    others: dict[str, list[Fault]] = {}
    for fault in faults:
        kind = _INDEX.sub("[]", fault.must)
        reported[kind] += 1
        if reported[kind] <= MAX_OF_A_KIND:
            yield str(fault)
        else:
            others.setdefault(kind, []).append(fault)
    for rest in others.values():
        paths = [fault.path for fault in rest[:MAX_OF_A_KIND]]
        more = ["…"] if len(rest) > MAX_OF_A_KIND else []
        yield f"{len(rest)} more, as above: {', '.join(paths + more)}\n    {rest[0].must}"


def key(path: str, *parts: str | int) -> str:
    """The path of a value inside `path`, by mapping keys and list indexes."""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not part or re.search(r'[.\[\]"]', part):
            path += f"[{json.dumps(part)}]"
        else:
            path += f".{part}"
    return path


def parts(path: str) -> list[str | int]:
    """The mapping keys and list indexes of a path, the inverse of `key`."""
    return [
        int(index) if index else json.loads(quoted) if quoted else name
        for index, quoted, name in re.findall(r'\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.\[\]]+)', path)
    ]


def as_yaml(value: object) -> str:
    """A value as one line of YAML."""
    match value:
        case str():
            plain = _PLAIN.fullmatch(value) and not _NOT_TEXT.fullmatch(value)
            return value if plain else json.dumps(value, ensure_ascii=not value.isprintable())
        case dict():
            items = cast("dict[object, object]", value).items()
            return (
                f"{{ {', '.join(f'{as_yaml(name)}: {as_yaml(item)}' for name, item in items)} }}"
                if items
                else "{}"
            )
        case list() | tuple():
            return f"[{', '.join(map(as_yaml, cast('Iterable[object]', value)))}]"
        case BaseModel():
            return as_yaml(value.model_dump(mode="json", by_alias=True, exclude_unset=True))
        case IPv4Network() | SecretStr():  # of a secret asterisks
            return str(value)
        case _:
            return json.dumps(value)
