"""What becomes of each route: who may call it, and whether a request gets through, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass

from crosslink.compare.sources import Side
from crosslink.graph.unknown import Unknown
from crosslink.path.walk import Walk
from crosslink.rules.verdict import Result, Verdict, first_broken


@dataclass(frozen=True, kw_only=True)
class State:
    """A route on one side.

    Attributes:
        auth: who may call it, as the setting has it; None where that can't be known.
        methods: of HTTP, `ANY` for all.
        result: whether a request gets through.
        hop: title of the hop where it doesn't, or where nobody can tell; None where it does.
    """

    auth: str | None
    methods: tuple[str, ...]
    result: Result
    hop: str | None


@dataclass(frozen=True, kw_only=True)
class Route:
    """A route of either side: `before` is None if it is new, `after` if it goes."""

    path: str
    before: State | None
    after: State | None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is broken in HEAD.

    Attributes:
        verdict: the rule, where, why, and the fix.
        paths: the routes that it stops; none if it is beside the path.
        already: whether it is so in BASE, too.
    """

    verdict: Verdict
    paths: tuple[str, ...]
    already: bool


def routes(base: Side, head: Side) -> tuple[Route, ...]:
    """All routes: HEAD's in its order, then those that go."""
    before, after = ({walk.path: _state(walk, side) for walk in side.model.walks} for side in (base, head))
    paths = dict.fromkeys([*after, *before])
    return tuple(Route(path=path, before=before.get(path), after=after.get(path)) for path in paths)


def findings(base: Side, head: Side) -> tuple[Finding, ...]:
    """What is broken in HEAD: the cause on each route, one that several share once, then the rest."""
    stopped = head.judgement.stops()
    for verdict in _broken(head.judgement.stack):
        stopped.setdefault(verdict, [])
    known = {(verdict.rule, verdict.hop.urn) for verdict in _broken(base.judgement.all())}
    return tuple(
        Finding(verdict=verdict, paths=tuple(paths), already=(verdict.rule, verdict.hop.urn) in known)
        for verdict, paths in stopped.items()
    )


def _broken(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.result is Result.BROKEN]


def _state(walk: Walk, side: Side) -> State:
    verdicts = side.judgement.walks[walk.path]
    unknown = (verdict for verdict in verdicts if verdict.result is Result.UNKNOWN)
    worst = first_broken(verdicts) or next(unknown, None)
    intent = walk.intent
    return State(
        auth=None if isinstance(intent, Unknown) else intent.auth,
        methods=() if isinstance(intent, Unknown) else intent.methods,
        result=worst.result if worst else Result.HOLDS,
        hop=worst.title if worst else None,
    )
