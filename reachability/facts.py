"""What is known of a hop, and what can't be known from where one stands."""

from dataclasses import dataclass
from typing import TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Unknown:
    """A fact that can't be known from where one stands.

    Attributes:
        reason: why not, such as "known after the up".
    """

    reason: str

    def __str__(self) -> str:
        return f"unknown: {self.reason}"


Fact: TypeAlias = T | Unknown
Text: TypeAlias = Fact[str | None]
Number: TypeAlias = Fact[int | None]
"""None is a fact, too: the resource doesn't say."""


@dataclass(frozen=True, kw_only=True)
class Hop:
    """One step of the path.

    Attributes:
        resource: the resource that makes the step: its type and name.
        id: its id in AWS, or its name in Kubernetes.
        account: the account it is in, 12 digits.
        region: the region it is in.
    """

    resource: str
    id: Text
    account: str | None
    region: str | None
