"""The stops of a walk: its hops by title, each in a line, and what makes a hop the same on both sides."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from itertools import groupby
from typing import TypeAlias

from crosslink.graph.unknown import Found, present
from crosslink.path.hop import Hop
from crosslink.path.ingress import IngressRule
from crosslink.path.methods import Method
from crosslink.path.routes import Way
from crosslink.path.walk import Walk
from crosslink.report.hops import facts, named

Key: TypeAlias = tuple[str, ...]  # what makes a hop the same on both sides


@dataclass(frozen=True)
class Stop:
    """All hops of a title on a walk, or what is in their place: the targets of a group are one stop."""

    title: str
    hops: tuple[Found[Hop], ...]

    @property
    def contents(self) -> Mapping[Key, Hop]:
        """The hops that are there, with what each says of itself: a route may lead to several targets."""
        return {
            _key(self.title, hop): replace(hop, destination=None) if isinstance(hop, Way) else hop
            for hop in present(*self.hops)
        }

    @property
    def keys(self) -> tuple[Key, ...]:
        """Of the hops that are there."""
        return tuple(self.contents)

    @property
    def lines(self) -> tuple[str, ...]:
        """What is told of the hops that are there."""
        return tuple(map(told, present(*self.hops)))


def stops(walk: Walk) -> list[Stop]:
    """A walk's stops in the order in which a request passes them."""
    grouped = groupby(walk.hops(), key=lambda found: found[0].title)
    return [Stop(title, tuple(hop for _step, hop in found)) for title, found in grouped]


def told(hop: Hop) -> str:
    """What a hop is wired to, in a line, without what only an up will tell; its name if that is all."""
    parts = (part for part in facts(hop).split(", ") if not part.startswith("unknown: "))
    return ", ".join(parts) or named(hop)


def told_apart(before: Hop, after: Hop) -> str:
    """What a hop is wired to, or where `told` says the same of another version by which facts they differ."""
    if told(before) != told(after):
        return told(after)
    names = [field.name for field in fields(after)]
    differing = [name for name in names if getattr(before, name, None) != getattr(after, name)]
    return f"differs in: {', '.join(differing)}".replace("_", " ")


def _key(title: str, hop: Hop) -> Key:
    """One resource may make several hops, and another resource the same hop, such as a subnet's way."""
    match hop:
        case Way():
            return title, hop.subnet.urn, hop.urn if hop.route else str(hop.destination)
        case Method():
            return title, hop.urn, hop.path, str(hop.http_method)
        case IngressRule():
            return title, hop.urn, str(hop.path)
        case _:
            return title, hop.urn
