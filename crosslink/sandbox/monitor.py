"""The engine's end of Pulumi's protocol: refuse, record, answer.

The SDK calls these methods by name, as those of the gRPC service `ResourceMonitor`
(github.com/pulumi/pulumi, `proto/pulumi/resource.proto`), always on one worker thread (`engine.py`).
"""
# ruff: noqa: N802 - the methods have the protocol's names

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NoReturn

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import resource_pb2 as pb

from crosslink.sandbox import aws, aws_data_sources, eks, kubernetes, refusals
from crosslink.sandbox.existing import Existing
from crosslink.sandbox.new_resource import NewResource, placeholders, warning
from crosslink.sandbox.protobuf import Reference, from_struct, place_of, provider_urn, requested, to_struct
from crosslink.sandbox.record import Invoke, Plain, ProgramError, Resource, Run, contains_unknown
from crosslink.sandbox.world import Resources, RunOf, UnknownStackError, World, outputs_of

READ_STACK_OUTPUTS = "pulumi:pulumi:readStackOutputs"
ORGANIZATION = "organization"  # as backends without organizations call it
_STACK_TYPE = "pulumi:pulumi:Stack"
_FEATURES = (
    pb.RESOURCE_MONITOR_FEATURE_SECRETS,
    pb.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    pb.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    pb.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    pb.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    pb.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
)


