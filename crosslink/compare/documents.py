"""What a preview doesn't know of an API's document, and of a listener with weights.

Integrations through a VPC link v2 name the gateway NLB by its ARN, and the document is unknown with it; so is
which target group has which weight. But what is compared stands: `pulumi preview` knows the ARNs. So the
program is run as an up, too, and both are taken from there. The sandbox makes ARNs up from names: one NLB has
the same on both sides.
"""

from collections.abc import Callable
from dataclasses import replace

import pulumi

from crosslink.sandbox.record import ProgramError, Resource, Run, contains_unknown

_API, _DOCUMENT = "aws:apigateway/restApi:RestApi", "body"
_LISTENER, _ACTIONS = "aws:lb/listener:Listener", "defaultActions"
_NAMED_BY_ARN = "aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"  # their id is their ARN
_DEPLOYMENT, _TRIGGERS = "aws:apigateway/deployment:Deployment", "triggers"


def known(preview: Run, up: Callable[[], Run]) -> Run:
    """A preview with what else is known of what stands; without if an up fails.

    Args:
        preview: the preview.
        up: gives an up of the same; it is asked only where that is missing.
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
        if resource.type in _NAMED_BY_ARN:
            resources[urn] = replace(resource, id=made.id, outputs={**resource.outputs, "arn": made.id})
        elif name := {_DEPLOYMENT: _TRIGGERS, _LISTENER: _ACTIONS}.get(resource.type):
            resources[urn] = replace(resource, outputs={**resource.outputs, name: made.inputs[name]})
        elif _waits(resource):
            document = {_DOCUMENT: made.inputs[_DOCUMENT]}
            inputs, outputs = {**resource.inputs, **document}, {**resource.outputs, **document}
            resources[urn] = replace(resource, inputs=inputs, outputs=outputs)
    return replace(preview, resources=resources)


def _waits(resource: Resource) -> bool:
    """Whether an API's document is unknown, what a deployment of it is told of it, or which target group of a
    listener has which weight.
    """
    name = {_API: _DOCUMENT, _DEPLOYMENT: _TRIGGERS, _LISTENER: _ACTIONS}.get(resource.type, "")
    value = resource.inputs.get(name)
    weighted = name != _ACTIONS or any("forward" in action for action in value or ())
    return weighted and contains_unknown(value)
