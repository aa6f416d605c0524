"""Read YAML as Go's gopkg.in/yaml.v3 does, with which the Pulumi CLI reads stack files.

That is YAML 1.2 with some of 1.1: `yes` is a word, but `0111` is octal and a date is a time. What a scalar
without quotes means follows its `resolve.go`.
"""
# ruamel.yaml is only partly typed:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import math
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.tag import Tag

Value: TypeAlias = dict[str, "Value"] | list["Value"] | str | int | float | bool | None

_CONSTANTS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_DATE = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)", re.ASCII)
_OLD_OCTAL = re.compile(r"[-+]?0[0-7]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LARGEST_INTEGER = 2**64 - 1


class NotYamlError(Exception):
    """The text isn't YAML, or it has a key twice. Says where and why."""


def load(path: Path) -> Value:
    """The document of a file; its keys are strings, as in JSON.

    Raises:
        NotYamlError: it can't be read.
    """
    reader = YAML(typ="safe", pure=True)
    reader.Resolver = _Resolver
    reader.Constructor = _Constructor
    try:
        return reader.load(path)
    except MarkedYAMLError as error:
        where = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise NotYamlError(f"{where}{error.problem}") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise NotYamlError(f"not text in UTF-8: {error}") from error


class _Resolver(VersionedResolver):
    """Leaves what has neither quotes nor a tag to `_meant`; `<<` stays the merge key."""

    def resolve(self, kind: type, value: str, implicit: tuple[bool, bool]) -> Tag:
        if kind is ScalarNode and implicit[0] and value != "<<":
            return Tag(suffix="!plain")
        return super().resolve(kind, value, implicit)


class _Constructor(SafeConstructor):
    def construct_plain(self, node: ScalarNode) -> Value:
        return _meant(node.value)

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[str, Value]:
        return {_as_key(key): value for key, value in super().construct_mapping(node, deep).items()}


_Constructor.add_constructor("!plain", _Constructor.construct_plain)


def _meant(text: str) -> Value:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    if day := _DATE.fullmatch(text):
        return _time(day)
    plain = text.replace("_", "")
    try:
        number = int(plain, 8 if _OLD_OCTAL.fullmatch(plain) else 0)
    except ValueError:
        number = None
    if number is not None and abs(number) <= _LARGEST_INTEGER:
        return number
    if _FLOAT.fullmatch(plain) and math.isfinite(float(plain)):
        return float(plain)
    return text


def _time(day: re.Match[str]) -> str:
    """A date as Go prints the midnight it begins with; the text itself if there is no such date."""
    try:
        return f"{date(*map(int, day.groups()))} 00:00:00 +0000 UTC"
    except ValueError:
        return day[0]


def _as_key(value: object) -> str:
    match value:
        case str():
            return value
        case bool():
            return str(value).lower()
        case None:
            return "<nil>"
        case int() | float():
            return f"{value:g}"
        case _:
            raise NotYamlError("a key must be text, not a list or a mapping")
