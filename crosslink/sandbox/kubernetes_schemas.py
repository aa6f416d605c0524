"""Kubernetes' own schemas as validators, each made once: `kubernetes_validate.utils.validate` reads them anew
for every object, all definitions of a version among them, which takes longer than any object's check.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from jsonschema import Draft202012Validator
from kubernetes_validate.utils import (  # pyright: ignore[reportMissingTypeStubs] - it has no py.typed
    SchemaNotFoundError,
    VersionNotSupportedError,
    all_versions,
    latest_version,
    major_minor,
    schema_contents,
)
from referencing import Registry, Resource

UNKNOWN = (SchemaNotFoundError, VersionNotSupportedError)
latest = cache(latest_version)


class Validator(Protocol):
    """What checks objects."""

    def validate(self, instance: Any, /) -> None:  # noqa: ANN401 - whatever an object is
        """Raises jsonschema.ValidationError for the first fault."""


def checks(schema: Mapping[str, Any], registry: "Registry[Any] | None" = None) -> Validator:
    """What checks objects by a schema, with what it refers to."""
    made: Any = Draft202012Validator(schema, registry=registry or Registry())
    return made


@cache
def validator(version: str, api_version: str, kind: str) -> Validator:
    """What checks objects of a kind, by the last known version that is no later; it takes no other fields.

    Raises:
        SchemaNotFoundError: the version has no such kind.
        VersionNotSupportedError: it is later than all known ones.
    """
    folder = _folder(version)
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)  # rbac.authorization.k8s.io/v1 → rbac-v1
    try:
        schema: Any = schema_contents(f"{folder}/{kind.lower()}-{group}.json", version)
    except FileNotFoundError:
        raise SchemaNotFoundError(version=major_minor(version), kind=kind, api_version=api_version) from None
    registry: Registry[Any] = Resource.from_contents(schema) @ _definitions(folder, version)
    return checks(schema, registry)


@cache
def _folder(version: str) -> str:
    if major_minor(version) > latest():
        raise VersionNotSupportedError(version=major_minor(version))
    known = [own for own in all_versions() if major_minor(own) <= major_minor(version)][-1]
    return f"kubernetes-json-schema/v{known}-local-strict"


@cache
def _definitions(folder: str, version: str) -> "Registry[Any]":
    nothing: Registry[Any] = Registry()
    return Resource.from_contents(schema_contents(f"{folder}/_definitions.json", version)) @ nothing
