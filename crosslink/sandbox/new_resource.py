"""A resource that is being created, and the texts that its computed outputs are made of."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from crosslink.sandbox import schemas
from crosslink.sandbox.made_up import characters
from crosslink.sandbox.record import Resource, inside
from crosslink.sandbox.world import World

Outputs: TypeAlias = dict[str, Any]  # what a provider computes, by output; the physical id is `id`
# How an output is made: texts for `NewResource.text`, also in lists and objects, or a function.
Template: TypeAlias = "str | list[Template] | dict[str, Template] | Callable[[NewResource], Any]"

NO_ACCOUNT = "000000000000"  # stands for the account of a provider that names none


class NewResource:
    """A resource that is being created in a world."""

    def __init__(self, resource: Resource, world: World) -> None:
        self.resource = resource
        self.inputs = resource.inputs
        self.account = resource.account or NO_ACCOUNT
        self.region = resource.region
        self.world = world

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

        Its fields are inputs (empty if not given), outputs that are computed already, `account`, `region`,
        the physical `name`, a `uuid`, and characters such as `{hex:17}`. These are always the same for this
        resource: `{hex:17:main}` are others, for its second id.
        """
        known = {"account": self.account, "region": self.region, "name": self.name, "uuid": self.uuid}
        fields: Outputs = {**self.inputs, **known, **(computed or {})}

        def filled(field: re.Match[str]) -> str:
            name, length, salt = field.groups()
            return self.characters(int(length), name, salt) if length else str(fields.get(name, ""))

        return re.sub(r"{(\w+):?(\d*):?(\w*)}", filled, template)

    def characters(self, length: int, alphabet: str = "hex", salt: str = "") -> str:
        """Characters that are always the same for this resource and salt."""
        seed = f"{self.resource.account}/{self.region}/{self.resource.urn}/{salt}"
        return characters(seed, length, alphabet)

    @property
    def uuid(self) -> str:
        return "-".join(self.characters(length, salt=str(i)) for i, length in enumerate((8, 4, 4, 4, 12)))

    @property
    def name(self) -> str:
        """The physical name: as given, or Pulumi's own, which its random suffix makes unique."""
        return self.inputs.get("name") or f"{self.resource.name}-{self.characters(7, salt='name')}"


def placeholders(new: NewResource) -> Outputs:
    """What stands for the computed outputs of a resource, as far as its SDK is there and names them.

    The id is the physical name, an output that is always a text is `<its name of the id>`. There are none for
    outputs of other types: they are None in an up.
    """
    cls = schemas.resource_class(new.resource.type)
    texts = schemas.text_outputs(cls) if cls else ()
    known: Outputs = {}
    if new.resource.package == "aws":
        # `aws:s3/bucket:Bucket` has ARNs such as `arn:aws:s3:<region>:<account>:bucket/<id>`.
        service, kind = re.split("[:/]", new.resource.type)[1:3]
        arn = f"arn:aws:{service}:{new.region}:{new.account}:{kind}/{new.name}"
        known = {"arn": arn, "name": new.name, "region": new.region}
    made_up = {name: known.get(name, f"<{name} of {new.name}>") for name in texts if name not in new.inputs}
    return {**made_up, "id": new.name}


def warning(type_: str) -> str:
    """What a run says of a type with such outputs."""
    return (
        f"{type_}: the sandbox can't compute outputs: id and ARN are made up, other texts are placeholders,"
        " the rest is missing. An entry in crosslink/sandbox/aws.py gives them"
    )
