"""The lists of fields in `lists/`, one file per type of resource and part of its properties.

A field is *judged* by rules, *harmless* for a reason, or *neither*: then nothing can be said of a value that
isn't its default. Tests hold the lists complete against the types of Pulumi's SDK and AWS's own answers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path
from typing import TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict

from crosslink.graph.node import Value, fields, items

FOLDER = Path(__file__).parent / "lists"
WALK = "walk"  # in the place of a rule: the path is found by the field, so that another value leads elsewhere
FieldPath: TypeAlias = tuple[str, ...]  # keys from the properties down to the field; lists have no index


@dataclass(frozen=True)
class Judged:
    """Rules judge it."""

    rules: tuple[str, ...]  # their ids, or `WALK`


@dataclass(frozen=True)
class Harmless:
    """Whatever it is, requests get through, and nobody else does."""

    reason: str


@dataclass(frozen=True)
class Neither:
    """Nothing judges it."""

    defaults: tuple[Value, ...]  # the values that are as good as none

    def is_default(self, value: Value) -> bool:
        """Whether a value says nothing: it is empty, or a default. `False` is only where none is given."""
        return value in (None, "", [], {}) or value in self.defaults or (not self.defaults and value is False)


Kind: TypeAlias = Judged | Harmless | Neither
NOBODYS = Harmless("nobody reads it")


class Place(BaseModel):
    """A part of the properties of a type of resource."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str
    at: tuple[str, ...] = ()


class Listed(BaseModel):
    """A file of `lists/`: the fields of a type of resource, or of one part of its properties.

    A field is named by its keys from there, with dots between them: `healthCheck.path`. What is below a field
    that is listed is of its kind unless it is listed itself.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str
    """The type token of the resource."""
    at: tuple[str, ...] = ()
    """The part of its properties that has the fields: keys, which may have dots, or patterns of such. Fields
    may be patterns then."""
    also: Sequence[Place] = ()
    """The other places that have the same fields."""
    as_pairs: bool = False
    """Whether the part is no mapping, but a text `<field>=<value>,…`, or a list of mappings with `key` and
    `value`."""
    prefix: str = ""
    """What all the fields' names begin with, such as `alb.ingress.kubernetes.io/`; others are nobody's."""
    source: str
    """The page that says what the fields do."""
    whole: str | None = None
    """The reason why a resource of the type is harmless whatever it says; None if it isn't."""
    judged: Mapping[str, tuple[str, ...]] = {}
    """Rule, or `walk` → the fields that it judges."""
    harmless: Mapping[str, tuple[str, ...]] = {}
    """The reason why they are → fields."""
    neither: Mapping[str, Value] = {}
    """Field → its default, a list of several, or null for none."""

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """Field → its kind."""
        judges: dict[str, list[str]] = {}
        for rule, names in self.judged.items():
            for name in names:
                judges.setdefault(name, []).append(rule)
        return {
            **{name: Neither(_several(default)) for name, default in self.neither.items()},
            **{name: Harmless(reason) for reason, names in self.harmless.items() for name in names},
            **{name: Judged(tuple(rules)) for name, rules in judges.items()},
        }

    def kind_of(self, path: FieldPath) -> Kind | None:
        """The kind of the field at a path of the resource's properties; None for one that isn't listed."""
        inner = path[len(self.at) :]
        if self.at:
            name = inner[0].removeprefix(self.prefix)
            return self.kinds.get(name) or next(
                (kind for pattern, kind in self.kinds.items() if fnmatchcase(name, pattern)), None
            )
        beginnings = (".".join(inner[:length]) for length in range(len(inner), 0, -1))
        return next((kind for name in beginnings if (kind := self.kinds.get(name))), None)

    def goes_below(self, path: FieldPath) -> bool:
        """Whether the file lists something of its own below a path."""
        depth = len(self.at)
        if len(path) <= depth:
            return all(map(fnmatchcase, path, self.at))
        start = ".".join(path[depth:]) + "."
        return self.is_about(path) and any(name.startswith(start) for name in self.kinds)

    def is_about(self, path: FieldPath) -> bool:
        """Whether the file lists the part of the properties that a path is in."""
        return len(path) > len(self.at) and self.is_at(path[: len(self.at)])

    def is_at(self, path: FieldPath) -> bool:
        """Whether a path is the one of the part that the file lists."""
        same = len(path) == len(self.at)
        return same and all(key == at or fnmatchcase(key, at) for key, at in zip(path, self.at, strict=True))


def _several(default: Value) -> tuple[Value, ...]:
    return () if default is None else tuple(items(default)) if isinstance(default, list) else (default,)


@cache
def lists() -> Mapping[str, Sequence[Listed]]:
    """Type token → its files, the one with the innermost part first."""
    found: dict[str, list[Listed]] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        content = yaml.load(file.read_bytes(), yaml.CSafeLoader)
        listed = Listed.model_validate(content)
        for place in (Place(type=listed.type, at=listed.at), *listed.also):
            own = listed.model_copy(update={"type": place.type, "at": place.at, "also": ()})
            found.setdefault(place.type, []).append(own)
    return {type_: sorted(own, key=lambda listed: -len(listed.at)) for type_, own in found.items()}


@cache
def kind_of(type_: str, path: FieldPath) -> Kind | None:
    """The kind of a field of a type of resource; None for one that isn't listed.

    In a part that has lists of its own, what has none of their prefixes is nobody's.
    """
    about = [listed for listed in lists().get(type_, ()) if listed.is_about(path)]
    parts = [listed for listed in about if listed.at] or about
    named = [listed for listed in parts if path[len(listed.at)].startswith(listed.prefix)]
    if parts and not named:
        return NOBODYS
    return named[0].kind_of(path) if named else None


def is_harmless(type_: str) -> bool:
    """Whether resources of a type are harmless whatever they say."""
    return any(listed.whole for listed in lists().get(type_, ()))


@cache
def is_settled(type_: str, path: FieldPath) -> bool:
    """Whether all that is at a path of a type of resource, however deep, is judged or harmless."""
    below = any(listed.goes_below(path) for listed in lists().get(type_, ()))
    return not below and isinstance(kind_of(type_, path), Judged | Harmless)


def leaves(
    properties: Value,
    own: Sequence[Listed] = (),
    leave_out: Callable[[FieldPath], bool] = lambda _path: False,
) -> Sequence[tuple[FieldPath, Value]]:
    """All values in the properties of a resource that are neither mappings nor lists of such.

    Args:
        properties: the properties.
        own: the files of the resource's type, which say where fields are written as pairs.
        leave_out: whether nobody asks for what is at a path.
    """
    found: list[tuple[FieldPath, Value]] = []
    pairs = [listed for listed in own if listed.as_pairs]

    def add(value: Value, path: FieldPath) -> None:
        if pairs and any(listed.is_at(path) for listed in pairs):
            value = _from_pairs(value)
        if inner := fields(value):
            for key, item in inner.items():
                if not leave_out(below := (*path, key)):
                    add(item, below)
        elif within := [item for item in items(value) if fields(item) or items(item)]:
            for item in within:
                add(item, path)
        elif path:
            found.append((path, value))

    add(properties, ())
    return found


def _from_pairs(value: Value) -> Value:
    """The fields of what is written as pairs; what isn't is left as it is."""
    if isinstance(value, str):
        pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
        whole = all(equals for _, equals, _ in pairs)
        return {name.strip(): own.strip() for name, _, own in pairs} if whole else value
    return {str(fields(entry).get("key")): fields(entry).get("value") for entry in items(value)} or value
