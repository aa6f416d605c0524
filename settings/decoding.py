"""Decodes a key's text, which the CLI passes: JSON for mappings, lists, numbers and switches, text as it is.

Whatever a stack file can hold comes out as a value that can be validated, and shown if it is wrong.
"""

import json
import re
from typing import cast

from settings.errors import ABSENT, Fault, key

MAX_LEVELS = 20
"""Mappings and lists inside each other: the settings need 5, and JSON parsers refuse a few hundred."""
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def decode(path: str, text: str | None, faults: list[Fault]) -> object:
    """The value of a key.

    Args:
        path: The key.
        text: As the CLI passes it; None if the key is missing.
        faults: Gets what can't be decoded.

    Returns:
        As JSON has it, or ABSENT. Below `MAX_LEVELS` levels, where no setting is, `…` stands for a mapping or
        list; the Unicode replacement character stands for half of a surrogate pair.
    """
    if text is None:
        return ABSENT
    try:
        value = json.loads(text)
    except RecursionError:
        must = f"must be nested {MAX_LEVELS} levels deep or less"
        faults.append(Fault(path=path, value=text, must=must, fix="# fewer levels: the settings need 5"))
        return text
    except ValueError:
        value = text
    return _readable(path, value, faults, MAX_LEVELS)


def listed(value: object) -> list[object]:
    """The items of a list; `[]` if the value is not a list."""
    return cast("list[object]", value) if isinstance(value, list) else []


def _readable(path: str, value: object, faults: list[Fault], levels: int) -> object:
    match value:
        case str():
            return _unicode(path, value, faults)
        case list() | dict() if not levels:
            return "…"
        case list():
            items = enumerate(cast("list[object]", value))
            return [_readable(key(path, index), item, faults, levels - 1) for index, item in items]
        case dict():
            readable: dict[str, object] = {}
            for name, item in cast("dict[str, object]", value).items():
                place = key(path, _HALF_A_PAIR.sub("\ufffd", name))
                readable[_unicode(place, name, faults)] = _readable(place, item, faults, levels - 1)
            return readable
        case _:
            return value


def _unicode(path: str, text: str, faults: list[Fault]) -> str:
    """The text as UTF-8 can hold it, which the settings are passed on in."""
    right = _HALF_A_PAIR.sub("\ufffd", text)
    if right != text:
        faults.append(
            Fault(
                path=path,
                value=right,
                must="must be Unicode text: it has half of a surrogate pair, \\ud800 to \\udfff",
                fix="# the character that was meant, or none",
            )
        )
    return right
