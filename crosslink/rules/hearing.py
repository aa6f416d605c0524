"""What the rules say of one walk, or of the stack as a whole."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeAlias, TypeVar, cast

from crosslink.graph.unknown import BeyondError, NotKnownError, Unknown
from crosslink.path.hop import Hop
from crosslink.path.walk import Model, Walk
from crosslink.rules import WALK_RULES
from crosslink.rules.by_hand import filled, look_at
from crosslink.rules.grade import CutOff, Grade, Graded, Pair, Result
from crosslink.rules.rule import Rule
from crosslink.rules.watched import Question, Watched, with_same_answer

Scope = TypeVar("Scope", Model, Walk)
# The title of a hop, the hop, and what a rule says of it
_OfHop: TypeAlias = tuple[str, Hop, str | Graded | CutOff | Unknown | None]


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


@dataclass(frozen=True)
class Said(Generic[Scope]):
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
    said: Sequence[Said[Walk]]

    @cached_property
    def asked(self) -> frozenset[Question]:
        """All that they hang on."""
        return frozenset[Question]().union(*(said.asked for said in self.said))

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts, in the order of the walk."""
        return tuple(_in_order(self.walk, judged(self.said, self.walk)))


def hear(walk: Walk, earlier: Heard | None = None) -> Heard:
    """What all rules say on a walk: as on an earlier one, or anew where that had other answers."""
    if earlier is None:
        return Heard(walk, [_watch(rule, walk) for rule in WALK_RULES])
    same = with_same_answer(earlier.asked, earlier.walk, walk)
    return Heard(
        walk, [said if same.issuperset(said.asked) else _watch(said.rule, walk) for said in earlier.said]
    )


def _watch(rule: Rule[Walk], walk: Walk) -> Said[Walk]:
    watched = Watched(walk)
    return ask(rule, cast("Walk", watched), watched.asked)


def ask(rule: Rule[Scope], scope: Scope, asked: Collection[Question] = ()) -> Said[Scope]:
    """What a rule says of a walk, or of the stack.

    Args:
        asked: what is asked meanwhile.
    """
    of_hops = list(_of_hops(rule, scope))
    found = [
        of_hop for _title, _hop, of_hop in of_hops if not (of_hop is None or isinstance(of_hop, Unknown))
    ]
    if not found:
        return Said(rule, of_hops, list(_verdicts(rule, of_hops)), frozenset(), asked)
    cut_off = frozenset(pair for of_hop in found if isinstance(of_hop, CutOff) for pair in of_hop.pairs)
    return Said(rule, of_hops, None, cut_off, asked)


def judged(said: Sequence[Said[Scope]], scope: Scope) -> Iterator[Verdict]:
    """The verdicts of what rules say: how bad something is may hang on what other rules find cut off."""
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
