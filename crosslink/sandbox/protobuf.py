"""What travels between program and engine: properties, as protobuf structs with Pulumi's marks for secrets,
unknown values and resources, and the requests that register resources.

The marks are those of Pulumi's protocol: github.com/pulumi/pulumi, `sdk/go/common/resource/properties.go`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import resource_pb2 as pb

from crosslink.sandbox.aliases import former_urns
from crosslink.sandbox.record import UNKNOWN, Options, Plain, Resource, inside, leaves

_UNKNOWN_MARK = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_OF_SECRETS = "1b47061264138c4ac30d75fd1eb44270"
_OF_RESOURCES = "5cf8f73096256a8f31e491e813e4eb8e"
Recorded: TypeAlias = Mapping[str, Resource]  # the resources so far, by URN
Place: TypeAlias = tuple[str | None, str | None]  # account and region


@dataclass(frozen=True)
class Reference:
    """An output that is a whole resource, such as `eks.Cluster.eks_cluster`."""

    urn: str
    id: str | None  # None while unknown


def from_struct(struct: Struct) -> tuple[dict[str, Plain], frozenset[str]]:
    """Read a struct of properties.

    Returns:
        The properties in plain Python, unknown ones as `UNKNOWN`, and resources as their id or, for a
        component, their URN; and the names of the top-level properties that are or hold secrets.
    """
    marked: dict[str, Plain] = MessageToDict(struct)
    secrets = frozenset(name for name, value in marked.items() if _OF_SECRETS in leaves(value))
    return {name: _plain(value) for name, value in marked.items()}, secrets


def to_struct(values: Mapping[str, Plain | Reference], secrets: Iterable[str] = ()) -> Struct:
    """The opposite of `from_struct`."""
    marked = {name: _marked(value) for name, value in values.items()}
    for name in marked.keys() & set(secrets):
        marked[name] = {_SIGNATURE: _OF_SECRETS, "value": marked[name]}
    return ParseDict(marked, Struct())


def _plain(marked: Plain) -> Plain:
    match marked:
        case str() if marked == _UNKNOWN_MARK:
            return UNKNOWN
        case dict() if marked.get(_SIGNATURE) == _OF_SECRETS:
            return _plain(marked["value"])
        case dict() if marked.get(_SIGNATURE) == _OF_RESOURCES:
            return _plain((marked["id"] or _UNKNOWN_MARK) if "id" in marked else marked["urn"])
        case _:
            return inside(marked, _plain)


def _marked(value: Plain | Reference) -> Plain:
    if isinstance(value, Reference):
        return {_SIGNATURE: _OF_RESOURCES, "urn": value.urn, "id": value.id or ""}
    return _UNKNOWN_MARK if value is UNKNOWN else inside(value, _marked)


def requested(request: pb.RegisterResourceRequest, stack_urn: str, recorded: Recorded) -> Resource:
    """The resource of a request, before anything is computed."""
    inputs, secrets = from_struct(request.object)
    parent = None if request.parent == stack_urn else request.parent
    properties = {name: frozenset(edges.urns) for name, edges in request.propertyDependencies.items()}
    # The SDK sends a local component's providers too, though it only hands them to its children.
    provider = provider_urn(request.provider) if request.custom else ""
    handed = request.providers.items() if request.remote else ()
    providers = {package: provider_urn(reference) for package, reference in handed}
    if request.type.startswith("pulumi:providers:"):
        used = (recorded[urn] for urns in properties.values() for urn in urns)
        account, region = _place_of_provider(request.type, inputs, used)
    else:
        own_region = inputs if request.type.startswith("aws:") else {}
        account, region = place_of(provider or providers.get("aws", ""), own_region, recorded)
    # https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
    stack, project, _ = stack_urn.split("::", maxsplit=2)
    parents = f"{parent.split('::')[2]}$" if parent else ""
    urn = f"{stack}::{project}::{parents}{request.type}::{request.name}"
    return Resource(
        urn=urn,
        type=request.type,
        name=request.name,
        component=not request.custom,
        id=None,
        parent=parent,
        inputs=inputs,
        outputs={},
        secrets=secrets | set(request.additionalSecretOutputs),
        provider=provider or None,
        providers=providers,
        account=account,
        region=region,
        dependencies=frozenset(request.dependencies),
        property_dependencies=properties,
        options=Options(
            protect=request.protect,
            retain_on_delete=request.retainOnDelete,
            delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
            additional_secret_outputs=frozenset(request.additionalSecretOutputs),
            custom_timeouts={field.name: given for field, given in request.customTimeouts.ListFields()},
            ignore_changes=tuple(request.ignoreChanges),
            replace_on_changes=tuple(request.replaceOnChanges),
            replace_with=frozenset(request.replace_with),
            aliases=former_urns(request, urn, recorded),
        ),
    )


def provider_urn(provider: str) -> str:
    """The URN in a reference to a provider, `<urn>::<id>`; empty for a default provider."""
    return provider.rpartition("::")[0]


def place_of(provider: str, inputs: Mapping[str, Plain], recorded: Recorded) -> Place:
    """Account and region of what a provider makes or finds: its own, but for a `region` among the inputs."""
    used = recorded.get(provider)
    region = inputs.get("region")
    return (used.account, region if isinstance(region, str) else used.region) if used else (None, None)


def _place_of_provider(type_: str, inputs: Mapping[str, Plain], used: Iterable[Resource]) -> Place:
    """Account and region: an AWS provider says its own, a Kubernetes provider is where its cluster is."""
    match type_, inputs:
        case "pulumi:providers:aws", _:
            allowed, region = inputs.get("allowedAccountIds"), inputs.get("region")
            accounts: list[str] = json.loads(allowed) if isinstance(allowed, str) else []
            return next(iter(accounts), None), region if isinstance(region, str) else None
        case "pulumi:providers:kubernetes", {"clusterIdentifier": str(arn)} if arn.startswith("arn:"):
            _, _, _, region, account, _ = arn.split(":", maxsplit=5)
            return account, region
        case "pulumi:providers:kubernetes", _:
            return next(((source.account, source.region) for source in used if source.account), (None, None))
        case _:
            return None, None
