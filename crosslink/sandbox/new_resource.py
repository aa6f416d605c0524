"""A resource that is being created, and the texts that its computed outputs are made of."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from crosslink.sandbox.record import Resource

Outputs: TypeAlias = dict[str, Any]
"""What a provider computes, by output; the physical id is `id`."""

Template: TypeAlias = "str | Callable[[NewResource], Any]"
"""How an output is made: a text for `NewResource.text`, or a function."""

NO_ACCOUNT = "000000000000"
"""Stands for the account of a provider that names none."""

_ALPHABETS = {
    "decimal": "0123456789",
    "hex": "0123456789abcdef",
    "HEX": "0123456789ABCDEF",
    "base32": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "base36": "0123456789abcdefghijklmnopqrstuvwxyz",
}


class NewResource:
    """A resource that is being created, beside those that exist already."""

    def __init__(self, resource: Resource, existing: Mapping[str, Resource]) -> None:
        self.resource = resource
        self.inputs = resource.inputs
        self.account = resource.account or NO_ACCOUNT
        self.region = resource.region
        self._existing = existing

    def outputs(self, templates: Mapping[str, Template]) -> Outputs:
        """The outputs that templates describe; each may name those before it."""
        outputs: Outputs = {}
        for name, template in templates.items():
            outputs[name] = self.text(template, outputs) if isinstance(template, str) else template(self)
        return outputs

    def text(self, template: str, computed: Mapping[str, Any] | None = None) -> str:
        """Fill in a template such as `arn:aws:ec2:{region}:{account}:subnet/subnet-{hex:17}`.

        Args:
            template: its fields are inputs (empty if not given), outputs that are computed, `account`,
                `region`, the physical `name`, a `uuid`, and characters such as `{hex:17}`. These are always
                the same for this resource: `{hex:17:main}` are others, for its second id.
            computed: the outputs that are there already.
        """
        characters = {alphabet: _Characters(self, alphabet) for alphabet in _ALPHABETS}
        known = {"account": self.account, "region": self.region, "name": self.name, "uuid": self.uuid}
        fields: Outputs = {**self.inputs, **characters, **known, **(computed or {})}
        return template.format_map(defaultdict(str, fields))

    def characters(self, length: int, alphabet: str = "hex", salt: str = "") -> str:
        """Characters that are always the same for this resource and salt."""
        symbols = _ALPHABETS[alphabet]
        seed = f"{self.resource.account}/{self.region}/{self.resource.urn}/{salt}"
        number = int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big")
        return "".join(symbols[(number >> 6 * i) % len(symbols)] for i in range(length))

    @property
    def uuid(self) -> str:
        return "-".join(self.characters(length, salt=str(i)) for i, length in enumerate((8, 4, 4, 4, 12)))

    @property
    def name(self) -> str:
        """The physical name: as given, or Pulumi's own, which its random suffix makes unique."""
        return self.inputs.get("name") or f"{self.resource.name}-{self.characters(7, salt='name')}"

    def existing(self, type_: str, fits: Callable[[Resource], bool]) -> Resource | None:
        """The first resource of a type that fits."""
        return next((found for found in self._existing.values() if found.type == type_ and fits(found)), None)


@dataclass(frozen=True)
class _Characters:
    """`{hex:17:salt}` in a template: as many characters of an alphabet."""

    new: NewResource
    alphabet: str

    def __format__(self, length_and_salt: str) -> str:
        length, _, salt = length_and_salt.partition(":")
        return self.new.characters(int(length), self.alphabet, salt)
