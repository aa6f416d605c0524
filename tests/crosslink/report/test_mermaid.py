"""Texts of others stay text in Mermaid."""

import re

from hypothesis import given

from crosslink.report.mermaid import label
from crosslink.report.text import UNSEEN, line
from tests.crosslink.report.hostile import hostile


@given(hostile)
def test_a_label_stays_in_its_quotes(text: str) -> None:
    found = label(text)
    assert not re.search(r'["`<>&%\n\r]', found)
    assert re.sub(r"#\d+;", "", found).count("#") == 0
    assert not re.match(r"[-+*] |\d+[.)] ", found)  # Mermaid refuses Markdown lists
    said = re.sub(r"#(\d+);", lambda entity: chr(int(entity[1])), found)
    assert said.removeprefix(UNSEEN) == line(text)
