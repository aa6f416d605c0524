from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslink.path.recall import Question, Recall

QUESTIONS = [("north", ""), ("east", ""), ("south", "")]


@dataclass
class Place:
    """Something that answers, and counts how often it has to work."""

    recall: Recall
    answers: dict[Question, int]
    worked: list[str] = field(default_factory=list[str])

    def answer(self, question: Question) -> Hashable:
        return self.answers[question]

    def ask(self, question: Question) -> int:
        self.recall.tell(question, self.answers[question])
        return self.answers[question]

    def result(self, name: str, work: Callable[[], object]) -> object:
        def counted() -> object:
            self.worked.append(name)
            return work()

        return self.recall.result(name, self, counted)


places = st.lists(st.fixed_dictionaries({question: st.integers(0, 1) for question in QUESTIONS}), max_size=8)


@given(places)
def test_a_result_is_that_of_the_place_it_is_told_for(answers: list[dict[Question, int]]) -> None:
    recall = Recall()
    north, east, south = QUESTIONS

    def inner(place: Place) -> object:
        return place.result(
            "inner", lambda: place.ask(east) + 10 * place.ask(south) if place.ask(north) else 7
        )

    def outer(place: Place) -> object:
        return place.result("outer", lambda: (place.ask(south), inner(place)))

    for own in answers:
        place = Place(recall, own)
        expected = own[east] + 10 * own[south] if own[north] else 7
        assert outer(place) == (own[south], expected)
        assert inner(place) == expected


def test_what_is_asked_decides_what_is_worked_out_once() -> None:
    recall = Recall()
    north, east, south = QUESTIONS
    first = Place(recall, {north: 1, east: 1, south: 1})
    second = Place(recall, {north: 1, east: 2, south: 1})
    third = Place(recall, {north: 2, east: 1, south: 1})
    found = [place.result("it", lambda place=place: [place.ask(north)]) for place in (first, second, third)]
    assert found[0] is found[1]
    assert found == [[1], [1], [2]]
    assert [place.worked for place in (first, second, third)] == [["it"], [], ["it"]]


def test_an_answer_hides_what_it_hangs_on() -> None:
    recall = Recall()
    north, east, _ = QUESTIONS

    def told(place: Place) -> int:
        recall.apart(lambda: place.ask(east))
        return place.ask(north)

    first = Place(recall, {north: 1, east: 1})
    second = Place(recall, {north: 1, east: 2})
    assert [place.result("it", lambda place=place: told(place)) for place in (first, second)] == [1, 1]
    assert second.worked == []


def test_work_that_begins_with_another_question_is_refused() -> None:
    recall = Recall()
    north, east, _ = QUESTIONS
    place = Place(recall, {north: 1, east: 1})
    other = Place(recall, {north: 2, east: 2})
    place.result("it", lambda: (place.ask(north), place.ask(east)))
    with pytest.raises(LookupError, match="it asks"):
        other.result("it", lambda: other.ask(east) and other.ask(north))


def test_work_that_fails_is_not_kept() -> None:
    recall = Recall()
    place = Place(recall, {QUESTIONS[0]: 1})
    with pytest.raises(ZeroDivisionError):
        place.result("it", lambda: place.ask(QUESTIONS[0]) / 0)
    assert place.result("it", lambda: place.ask(QUESTIONS[0])) == 1
