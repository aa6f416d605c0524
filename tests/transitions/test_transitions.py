"""Each change of the table: the prediction is what the engine says, and the comment tells it."""

import pytest

from crosslink.project import root
from tests.transitions.differences import differences, explained
from tests.transitions.outcome import told
from tests.transitions.page import page
from tests.transitions.recorded import recorded
from tests.transitions.transition import transitions

each_transition = pytest.mark.parametrize("id_", transitions())


@pytest.mark.parametrize("id_", recorded())
def test_what_becomes_of_the_resources_is_predicted(id_: str) -> None:
    found, engine = told(id_), recorded()[id_]
    if engine.refused:  # what the comment says of it, the next test looks at
        return
    differing = differences(found.outcome, engine.outcome)
    assert [
        resource for resource in differing if not any(why.covers(id_, resource) for why in explained())
    ] == []


@each_transition
def test_the_comment_tells_what_callers_notice(id_: str) -> None:
    found, expected = told(id_), transitions()[id_].comment
    assert (found.sign, found.status) == (expected.sign, expected.status)
    assert [words for words in expected.says if words not in found.text] == []


def test_each_difference_is_still_there() -> None:
    found = [
        (id_, resource)
        for id_, engine in recorded().items()
        if not engine.refused
        for resource in differences(told(id_).outcome, engine.outcome)
    ]
    assert [why for why in explained() if not any(why.covers(*resource) for resource in found)] == []


def test_each_change_was_shown_to_the_engine() -> None:
    assert sorted(recorded()) == sorted(transitions())


def test_the_page_is_made_from_the_table() -> None:
    assert (root() / "docs" / "changes.md").read_text() == page()
