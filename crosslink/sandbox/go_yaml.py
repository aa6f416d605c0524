"""Read YAML as Go's gopkg.in/yaml.v3 does, with which the Pulumi CLI reads stack files.

That is YAML 1.2 with some of 1.1: `yes` is a word, but `0111` is octal and a date is a time. What a scalar
without quotes means follows its `resolve.go`; a time becomes the text that Go prints for it, as the CLI does
(github.com/pulumi/pulumi, `sdk/go/common/resource/config/object.go`).
"""
# ruamel.yaml is only partly typed:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false

import math
import re
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
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
_CLOCK = r"(?P<clock>\d\d?:\d\d?:\d\d?)([.,](?P<fraction>\d+))?"
_TIME_FORMATS = (
    rf"(?P<day>\d{{4}}-\d\d?-\d\d?)[Tt]{_CLOCK}(Z|(?P<offset>[-+]([01]\d|2[0-4]):[0-5]\d))",
    rf"(?P<day>\d{{4}}-\d\d?-\d\d?)( +{_CLOCK})?",
)
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
    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[str, Value]:
        return {_as_key(key): value for key, value in super().construct_mapping(node, deep).items()}

    def construct_time(self, node: ScalarNode) -> str:
        if (time := _time(node.value)) is None:
            line = node.start_mark.line + 1
            raise NotYamlError(f"line {line}: cannot decode `{node.value}` as a !!timestamp")
        return time


_Constructor.add_constructor("!plain", lambda _constructor, node: _meant(node.value))
_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.construct_time)


def _meant(text: str) -> Value:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    if (time := _time(text)) is not None:
        return time
    plain = text.replace("_", "")
    with suppress(ValueError):
        number = int(plain, 8 if _OLD_OCTAL.fullmatch(plain) else 0)
        if abs(number) <= _LARGEST_INTEGER:
            return number
    if _FLOAT.fullmatch(plain) and math.isfinite(float(plain)):
        return float(plain)
    return text


def _time(text: str) -> str | None:
    """A time as Go prints it where the machine's own zone is UTC; None if the text is no time."""
    matches = (re.fullmatch(form, text, re.ASCII) for form in _TIME_FORMATS)
    if (found := next(filter(None, matches), None)) is None:
        return None
    given = defaultdict(str, found.groupdict(default=""))
    moment = f"{given['day']} {given['clock'] or '0:0:0'}"
    moment = re.sub(r"\b\d\b", r"0\g<0>", moment)
    try:
        datetime.fromisoformat(moment.replace("0000-", "2000-"))  # Python has no year 0
    except ValueError:
        return None
    fraction = given["fraction"][:9].rstrip("0")
    offset = given["offset"].replace(":", "")
    zone = f"{offset} {offset}" if offset.strip("+-0") else "+0000 UTC"
    return f"{moment}{fraction and '.'}{fraction} {zone}"


def _as_key(value: object) -> str:
    match value:
        case str():
            return value
        case None:
            return "<nil>"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"{value:g}"
        case _:
            raise NotYamlError("a key must be text, not a list or a mapping")
