"""A stack of the last version previews without a replacement."""

from functools import cache

import pytest

from crosslink.sandbox.record import Run
from tests.states.state import SHAPES, VERSIONS, State, file_of_state, read
from tests.states.upgrade import harm, upgrade

[VERSION] = VERSIONS  # the last one's states alone are kept
NAMED: frozenset[str] = frozenset()
"""What the changelog's note on this upgrade says will change in place: types of resources."""

each_shape = pytest.mark.parametrize("shape", SHAPES)


@cache
def stored(shape: str) -> State:
    return read(file_of_state(VERSION, shape))


@cache
def previewed(shape: str) -> Run:
    return stored(shape).previewed()


@each_shape
def test_nothing_is_deleted_or_replaced(shape: str) -> None:
    assert harm(stored(shape).run, previewed(shape)) == []


@each_shape
def test_no_more_changes_than_the_upgrade_note_says(shape: str) -> None:
    changed = upgrade(stored(shape).run, previewed(shape))
    assert {change.type: change for change in changed if change.type not in NAMED} == {}
