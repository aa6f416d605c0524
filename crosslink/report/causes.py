"""What rules have found, and what they can't know, by its cause, which is told once with all it touches."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from crosslink.fields.not_judged import NotJudged
from crosslink.graph.unknown import Beyond, Unknown
from crosslink.path.walk import Model
from crosslink.report.marks import worst_of
from crosslink.rules.verdict import WORST_FIRST, Judgement, Result, Verdict, first_broken, with_result

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
# A reason of up to so many characters, such as "AWS gives it in the up", is told wherever it holds.
SHORT = 40


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one rule has found wrong at one step."""

    what: str  # what that does to the routes
    verdicts: Sequence[Verdict]  # each of another hop, or with another reason
    routes: Sequence[str]  # none if it is beside the path


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A reason why something can't be known, in several places."""

    why: str
    rules: Sequence[str]  # that it keeps from being judged
    titles: Sequence[str]  # of the hops
    routes: Sequence[str]  # none if it is beside the path


@dataclass(frozen=True, kw_only=True)
class State:
    """How some routes are."""

    result: Result
    where: str  # the hop, and the rule; empty if all holds
    routes: Sequence[str]


def findings(judgement: Judgement) -> Iterator[Finding]:
    """Where requests stop, what is broken beside the path, and where redundancy is lost, in this order.

    Requests stop at the first hop; what the same rule finds at others of its step has to be mended, too.
    """
    stops: dict[Verdict, list[str]] = {}
    for stop, paths in judgement.stops().items():
        for path in paths:
            for verdict in with_result(judgement.walks[path], Result.BROKEN):
                if (verdict.rule, verdict.title) == (stop.rule, stop.title):
                    stops.setdefault(verdict, []).append(path)
    yield from _findings("broken", stops)
    yield from _findings("broken", dict.fromkeys(with_result(judgement.stack, Result.BROKEN), ()))
    yield from _findings("redundancy lost", judgement.degraded())


def behind(judgement: Judgement) -> Iterator[Finding]:
    """What is broken on routes that stop before it."""
    stops = judgement.stops()
    broken: dict[Verdict, list[str]] = {}
    for path, verdicts in judgement.walks.items():
        for verdict in dict.fromkeys(with_result(verdicts, Result.BROKEN)):
            broken.setdefault(verdict, []).append(path)
    return _findings("also broken", {found: broken[found] for found in broken if found not in stops})


def _findings(what: str, verdicts: Mapping[Verdict, Sequence[str]]) -> Iterator[Finding]:
    for own in grouped(verdicts, lambda verdict: (verdict.rule, verdict.title)).values():
        routes = sorted({*chain.from_iterable(verdicts[verdict] for verdict in own)})
        yield Finding(what=what, verdicts=own, routes=routes)


def doubts(model: Model, judgement: Judgement) -> Sequence[Doubt]:
    """The reasons, each on more than one hop or of more than one rule; short ones are told where they are."""
    touched: defaultdict[str, list[tuple[str | None, str, str | None]]] = defaultdict(list)
    for walk in model.walks:
        for step, hop in walk.hops():
            if isinstance(hop, Unknown) and not isinstance(hop, Beyond):
                touched[hop.reason].append((None, step.title, walk.name))
    places = {**judgement.walks, None: judgement.stack}
    for route, verdicts in places.items():
        for verdict in with_result(verdicts, Result.UNKNOWN):
            touched[verdict.why or ""].append((verdict.rule, verdict.title, route))
    found = [
        Doubt(
            why=why,
            rules=[rule for rule in dict.fromkeys(rule for rule, _, _ in places) if rule],
            titles=[*dict.fromkeys(title for _, title, _ in places)],
            routes=[route for route in dict.fromkeys(route for _, _, route in places) if route],
        )
        for why, places in touched.items()
        if len(why) > SHORT
    ]
    return [doubt for doubt in found if len(doubt.rules) > 1 or len(doubt.titles) > 1]


def settings(judgement: Judgement) -> Iterable[Sequence[NotJudged]]:
    """The settings that nothing judges, by the type of the resource and the field."""
    types = grouped(judgement.not_judged, lambda setting: (setting.hop.resource_type, setting.field))
    return types.values()


def states(judgement: Judgement) -> Sequence[State]:
    """The routes by how they are, the worst first."""
    found: defaultdict[tuple[Result, str], list[str]] = defaultdict(list)
    for path, verdicts in judgement.walks.items():
        worst = worst_of(verdicts) or Result.HOLDS
        found[worst, _where(worst, verdicts)].append(path)
    ordered = sorted(found.items(), key=lambda item: WORST_FIRST.index(item[0][0]))
    return [State(result=result, where=where, routes=routes) for (result, where), routes in ordered]


def _where(worst: Result, verdicts: Sequence[Verdict]) -> str:
    if worst is Result.HOLDS:
        return ""
    verdict = first_broken(verdicts) or with_result(verdicts, worst)[0]
    return f"{verdict.title}: {verdict.rule}"


def grouped(values: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """Values by a key, in their order."""
    groups: dict[K, list[T]] = {}
    for value in values:
        groups.setdefault(key(value), []).append(value)
    return groups