class Monitor:
    """Records one run. Project and stack go into the URNs; in a preview computed outputs are unknown.

    What exists beside the stack answers its lookups, as does what `run_of` gives of other stacks, and what
    `before` has of its own last update.
    """

    def __init__(
        self,
        project: str,
        stack: str,
        *,
        preview: bool,
        existing: Existing,
        run_of: RunOf,
        before: Mapping[str, Plain],
    ) -> None:
        self._own_name = f"{ORGANIZATION}/{project}/{stack}"
        self._before = dict(before)
        self._stack_urn = f"urn:pulumi:{stack}::{project}::{_STACK_TYPE}::{project}-{stack}"
        self._preview = preview
        self._resources = Resources()
        self._world = World(self._resources, existing, run_of)
        self._invokes: list[Invoke] = []
        self._outputs: tuple[dict[str, Plain], frozenset[str]] = ({}, frozenset())
        self.warnings: dict[str, None] = {}  # what isn't as under the engine; a dict keeps the order

    def result(self, logged: Iterable[str]) -> Run:
        """What has been recorded, with what the program logged."""
        return Run(
            preview=self._preview,
            resources=dict(self._resources),
            invokes=tuple(self._invokes),
            outputs=self._outputs[0],
            secret_outputs=self._outputs[1],
            warnings=(*logged, *self.warnings),
            existing=self._world.existing,
        )

    def GetDeploymentInfo(self, _request: Empty) -> pb.DeploymentInfo:
        return pb.DeploymentInfo(supportedFeatures=_FEATURES)

    def SignalAndWaitForShutdown(self, _request: Empty) -> Empty:
        return Empty()

    def RegisterResource(self, request: pb.RegisterResourceRequest) -> pb.RegisterResourceResponse:
        """`Resource(…)`: check, record, and answer with the outputs."""
        if request.type == _STACK_TYPE:
            return pb.RegisterResourceResponse(urn=self._stack_urn)
        resource = self._placed(requested(request, self._stack_urn, self._resources))
        if resource.urn in self._resources:
            why = "duplicate resource URN: two resources of one type and parent share this name"
            raise ProgramError(f"{resource}: {why}")
        try:
            if request.custom or request.remote:
                refusals.check_resource(resource)
            outputs = self._create(resource, remote=request.remote)
        except refusals.RefusedError as refusal:
            raise ProgramError(f"{resource}: {refusal}") from refusal
        response = pb.RegisterResourceResponse(
            urn=resource.urn,
            id=self._resources[resource.urn].id or "",
            object=to_struct(outputs, resource.secrets),
        )
        if request.remote:  # its outputs depend on what they come from inside it
            inside = [urn for urn, other in self._resources.items() if other.parent == resource.urn]
            for name in outputs if inside else ():
                response.propertyDependencies[name].urns.extend(inside)
        return response

    def RegisterResourceOutputs(self, request: pb.RegisterResourceOutputsRequest) -> Empty:
        """`register_outputs(…)` of a component, `pulumi.export` for the stack."""
        outputs, secrets = from_struct(request.outputs)
        if request.urn == self._stack_urn:
            self._outputs = outputs, secrets
        else:
            component = self._resources[request.urn]
            self._resources[request.urn] = replace(component, outputs=outputs, secrets=secrets)
        return Empty()

    def Invoke(self, request: pb.ResourceInvokeRequest) -> pb.ResourceInvokeResponse:
        """A data source."""
        args, _ = from_struct(request.args)
        if request.tok == "pulumi:pulumi:getResource":  # how the SDK reads an output that is a resource
            resource = self._resources[str(args["urn"])]
            return _answer({"urn": resource.urn, "id": resource.id or "", "state": dict(resource.outputs)})
        if request.tok == READ_STACK_OUTPUTS:
            return _answer(self._outputs_of(str(args["name"])))
        provider = provider_urn(request.provider)
        account, region = place_of(provider, args, self._resources)
        call = Invoke(token=request.tok, args=args, account=account, region=region)
        try:
            refusals.check_invoke(request.tok, args, provider)
            result = aws_data_sources.answer(call, self._world)
        except refusals.RefusedError as refusal:
            raise ProgramError(f"{request.tok}: {refusal}") from refusal
        self._invokes.append(call)
        return _answer(result)

    def ReadResource(self, request: pb.ReadResourceRequest) -> NoReturn:
        """`Resource.get(…)`, which nothing here can answer."""
        raise ProgramError(f'{request.type} "{request.name}": the sandbox has no resources of before the run')

    def Call(self, request: pb.ResourceCallRequest) -> NoReturn:
        """A method of a remote component, which nothing here can answer."""
        raise ProgramError(f"{request.tok}: the sandbox doesn't simulate methods")

    def _outputs_of(self, stack: str) -> dict[str, Plain]:
        """The outputs of a stack, as `readStackOutputs` of the engine's built-in provider gives them:
        secrets in clear, with their names; github.com/pulumi/pulumi, `pkg/resource/deploy/builtins.go`.
        """
        if stack == self._own_name:  # as they are until the program registers new ones
            return {"name": stack, "outputs": self._before, "secretOutputNames": []}
        try:
            run = self._world.run_of(stack)
        except (UnknownStackError, refusals.RefusedError) as error:
            raise _FailedInvoke(f"invocation of {READ_STACK_OUTPUTS} returned an error: {error}") from error
        secrets: list[Plain] = [*sorted(run.secret_outputs)] if run else []
        return {"name": stack, "outputs": outputs_of(run), "secretOutputNames": secrets}

    def _placed(self, resource: Resource) -> Resource:
        """A Kubernetes provider that doesn't tell its cluster is where its kubeconfig leads."""
        if resource.type != "pulumi:providers:kubernetes" or resource.account:
            return resource
        cluster = self._world.cluster_of(resource.inputs.get("kubeconfig"))
        return replace(resource, account=cluster.account, region=cluster.region) if cluster else resource

    def _create(self, resource: Resource, *, remote: bool = False) -> dict[str, Plain]:
        """Record a resource with the outputs that creating it gives, and return those for the program."""
        if resource.type == eks.CLUSTER:
            self._resources[resource.urn] = resource  # a parent comes before its child
            inside = eks.control_plane(resource)
            self._create(inside)
            outputs = eks.outputs(resource, self._resources[inside.urn])
        # While an object's cluster is yet to come, the engine can't ask the plugin.
        elif resource.component or self._waits_for_its_cluster(resource):
            outputs = {}
            if remote:
                text = f"{resource.type}: the sandbox knows neither its outputs nor what is inside"
                self.warnings[text] = None
        else:
            outputs = {**resource.inputs, **self._computed(resource)}
        id_ = outputs.pop("id", None)
        kept = {name: value for name, value in outputs.items() if not isinstance(value, Reference)}
        self._resources[resource.urn] = replace(resource, id=id_, outputs=kept)
        return outputs

    def _waits_for_its_cluster(self, resource: Resource) -> bool:
        object_in_preview = self._preview and resource.package == "kubernetes"
        provider = resource.provider or ""
        return object_in_preview and contains_unknown(self._resources[provider].inputs.get("kubeconfig"))

    def _computed(self, resource: Resource) -> dict[str, Plain]:
        """What the provider computes: in a preview only the names that Pulumi makes up."""
        new = NewResource(resource, self._world)
        if self._preview:
            return aws.name_in_preview(new) if resource.package == "aws" else {}
        if resource.package == "kubernetes":
            return kubernetes.created(new)
        if resource.is_provider:
            return {"id": new.uuid}
        if templates := aws.COMPUTED.get(resource.type):
            return new.outputs(templates)
        self.warnings[warning(resource.type)] = None
        return placeholders(new)


class _FailedInvoke(grpc.RpcError):
    """What the SDK makes an exception of that a program may catch; any other one ends the run."""

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        return str(self)


def _answer(result: Mapping[str, Plain]) -> pb.ResourceInvokeResponse:
    response = pb.ResourceInvokeResponse()
    getattr(response, "return").CopyFrom(to_struct(result))  # `return` is a keyword here
    return response
