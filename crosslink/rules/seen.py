"""What callers or operators see where a rule doesn't hold: seen.yaml says it once for many rules."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from crosslink.rules.grade import Grade
from crosslink.rules.rule import Rule

NO_STATUS = 1000
FILE = Path(__file__).parent / "seen.yaml"


class Symptom(BaseModel):
    """What is seen.

    Attributes:
        what: how it shows, beside the status.
        answers: who answers, as docs/answers.md names it → the statuses; none if callers get
            none, or no other than usual.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: str
    answers: Mapping[str, tuple[int | Literal["any"], ...]] = {}

    def __str__(self) -> str:
        """The same for people."""
        given = [
            f"{' or '.join(map(str, statuses))} by {who}"
            for who, statuses in self.answers.items()
            if statuses != ("any",)
        ]
        return ": ".join([*given, self.what])

    @property
    def first_status(self) -> int:
        """By which symptoms are sorted: those without a status come last."""
        statuses = [status for of in self.answers.values() for status in of if status != "any"]
        return min(statuses, default=NO_STATUS)


class Seen(BaseModel):
    """The symptoms, and what tells a rule's: its id, else its grade, else the first of its steps."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    symptoms: Mapping[str, Symptom]
    grades: Mapping[Grade, str]
    steps: Mapping[str, str]
    rules: Mapping[str, tuple[str, ...]]

    def names(self, rule: Rule[Any]) -> tuple[str, ...]:
        """The names of a rule's symptoms, the likelier ones first."""
        if own := self.rules.get(rule.id):
            return own
        return (self.grades.get(rule.grade) or self.steps[rule.titles[0]],)


@cache
def seen() -> Seen:
    """What seen.yaml says."""
    return Seen.model_validate(yaml.load(FILE.read_bytes(), yaml.CSafeLoader))


def symptoms_of(rule: Rule[Any]) -> tuple[Symptom, ...]:
    """What is seen where a rule doesn't hold, the likelier ones first."""
    return tuple(seen().symptoms[name] for name in seen().names(rule))


def told_of(rule: Rule[Any]) -> str:
    """The same in a sentence."""
    return "; or ".join(map(str, symptoms_of(rule)))
