"""What is known of a hop, and what can't be known from where one stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Unknown:
    """A fact that can't be known from where one stands."""

    reason: str  # why not, such as "AWS gives it in the up"

    def __str__(self) -> str:
        return f"unknown: {self.reason}"


@dataclass(frozen=True)
class Beyond(Unknown):
    """Unknown because it is another owner's part of the path: before the stack's own begins, or behind it.

    The reason is the whole line that tells it.
    """

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True)
class Gone(Unknown):
    """Unknown because what it would be in isn't there: so it isn't there either, and that is the reason."""


@dataclass(frozen=True)
class Later(Unknown):
    """Unknown because nothing is created yet: nobody has to look into it, an up makes it known."""

    def __str__(self) -> str:
        return KNOWN_LATER


KNOWN_LATER = "known after the up"


def given_in_the_up(type_: str = "") -> Later:
    """Why an output of a type of resource isn't known before the up: AWS, or the cluster, gives it then."""
    giver = "the cluster" if type_.startswith("kubernetes:") else "AWS"
    return Later(f"{giver} gives it in the up")


class NotKnownError(Exception):
    """Somebody asked for a fact that is unknown; the text is the reason."""


class BeyondError(NotKnownError):
    """Somebody asked for a fact of another owner's part of the path."""


Fact: TypeAlias = T | Unknown
# None is a fact, too: the resource doesn't say.
Text: TypeAlias = Fact[str | None]
Number: TypeAlias = Fact[int | None]
Flag: TypeAlias = Fact[bool | None]
Found: TypeAlias = T | Unknown | None  # what was looked for; None: it isn't there; Unknown: nobody could look


def known(fact: T | Unknown) -> T:
    """The fact itself.

    Raises:
        NotKnownError: if it can't be known.
        BeyondError: if it is another owner's.
    """
    match fact:
        case Beyond(reason):
            raise BeyondError(reason)
        case Unknown(reason):
            raise NotKnownError(reason)
        case _:
            return fact


def present(*found: Found[T]) -> Iterator[T]:
    """Those that are there and known."""
    return (fact for fact in found if fact is not None and not isinstance(fact, Unknown))


def visible(fact: Fact[Sequence[T]]) -> Sequence[T]:
    """The items of a list; none of one that can't be known."""
    return () if isinstance(fact, Unknown) else fact
