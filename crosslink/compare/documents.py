"""What a preview doesn't know of an API's document, and of a listener with weights.

Integrations through a VPC link v2 name the gateway NLB by its ARN, and the document is unknown with it; so is
which target group has which weight. But what is compared stands: `pulumi preview` knows the ARNs. So the
program is run as an up, too, and both are taken from there. The sandbox makes ARNs up from names: one NLB has
the same on both sides.
"""

from collections.abc import Callable
from dataclasses import replace

import pulumi

from crosslink.graph import tokens
from crosslink.sandbox.record import ProgramError, Resource, Run, contains_unknown

# Type → the property that has an ARN in it
_PROPERTIES = {tokens.REST_API: "body", tokens.API_DEPLOYMENT: "triggers", tokens.LISTENER: "defaultActions"}
_NAMED_BY_ARN = (tokens.LOAD_BALANCER, tokens.TARGET_GROUP)  # their id is their ARN


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
        elif resource.type in _PROPERTIES and (resource.type != tokens.REST_API or _waits(resource)):
            name = _PROPERTIES[resource.type]
            told = {name: made.inputs[name]}
            inputs = told if resource.type == tokens.REST_API else {}
            resources[urn] = replace(
                resource, inputs={**resource.inputs, **inputs}, outputs={**resource.outputs, **told}
            )
    return replace(preview, resources=resources)


def _waits(resource: Resource) -> bool:
    """Whether an API's document is unknown, what a deployment of it is told of it, or which target group of a
    listener has which weight.
    """
    value = resource.inputs.get(_PROPERTIES.get(resource.type, ""))
    weighted = resource.type != tokens.LISTENER or any("forward" in action for action in value or ())
    return weighted and contains_unknown(value)
