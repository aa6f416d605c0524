"""Texts of others stay text in Markdown, and in the HTML of its folds."""

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from crosslink.compare.markdown import MAX_LENGTH, block, code, details, prose, sentence, table
from crosslink.report.text import UNSEEN, line
from tests.crosslink.report.hostile import hostile

GFM = MarkdownIt("commonmark").enable("table")


def inline(text: str) -> list[Token]:
    """What is inside a text that is one paragraph."""
    tokens = GFM.parse(f"x {text} x")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    return tokens[1].children or []


@given(hostile)
def test_a_sentence_is_text(text: str) -> None:
    found = inline(prose(text))
    assert {one.type for one in found} <= {"text", "text_special"}
    said = "".join(one.content for one in found).replace(UNSEEN, "")
    assert said == f"x {line(text)} x"


@given(hostile)
def test_a_sentence_with_code_is_text_and_code(text: str) -> None:
    assert {one.type for one in inline(sentence(text))} <= {"text", "text_special", "code_inline"}


def test_backticks_mean_code_in_a_sentence() -> None:
    assert sentence("run `a | b`, *then* `c`") == "run `a | b`, \\*then\\* `c`"
    assert sentence("one ` alone") == "one \\` alone"


@given(hostile)
def test_a_short_text_is_code(text: str) -> None:
    before, found, after = inline(code(text))
    assert (before.content, found.type, after.content) == ("x ", "code_inline", " x")
    assert found.content == (line(text, MAX_LENGTH) or '""')


@given(hostile, hostile)
def test_a_table_keeps_its_cells(one: str, other: str) -> None:
    rows = [[code(one), prose(other)], [prose(one), "x"]]
    tokens = GFM.parse(table(["a", "b"], rows))
    assert {token.type for token in tokens if token.level == 0} == {"table_open", "table_close"}
    assert sum(token.type == "td_open" for token in tokens) == 4
    assert sum(token.type == "tr_open" for token in tokens) == 3


@given(hostile)
def test_lines_are_one_block(text: str) -> None:
    folded = GFM.parse(details("summary", block(text)))
    assert [(one.type, one.content) for one in folded if one.type != "fence"] == [
        ("html_block", "<details><summary>summary</summary>\n"),
        ("html_block", "</details>"),
    ]
    [fence] = [one for one in folded if one.type == "fence"]
    assert fence.content.count("\n") == text.rstrip().count("\n") + 1


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("@octocat", f"@{UNSEEN}octocat"),
        ("see #12", f"see #{UNSEEN}12"),
        ("https://evil.example", f"https{UNSEEN}://evil.example"),
        ("www.evil.example", f"www{UNSEEN}.evil.example"),
    ],
)
def test_nobody_is_notified_and_nothing_linked(text: str, seen: str) -> None:
    """GitHub looks for these in what Markdown has become."""
    assert prose(text) == seen


def test_a_long_text_is_cut() -> None:
    assert code("a" * 1000) == f"`{'a' * MAX_LENGTH}…`"
