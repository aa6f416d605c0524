"""Texts of others in one line."""

from hypothesis import given

from crosslink.report.text import line
from tests.crosslink.report.hostile import hostile


def test_what_cannot_be_seen_is_left_out() -> None:
    assert line("a\u202eb\u200bc\n\td\x1b[1m\ud800") == "a b c d [1m"


def test_a_long_text_is_cut() -> None:
    assert line("a" * 10, 4) == "aaaa…"


@given(hostile)
def test_a_text_is_one_line_that_can_be_seen(text: str) -> None:
    assert line(text).isprintable()
