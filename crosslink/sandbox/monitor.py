"""The engine's end of Pulumi's protocol: refuse, record, answer.

The SDK calls these methods by name, as those of the gRPC service `ResourceMonitor`
(github.com/pulumi/pulumi, `proto/pulumi/resource.proto`), always on one worker thread (`engine.py`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import NoReturn

from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import resource_pb2 as pb

from crosslink.sandbox import aws, eks, kubernetes, refusals
from crosslink.sandbox.new_resource import New, physical_name
from crosslink.sandbox.protobuf import Reference, from_struct, to_struct
from crosslink.sandbox.record import Invoke, Options, Plain, ProgramError, Resource, Run, contains_unknown

_STACK_TYPE = "pulumi:pulumi:Stack"
_FEATURES = (
    pb.RESOURCE_MONITOR_FEATURE_SECRETS,
    pb.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    pb.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    pb.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    pb.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
)


class Monitor:
    """Records one run. Project and stack go into the URNs; in a preview computed outputs are unknown."""

    def __init__(self, project: str, stack: str, *, preview: bool) -> None:
        self._urn_prefix = f"urn:pulumi:{stack}::{project}::"
        self._stack_urn = f"{self._urn_prefix}{_STACK_TYPE}::{project}-{stack}"
        self._preview = preview
        self._resources: dict[str, Resource] = {}
        self._invokes: list[Invoke] = []
        self._outputs: tuple[dict[str, Plain], frozenset[str]] = ({}, frozenset())

    def result(self, warnings: Iterable[str]) -> Run:
        """What has been recorded, with what the program logged."""
        outputs, secret_outputs = self._outputs
        return Run(
            preview=self._preview,
            resources=self._resources,
            invokes=tuple(self._invokes),
            outputs=outputs,
            secret_outputs=secret_outputs,
            warnings=tuple(warnings),
        )

    def service(self) -> SimpleNamespace:
        """This monitor as the SDK calls it, by the protocol's names."""
        return SimpleNamespace(
            GetDeploymentInfo=self.deployment_info,
            RegisterResource=self.register,
            RegisterResourceOutputs=self.register_outputs,
            Invoke=self.invoke,
            ReadResource=self.read,
            Call=self.call,
            SignalAndWaitForShutdown=self.wait_for_shutdown,
        )

    def register(self, request: pb.RegisterResourceRequest) -> pb.RegisterResourceResponse:
        """`Resource(…)`: check, record, and answer with the outputs."""
        if request.type == _STACK_TYPE:
            return pb.RegisterResourceResponse(urn=self._stack_urn)
        resource = self._requested(request)
        try:
            refusals.check_resource(resource, self._resources)
            outputs = self._create(resource)
        except refusals.RefusedError as refusal:
            raise ProgramError(f"{resource}: {refusal}") from refusal
        resource = self._resources[resource.urn]
        # The outputs of a remote component depend on what they come from inside it.
        inside = [
            one.urn for one in self._resources.values() if request.remote and one.parent == resource.urn
        ]
        return pb.RegisterResourceResponse(
            urn=resource.urn,
            id=resource.id or "",
            object=to_struct(outputs, resource.secrets),
            propertyDependencies={
                name: pb.RegisterResourceResponse.PropertyDependencies(urns=inside)
                for name in (outputs if inside else ())
            },
        )

    def register_outputs(self, request: pb.RegisterResourceOutputsRequest) -> Empty:
        """`register_outputs(…)` of a component, `pulumi.export` for the stack."""
        outputs, secrets = from_struct(request.outputs)
        if request.urn == self._stack_urn:
            self._outputs = outputs, secrets
        else:
            component = self._resources[request.urn]
            self._resources[request.urn] = replace(component, outputs=outputs, secrets=secrets)
        return Empty()

    def invoke(self, request: pb.ResourceInvokeRequest) -> pb.ResourceInvokeResponse:
        """A data source."""
        args, _ = from_struct(request.args)
        if request.tok == "pulumi:pulumi:getResource":  # how the SDK reads an output that is a resource
            resource = self._resources[str(args["urn"])]
            return _answer({"urn": resource.urn, "id": resource.id or "", "state": dict(resource.outputs)})
        try:
            provider = refusals.check_invoke(
                request.tok, args, self._resources.get(_urn_of(request.provider))
            )
            result = aws.look_up(request.tok, args, provider, self._resources)
        except refusals.RefusedError as refusal:
            raise ProgramError(f"{request.tok}: {refusal}") from refusal
        self._invokes.append(
            Invoke(
                token=request.tok,
                args=args,
                result=result,
                provider=provider.urn,
                account=provider.account,
                region=provider.region,
            )
        )
        return _answer(result)

    def read(self, request: pb.ReadResourceRequest) -> NoReturn:
        """`Resource.get(…)`, which nothing here can answer."""
        raise ProgramError(f'{request.type} "{request.name}": the sandbox has no resources of before the run')

    def call(self, request: pb.ResourceCallRequest) -> NoReturn:
        """A method of a remote component, which nothing here can answer."""
        raise ProgramError(f"{request.tok}: the sandbox doesn't simulate methods")

    def deployment_info(self, _request: Empty) -> pb.DeploymentInfo:
        """What of the protocol this end understands."""
        return pb.DeploymentInfo(supportedFeatures=_FEATURES)

    def wait_for_shutdown(self, _request: Empty) -> Empty:
        """The program has ended: there is nothing to wait for."""
        return Empty()

    def _requested(self, request: pb.RegisterResourceRequest) -> Resource:
        """The resource of a request, before anything is computed."""
        inputs, secrets = from_struct(request.object)
        properties = {name: frozenset(edges.urns) for name, edges in request.propertyDependencies.items()}
        # The SDK sends a local component's providers too, though it only hands them to its children.
        provider = _urn_of(request.provider) if request.custom else None
        handed = request.providers.items() if request.remote else ()
        providers = {package: _urn_of(reference) for package, reference in handed}
        account, region = self._place(request.type, inputs, properties, provider or providers.get("aws"))
        return Resource(
            urn=self._urn(request.parent, request.type, request.name),
            type=request.type,
            name=request.name,
            component=not request.custom,
            id=None,
            parent=None if request.parent == self._stack_urn else request.parent,
            inputs=inputs,
            outputs={},
            secrets=secrets | set(request.additionalSecretOutputs),
            provider=provider or None,
            providers=providers,
            account=account,
            region=region,
            dependencies=frozenset(request.dependencies),
            property_dependencies=properties,
            options=_options(request),
        )

    def _urn(self, parent: str, type_: str, name: str) -> str:
        """docs: https://www.pulumi.com/docs/iac/concepts/resources/names/#urns"""
        if parent != self._stack_urn:
            type_ = f"{parent.split('::')[2]}${type_}"
        return f"{self._urn_prefix}{type_}::{name}"

    def _place(
        self,
        type_: str,
        inputs: Mapping[str, Plain],
        properties: Mapping[str, frozenset[str]],
        provider: str | None,
    ) -> tuple[str | None, str | None]:
        """Account and region: an AWS provider says its own, everything else is where its provider is."""
        match type_, inputs:
            case "pulumi:providers:aws", {"allowedAccountIds": str(account_ids), "region": str(region)}:
                return next(iter(json.loads(account_ids)), None), region
            case "pulumi:providers:kubernetes", {"clusterIdentifier": str(arn)} if arn.startswith("arn:"):
                _, _, _, region, account, _ = arn.split(":", maxsplit=5)
                return account, region
            case "pulumi:providers:kubernetes", _:
                clusters = [self._resources[urn] for urns in properties.values() for urn in urns]
                return next(((c.account, c.region) for c in clusters if c.account), (None, None))
            case _:
                used = self._resources.get(provider or "")
                return (used.account, used.region) if used else (None, None)

    def _create(self, resource: Resource) -> dict[str, Plain]:
        """Record a resource with the outputs that creating it gives, and return those for the program."""
        if resource.type == eks.CLUSTER:
            self._resources[resource.urn] = resource  # a parent comes before its child
            inside = eks.control_plane(resource)
            self._create(inside)
            outputs = eks.outputs(resource, self._resources[inside.urn])
        else:
            outputs = self._outputs_of(resource)
        id_ = outputs.pop("id", None)
        kept = {name: value for name, value in outputs.items() if not isinstance(value, Reference)}
        self._resources[resource.urn] = replace(resource, id=id_, outputs=kept)
        return outputs

    def _outputs_of(self, resource: Resource) -> dict[str, Plain]:
        """The inputs, and what the provider computes: in a preview only the names that Pulumi makes up."""
        given = dict(resource.inputs)
        if resource.component:
            return {}
        if resource.is_provider:
            return given if self._preview else given | {"id": New(resource, {}).uuid()}
        if resource.package == "kubernetes":
            if not self._preview:
                return given | kubernetes.created(New(resource, self._resources))
            cluster = self._resources[resource.provider or ""]
            # The engine doesn't ask a plugin that it can't configure yet.
            return {} if contains_unknown(cluster.inputs.get("kubeconfig")) else given
        if self._preview:
            return given | physical_name(resource)
        return given | aws.created(resource, self._resources)


def _urn_of(provider: str) -> str:
    """The URN in a reference to a provider, `<urn>::<id>`; empty for a default provider."""
    return provider.rpartition("::")[0]


def _answer(result: Mapping[str, Plain]) -> pb.ResourceInvokeResponse:
    response = pb.ResourceInvokeResponse()
    getattr(response, "return").CopyFrom(to_struct(result))  # `return` is a keyword here
    return response


def _options(request: pb.RegisterResourceRequest) -> Options:
    timeouts = {name: getattr(request.customTimeouts, name) for name in ("create", "update", "delete")}
    return Options(
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
        delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        additional_secret_outputs=frozenset(request.additionalSecretOutputs),
        custom_timeouts={name: value for name, value in timeouts.items() if value},
        ignore_changes=tuple(request.ignoreChanges),
    )
