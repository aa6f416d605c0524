"""A resource at the moment of its creation: what its computed outputs are made from."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from crosslink.sandbox import schemas
from crosslink.sandbox.record import Resource

Outputs: TypeAlias = dict[str, Any]
"""What a provider computes, by output; the physical id is `id`."""


class New:
    """A resource at the moment of its creation, beside those that exist already."""

    def __init__(self, resource: Resource, existing: Mapping[str, Resource]) -> None:
        self.resource = resource
        self.inputs = resource.inputs
        self.account = resource.account
        self.region = resource.region
        self._existing = existing

    def digits(self, length: int, alphabet: str = "0123456789abcdef", *, salt: str = "") -> str:
        """Characters that are always the same for this resource."""
        seed = f"{self.account}/{self.region}/{self.resource.urn}/{salt}"
        number = int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big")
        return "".join(alphabet[(number >> 6 * i) % len(alphabet)] for i in range(length))

    def api_id(self, length: int = 10) -> str:
        """An id as API Gateway makes them."""
        return self.digits(length, "0123456789abcdefghijklmnopqrstuvwxyz")

    def uuid(self) -> str:
        return "-".join(self.digits(length, salt=str(i)) for i, length in enumerate((8, 4, 4, 4, 12)))

    def arn(self, service: str, path: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{path}"

    def name(self) -> str:
        """The physical name: as given, or Pulumi's own, which its random suffix makes unique."""
        return self.inputs.get("name") or f"{self.resource.name}-{self.digits(7, salt='name')}"

    def existing(self, type_: str, fits: Callable[[Resource], bool]) -> Resource | None:
        """The first resource of a type that fits."""
        return next((one for one in self._existing.values() if one.type == type_ and fits(one)), None)


def physical_name(resource: Resource) -> dict[str, Any]:
    """The `name` output where the type has one that isn't given: Pulumi chooses it already in a preview."""
    cls = schemas.resource_class(resource.type)
    if "name" in resource.inputs or cls is None or "name" not in schemas.resource_inputs(cls):
        return {}
    return {"name": New(resource, {}).name()}
