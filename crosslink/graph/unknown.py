"""What is known of a hop, and what can't be known from where one stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Unknown:
    """A fact that can't be known from where one stands.

    Attributes:
        reason: why not, such as "AWS gives it in the up".
    """

    reason: str

    def __str__(self) -> str:
        return f"unknown: {self.reason}"


def given_in_the_up(type_: str = "") -> Unknown:
    """Why an output isn't known before the up: AWS gives it, or of a Kubernetes object the cluster.

    Args:
        type_: type token of the resource; empty for AWS's.
    """
    giver = "the cluster" if type_.startswith("kubernetes:") else "AWS"
    return Unknown(f"{giver} gives it in the up")


class NotKnownError(Exception):
    """Somebody asked for a fact that is unknown; the text is the reason."""


Fact: TypeAlias = T | Unknown
Text: TypeAlias = Fact[str | None]
Number: TypeAlias = Fact[int | None]
Flag: TypeAlias = Fact[bool | None]
"""None is a fact, too: the resource doesn't say."""

Found: TypeAlias = T | Unknown | None
"""What was looked for: it, or None if it isn't there, or Unknown if nobody could look."""


def known(fact: T | Unknown) -> T:
    """The fact itself.

    Raises:
        NotKnownError: if it can't be known.
    """
    if isinstance(fact, Unknown):
        raise NotKnownError(fact.reason)
    return fact


def present(*found: Found[T]) -> Iterator[T]:
    """Those that are there, and that one could look at."""
    for fact in found:
        if fact is not None and not isinstance(fact, Unknown):
            yield fact


def visible(fact: Fact[Sequence[T]]) -> Sequence[T]:
    """The items of a list; none of one that can't be known."""
    return () if isinstance(fact, Unknown) else fact
