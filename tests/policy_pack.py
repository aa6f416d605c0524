"""Plays the engine's part toward a policy pack, as the real one plays it.

Between it and the policies is the SDK's own server, with its proxies for what is unknown.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import analyzer_pb2 as pb
from pulumi_policy import (
    EnforcementLevel,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.policy import _PolicyAnalyzerServicer

from crosslink.graph.from_policy_pack import graph_of
from crosslink.graph.graph import Graph
from crosslink.sandbox.protobuf import to_struct
from crosslink.sandbox.record import UNKNOWN, Plain, Resource, Run
from tests.runs import run_stack

CLUSTER_COMPONENT = "eks:index:Cluster"
STACK = "urn:pulumi:dev::crosslink::pulumi:pulumi:Stack::crosslink-dev"


@cache
def graph_of_pack(file: Path, *, preview: bool) -> Graph:
    """What a pack makes of a run with a stack file."""
    return pack_graph(run_stack(file, preview=preview))


def pack_graph(run: Run) -> Graph:
    """What a pack makes of a run. Its policies see resource by resource, then the stack, in any order."""
    inputs: dict[str, Mapping[str, Any]] = {}
    resources: list[PolicyResource] = []

    def collect(args: ResourceValidationArgs, _report: ReportViolation) -> None:
        inputs[args.urn] = args.props

    def keep(args: StackValidationArgs, _report: ReportViolation) -> None:
        resources.extend(args.resources)

    policies = [ResourceValidationPolicy("inputs", "-", collect), StackValidationPolicy("stack", "-", keep)]
    pack = _PolicyAnalyzerServicer("pack", "0.0.1", policies, EnforcementLevel.MANDATORY)
    for resource in run.resources.values():
        pack.Analyze(pb.AnalyzeRequest(**described(resource, run, shown_inputs(resource))), None)
    stack = pb.AnalyzerResource(urn=STACK, type="pulumi:pulumi:Stack", name="crosslink-dev")
    shown = [in_stack(resource, run) for resource in run.resources.values()][::-1]
    pack.AnalyzeStack(pb.AnalyzeStackRequest(resources=[*shown, stack]), None)
    return graph_of(resources, inputs, preview=run.preview)


def in_stack(resource: Resource, run: Run) -> pb.AnalyzerResource:
    """A resource, as a stack policy is shown it."""
    edges = {} if resource.component else resource.property_dependencies
    return pb.AnalyzerResource(
        **described(resource, run, shown_outputs(resource, run)),
        parent=resource.parent or STACK,
        dependencies=sorted(resource.dependencies),
        propertyDependencies={
            name: pb.AnalyzerPropertyDependencies(urns=sorted(urns)) for name, urns in edges.items()
        },
    )


def described(resource: Resource, run: Run, properties: Mapping[str, Plain]) -> dict[str, Any]:
    """What both kinds of policies are shown of a resource."""
    used = run.resources.get(resource.provider or "")
    return {
        "urn": resource.urn,
        "type": resource.type,
        "name": resource.name,
        "properties": to_struct(properties, resource.secrets),
        "options": pb.AnalyzerResourceOptions(ignoreChanges=resource.options.ignore_changes),
        "provider": used
        and pb.AnalyzerProviderResource(
            urn=used.urn, type=used.type, name=used.name, properties=to_struct(used.inputs, used.secrets)
        ),
    }


def shown_inputs(resource: Resource) -> Mapping[str, Plain]:
    """None of a component; those of AWS with the mark that the plugin puts in every object."""
    if resource.component:
        return {}
    return marked(dict(resource.inputs)) if resource.package == "aws" else resource.inputs


def marked(value: Plain) -> Any:
    match value:
        case dict():
            return {"__defaults": [], **{key: marked(item) for key, item in value.items()}}
        case list():
            return [marked(item) for item in value]
        case _:
            return value


def shown_outputs(resource: Resource, run: Run) -> Mapping[str, Plain]:
    """The inputs with what AWS or the cluster adds to them; none while there is no cluster to ask."""
    if resource.component:
        return {} if resource.type == CLUSTER_COMPONENT else resource.outputs
    if resource.package == "kubernetes":
        return {} if run.preview else {**resource.inputs, **resource.outputs}
    if resource.is_provider:
        return resource.inputs
    computed = {"id": UNKNOWN, "arn": UNKNOWN, "state": UNKNOWN} if run.preview else {"id": resource.id}
    return {**computed, **resource.inputs, **resource.outputs}
