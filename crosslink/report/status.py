"""The exit status that follows from what the rules say."""

from collections.abc import Collection

from crosslink.command import Status
from crosslink.rules.verdict import Judgement, Result


def status_of(judgement: Judgement, *, besides: Collection[Result] = ()) -> Status:
    """The worst of a judgement, and of what was found in other ways."""
    results = {*judgement.results().values(), *besides}
    if Result.BROKEN in results:
        return Status.BROKEN
    if Result.DEGRADED in results:
        return Status.DEGRADED
    return Status.UNKNOWN if Result.UNKNOWN in results or judgement.not_judged else Status.HOLDS
