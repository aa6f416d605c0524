"""What a hop is, and where each of its fields comes from.

A field names its own source: a property of the resource, a computed output, something that only AWS tells,
the hops that a property names, or a function where it takes one. One reader, `read`, fills every kind of hop.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar, cast, dataclass_transform

from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, doubt, items
from crosslink.graph.unknown import Fact, Found, Text, Unknown, visible

if TYPE_CHECKING:
    from crosslink.path.trail import Stack, Trail

H = TypeVar("H", bound="Hop")
T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, kw_only=True)
class Hop:
    """One step of the path, or something that a step is made of."""

    token: ClassVar[str] = ""  # type of the resources that hops of this kind are read from
    resource: str  # type and name of the resource that makes it
    urn: str  # its identity: its URN, or its ARN where AWS was asked
    id: Text  # in AWS, or its name in Kubernetes
    account: str | None  # 12 digits
    region: str | None

    @property
    def resource_type(self) -> str:
        """The type token of its resource."""
        return self.resource.partition(" ")[0]

    @property
    def resource_name(self) -> str:
        """The name of its resource; a tag Name may have blanks in it, a type has none."""
        return self.resource.partition(" ")[2]

    @cached_property
    def inside(self) -> Sequence["Hop"]:
        """The hop, and those that it is made of, however deep."""
        return tuple(_hops_in(self))

    @property
    def place(self) -> str:
        """Account and region, for people."""
        return f"{self.account} {self.region}"


_BASE = ("resource", "urn", "id", "account", "region")  # texts about the resource itself


def _hops_in(value: object) -> Iterator[Hop]:
    if isinstance(value, Hop):
        yield value
    if isinstance(value, tuple):
        for item in cast("tuple[object, ...]", value):
            yield from _hops_in(item)
    else:
        for name in _inner_of(type(value)):
            yield from _hops_in(getattr(value, name))


@cache
def _inner_of(kind: type) -> Sequence[str]:
    """The fields of a kind of dataclass in which hops may be; nothing of other kinds of values."""
    if not dataclasses.is_dataclass(kind):
        return ()
    return [field.name for field in dataclasses.fields(kind) if field.name not in _BASE]


@dataclass(frozen=True)
class Source:
    """What a hop is read from."""

    graph: Graph
    node: Node
    route: "Trail | None" = None  # None for a hop that says all itself

    @property
    def stack(self) -> "Stack":
        """What all routes share."""
        if self.route is None:
            raise LookupError(f"{self.node} is read apart from a route")
        return self.route.stack

    @property
    def trail(self) -> "Trail":
        """The route's other resources."""
        if self.route is None:
            raise LookupError(f"{self.node} is read apart from a route")
        return self.route

    def at(self, node: Node) -> "Source":
        """The same for another resource."""
        return Source(self.graph, node, self.route)


Read: TypeAlias = Callable[[Source], Any]
_READ = "read"


def computed(read: Read, *, default: Any = dataclasses.MISSING) -> Any:  # noqa: ANN401 - the field's annotation has its type
    """A field whose value a function reads; it may have a default for hops that nothing is read for."""
    return dataclasses.field(metadata={_READ: read}, default=default)


def prop(*path: str | int, convert: Callable[[Value], Value] | None = None) -> Any:  # noqa: ANN401
    """A field that is a property at a path of keys and indexes, converted unless it is unknown."""
    if convert is None:
        return computed(lambda source: source.node.get(*path))
    return computed(lambda source: if_known(source.node.get(*path), convert))


def output(*path: str | int) -> Any:  # noqa: ANN401 - as above
    """A field that AWS computes: unknown in a preview."""
    return computed(lambda source: source.node.output(*path))


def only_aws(*path: str | int) -> Any:  # noqa: ANN401 - as above
    """A field that only AWS itself tells; None where AWS wasn't asked."""
    return computed(lambda source: None if source.graph.registered else source.node.get(*path))


def all_named(property_: str, kind: type[Hop]) -> Any:  # noqa: ANN401 - as above
    """A field that has the hops which a property names."""
    return computed(
        lambda source: hops_at(kind, source, source.graph.all_named(source.node, property_, kind.token))
    )


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(computed, prop, output, only_aws, all_named)
)
def hop(kind: type[H]) -> type[H]:
    """Makes a class a kind of hop: a frozen dataclass whose fields name their sources."""
    return dataclass(frozen=True, kw_only=True)(kind)


def read(kind: type[H], source: Source) -> H:
    """A hop of a kind, read from a resource."""
    return kind(**base_of(source.node), **{name: read_field(source) for name, read_field in _fields(kind)})


@cache
def _fields(kind: type[Hop]) -> tuple[tuple[str, Read], ...]:
    sourced = (field for field in dataclasses.fields(kind) if _READ in field.metadata)
    return tuple((field.name, field.metadata[_READ]) for field in sourced)


def base_of(node: Node) -> dict[str, Any]:
    """What every hop says of its resource."""
    place = {"account": node.account, "region": node.region}
    return {"resource": str(node), "urn": node.urn, "id": node.id, **place}


def hop_at(kind: type[H], source: Source, found: Found[Node]) -> Found[H]:
    """The hop of a resource; there is none of one that is missing or can't be looked at."""
    return read(kind, source.at(found)) if isinstance(found, Node) else found


def hops_at(kind: type[H], source: Source, found: Fact[Iterable[Node]]) -> Fact[tuple[H, ...]]:
    """The hops of several resources."""
    return if_known(found, lambda nodes: tuple(read(kind, source.at(node)) for node in nodes))


def if_known(fact: T | Unknown, make: Callable[[T], U]) -> U | Unknown:
    """What is made of a fact; of an unknown one itself."""
    return fact if isinstance(fact, Unknown) else make(fact)


def each(found: Fact[Iterable[T]], find: Callable[[T], Fact[list[U]]]) -> Fact[list[U]]:
    """All that is found from several things; Unknown if what is found from one of them is."""
    facts = if_known(found, lambda starts: [find(start) for start in starts])
    return doubt(facts) or [end for ends in visible(facts) for end in visible(ends)]


def as_tuple(value: Value) -> Fact[tuple[Value, ...]]:
    """The items of a list."""
    return if_known(value, lambda known: tuple(items(known)))
