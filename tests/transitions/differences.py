"""Where prediction and engine differ, each with its reason."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from pydantic import TypeAdapter

from crosslink.sandbox import go_yaml
from tests.transitions.outcome import Outcome
from tests.transitions.transition import HERE, Model


class Difference(NamedTuple):
    """One resource."""

    type: str
    name: str
    predicted: str | None  # what becomes of it; None if it stays as it is
    engine: str | None


class Explained(Model):
    """Differences of one kind."""

    why: str
    predicted: str | None = None
    engine: str | None = None
    types: tuple[str, ...]
    only: tuple[str, ...] = ()  # the changes that it is of; of any if left out

    def covers(self, id_: str, difference: Difference) -> bool:
        told = (self.predicted, self.engine) == (difference.predicted, difference.engine)
        return told and difference.type in self.types and (not self.only or id_ in self.only)


@cache
def explained() -> Sequence[Explained]:
    return TypeAdapter(tuple[Explained, ...]).validate_python(go_yaml.load(HERE / "differences.yaml") or ())


def differences(predicted: Outcome, engine: Outcome) -> Iterator[Difference]:
    """What the two say differently."""
    said, seen = _by_resource(predicted), _by_resource(engine)
    for resource in sorted({*said, *seen}):
        if said.get(resource) != seen.get(resource):
            yield Difference(*resource, said.get(resource), seen.get(resource))


def _by_resource(outcome: Outcome) -> Mapping[tuple[str, str], str]:
    return {
        (type_, name): operation
        for operation, types in outcome.items()
        for type_, names in types.items()
        for name in names
    }
