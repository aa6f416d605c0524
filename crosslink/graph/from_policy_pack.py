"""Reads the graph from the resources that a policy pack is given, in a preview as in an up.

The engine shows a pack less than the program says, and in pieces (its side is `AnalyzeResources` in
github.com/pulumi/pulumi, `pkg/resource/deploy/step_generator.go`):

- Stack policies see outputs alone, and in a preview a Kubernetes object has none while the kubeconfig is
  unknown. The inputs are shown to resource policies, which run before, in the same process.
- Reading an unknown value raises, and the engine then skips the whole policy: every read here is guarded.
- An id is never shown as such. A resource of AWS has it among its outputs, a provider nowhere.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from pulumi_policy import PolicyProviderResource, PolicyResource
from pulumi_policy.proxy import UnknownValueError

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, fields, items
from crosslink.graph.unknown import Unknown, given_in_the_up
from crosslink.path.output import Declared

STACK = "pulumi:pulumi:Stack"


def graph_of(
    resources: Iterable[PolicyResource], inputs: Mapping[str, Mapping[str, Any]], *, preview: bool
) -> Graph:
    """The resources of a stack, components among them.

    Args:
        resources: what a stack policy is given, `StackValidationArgs.resources`.
        inputs: URN → what a resource policy was given of that resource, `ResourceValidationArgs.props`.
        preview: whether the engine previews: `pulumi.runtime.is_dry_run()` inside a policy.
    """
    return Graph(
        _node(resource, inputs.get(resource.urn, {}), preview=preview)
        for resource in resources
        if resource.resource_type != STACK
    )


def declared_of(resources: Iterable[PolicyResource]) -> Declared | None:
    """The stack's output `path`; None of a stack that has none. For `resources` see `graph_of`.

    Raises:
        ValidationError: pydantic's; the output isn't what these rules read.
    """
    for resource in resources:
        if resource.resource_type == STACK and "path" in resource.props:
            return Declared.model_validate(_read(resource.props, "path", given_in_the_up()))
    return None


def _node(resource: PolicyResource, given: Mapping[str, Any], *, preview: bool) -> Node:
    unknown = given_in_the_up(resource.resource_type)
    # An output that is wholly unknown says no more than `missing` does, and must not hide a known input.
    shown = fields(_plain(resource.props, unknown))
    outputs = {name: value for name, value in shown.items() if not isinstance(value, Unknown)}
    id_ = _kubernetes_id(outputs) if resource.resource_type.startswith("kubernetes:") else outputs.get("id")
    account, region = _place(resource.provider or resource)
    inputs = fields(_plain(given, unknown))
    parent, references = resource.parent, resource.property_dependencies.items()
    return Node(
        urn=resource.urn,
        type=resource.resource_type,
        name=resource.name,
        id=id_ or unknown,
        account=account,
        region=region,
        properties={**inputs, **outputs},
        missing=unknown if preview else None,
        references={name: frozenset(source.urn for source in sources) for name, sources in references},
        dependencies=frozenset(dependency.urn for dependency in resource.dependencies),
        ignored=frozenset(resource.opts.ignore_changes),
        parent=parent.urn if parent and parent.resource_type != STACK else None,
        provider=resource.provider.urn if resource.provider else None,
        given=inputs,
    )


def _kubernetes_id(outputs: Mapping[str, Value]) -> str | None:
    """`<namespace>/<name>`, and of what is cluster-wide the name; None for an object without outputs."""
    match outputs:
        case {"metadata": {"namespace": str(namespace), "name": str(name)}}:
            return f"{namespace}/{name}"
        case {"metadata": {"name": str(name)}}:
            return name
        case _:
            return None


def _place(provider: PolicyProviderResource | PolicyResource) -> tuple[str | None, str | None]:
    """The account and region that a provider says it works in; a provider's lists may be JSON."""
    props = fields(_plain(provider.props, Unknown("the up gives it")))
    match provider.resource_type, props:
        case tokens.AWS_ACCOUNT, {"region": str(region)}:
            ids = props.get("allowedAccountIds")
            return next(iter(items(json.loads(ids) if isinstance(ids, str) else ids)), None), region
        case "pulumi:providers:kubernetes", {"clusterIdentifier": str(arn)} if arn.startswith("arn:"):
            _, _, _, region, account, _ = arn.split(":", maxsplit=5)
            return account, region
        case _:
            return None, None


def _plain(value: Value, unknown: Unknown) -> Value:
    """A value without the proxies that it and all inside it are, and with `unknown` for what can't be read.

    Without the keys that plugins keep for themselves, too, such as the `__defaults` in every object of AWS's:
    github.com/pulumi/pulumi-terraform-bridge, `pkg/reservedkeys`.
    """
    match value:
        case Mapping():
            mapping = cast("Mapping[str, Any]", value)
            return {key: _read(mapping, key, unknown) for key in mapping if not key.startswith("__")}
        case Sequence() if not isinstance(value, str):
            sequence = cast("Sequence[Any]", value)
            return [_read(sequence, index, unknown) for index in range(len(sequence))]
        case _:
            return value


def _read(container: Value, key: str | int, unknown: Unknown) -> Value:
    try:
        value = container[key]
    except UnknownValueError:
        return unknown
    return _plain(value, unknown)
