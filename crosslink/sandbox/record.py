"""What a run of the program leaves behind: its resources, data-source calls and outputs, as plain Python."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeAlias

from crosslink.graph.waiting import everything_before


class ProgramError(Exception):
    """The program failed, or it asked for something the engine or a provider refuses.

    The text names the resource (type and name) wherever the failure belongs to one.
    """


class Unknown:
    """The type of `UNKNOWN`."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false; compare it with `is UNKNOWN`")


UNKNOWN: Final = Unknown()
"""A value that only exists after an up. There is one, so `is UNKNOWN` tells it from everything else."""

Plain: TypeAlias = dict[str, "Plain"] | list["Plain"] | str | float | bool | Unknown | None
"""A property's value."""


def contains_unknown(value: Plain) -> bool:
    """Whether a value is unknown, or holds an unknown one at any depth."""
    match value:
        case dict():
            return any(contains_unknown(item) for item in value.values())
        case list():
            return any(contains_unknown(item) for item in value)
        case _:
            return value is UNKNOWN


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options a resource was registered with, other than its place among the others."""

    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool | None = None
    """None where the program leaves it to the provider."""
    additional_secret_outputs: frozenset[str] = frozenset()
    custom_timeouts: Mapping[str, str] = field(default_factory=dict[str, str])
    """"create", "update" and "delete", as given ("20m"); only what was given."""
    ignore_changes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource, as the program registered it. Inputs and outputs have the provider's camelCase keys."""

    urn: str
    type: str
    name: str
    component: bool
    """Whether it only groups others: a component of this program, or a remote one such as `eks.Cluster`."""
    id: str | None
    """The physical id. None for a component, and for everything in a preview."""
    parent: str | None
    """URN of the parent. None directly under the stack."""
    inputs: Mapping[str, Any]
    """Unknown values are `UNKNOWN`, secrets are bare (see `secrets`), numbers are floats."""
    outputs: Mapping[str, Any]
    """A key that is missing is unknown in a preview, and None after an up."""
    secrets: frozenset[str]
    """Names of the inputs and outputs that are, or hold, secrets."""
    provider: str | None
    """URN of the provider object used. None for components and for providers themselves."""
    providers: Mapping[str, str]
    """Package to URN: the providers handed to a remote component."""
    account: str | None
    """Account the resource lives in. None for components; a Kubernetes object is where its cluster is."""
    region: str | None
    dependencies: frozenset[str]
    """URNs from `depends_on` and from all inputs together, components expanded to their children."""
    property_dependencies: Mapping[str, frozenset[str]]
    options: Options

    @property
    def package(self) -> str:
        """The start of the type: `aws`, `kubernetes`, `pulumi`, `crosslink`, or what a team calls its own."""
        return self.type.partition(":")[0]

    @property
    def is_provider(self) -> bool:
        return self.type.startswith("pulumi:providers:")

    def __hash__(self) -> int:
        return hash(self.urn)

    def __str__(self) -> str:
        return f'{self.type} "{self.name}"'


@dataclass(frozen=True, kw_only=True)
class Invoke:
    """One data-source call that was made. One whose arguments are unknown in a preview is never made."""

    token: str
    args: Mapping[str, Any]
    result: Mapping[str, Any]
    provider: str
    account: str | None
    region: str | None


@dataclass(frozen=True, kw_only=True)
class Run:
    """A whole run of the program."""

    preview: bool
    resources: Mapping[str, Resource]
    """By URN, in order of registration, without the stack itself."""
    invokes: tuple[Invoke, ...]
    outputs: Mapping[str, Any]
    """The stack's outputs."""
    secret_outputs: frozenset[str]
    warnings: tuple[str, ...]
    """What the program logged without failing, warnings and errors, and what the sandbox can't compute."""

    def of_type(self, type_: str) -> list[Resource]:
        """All resources of a type, `aws:ec2/subnet:Subnet`, in order of registration."""
        return [resource for resource in self.resources.values() if resource.type == type_]

    def named(self, name: str) -> Resource:
        """The one resource of that logical name. Raises LookupError for none or several."""
        return _single((r for r in self.resources.values() if r.name == name), f'named "{name}"')

    def one(self, type_: str, name: str | None = None) -> Resource:
        """The one resource of a type (and a name, where given). Raises LookupError for none or several."""
        found = (r for r in self.of_type(type_) if name in (None, r.name))
        return _single(found, f"of type {type_}" + (f' named "{name}"' if name else ""))

    def ancestry(self, urn: str) -> frozenset[str]:
        """URNs of all that must exist before a resource: dependencies, parents, providers, and theirs."""
        return everything_before(urn, self._directly_before)

    def _directly_before(self, urn: str) -> frozenset[str]:
        resource = self.resources.get(urn)
        if resource is None:
            return frozenset()
        around = filter(None, (resource.parent, resource.provider))
        return resource.dependencies.union(
            around, resource.providers.values(), *resource.property_dependencies.values()
        )

    def depends(self, resource: Resource, on: Resource) -> bool:
        """Whether one resource waits for another, directly or not; destroying goes the other way."""
        return on.urn in self.ancestry(resource.urn)


def _single(found: Iterator[Resource], what: str) -> Resource:
    resources = list(found)
    if len(resources) != 1:
        names = ", ".join(map(str, resources)) or "none"
        raise LookupError(f"expected one resource {what}, found {names}")
    return resources[0]
