"""Read a stack file and hand its values to a program as the Pulumi CLI would: as strings.

How a value becomes a string is in github.com/pulumi/pulumi, `sdk/go/common/resource/config`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from crosslink.sandbox import go_yaml
from crosslink.sandbox.go_yaml import Value

FILE_NAME = re.compile(r"Pulumi\.(.+)\.yaml")
_LARGEST_WITHOUT_EXPONENT = 1e21  # in Go's JSON


class StackFileError(Exception):
    """There is no such stack file, or the CLI could not read it."""


@dataclass(frozen=True)
class StackFile:
    """A stack: its name, and its configuration by full key, `crosslink:api`."""

    name: str
    config: Mapping[str, str]
    secret_keys: frozenset[str]
    """The keys whose value is, or holds, a secure one."""


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
    """Read a stack file.

    Args:
        path: the file, whose name is Pulumi.NAME.yaml.
        project: the namespace of keys that name none.

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
    if not isinstance(entries, dict | None):
        raise StackFileError(f"{path}: config must be a mapping of keys to values")
    config: Mapping[str, Value] = {
        key if ":" in key else f"{project}:{key}": _as_json(value) for key, value in (entries or {}).items()
    }
    places = [*_secure(config)]
    if places:
        # Imported late, with our settings: they must not take the place of another checkout's where it runs.
        from crosslink.sandbox.stand_ins import filled  # noqa: PLC0415
        from settings.secrets import SettingsError, refuse_misplaced  # noqa: PLC0415

        try:
            refuse_misplaced(file_name[1], places)
        except SettingsError as error:
            raise StackFileError(f"{path}: {error}") from None
        config = filled(config, places)
    secret_keys = frozenset(str(place[0]) for place in places)
    return StackFile(file_name[1], {key: _text(value) for key, value in config.items()}, secret_keys)


def _text(value: Value) -> str:
    """A value as the program gets it: words as they are, the rest as JSON, nothing as an empty string."""
    match value:
        case str():
            return value
        case None:
            return ""
        case _:
            return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _as_json(value: Value) -> Value:
    match value:
        case dict():
            return {key: _as_json(item) for key, item in value.items()}
        case list():
            return [_as_json(item) for item in value]
        case float() if value.is_integer() and abs(value) < _LARGEST_WITHOUT_EXPONENT:
            return int(value)
        case _:
            return value


def _secure(
    value: Value | Mapping[str, Value], place: tuple[str | int, ...] = ()
) -> Iterator[tuple[str | int, ...]]:
    """The places of secure values: the keys and list indexes that lead to each."""
    match value:
        case {"secure": str()} if len(value) == 1 and place:
            yield place
        case dict():
            for key, item in value.items():
                yield from _secure(item, (*place, key))
        case list():
            for index, item in enumerate(value):
                yield from _secure(item, (*place, index))
        case _:  # a plain value
            pass
