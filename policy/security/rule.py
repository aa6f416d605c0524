"""What a security rule is: a plain function that judges one resource, with what people need to know of it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from typing import TypeAlias

from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, doubt, items
from crosslink.graph.unknown import Unknown, known
from crosslink.path.output import Declared
from policy.known import KNOWN, Known

ALL = "*"  # in the place of tokens: resources of all types
# Ids of the rules about whatever there is: other rules tell the same of a resource in better words
ONLY_KNOWN, NO_FOREIGN = "only-known-types", "no-foreign-account"
SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide"


@dataclass(frozen=True, kw_only=True, eq=False)  # by identity: what is found out of one is cached
class Stack:
    """What the rules are about."""

    graph: Graph
    declared: Declared | None  # what the stack says of its path; None where it can't be seen
    required_tags: tuple[str, ...] = ()  # the keys that every resource must be tagged with
    known: Known = KNOWN  # what the team has named beside the settings


# Says what is wrong with a resource; None if nothing is. It asks for facts by `known()`, which raises if one
# can't be known: then nobody can tell. Where any of several would be wrong, it looks at those that are known
# first, and asks by `sure()` then.
Judge: TypeAlias = Callable[[Stack, Node], str | None]


@dataclass(frozen=True)
class SecurityRule:
    """Something that must hold for nobody to get in whom the stack didn't mean."""

    id: str
    statement: str
    fix: str
    judge: Judge
    _: KW_ONLY
    # tokens of the resources that it judges; `aws:` stands for all of the package, `ALL` for all there are
    types: tuple[str, ...]
    source: str
    same: tuple[str, ...]  # ids of the rules, of reachability or after it, that say the same of a resource

    def is_about(self, type_: str) -> bool:
        """Whether it judges resources of a type."""
        return not {ALL, type_, f"{type_.partition(':')[0]}:"}.isdisjoint(self.types)


def rule(
    *types: str, source: str, same: tuple[str, ...] = ()
) -> Callable[[tuple[str, str, str, Judge, str | None, str | None]], SecurityRule]:
    """Makes a function, of which `fix` has said what to do, a rule on the resources of some types."""
    return lambda check: SecurityRule(*check[:4], types=types, source=source, same=same)


def sure(values: Iterable[Value]) -> None:
    """Says that nothing is wrong with some values.

    Raises:
        NotKnownError: if one can't be known.
    """
    known(doubt(*values))


def several(value: Value) -> list[Value]:
    """The items of a list; a single value may stand without, as an unknown list does for its items."""
    return items(value) if isinstance(value, list) or not value else [value]


def parsed(value: Value) -> Value:
    """What a JSON text says; a document may be given as an object, too."""
    if not value or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return Unknown("it isn't JSON")
