"""The verdict on a comparison in one sentence."""

from collections import Counter
from collections.abc import Callable, Sequence

from crosslink.compare.changes import Operation, displayed
from crosslink.compare.comparison import Comparison, Finding
from crosslink.compare.markdown import code, prose
from crosslink.compare.standing import Effect, Kind
from crosslink.report.walk import MARKS
from crosslink.rules.verdict import Result

FEW = 3
WARNING = "⚠"  # every route gets through, and something is worse all the same


def headline(comparison: Comparison) -> str:
    """What becomes of the routes, whether anything opens up, and how many resources change."""
    stack = code(comparison.stack) + (", a new stack" if comparison.is_new else "")
    sign, verdict = _verdict(comparison)
    if not comparison.changes and not comparison.secrets:
        return f"{sign} {stack}: nothing changes; {verdict}"
    counts = Counter(change.operation for change in comparison.changes)
    resources = [f"{counts[operation]} {operation}" for operation in Operation if counts[operation]]
    opening = _opening(comparison)
    return f"{sign} {stack}: {verdict}; {opening}; resources: {', '.join(resources) or 'none changes'}"


def _opening(comparison: Comparison) -> str:
    """What opens up, and what may: of types that nothing judges nobody can say that nothing does."""
    opens, told = len(comparison.openings), list[str]()
    if opens:
        told.append(f"**{opens} thing{' opens' if opens == 1 else 's open'} up**")
    if not_judged := comparison.unjudged_types:
        count = sum(len(beside.names) for beside in not_judged)
        resources = "1 resource of a type" if count == 1 else f"{count} resources of types"
        # Names of types are long: many of them would hide the rest of the sentence.
        types = few([displayed(beside.type) for beside in not_judged], FEW if len(not_judged) <= FEW else 1)
        told.append(f"**{resources} that nothing here judges: {types}**")
    return ", ".join(told) or "nothing opens up"


def _verdict(comparison: Comparison) -> tuple[str, str]:
    """The sign and the sentence of the worst."""
    results = Counter(route.after.result for route in comparison.routes if route.after)
    wrong, doubtful = MARKS[Result.BROKEN][0], MARKS[Result.UNKNOWN][0]
    settings = len(comparison.not_judged)
    new = "1 new setting" if settings == 1 else f"{settings} new settings"
    told = {
        (wrong, _of(results, Result.BROKEN, " broken", comparison.findings)): results[Result.BROKEN],
        (wrong, "every route gets through, but a rule beside the path is broken"): comparison.findings,
        (wrong, "the update fails"): _of_kind(comparison, lambda kind: kind.fails),
        (WARNING, _noticed(comparison)): _of_kind(comparison, lambda kind: kind.is_noticed),
        (WARNING, _degraded(comparison, results)): comparison.degraded,
        (doubtful, _untold(results)): results[Result.UNKNOWN],
        (doubtful, f"no rule is broken, but nothing judges {new}"): settings,
        (doubtful, "every route gets through, but not all of it is judged"): comparison.unjudged_types,
        (doubtful, "nothing here judges what callers notice"): _of_kind(
            comparison, lambda kind: kind is Kind.NOT_JUDGED
        ),
        (WARNING, "every route gets through, and what is done can't be taken back"): _of_kind(
            comparison, lambda kind: kind is Kind.FINAL
        ),
    }
    mended = any(route.before and route.before.result is Result.BROKEN for route in comparison.routes)
    well = MARKS[Result.HOLDS][0], f"every route gets through{' again' if mended else ''}"
    return next((verdict for verdict, found in told.items() if found), well)


def _of_kind(comparison: Comparison, is_meant: Callable[[Kind], bool]) -> list[Effect]:
    return [effect for effect in comparison.standing if is_meant(effect.kind)]


def _noticed(comparison: Comparison) -> str:
    """What callers notice of the change."""
    kinds = {effect.kind for effect in comparison.standing}
    gone = sum(route.before is not None and route.after is None for route in comparison.routes)
    told = {
        "requests fail for a time": Kind.INTERRUPTED in kinds,
        f"{counted(gone, 'route')} {'goes' if gone == 1 else 'go'}": gone,
        "callers lose something": Kind.GOES in kinds and not gone,
        "the URL changes": Kind.MOVES in kinds,
    }
    return ", ".join(text for text, is_so in told.items() if is_so)


def _of(results: Counter[Result], result: Result, what: str, findings: Sequence[Finding]) -> str:
    """How many routes have a result, and at which hops."""
    hops = list(dict.fromkeys(found.verdict.title for found in findings if found.paths))
    where = ", ".join(map(prose, hops[:FEW])) + (" and others" if len(hops) > FEW else "")
    return f"{results[result]} of {_routes(results)}{what} at the {where}"


def _degraded(comparison: Comparison, results: Counter[Result]) -> str:
    start = "" if comparison.head.judgement.rules(Result.UNKNOWN) else "every route gets through, but "
    if not results[Result.DEGRADED]:
        return f"{start}redundancy is lost beside the path"
    verb = " loses redundancy" if results[Result.DEGRADED] == 1 else " lose redundancy"
    return start + _of(results, Result.DEGRADED, verb, comparison.degraded)


def _untold(results: Counter[Result]) -> str:
    return (
        f"of {results[Result.UNKNOWN]} of {_routes(results)} nobody can tell whether a request gets through"
    )


def _routes(results: Counter[Result]) -> str:
    return counted(results.total(), "route")


def counted(count: int, what: str) -> str:
    """A count with its noun: `1 route`, `2 routes`."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def few(texts: Sequence[str], most: int) -> str:
    """The first of several, and how many there are besides."""
    left = len(texts) - most
    return ", ".join(map(code, texts[:most])) + (f" and {left} more" if left > 0 else "")
