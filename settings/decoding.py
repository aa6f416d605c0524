"""Decodes the text of a key as the CLI passes it: text as it is, everything else as JSON.

Whatever a stack file can hold becomes a value that can be validated, and shown if it is wrong.
"""

import json
import re
from typing import cast

from settings.errors import ABSENT, Fault, key

MAX_LEVELS = 20
"""How deeply mappings and lists may be nested: settings need 5 levels, JSON parsers fail at some hundred."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def decode(path: str, text: str | None, faults: list[Fault]) -> object:
    """The value of a key.

    Args:
        path: The key.
        text: Its text; None if the key is missing.
        faults: Receives the faults.

    Returns:
        The value as the JSON parser returns it, or ABSENT. What is nested deeper than `MAX_LEVELS`, as no
        setting is, is replaced by `…`, and a lone surrogate by the Unicode replacement character.
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
                place = key(path, _LONE_SURROGATE.sub("\ufffd", name))
                readable[_unicode(place, name, faults)] = _readable(place, item, faults, levels - 1)
            return readable
        case _:
            return value


def _unicode(path: str, text: str, faults: list[Fault]) -> str:
    """The text without lone surrogates, which UTF-8 can't encode."""
    right = _LONE_SURROGATE.sub("\ufffd", text)
    if right != text:
        faults.append(
            Fault(
                path=path,
                value=right,
                must="must be Unicode text, without a lone surrogate (\\ud800 to \\udfff)",
                fix="# with the character that was meant, or without it",
            )
        )
    return right
