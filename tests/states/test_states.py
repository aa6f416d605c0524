"""A stack of the last version previews without a replacement."""

from collections.abc import Mapping
from functools import cache

import pytest

from crosslink.compare.changes import Operation
from crosslink.sandbox.record import Run
from tests.runs import ROOT
from tests.states.state import SHAPES, VERSIONS, State, file_of_state, read
from tests.states.upgrade import harm, upgrade

[VERSION] = VERSIONS  # the last one's states alone are kept
NAMED: Mapping[str, str] = {}
"""What the changelog's note on this upgrade names: type → the note's words for what becomes of it."""
UPDATED: Mapping[str, str] = {
    "aws:apigateway/stage:Stage": "the API's stage, whose access",
    "aws:apigateway/restApi:RestApi": "and the API, which gets its security policy",
}
"""The same of what is only updated in place."""

each_shape = pytest.mark.parametrize("shape", SHAPES)


@cache
def stored(shape: str) -> State:
    return read(file_of_state(VERSION, shape))


@cache
def previewed(shape: str) -> Run:
    return stored(shape).previewed()


@each_shape
def test_nothing_is_deleted_or_replaced(shape: str) -> None:
    if told := harm(stored(shape).run, previewed(shape), NAMED):
        way = "Give what has moved an alias to what it was (CONTRIBUTING.md, Versions)."
        pytest.fail("\n".join([f"A stack of {VERSION}:", *told, way]), pytrace=False)


@each_shape
def test_no_more_changes_than_the_upgrade_note_says(shape: str) -> None:
    found = upgrade(stored(shape).run, previewed(shape))
    updated = [change for change in found if change.operation is Operation.CHANGED and change.type in UPDATED]
    rest = [change for change in found if change not in updated]
    assert {change.type: change for change in rest if change.type not in NAMED} == {}


def test_the_upgrade_note_says_it() -> None:
    note = (ROOT / "CHANGELOG.md").read_text().partition(f"\n## {VERSION}\n")[0]
    assert [type_ for type_, words in {**NAMED, **UPDATED}.items() if words not in note] == []
