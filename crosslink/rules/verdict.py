"""What the rules say of a model: which hold, which are broken, and which nobody can tell."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import chain
from typing import TypeVar

from crosslink.graph.unknown import BeyondError, NotKnownError
from crosslink.path.hop import Hop
from crosslink.path.walk import Model, Walk
from crosslink.rules import STACK_RULES, WALK_RULES
from crosslink.rules.rule import Rule

Scope = TypeVar("Scope", Model, Walk)


class Result(StrEnum):
    """What a rule says of a hop."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    ADVICE = "house rule"  # a convention of this project isn't kept: requests get through all the same


WORST_FIRST = (Result.BROKEN, Result.UNKNOWN, Result.ADVICE, Result.HOLDS)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a rule says of one hop; `statement` and the fields after it are the rule's own."""

    rule: str  # its id
    title: str  # of the hop on the walk
    hop: Hop
    result: Result
    why: str | None  # what is wrong, or why it is unknown; None if the rule holds
    statement: str
    fix: str
    source: str
    symptom: bool


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """All verdicts."""

    walks: dict[str, tuple[Verdict, ...]]  # route → the verdicts on its walk, in the order of the walk
    stack: tuple[Verdict, ...]  # those on the stack as a whole

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

    def routes(self, verdict: Verdict) -> list[str]:
        """The routes on whose walks a verdict is."""
        return [path for path, verdicts in self.walks.items() if verdict in verdicts]

    def rules(self, result: Result) -> list[str]:
        """Ids of the rules with a result."""
        return [rule for rule, found in self.results().items() if found is result]


def judge(model: Model) -> Judgement:
    """Asks every rule about every hop that it applies to."""
    return Judgement(
        walks={walk.path: tuple(_in_order(walk, _judged(WALK_RULES, walk))) for walk in model.walks},
        stack=tuple(_judged(STACK_RULES, model)),
    )


def with_result(verdicts: Iterable[Verdict], result: Result) -> list[Verdict]:
    """Those of some verdicts that have a result."""
    return [verdict for verdict in verdicts if verdict.result is result]


def first_broken(verdicts: Iterable[Verdict]) -> Verdict | None:
    """Where a request stops: the first broken rule on its way, a cause rather than a symptom."""
    return min(with_result(verdicts, Result.BROKEN), key=lambda verdict: verdict.symptom, default=None)


def _judged(rules: Sequence[Rule[Scope]], scope: Scope) -> Iterator[Verdict]:
    for rule in rules:
        own = {"statement": rule.statement, "fix": rule.fix, "source": rule.source}
        verdict = partial(Verdict, rule=rule.id, symptom=rule.symptom, **own)
        for title, hop in rule.subjects(scope):
            try:
                why = rule.judge(scope, hop)
                result = Result.HOLDS if why is None else Result.ADVICE if rule.house else Result.BROKEN
            except BeyondError:
                continue  # the walk tells once what is another owner's
            except NotKnownError as unknown:
                if rule.house:
                    continue  # nobody has to know
                why, result = str(unknown), Result.UNKNOWN
            yield verdict(title=title, hop=hop, result=result, why=why)


def _in_order(walk: Walk, verdicts: Iterator[Verdict]) -> list[Verdict]:
    """The verdicts in the order of the walk's steps."""
    titles = dict.fromkeys(step.title for step, _hop in walk.hops())
    places = {title: place for place, title in enumerate(titles)}
    return sorted(verdicts, key=lambda verdict: places.get(verdict.title, len(places)))
