"""What people need to know of a rule, whichever route and hop: for `doctor --explain` and docs/runbook.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crosslink.graph import tokens
from crosslink.path.hop import Hop
from crosslink.path.methods import Method
from crosslink.path.routes import Way
from crosslink.path.steps import STEPS
from crosslink.rules.by_hand import LOOKS, unfilled
from crosslink.rules.rule import BY_ZONES, Rule
from crosslink.rules.seen import told_of

# Of kinds of hops that are parts of a resource, its type
TOKENS: Mapping[type[Hop], str] = {Method: tokens.REST_API, Way: tokens.ROUTE}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an operator needs where a rule doesn't hold. Commands have `'<name>'` for what a hop has."""

    seen: str
    consequence: str  # how bad it is
    look: str | None
    mend: str | None


def told(rule: Rule[Any]) -> Told:
    """What there is to say of a rule beside its own texts."""
    look = rule.look or next(iter(_looks(rule)), None)
    return Told(
        seen=told_of(rule),
        consequence=_consequence(rule),
        look=look and unfilled(look),
        mend=rule.mend and unfilled(rule.mend),
    )


def _looks(rule: Rule[Any]) -> Sequence[str]:
    """How the types of what it is about are looked at."""
    kinds = (step.kind for step in STEPS if step.title in rule.titles)
    types = (TOKENS.get(kind, kind.token) for kind in kinds)
    return [LOOKS[token] for token in types if token in LOOKS]


def _consequence(rule: Rule[Any]) -> str:
    if rule.how_bad == BY_ZONES:
        return "by zones: all requests stop, those of some zones do, or redundancy is lost"
    return f"{rule.how_bad}: {rule.grade.meaning}" if rule.how_bad == rule.grade.value else rule.how_bad
