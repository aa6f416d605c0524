"""How results are shown: a sign and a style each."""

from collections.abc import Iterable

from crosslink.rules.verdict import WORST_FIRST, Result, Verdict

MARKS = {
    Result.HOLDS: ("✓", "green"),
    Result.BROKEN: ("✗", "bold red"),
    Result.DEGRADED: ("▲", "yellow"),
    Result.UNKNOWN: ("?", "yellow"),
    Result.ADVICE: ("!", "yellow"),
}


def mark(verdicts: Iterable[Verdict]) -> tuple[str, str]:
    """How the worst of some verdicts is shown: its sign and its style; both are empty if there are none."""
    worst = worst_of(verdicts)
    return MARKS[worst] if worst else ("", "")


def worst_of(verdicts: Iterable[Verdict]) -> Result | None:
    """The worst result of some verdicts; None if there are none."""
    results = {verdict.result for verdict in verdicts}
    return next((result for result in WORST_FIRST if result in results), None)
