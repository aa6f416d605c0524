"""What the rules say of a model: which hold, which are broken, and which nobody can tell."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any, Generic, TypeAlias, TypeVar, cast

from crosslink.fields.not_judged import NotJudged, not_judged, not_looked_at
from crosslink.graph.unknown import BeyondError, NotKnownError, Unknown
from crosslink.path import steps
from crosslink.path.hop import Hop
from crosslink.path.walk import Model, Walk
from crosslink.rules import STACK_RULES, WALK_RULES
from crosslink.rules.by_hand import filled, look_at
from crosslink.rules.grade import CutOff, Grade, Graded, Pair, Result
from crosslink.rules.rule import Rule
from crosslink.rules.watched import Question, Watched, with_same_answer
from crosslink.rules.weights import weights_are_the_routes

Scope = TypeVar("Scope", Model, Walk)
# The title of a hop, the hop, and what a rule says of it
_OfHop: TypeAlias = tuple[str, Hop, str | Graded | CutOff | Unknown | None]


WORST_FIRST = (Result.BROKEN, Result.DEGRADED, Result.UNKNOWN, Result.ADVICE, Result.HOLDS)


@dataclass(frozen=True)
class Verdict:
    """What a rule says of one hop."""

    by: Rule[Any]
    title: str  # of the hop on the walk
    hop: Hop
    result: Result
    why: str | None = None  # what is wrong, or why it is unknown; None if the rule holds
    grade: Grade | None = None  # how bad it is; None if the rule holds, or nobody can tell
    # What an operator runs to look at the hop, and to mend it; None if nothing was found, there is no command
    # for it, or AWS wasn't asked.
    look: str | None = None
    mend: str | None = None

    @property
    def rule(self) -> str:
        """The rule's id."""
        return self.by.id

    @property
    def statement(self) -> str:
        """What must hold."""
        return self.by.statement

    @property
    def fix(self) -> str:
        """What to do where it doesn't."""
        return self.by.fix

    @property
    def source(self) -> str:
        """The page that the rule comes from."""
        return self.by.source

    @property
    def symptom(self) -> bool:
        """Whether it tells an effect, whose cause other rules may tell."""
        return self.by.symptom


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
    heard: dict[object, Heard] = {}
    walks: dict[str, tuple[Verdict, ...]] = {}
    last = None
    for walk in model.walks:
        backend = id(walk.found[steps.SERVICE])  # of one backend it is read once
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


def judge_walk(walk: Walk) -> tuple[Verdict, ...]:
    """The verdicts on a walk, in its order."""
    return hear(walk).verdicts


def judge_stack(model: Model) -> tuple[Verdict, ...]:
    """The verdicts on the stack as a whole."""
    return tuple(_judged([_ask(rule, model) for rule in STACK_RULES], model))


def with_result(verdicts: Iterable[Verdict], result: Result) -> list[Verdict]:
    """Those of some verdicts that have a result."""
    return [verdict for verdict in verdicts if verdict.result is result]


def first_broken(verdicts: Iterable[Verdict]) -> Verdict | None:
    """Where a request stops: the first broken rule on its way, a cause rather than a symptom."""
    return min(with_result(verdicts, Result.BROKEN), key=lambda verdict: verdict.symptom, default=None)


@dataclass(frozen=True)
class _Said(Generic[Scope]):
    """What a rule says of each hop that it applies to."""

    rule: Rule[Scope]
    of_hops: Sequence[_OfHop]
    verdicts: Sequence[Verdict] | None  # None if it finds something: they hang on what other rules say then
    cut_off: frozenset[Pair]  # all that it finds cut off
    asked: Collection[Question]  # what it hangs on


