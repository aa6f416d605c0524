"""What a run of the program leaves behind: its resources, data-source calls and outputs, as plain Python."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, TypeAlias, cast

from crosslink.sandbox.existing import NOTHING, Existing


class ProgramError(Exception):
    """The program failed or was refused. The text names the resource (type and name) that it belongs to."""


class Unknown(Enum):
    """The type of `UNKNOWN`. An enum, so that its copies are itself."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false; compare it with `is UNKNOWN`")


UNKNOWN: Final = Unknown.UNKNOWN  # a value that only exists after an up

Leaf: TypeAlias = str | float | bool | Unknown | None
Plain: TypeAlias = dict[str, "Plain"] | list["Plain"] | Leaf  # a property's value
Tree: TypeAlias = Mapping[str, "Tree"] | Sequence["Tree"] | Leaf


def leaves(value: Tree) -> Iterator[Leaf]:
    """What is in a value at any depth, other than lists and objects."""
    match value:
        case dict():
            yield from leaves([*value.values()])
        case list() | tuple():
            for item in value:
                yield from leaves(item)
        case _:
            yield cast("Leaf", value)


def inside(value: Plain, convert: Callable[[Plain], Plain]) -> Plain:
    """A copy of a list or an object whose items are converted; any other value as it is."""
    match value:
        case dict():
            return {key: convert(item) for key, item in value.items()}
        case list():
            return [convert(item) for item in value]
        case _:
            return value


def contains_unknown(value: Plain) -> bool:
    """Whether a value is unknown, or holds an unknown one at any depth."""
    return UNKNOWN in leaves(value)


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options a resource was registered with, other than its place among the others."""

    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool | None = None  # None where the program leaves it to the provider
    additional_secret_outputs: frozenset[str] = frozenset()
    custom_timeouts: Mapping[str, str] = field(default_factory=dict[str, str])  # "create": "20m", as given
    ignore_changes: tuple[str, ...] = ()
    # Properties whose change replaces it, and URNs of those that it is replaced with: they say how it would
    # change, and are no change themselves.
    replace_on_changes: tuple[str, ...] = field(default=(), compare=False)
    replace_with: frozenset[str] = field(default=frozenset(), compare=False)
    # URNs of resources in the state whose place it takes, which is nothing of the resource itself
    aliases: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource, as the program registered it. Inputs and outputs have the provider's camelCase keys."""

    urn: str
    type: str
    name: str
    component: bool  # whether it only groups others: one of this program, or a remote one (`eks.Cluster`)
    id: str | None  # the physical id; None for a component, and for everything in a preview
    parent: str | None  # URN; None directly under the stack
    inputs: Mapping[str, Any]  # unknown values are `UNKNOWN`, secrets bare (see `secrets`), numbers floats
    outputs: Mapping[str, Any]  # a key that is missing is unknown in a preview, and None after an up
    secrets: frozenset[str]  # names of the inputs and outputs that are, or hold, secrets
    provider: str | None  # URN of the provider object used; None for components and for providers themselves
    providers: Mapping[str, str]  # package to URN: the providers handed to a remote component
    account: str | None  # None for components; a Kubernetes object is where its cluster is
    region: str | None
    # URNs from `depends_on` and from all inputs together, components expanded to their children.
    dependencies: frozenset[str]
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
    account: str | None
    region: str | None


@dataclass(frozen=True, kw_only=True)
class Run:
    """A whole run of the program."""

    preview: bool
    resources: Mapping[str, Resource]  # by URN, in order of registration, without the stack itself
    invokes: tuple[Invoke, ...]
    outputs: Mapping[str, Any]  # the stack's
    secret_outputs: frozenset[str]
    warnings: tuple[str, ...]  # what the program logged, and what the sandbox can't compute
    existing: Existing = NOTHING  # what was there beside the stack

    def by_place(self) -> dict[str, list[Resource]]:
        """Account and region → the resources there; of components nothing, which only group resources."""
        places: defaultdict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources.values():
            if resource.account and resource.region:
                places[f"{resource.account} {resource.region}"].append(resource)
        return dict(sorted(places.items()))

    def of_type(self, type_: str) -> list[Resource]:
        """All resources of a type, `aws:ec2/subnet:Subnet`, in order of registration."""
        return [resource for resource in self.resources.values() if resource.type == type_]

    def named(self, name: str) -> Resource:
        """The one resource of that logical name. Raises LookupError for none or several."""
        return self._only(f'named "{name}"', lambda resource: resource.name == name)

    def one(self, type_: str, name: str | None = None) -> Resource:
        """The one resource of a type (and a name, where given). Raises LookupError for none or several."""
        what = f"of type {type_}" + (f' named "{name}"' if name else "")
        return self._only(what, lambda resource: resource.type == type_ and name in (None, resource.name))

    def _only(self, what: str, fits: Callable[[Resource], bool]) -> Resource:
        found = [*filter(fits, self.resources.values())]
        if len(found) != 1:
            raise LookupError(f"expected one resource {what}, found {', '.join(map(str, found)) or 'none'}")
        return found[0]
