"""docs/runbook.md has an entry for every rule, and says what the rules and their symptoms say."""

import re

import pytest

from crosslink.__main__ import main
from crosslink.doctor.answers import KINDS
from crosslink.rules import RULES
from crosslink.rules.seen import seen, symptoms_of
from crosslink.runbook.command import page
from tests.runs import ROOT

PAGE = page()
ENTRY = re.compile(
    r"^### (\S+)\n\n(.+) \((.+); \[source\]\((\S+)\)\)\n\n"
    r"- \*\*Symptom:\*\* (.+)\n- \*\*How bad:\*\* (.+)\n- \*\*Look:\*\* (.+)\n- \*\*Mend:\*\* (.+)\n",
    re.MULTILINE,
)


def test_the_page_is_made_of_the_rules() -> None:
    """Make it anew with `crosslink runbook > docs/runbook.md`."""
    assert (ROOT / "docs" / "runbook.md").read_text() == PAGE
    assert main(["runbook", "--check"]) == 0


def test_every_rule_has_one_entry() -> None:
    entries = [(name, statement, source, fix) for name, statement, _, source, *_, fix in ENTRY.findall(PAGE)]
    assert sorted(entries) == sorted((rule.id, rule.statement, rule.source, rule.fix) for rule in RULES)


def test_hops_stand_in_the_order_of_the_path() -> None:
    hops = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert [hops.index(hop) for hop in ("domain", "method", "VPC link", "peering", "ALB", "Deployment")] == [
        *sorted(hops.index(hop) for hop in ("domain", "method", "VPC link", "peering", "ALB", "Deployment"))
    ]


def test_every_row_of_symptoms_leads_to_rules() -> None:
    rows = re.findall(r"^\| (.+) \| (.*) \|$", PAGE, re.MULTILINE)[1:]
    assert len(rows) == len(seen().symptoms)
    assert [told for told, places in rows if "](#" not in places] == []


@pytest.mark.parametrize("name", seen().symptoms)
def test_a_symptom_is_an_answer_that_there_is(name: str) -> None:
    """What docs/answers.md tells of a status, the runbook leads on from."""
    for who, statuses in seen().symptoms[name].answers.items():
        kinds = [kind for kind in KINDS if str(kind.by) == who]
        assert [
            status for status in statuses if not any(status in (kind.statuses or [status]) for kind in kinds)
        ] == []
        assert kinds


def test_what_a_step_or_a_grade_tells_isnt_said_again_of_a_rule() -> None:
    told = seen()
    known = {rule.id: rule for rule in RULES}
    assert told.rules.keys() <= known.keys()
    bare = told.model_copy(update={"rules": {}})
    assert [name for name, own in told.rules.items() if own == bare.names(known[name])] == []
    used = {name for rule in RULES for name in told.names(rule)}
    assert used == told.symptoms.keys()
    assert all(map(symptoms_of, RULES))


@pytest.mark.parametrize(
    ("rule", "sees"),
    [
        ("subnet-has-a-route", "504 by API Gateway: `Endpoint request timed out`"),
        ("link-is-available", "500 by API Gateway"),
        ("pods-admit-the-alb", "504 by the ALB: after 10 seconds"),
        ("image-is-named-by-digest", "nothing"),
        ("pods-are-ready", "503 by the ALB"),
    ],
)
def test_explain_says_what_the_entry_says(rule: str, sees: str, capsys: pytest.CaptureFixture[str]) -> None:
    [entry] = [found for found in ENTRY.findall(PAGE) if found[0] == rule]
    assert entry[4].startswith(sees)
    assert main(["doctor", "--explain", rule]) == 0
    told = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert [text for text in (entry[4], entry[5], entry[6].strip("`"), entry[7]) if text not in told] == []
