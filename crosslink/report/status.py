"""The exit status that follows from what the rules say."""

from collections.abc import Collection, Mapping

from crosslink.command import Status
from crosslink.rules.verdict import Judgement, Result

STATUSES: Mapping[Result, Status] = {  # the worst first
    Result.BROKEN: Status.BROKEN,
    Result.DEGRADED: Status.DEGRADED,
    Result.UNKNOWN: Status.UNKNOWN,
    Result.ADVICE: Status.HOLDS,
    Result.HOLDS: Status.HOLDS,
}


def status_of(judgement: Judgement, *, besides: Collection[Result] = ()) -> Status:
    """The worst of a judgement, and of what was found in other ways."""
    results = {*judgement.results().values(), *besides}
    if judgement.not_judged:
        results.add(Result.UNKNOWN)
    return next((status for result, status in STATUSES.items() if result in results), Status.HOLDS)
