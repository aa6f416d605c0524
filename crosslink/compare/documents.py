"""The API's document, where a preview doesn't know it.

Integrations through a VPC link v2 name the gateway NLB by its ARN, and the document is unknown with it. But
what is compared stands: `pulumi preview` knows the ARN, and the document. So the program is run as an up,
too, and both are taken from there. The sandbox makes ARNs up from names: one NLB has the same on both sides.
"""

from collections.abc import Callable
from dataclasses import replace

import pulumi

from crosslink.sandbox.record import ProgramError, Resource, Run, contains_unknown

_API, _DOCUMENT = "aws:apigateway/restApi:RestApi", "body"
_NLB = "aws:lb/loadBalancer:LoadBalancer"  # its id is its ARN
_DEPLOYMENT, _TRIGGERS = "aws:apigateway/deployment:Deployment", "triggers"


def known(preview: Run, up: Callable[[], Run]) -> Run:
    """A preview with the documents of its APIs, and the ARNs of what they name; without if an up fails.

    Args:
        preview: the preview.
        up: gives an up of the same; it is asked only where something of a document is unknown.
    """
    if not any(map(_waits, preview.resources.values())):
        return preview
    try:
        after = up().resources
    except (ProgramError, pulumi.RunError):
        return preview
    resources = dict(preview.resources)
    for urn, resource in preview.resources.items():
        if (made := after.get(urn)) is None:
            continue
        # What is replaced is told by inputs that come from something unknown: only outputs are known.
        if resource.type == _NLB:
            resources[urn] = replace(resource, id=made.id, outputs={**resource.outputs, "arn": made.id})
        elif resource.type == _DEPLOYMENT:
            triggers = {_TRIGGERS: made.inputs[_TRIGGERS]}
            resources[urn] = replace(resource, outputs={**resource.outputs, **triggers})
        elif _waits(resource):
            document = {_DOCUMENT: made.inputs[_DOCUMENT]}
            inputs, outputs = {**resource.inputs, **document}, {**resource.outputs, **document}
            resources[urn] = replace(resource, inputs=inputs, outputs=outputs)
    return replace(preview, resources=resources)


def _waits(resource: Resource) -> bool:
    """Whether an API's document is unknown, or what a deployment of it is told of it."""
    name = {_API: _DOCUMENT, _DEPLOYMENT: _TRIGGERS}.get(resource.type, "")
    return contains_unknown(resource.inputs.get(name))
