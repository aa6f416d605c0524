"""The types of resources that the program registers, and which changes make another resource of one."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

FOLDER = Path(__file__).parent / "resource_types"


class _Known(BaseModel):
    """What a table says of a type. Inputs are named with dots between their keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: tuple[str, ...] = ()
    by_removal: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    deleted_first: bool = False


class _Table(BaseModel):
    """The types with one source. What stands under `all` holds for each of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    all: _Known = _Known()
    types: Mapping[str, _Known]


class ResourceType(BaseModel):
    """One type. Inputs are named in camelCase, with dots between the keys: `metadata.name`.

    Attributes:
        token: the type's full token.
        replaced_by: the inputs of which another value makes another resource.
        replaced_by_removal: the objects that can't be removed, and the lists that take more items in place
            and of which none can be removed.
        unique: the inputs that are taken once, together, where the program gives them: two resources with the
            same ones can't stand side by side.
        deleted_first: whether the provider deletes the old one before it makes a successor with the same
            unique inputs.
        source: the page or the code that says so.
    """

    model_config = ConfigDict(frozen=True)

    token: str
    replaced_by: frozenset[str]
    replaced_by_removal: frozenset[str]
    unique: tuple[str, ...]
    deleted_first: bool
    source: str


@cache
def resource_types() -> Mapping[str, ResourceType]:
    """The types that the program registers, by token."""
    found: dict[str, ResourceType] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        for table in TypeAdapter(list[_Table]).validate_python(yaml.safe_load(file.read_text())):
            for token, known in table.types.items():
                found[token] = ResourceType(
                    token=token,
                    replaced_by=frozenset((*table.all.by, *known.by)),
                    replaced_by_removal=frozenset(known.by_removal),
                    unique=known.unique or table.all.unique,
                    deleted_first=known.deleted_first or table.all.deleted_first,
                    source=table.source,
                )
    return found
