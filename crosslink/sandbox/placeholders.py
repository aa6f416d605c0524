"""Outputs of types that the sandbox doesn't know: an id, an ARN, and texts that nobody takes for real."""

import re

from crosslink.sandbox import schemas
from crosslink.sandbox.new_resource import NewResource, Outputs


def outputs(new: NewResource) -> Outputs:
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
