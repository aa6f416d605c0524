"""The URNs under which the state may have a resource: by aliases of its own, and by those of its parents.

They are those that the engine makes (github.com/pulumi/pulumi, `pkg/resource/deploy/step_generator.go`), but
without a state, which would tell by which of its aliases a parent was found: each of them counts.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from pulumi.runtime.proto import resource_pb2 as pb

from crosslink.sandbox.record import Resource

STACK = "pulumi:pulumi:Stack"  # of it, a URN doesn't tell that it is the parent

Alias: TypeAlias = Any  # the SDK's stubs don't know aliases


def former_urns(
    request: pb.RegisterResourceRequest, urn: str, recorded: Mapping[str, Resource]
) -> tuple[str, ...]:
    """The URNs that a resource may have had, without the one that it has.

    Args:
        request: its registration.
        urn: its URN.
        recorded: what was registered before it, its parent among them.
    """
    aliases: list[Alias] = [*getattr(request, "aliases", ())]
    own = [_own(alias, request, urn) for alias in aliases]
    parent = recorded.get(request.parent)
    inherited = (_below(former, name, parent) for name in (urn, *own) for former in _formers(parent))
    return tuple(dict.fromkeys((*own, *inherited)))


def _formers(parent: Resource | None) -> tuple[str, ...]:
    return parent.options.aliases if parent else ()


def _own(alias: Alias, request: pb.RegisterResourceRequest, urn: str) -> str:
    """The URN that an alias of the resource's own stands for: what it leaves out is as it is now."""
    if alias.urn:
        return alias.urn
    spec = alias.spec
    stack, project, *_ = urn.removeprefix("urn:pulumi:").split("::")
    above = "" if spec.noParent else _types(spec.parentUrn or request.parent)
    types = "" if above in ("", STACK) else f"{above}$"
    type_, name = spec.type or request.type, spec.name or request.name
    return f"urn:pulumi:{spec.stack or stack}::{spec.project or project}::{types}{type_}::{name}"


def _below(former: str, urn: str, parent: Resource | None) -> str:
    """A child's URN below a former one of its parent: a name that begins with the parent's follows that."""
    stack, project, types, parent_name = former.split("::", maxsplit=3)
    type_, name = _types(urn).rpartition("$")[2], urn.split("::", maxsplit=3)[3]
    if parent and name.startswith(parent.name):
        name = parent_name + name.removeprefix(parent.name)
    return f"{stack}::{project}::{types}${type_}::{name}"


def _types(urn: str) -> str:
    """The type in a URN after those of the parents, joined with `$`; empty for no URN."""
    return urn.split("::", maxsplit=3)[2] if urn else ""
