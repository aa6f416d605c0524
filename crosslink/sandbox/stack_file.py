"""Read a stack file and hand its values to a program as the Pulumi CLI would: as strings.

How a value becomes a string is in github.com/pulumi/pulumi, `sdk/go/common/resource/config`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any, TypeAlias

from crosslink.sandbox import existing, go_yaml
from crosslink.sandbox.existing import NOTHING, Existing
from crosslink.sandbox.go_yaml import Value

FILE_NAME = re.compile(r"Pulumi\.(.+)\.yaml")
_LARGEST_WITHOUT_EXPONENT = 1e21  # in Go's JSON
# Stands for what the CLI would decrypt. The settings accept it wherever they accept a secret.
STAND_IN = "secret"
Place: TypeAlias = tuple[str | int, ...]  # the keys and list indexes that lead to a value


class StackFileError(Exception):
    """There is no such stack file, or the CLI could not read it."""


@dataclass(frozen=True)
class StackFile:
    """A stack: its name, and its configuration by full key, `crosslink:api`."""

    name: str
    config: Mapping[str, str]
    secret_keys: frozenset[str]  # the keys whose value is, or holds, a secure one
    existing: Existing = NOTHING  # what is there beside the stack


def find(stack: str, root: Path) -> Path:
    """The file of a stack, which is given by its name or by the path of its file.

    Raises:
        StackFileError: there is none.
    """
    path = Path(stack) if stack.endswith(".yaml") else look_for(stack, root)
    if path and path.exists():
        return path
    missing = path or f"Pulumi.{stack}.yaml"
    here, examples = _stacks(root), _stacks(root / "examples")
    raise StackFileError(f"there is no stack file {missing}; stacks of {root}: {here}; examples: {examples}")


def look_for(stack: str, root: Path) -> Path | None:
    """The file of a stack of a checkout by its name; what isn't there may be among the examples."""
    places = (folder / f"Pulumi.{stack}.yaml" for folder in (root, root / "examples"))
    return next(filter(Path.exists, places), None)


def _stacks(folder: Path) -> str:
    names = sorted(match[1] for file in folder.glob("*") if (match := FILE_NAME.fullmatch(file.name)))
    return ", ".join(names) or "none"


def read(path: Path, project: str) -> StackFile:
    """Read a stack file, where keys without a namespace are the project's, and what exists beside it.

    Raises:
        StackFileError: it can't be read, or the CLI would refuse it, or the program a secret in it.
    """
    file_name = FILE_NAME.fullmatch(path.name)
    if file_name is None:
        raise StackFileError(f"{path}: a stack file's name is Pulumi.NAME.yaml")
    try:
        document = go_yaml.load(path)
    except go_yaml.NotYamlError as error:
        raise StackFileError(f"{path}: {error}") from error
    except OSError as error:
        raise StackFileError(f"{path} can't be read: {error.strerror}") from error
    entries = document.get("config") if isinstance(document, dict) else document
    entries: Value = json.loads(json.dumps(entries), parse_float=_number)
    if not isinstance(entries, dict | None):
        raise StackFileError(f"{path}: config must be a mapping of keys to values")
    config: Any = {key if ":" in key else f"{project}:{key}": value for key, value in (entries or {}).items()}
    if places := [place for place, _ in encrypted(config)]:
        # Imported late, with our settings: they must not take the place of another checkout's where it runs.
        from settings.secrets import SettingsError, refuse_misplaced  # noqa: PLC0415

        try:
            refuse_misplaced(file_name[1], places)
        except SettingsError as error:
            raise StackFileError(f"{path}: {error}") from None
    for *around, last in places:
        reduce(getitem, around, config)[last] = STAND_IN
    secret_keys = frozenset(str(place[0]) for place in places)
    texts = {key: _text(value) for key, value in config.items()}
    try:
        beside = existing.read(existing.file_beside(path))
    except existing.ExistingError as error:
        raise StackFileError(str(error)) from error
    return StackFile(file_name[1], texts, secret_keys, beside)


def encrypted(value: Value, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """The encrypted values of a stack file, or of its part at a place, each with its place.

    Only the CLI can decrypt them.
    """
    match value:
        case {"secure": str(text)} if place and len(value) == 1:
            yield place, text
        case dict():
            for key, item in value.items():
                yield from encrypted(item, (*place, key))
        case list():
            for index, item in enumerate(value):
                yield from encrypted(item, (*place, index))
        case _:
            pass


def _text(value: Value) -> str:
    """A value as the program gets it: words as they are, the rest as JSON, nothing as an empty string."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _number(text: str) -> float:
    """A number as Go writes it in JSON: a whole one without a fraction."""
    number = float(text)
    return int(number) if number.is_integer() and abs(number) < _LARGEST_WITHOUT_EXPONENT else number
