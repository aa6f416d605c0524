"""One thing that a change does to what stands."""

from dataclasses import dataclass
from enum import StrEnum

FOR_GOOD = "for good"


class Kind(StrEnum):
    """What kind of thing it is, the worst first."""

    REFUSED = "the program or AWS refuses it"
    PROTECTED = "Pulumi refuses it"
    CLASH = "the update fails"
    INTERRUPTED = "requests fail for a time"
    GOES = "callers lose it"
    MOVES = "the URL changes"
    NOT_JUDGED = "nothing here judges what callers notice"
    FINAL = "it can't be taken back"
    GONE = "what it holds is gone for good"

    @property
    def fails(self) -> bool:
        """Whether the update comes to no end."""
        return self in (Kind.REFUSED, Kind.PROTECTED, Kind.CLASH)

    @property
    def is_noticed(self) -> bool:
        """Whether callers notice it."""
        return self in (Kind.INTERRUPTED, Kind.GOES, Kind.MOVES)

    @property
    def sign(self) -> str:
        """The mark in front of it."""
        if self.fails:
            return "✗"
        return {Kind.NOT_JUDGED: "?", Kind.GONE: "·"}.get(self, "⚠")


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One thing that a change does to what stands.

    Attributes:
        kind: what kind of thing it is.
        what: what it is about: paths of routes, keys of settings, or resources with their types and names.
        how: what happens to it, and what callers notice.
        why: the reason, as AWS, Pulumi or the program has it.
        routes: the paths of the routes that notice it; none if no route does.
        lasts: how long; None if nothing is noticed.
        way: what to do instead, or before; None if nothing else does it.
    """

    kind: Kind
    what: tuple[str, ...]
    how: str
    why: str | None = None
    routes: tuple[str, ...] = ()
    lasts: str | None = None
    way: str | None = None