@dataclass(frozen=True)
class Heard:
    """What all rules say on a walk."""

    walk: Walk
    said: Sequence[_Said[Walk]]

    @cached_property
    def asked(self) -> frozenset[Question]:
        """All that they hang on."""
        return frozenset[Question]().union(*(said.asked for said in self.said))

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts, in the order of the walk."""
        return tuple(_in_order(self.walk, _judged(self.said, self.walk)))


def hear(walk: Walk, earlier: Heard | None = None) -> Heard:
    """What all rules say on a walk: as on an earlier one, or anew where that had other answers."""
    if earlier is None:
        return Heard(walk, [_watch(rule, walk) for rule in WALK_RULES])
    same = with_same_answer(earlier.asked, earlier.walk, walk)
    return Heard(
        walk, [said if same.issuperset(said.asked) else _watch(said.rule, walk) for said in earlier.said]
    )


def _watch(rule: Rule[Walk], walk: Walk) -> _Said[Walk]:
    watched = Watched(walk)
    return _ask(rule, cast("Walk", watched), watched.asked)


def _ask(rule: Rule[Scope], scope: Scope, asked: Collection[Question] = ()) -> _Said[Scope]:
    of_hops = list(_of_hops(rule, scope))
    found = [
        of_hop for _title, _hop, of_hop in of_hops if not (of_hop is None or isinstance(of_hop, Unknown))
    ]
    if not found:
        return _Said(rule, of_hops, list(_verdicts(rule, of_hops)), frozenset(), asked)
    cut_off = frozenset(pair for of_hop in found if isinstance(of_hop, CutOff) for pair in of_hop.pairs)
    return _Said(rule, of_hops, None, cut_off, asked)


def _judged(said: Sequence[_Said[Scope]], scope: Scope) -> Iterator[Verdict]:
    causes = frozenset(pair for own in said if not own.rule.symptom for pair in own.cut_off)
    for own in said:
        if own.verdicts is None:
            yield from _verdicts(own.rule, own.of_hops, causes | own.cut_off, scope)
        else:
            yield from own.verdicts


def _verdicts(
    rule: Rule[Scope],
    of_hops: Sequence[_OfHop],
    cut_off: Collection[Pair] = (),
    scope: Scope | None = None,
) -> Iterator[Verdict]:
    for title, hop, found in of_hops:
        if isinstance(found, Unknown):
            if rule.grade is not Grade.HOUSE:  # of a convention nobody has to know
                yield Verdict(rule, title, hop, Result.UNKNOWN, found.reason)
        elif found is None:
            yield Verdict(rule, title, hop, Result.HOLDS)
        else:
            graded = _graded(found, cut_off, _grade(rule, title, of_hops))
            told = graded.grade.result, graded.why, graded.grade
            yield Verdict(rule, title, hop, *told, **_by_hand(rule, scope, hop))


def _by_hand(rule: Rule[Any], scope: Model | Walk | None, hop: Hop) -> dict[str, str | None]:
    """The commands for an operator; none where AWS wasn't asked, since nothing is there yet."""
    if not isinstance(scope, Walk) or scope.order is not None:
        return {}
    commands = {"look": rule.look or look_at(hop), "mend": rule.mend}
    return {name: command and filled(command, hop, scope) for name, command in commands.items()}


def _of_hops(rule: Rule[Scope], scope: Scope) -> Iterator[_OfHop]:
    """What a rule says of each hop; nothing of another owner's, which the walk tells once."""
    for title, hop in rule.subjects(scope):
        try:
            yield title, hop, rule.judge(scope, hop)
        except BeyondError:
            continue
        except NotKnownError as unknown:
            yield title, hop, Unknown(str(unknown))


def _graded(found: str | Graded | CutOff, cut_off: Collection[Pair], default: Grade) -> Graded:
    """A finding with its grade, which the rule says unless the finding does."""
    match found:
        case Graded():
            return found
        case CutOff():
            return found.graded(cut_off)
        case why:
            return Graded(why, default)


def _grade(rule: Rule[Scope], title: str, said: Sequence[_OfHop]) -> Grade:
    """How bad a finding is: if the rule holds for another hop of the step, requests may take that."""
    others_hold = any(found is None and told_at == title for told_at, _hop, found in said)
    return rule.partly if rule.partly and others_hold else rule.grade


def _in_order(walk: Walk, verdicts: Iterator[Verdict]) -> list[Verdict]:
    """The verdicts in the order of the walk's steps."""
    titles = dict.fromkeys(step.title for step, _hop in walk.hops())
    places = {title: place for place, title in enumerate(titles)}
    return sorted(verdicts, key=lambda verdict: places.get(verdict.title, len(places)))
