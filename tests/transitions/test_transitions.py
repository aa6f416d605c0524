"""Each change of the table: the prediction is what the engine says, and the comment tells it."""

import pulumi
import pytest

from crosslink.compare import comment
from crosslink.compare.command import _status
from crosslink.compare.headline import headline
from crosslink.project import root
from crosslink.sandbox.record import ProgramError
from tests.transitions.differences import differences, explained
from tests.transitions.outcome import comparison, predicted
from tests.transitions.page import page
from tests.transitions.recorded import recorded
from tests.transitions.transition import transitions

each_transition = pytest.mark.parametrize("id_", transitions())


@each_transition
def test_what_becomes_of_the_resources_is_predicted(id_: str) -> None:
    engine = recorded()[id_]
    if engine.refused:
        return
    found = differences(predicted(comparison(id_).changes), engine.outcome)
    assert [one for one in found if not any(why.covers(id_, one) for why in explained())] == []


@each_transition
def test_the_comment_tells_what_callers_notice(id_: str) -> None:
    expected = transitions()[id_].comment
    try:
        found = comparison(id_)
    except (ProgramError, pulumi.RunError) as error:
        told, status, text = "✗", 2, str(error)
    else:
        told, status, text = headline(found)[0], _status(found), comment.write(found)
    assert (told, status) == (expected.sign, expected.status)
    assert [words for words in expected.says if words not in text] == []


def test_each_difference_is_still_there() -> None:
    found = [
        (id_, difference)
        for id_, engine in recorded().items()
        if not engine.refused
        for difference in differences(predicted(comparison(id_).changes), engine.outcome)
    ]
    assert [why for why in explained() if not any(why.covers(*difference) for difference in found)] == []


def test_each_change_was_shown_to_the_engine() -> None:
    assert sorted(recorded()) == sorted(transitions())


def test_the_page_is_made_from_the_table() -> None:
    assert (root() / "docs" / "changes.md").read_text() == page()
