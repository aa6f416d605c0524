"""What a change does to what stands: what fails, what callers notice, and what nobody can take back."""

from collections.abc import Sequence

from crosslink.compare.changes import Change
from crosslink.compare.sources import NOTHING, Side
from crosslink.compare.standing.callers import callers
from crosslink.compare.standing.effect import Effect, Kind
from crosslink.compare.standing.interruptions import interruptions
from crosslink.compare.standing.tighter import tighter
from crosslink.compare.standing.update import update

__all__ = ["Effect", "Kind", "effects"]


def effects(base: Side, head: Side, changes: Sequence[Change]) -> tuple[Effect, ...]:
    """All effects of a change, the worst kind first; none of a stack that is new."""
    if base.run is NOTHING:
        return ()
    found = [
        *update(base, head, changes),
        *callers(base, head, changes),
        *tighter(base, head, changes),
        *interruptions(base, head, changes),
    ]
    return tuple(sorted(found, key=lambda effect: list(Kind).index(effect.kind)))
