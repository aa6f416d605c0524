"""What a rule asks of a walk: it says the same of other walks with the same answers.

The routes of a backend share most of their way, and all routes share the stage and the gateway. So nobody
judges that anew for each route, and nobody says which rules look at what: it is watched.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar, cast

from crosslink.graph.unknown import Fact, Unknown
from crosslink.path.hop import Hop, if_known
from crosslink.path.intent import Intent
from crosslink.path.trail import Step
from crosslink.path.walk import Walk

H = TypeVar("H", bound=Hop)
INTENT = "intent"  # whether it can be known
# A step for its hops, the name of another property of a walk, or one of the walk's intent
Question: TypeAlias = "Step[Any] | str | tuple[str, str]"


class Watched:
    """Stands for a walk, and keeps what it is asked for."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self.asked: set[Question] = set()

    # They ask for no more than what is below.
    one, seen, reach, waits, hops = Walk.one, Walk.seen, Walk.reach, Walk.waits, Walk.hops

    def every(self, step: Step[H]) -> Fact[tuple[H, ...]]:
        """The hops of a step."""
        self.asked.add(step)
        return self._walk.every(step)

    def distinct(self, step: Step[H]) -> Sequence[H]:
        """Those that one could look at, each once."""
        self.asked.add(step)
        return self._walk.distinct(step)

    @property
    def found(self) -> Mapping[Step[Hop], Fact[tuple[Hop, ...]]]:
        """The hops of all steps."""
        self.asked.update(self._walk.found)
        return self._walk.found

    @property
    def intent(self) -> Fact[Intent]:
        """What the stack means the route to be; what is asked of it is kept, too."""
        self.asked.add(INTENT)
        return if_known(self._walk.intent, lambda intent: cast("Intent", _WatchedIntent(intent, self.asked)))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the walk's property has the type
        self.asked.add(name)
        return getattr(self._walk, name)


class _WatchedIntent:
    def __init__(self, intent: Intent, asked: set[Question]) -> None:
        self._intent, self._asked = intent, asked

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as above
        self._asked.add((INTENT, name))
        return getattr(self._intent, name)


def with_same_answer(questions: Iterable[Question], one: Walk, other: Walk) -> frozenset[Question]:
    """The questions to which two walks of a model have the same answer."""
    return frozenset(question for question in questions if _is_same(question, one, other))


def _is_same(question: Question, one: Walk, other: Walk) -> bool:
    if isinstance(question, Step):
        hops, others = one.found[question], other.found[question]
        # What several routes have in common is read once, and costs more to compare.
        return hops is others or (isinstance(hops, Unknown) and hops == others)
    if question == INTENT:
        return if_known(one.intent, lambda _: None) == if_known(other.intent, lambda _: None)
    if isinstance(question, str):
        return getattr(one, question) == getattr(other, question)
    return getattr(one.intent, question[1], None) == getattr(other.intent, question[1], None)
