"""Each rule says what must hold, what to do and where that comes from; docs/rules.md has them all."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crosslink.__main__ import main
from crosslink.path import steps
from crosslink.path.hop import Hop
from crosslink.path.walk import Walk
from crosslink.rules import RULES
from crosslink.rules.command import page
from crosslink.rules.grade import Grade
from crosslink.rules.rule import Rule, fix, rule
from policy.pack import LEVELS
from tests.runs import ROOT

each_rule = pytest.mark.parametrize("judged", RULES, ids=lambda judged: judged.id)


def test_no_two_rules_have_one_id() -> None:
    ids = [judged.id for judged in RULES]
    assert sorted(set(ids)) == sorted(ids)


@each_rule
def test_a_rule_has_all_that_people_need(judged: Rule[Any]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", judged.id)
    for text in (judged.statement, judged.fix):
        assert re.fullmatch(r"[A-Za-z].*[^.]\.", text)
        # It stands in a table of Markdown, too, where these mean something outside of code.
        assert re.search(r"[|<*]", re.sub(r"`[^`]*`", "", text)) is None
    source = urlsplit(judged.source)
    assert (source.scheme, bool(source.hostname), bool(source.path)) == ("https", True, True)


def test_a_function_becomes_a_rule_by_its_name_and_docstring() -> None:
    @rule(steps.ROUTE, source="https://example.com/page")
    @fix("""Do it, on a line
        and another.""")
    def all_is_well(_walk: Walk, _source: Hop) -> None:
        """All is well, on a line
        and another.

        What is said here is for who reads the code.
        """

    assert (all_is_well.id, all_is_well.statement, all_is_well.fix, all_is_well.symptom) == (
        "all-is-well",
        "All is well, on a line and another.",
        "Do it, on a line and another.",
        False,
    )


def test_the_documentation_is_made_of_the_rules() -> None:
    """Make it anew with `crosslink rules > docs/rules.md`."""
    assert (ROOT / "docs" / "rules.md").read_text() == page()


def test_check_says_whether_the_documentation_is_current(tmp_path: Path, monkeypatch, capsys) -> None:
    assert main(["rules"]) == 0
    printed = capsys.readouterr().out
    assert main(["rules", "--check"]) == 0
    assert capsys.readouterr() == ("", "")

    for name in ("__main__.py", "Pulumi.yaml"):
        (tmp_path / name).touch()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "rules.md").write_text(printed.replace("# Rules\n", "# Laws\n"))
    monkeypatch.chdir(tmp_path)
    assert main(["rules", "--check"]) == 2
    out, err = capsys.readouterr()
    assert out.splitlines() == ["--- docs/rules.md", "+++ the rules", "@@ -1 +1 @@", "-# Laws", "+# Rules"]
    assert err == "docs/rules.md isn't what the rules say: crosslink rules > docs/rules.md\n"


def test_the_documentation_has_every_rule_once() -> None:
    row = r"^\| ([^|]+) \| \[`(.+)`\]\((.+)\) \| (.+) \| (.+) \| (.+) \|$"
    rows = re.findall(row, page(), re.MULTILINE)
    said = {True: " *Symptom.*", False: ""}
    assert sorted((row[1:]) for row in rows) == sorted(
        (rule.id, rule.source, f"{rule.statement}{said[rule.symptom]}", rule.how_bad, rule.fix)
        for rule in RULES
    )


def test_the_documentation_tells_what_follows_from_each_grade() -> None:
    rows = re.findall(r"^\| ([\w *]+) \| ([^|]+) \| (\d) \| `([\w-]+)`, (\w+) \|$", page(), re.MULTILINE)

    assert [(grade, status, policy) for grade, _meaning, status, policy, _level in rows] == [
        ("stops all", "2", "reachability"),
        ("stops some", "2", "reachability"),
        ("lets somebody in", "2", "reachability"),
        ("redundancy lost", "4", "redundancy"),
        ("house rule", "0", "house-rules"),
        ("*none*", "3", "unknown"),
        ("*none*", "3", "not-judged"),
    ]
    assert all(level == LEVELS[policy] for *_, policy, level in rows)


@each_rule
def test_a_rule_is_partly_as_bad_where_it_says_so(judged: Rule[Any]) -> None:
    assert judged.partly is None or list(Grade).index(judged.partly) > list(Grade).index(judged.grade)
    assert not judged.symptom or judged.grade is Grade.STOPS
