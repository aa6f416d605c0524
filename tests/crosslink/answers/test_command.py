"""docs/answers.md has every kind of answers once, and is what the code makes of it."""

import re

import pytest

from crosslink.__main__ import main
from crosslink.answers.command import page
from crosslink.doctor.answers import KINDS
from crosslink.doctor.answers.told import tell, texts
from tests.runs import ROOT


def test_the_page_is_made_of_the_kinds() -> None:
    """Make it anew with `crosslink answers > docs/answers.md`."""
    assert (ROOT / "docs" / "answers.md").read_text() == page()
    assert main(["answers", "--check"]) == 0


def test_the_page_has_every_kind_once() -> None:
    rows = re.findall(r"^\| [^|]+ \| [^|]* \| [^|]* \| \[(.+)\]\((.+)\) \| ([^|]*) \|$", page(), re.MULTILINE)
    told = [(texts(kind)[0], kind.source, texts(kind)[1] or "") for kind in KINDS]
    assert sorted(rows) == sorted(told)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.by} {kind.statuses} {kind.sign}"[:60])
def test_a_kind_has_all_that_people_need(kind) -> None:
    what, fix = texts(kind)
    for text in (what, fix or "none", tell(kind)):
        assert re.fullmatch(r"\S.*[^.\s]", text)
        # It stands in a table of Markdown, too, where these mean something outside of code.
        assert re.search(r"[|<*{}]|None", re.sub(r"`[^`]*`", "", text)) is None
    assert kind.source.startswith("https://")
