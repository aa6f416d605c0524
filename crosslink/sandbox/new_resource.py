"""A resource that is being created, and the texts that its computed outputs are made of."""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from crosslink.sandbox.record import Resource, inside

Outputs: TypeAlias = dict[str, Any]  # what a provider computes, by output; the physical id is `id`
# How an output is made: texts for `NewResource.text`, also in lists and objects, or a function.
Template: TypeAlias = "str | list[Template] | dict[str, Template] | Callable[[NewResource], Any]"

NO_ACCOUNT = "000000000000"  # stands for the account of a provider that names none
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
        self.others = existing

    def outputs(self, templates: Mapping[str, Template]) -> Outputs:
        """The outputs that templates describe; each may name those before it."""
        outputs: Outputs = {}

        def filled(template: Any) -> Any:  # noqa: ANN401 - an output may be anything
            if isinstance(template, str):
                return self.text(template, outputs)
            return template(self) if callable(template) else inside(template, filled)

        for name, template in templates.items():
            outputs[name] = filled(template)
        return outputs

    def text(self, template: str, computed: Mapping[str, Any] | None = None) -> str:
        """Fill in a template such as `arn:aws:ec2:{region}:{account}:subnet/subnet-{hex:17}`.

        Args:
            template: its fields are inputs (empty if not given), outputs that are computed, `account`,
                `region`, the physical `name`, a `uuid`, and characters such as `{hex:17}`. These are always
                the same for this resource: `{hex:17:main}` are others, for its second id.
            computed: the outputs that are there already.
        """
        known = {"account": self.account, "region": self.region, "name": self.name, "uuid": self.uuid}
        fields: Outputs = {**self.inputs, **known, **(computed or {})}

        def filled(field: re.Match[str]) -> str:
            name, length, salt = field.groups()
            return self.characters(int(length), name, salt) if length else str(fields.get(name, ""))

        return re.sub(r"{(\w+):?(\d*):?(\w*)}", filled, template)

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

    def existing(self, type_: str, output: str, value: object) -> Resource | None:
        """The first resource of a type with this value of an output, or this `id`."""
        of_type = (other for other in self.others.values() if other.type == type_)
        return next((o for o in of_type if {**o.outputs, "id": o.id}.get(output) == value), None)
