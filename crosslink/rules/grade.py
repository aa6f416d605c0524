"""How bad it is where something doesn't hold: from requests that stop to a convention that isn't kept."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """What a finding does to requests; docs/rules.md has the table with exit status and policy level."""

    STOPS = "stops all"  # no request of the route gets through
    STOPS_SOME = "stops some"  # those of some zones, of some callers, or slow ones
    LETS_IN = "lets somebody in"  # requests get through, and so do some that aren't meant to
    REDUNDANCY = "redundancy lost"  # all get through; after one more failure some don't
    HOUSE = "house rule"  # a convention of this project isn't kept


@dataclass(frozen=True)
class Graded:
    """What a rule finds wrong, if it isn't as bad as the rule says by default.

    Args:
        why: what is wrong; of what stops some requests also which, such as "in 1 of 2 zones".
        grade: how bad it is.
    """

    why: str
    grade: Grade
