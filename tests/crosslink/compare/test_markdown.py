"""Texts of others stay text: in Markdown, in HTML, in Mermaid."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from crosslink.compare.markdown import MAX_LENGTH, UNSEEN, block, code, details, label, line, prose, table

HOSTILE = [
    "``` </details> <script>",
    "--> | a | b |",
    "@octocat #1 https://evil.example www.evil.example a@b.example",
    "# heading\n\n- list\n\n```mermaid\n",
    "[link](https://evil.example) ![image](x) <b>bold</b> **bold** _it_ ~~no~~ &lt; \\",
    "`` a ` b ``` c",
    "a\\|b\\\\|c|d",
    "",
    "\u202egnirts\u200b \u0007\u001b[31m",
    "%%{init: {}}%%",
    "- list",
    "1. list",
]
GFM = MarkdownIt("commonmark").enable("table")

hostile = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(alphabet="`|\\<>#*_[]()!&;~-@%{}\"' \n.:/aé1", max_size=30),
    st.text(max_size=30),
)


def inline(text: str) -> list[Token]:
    """What is inside a text that is one paragraph."""
    tokens = GFM.parse(f"x {text} x")
    assert [one.type for one in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    return tokens[1].children or []


@given(hostile)
def test_a_sentence_is_text(text: str) -> None:
    found = inline(prose(text))
    assert {one.type for one in found} <= {"text", "text_special"}
    said = "".join(one.content for one in found).replace(UNSEEN, "")
    assert said == f"x {line(text)} x"


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


@given(hostile)
def test_a_label_stays_in_its_quotes(text: str) -> None:
    found = label(text)
    assert not re.search(r'["`<>&%\n\r]', found)
    assert re.sub(r"#\d+;", "", found).count("#") == 0
    assert not re.match(r"[-+*] |\d+[.)] ", found)  # Mermaid refuses Markdown lists
    said = re.sub(r"#(\d+);", lambda entity: chr(int(entity[1])), found)
    assert said.removeprefix(UNSEEN) == line(text)


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


def test_what_cannot_be_seen_is_left_out() -> None:
    assert line("a\u202eb\u200bc\n\td\x1b[1m\ud800") == "a b c d [1m"


def test_a_long_text_is_cut() -> None:
    assert line("a" * 10, 4) == "aaaa…"
    assert code("a" * 1000) == f"`{'a' * MAX_LENGTH}…`"
