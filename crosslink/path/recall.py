"""What was worked out for one route, for others of which the same is true.

Routes to one backend share most of their way, and which part of it depends on their settings. So nobody says
which: what is asked of a route while something is worked out is kept with the result. It is the result for
another route, too, if all of it has the same answers there.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, TypeVar, cast

from crosslink.graph.unknown import Unknown

T = TypeVar("T")
Question: TypeAlias = tuple[str, str]  # what is asked, and of which step


@dataclass
class Result:
    """What was worked out."""

    value: Any


@dataclass
class Asked:
    """The question that comes next, and what comes after each answer to it."""

    question: Question
    after: dict[Hashable, "Asked | Result"] = field(default_factory=dict[Hashable, "Asked | Result"])


class Answering(Protocol):
    """What is asked: a route."""

    def answer(self, question: Question) -> Hashable:
        """What tells the answer to a question from other answers."""
        ...


class Recall:
    """The results, each behind the questions that it hangs on.

    What is worked out under one key must begin with the same question, and go on by the answers alone.
    """

    def __init__(self) -> None:
        self._first: dict[Hashable, Asked | Result] = {}
        self._being_asked: list[dict[Question, Hashable]] = []

    def tell(self, question: Question, answer: Hashable) -> None:
        """Keep a question, and what tells its answer from others, with what is being worked out."""
        if self._being_asked:
            self._being_asked[-1][question] = answer

    def result(self, key: Hashable, of: Answering, work: Callable[[], T]) -> T:
        """What is worked out under a key: now, or before, where all that was asked had the same answers.

        What it hangs on, something that is worked out with it hangs on, too.
        """
        found, asked = self._first.get(key), dict[Question, Hashable]()
        while isinstance(found, Asked):
            answer = asked[found.question] = of.answer(found.question)
            found = found.after.get(answer)
        if not found:
            asked, value = self._watched(work)
            found = self._keep(key, asked, value)
        if self._being_asked:
            self._being_asked[-1].update(asked)
        return found.value

    def apart(self, work: Callable[[], T]) -> T:
        """What is worked out as an answer: what hangs on it doesn't hang on what was asked for it."""
        return self._watched(work)[1]

    def _watched(self, work: Callable[[], T]) -> tuple[Mapping[Question, Hashable], T]:
        asked: dict[Question, Hashable] = {}
        self._being_asked.append(asked)
        try:
            return asked, work()
        finally:
            self._being_asked.pop()

    def _keep(self, key: Hashable, asked: Mapping[Question, Hashable], value: object) -> Result:
        place, at = self._first, key
        for question, answer in asked.items():
            next_ = place.setdefault(at, Asked(question))
            if not isinstance(next_, Asked) or next_.question != question:
                raise LookupError(f"{key} asks {question} where it asked something else before")
            place, at = next_.after, answer
        place[at] = result = Result(value)
        return result


def identity(answer: object) -> Hashable:
    """What tells an answer from others: of what is made once, such as a resource, that it is this one.

    The results keep what they are told by, so that nothing else can take its place.
    """
    if isinstance(answer, list | tuple):
        return tuple(map(id, cast("Sequence[object]", answer)))
    return answer if isinstance(answer, Unknown | str | None) else id(answer)
