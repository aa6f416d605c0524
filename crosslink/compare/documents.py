"""What a preview doesn't know because it names a load balancer or a target group by its ARN.

Integrations through a VPC link v2 name the gateway NLB so, and the API's document is unknown with it. A
listener with weights names target groups, and nobody can tell which has which weight. But what is compared
stands: `pulumi preview` knows the ARNs. So the program is run as an up, too, and both are taken from there.
The sandbox makes ARNs up from names: one NLB has the same on both sides.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pulumi

from crosslink.graph import tokens
from crosslink.graph.node import fields, items
from crosslink.sandbox.record import UNKNOWN, ProgramError, Resource, Run

_DOCUMENT, _ACTIONS, _TRIGGERS = "body", "defaultActions", "triggers"
_NAMED = (tokens.LOAD_BALANCER, tokens.TARGET_GROUP)  # whose id is their ARN


def known(preview: Run, up: Callable[[], Run]) -> Run:
    """A preview with the documents of its APIs and the weights of its listeners; without if an up fails.

    Args:
        preview: the preview.
        up: gives an up of the same; it is asked only where one of them is unknown.
    """
    unknown = {urn: name for urn, resource in preview.resources.items() for name in _unknown(resource)}
    if not unknown:
        return preview
    try:
        after = up().resources
    except (ProgramError, pulumi.RunError):
        return preview
    resources = dict(preview.resources)
    for urn, resource in preview.resources.items():
        made = after[urn]
        # What is replaced is told by inputs that come from something unknown: only outputs are known.
        if resource.type in _NAMED:
            resources[urn] = replace(resource, id=made.id, outputs={**resource.outputs, "arn": made.id})
        elif resource.type == tokens.API_DEPLOYMENT:
            triggers = _of(made.inputs, [_TRIGGERS])
            resources[urn] = replace(resource, outputs={**resource.outputs, **triggers})
        elif urn in unknown:
            told = _of(made.inputs, [unknown[urn]])
            inputs, outputs = {**resource.inputs, **told}, {**resource.outputs, **told}
            resources[urn] = replace(resource, inputs=inputs, outputs=outputs)
    return replace(preview, resources=resources)


def _unknown(resource: Resource) -> Iterable[str]:
    """What of a resource isn't known because of an ARN in it."""
    if resource.type == tokens.REST_API and resource.inputs.get(_DOCUMENT) is UNKNOWN:
        yield _DOCUMENT
    if resource.type == tokens.LISTENER:
        groups = [
            fields(group)
            for action in items(resource.inputs.get(_ACTIONS))
            for group in items(fields(fields(action).get("forward")).get("targetGroups"))
        ]
        if any(group.get("arn") is UNKNOWN for group in groups):
            yield _ACTIONS


def _of(inputs: Mapping[str, object], names: Iterable[str]) -> Mapping[str, object]:
    return {name: inputs[name] for name in names if name in inputs}
