"""The README is short, and tells the truth: its numbers, what the demo says, what the make targets run."""

import re

import pytest

from tests.commands import commands_in
from tests.faults import __main__ as faults
from tests.recipes import README, cost_of, minutes_of
from tests.runs import DEV, ROOT, run_stack

TEXT = README.read_text()
COMMANDS = commands_in(TEXT)


def test_it_is_read_at_one_sitting() -> None:
    assert len(TEXT.splitlines()) <= 200


def test_it_says_what_the_example_makes_costs_and_takes() -> None:
    count = len(run_stack(DEV, preview=True).resources)
    assert f"{count} resources for the two services" in TEXT
    made, joined = (round(float(cost_of(stack))) for stack in ("dev", "existing-cluster"))
    assert f"${made} a month for `dev`, before nodes and traffic; ${joined} where the cluster exists" in TEXT
    assert f"${made} a month for `dev`" in (ROOT / "docs" / "deploy.md").read_text()
    made, joined = minutes_of("dev"), minutes_of("existing-cluster")
    assert f"about {made} minutes for a first `up`" in TEXT
    assert f"without one about {joined}." in TEXT


def test_it_shows_what_the_demo_of_a_fault_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert faults.main(["demo"]) == 2
    said = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    [shown] = re.findall(r"\n\n```\n(.*?)^```", TEXT, re.M | re.S)
    lines = shown.splitlines()
    start = said.index(lines[0])
    assert said[start : start + len(lines)] == lines


@pytest.mark.parametrize(
    ("target", "runs"),
    [
        ("demo", "\t@$(BIN)/crosslink sandbox up --stack dev\n"),
        ("demo-fault", "\t@$(BIN)/python -m tests.faults demo; test $$? -eq 2\n"),
        ("test", ""),
    ],
)
def test_the_make_targets_do_what_is_said(target: str, runs: str) -> None:
    """What the demos run is run here and with the commands of the documentation; `make test` runs this."""
    assert f"make {target}" in COMMANDS
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(rf"^{target}:.*## .*\n{re.escape(runs)}", makefile, re.M)
