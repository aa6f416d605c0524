"""What the rules say of a model: which hold, which are broken, and which nobody can tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from crosslink.fields.not_judged import NotJudged, not_judged, not_looked_at
from crosslink.graph.unknown import Unknown
from crosslink.path import steps
from crosslink.path.walk import Model, Walk
from crosslink.rules import STACK_RULES
from crosslink.rules.grade import Grade, Result
from crosslink.rules.hearing import Heard, Verdict, ask, hear, judged
from crosslink.rules.weights import weights_are_the_routes

WORST_FIRST = (Result.BROKEN, Result.DEGRADED, Result.UNKNOWN, Result.ADVICE, Result.HOLDS)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """All verdicts."""

    walks: dict[str, tuple[Verdict, ...]]  # route → the verdicts on its walk, in the order of the walk
    stack: tuple[Verdict, ...]  # those on the stack as a whole
    not_judged: Mapping[NotJudged, Sequence[str]]  # a setting that nothing judges → the routes that it is on
    not_looked_at: Mapping[str, int]  # type → how many resources of the sides are on no walk

    def all(self) -> list[Verdict]:
        """Those on every walk, then those on the stack; walks may share some."""
        return list(dict.fromkeys(chain(*self.walks.values(), self.stack)))

    def results(self) -> dict[str, Result]:
        """Rule, by its id → its result: broken if anywhere, else unknown if anywhere, else it holds."""
        found: dict[str, set[Result]] = {}
        for verdict in self.all():
            found.setdefault(verdict.rule, set()).add(verdict.result)
        return {rule: min(own, key=WORST_FIRST.index) for rule, own in found.items()}

    def stops(self) -> dict[Verdict, list[str]]:
        """Where requests stop: the first broken rule of each route → the routes that share it."""
        firsts = {path: first_broken(verdicts) for path, verdicts in self.walks.items()}
        return {stop: [path for path in firsts if firsts[path] == stop] for stop in firsts.values() if stop}

    def degraded(self) -> dict[Verdict, list[str]]:
        """Where redundancy is lost → the routes; on a route and beside it causes alone, if there are any."""
        found: dict[Verdict, list[str]] = {}
        for path, verdicts in [*self.walks.items(), (None, self.stack)]:
            own = with_result(verdicts, Result.DEGRADED)
            for verdict in [verdict for verdict in own if not verdict.symptom] or own:
                found.setdefault(verdict, []).extend([path] if path else [])
        return found

    def routes(self, verdict: Verdict) -> list[str]:
        """The routes on whose walks a verdict is."""
        return [path for path, verdicts in self.walks.items() if verdict in verdicts]

    def rules(self, result: Result) -> list[str]:
        """Ids of the rules with a result."""
        return [rule for rule, found in self.results().items() if found is result]


def judge(model: Model) -> Judgement:
    """Asks every rule about every hop that it applies to."""
    return Judgement(
        walks=judge_walks(model),
        stack=judge_stack(model),
        not_judged=not_judged(model),
        not_looked_at=not_looked_at(model),
    )


def judge_walks(model: Model) -> dict[str, tuple[Verdict, ...]]:
    """The verdicts on each walk, by its name."""
    heard: dict[int, Heard] = {}  # by what stands for a backend: its endpoint service, which is read once
    walks: dict[str, tuple[Verdict, ...]] = {}
    last = None
    for walk in model.walks:
        backend = id(walk.found[steps.SERVICE])
        last = heard[backend] = hear(walk, heard.get(backend, last))
        walks[walk.name] = last.verdicts
    return {walk.name: _beside_another(walk, model.walks, walks) for walk in model.walks}


def _beside_another(
    walk: Walk, walks: Iterable[Walk], judged: Mapping[str, tuple[Verdict, ...]]
) -> tuple[Verdict, ...]:
    """The verdicts on a walk, as bad as they are for the route where another backend serves it, too.

    Another backend takes over from one whose pods aren't reached if both are targets of one group, and the
    health checks on the way of both tell it: then redundancy is lost. Where weights share the requests, only
    the backend's own share stops; without a share nothing does.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
    """
    own = judged[walk.name]
    if not walk.backend or isinstance(walk.intent, Unknown):
        return own
    shares = [verdict.result for verdict in own if verdict.rule == weights_are_the_routes.id]
    weights, takes_over = dict(walk.intent.weights), walk.intent.takes_over
    serving = [
        with_result(judged[other.name], Result.BROKEN)
        for other in walks
        if other.path == walk.path and other is not walk and (takes_over or weights.get(str(other.backend)))
    ]
    drained = not weights.get(walk.backend) and Result.BROKEN not in shares
    if drained or (takes_over and [] in serving and Result.DEGRADED not in shares):
        grade = Grade.REDUNDANCY
    elif [] in serving:
        grade = Grade.STOPS_SOME
    else:
        return own
    # What is broken for all of them is the route's, whatever this backend's share
    told = {(verdict.rule, verdict.hop) for broken in serving for verdict in broken}
    return tuple(
        verdict if (verdict.rule, verdict.hop) in told else _no_worse_than(grade, verdict) for verdict in own
    )


def _no_worse_than(grade: Grade, verdict: Verdict) -> Verdict:
    """A verdict on what stops requests, with a lesser grade."""
    order = (Grade.STOPS, Grade.STOPS_SOME, Grade.REDUNDANCY)
    if verdict.grade not in order or order.index(verdict.grade) >= order.index(grade):
        return verdict
    return replace(verdict, grade=grade, result=grade.result)


def judge_stack(model: Model) -> tuple[Verdict, ...]:
    """The verdicts on the stack as a whole."""
    return tuple(judged([ask(rule, model) for rule in STACK_RULES], model))


def with_result(verdicts: Iterable[Verdict], result: Result) -> list[Verdict]:
    """Those of some verdicts that have a result."""
    return [verdict for verdict in verdicts if verdict.result is result]


def first_broken(verdicts: Iterable[Verdict]) -> Verdict | None:
    """Where a request stops: the first broken rule on its way, a cause rather than a symptom."""
    return min(with_result(verdicts, Result.BROKEN), key=lambda verdict: verdict.symptom, default=None)
