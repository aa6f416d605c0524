"""What is checked stands in the Makefile once: CI, the workflow and pre-commit run its lists."""

import re

from ruamel.yaml import YAML

from tests.runs import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z-]+):(?!=)", MAKEFILE, re.M))
TOOLS = ("ruff", "pyright", "zizmor", "checkov", "pytest", "slipcover")


def listed(name: str) -> set[str]:
    [checks] = re.findall(rf"^{name} := (.+)$", MAKEFILE, re.M)
    return set(checks.split())


def read(file: str) -> dict[str, list[dict[str, object]]]:
    return YAML(typ="safe", pure=True).load(ROOT / file)


def test_each_check_is_a_target_and_the_quick_ones_are_among_all() -> None:
    assert listed("QUICK") < listed("CHECKS") < TARGETS


def test_all_of_them_run_by_one_command() -> None:
    recipes = dict(re.findall(r"^(test|quick):(.*\n(?:\t.+\n)*)", MAKEFILE, re.M))
    assert "$(CHECKS)" in recipes["test"]
    assert "$(QUICK)" in recipes["quick"]


def test_everybody_runs_that_command() -> None:
    ci = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if not line.startswith("#")]
    assert ci == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test"]
    steps = read(".github/workflows/checks.yml")["jobs"]["test"]["steps"]  # type: ignore[call-overload, index]
    assert [step["run"] for step in steps if "run" in step] == ["make test"]
    [local] = read(".pre-commit-config.yaml")["repos"]
    assert [hook["entry"] for hook in local["hooks"]] == ["make --no-print-directory quick"]  # type: ignore[union-attr]


def test_nobody_runs_a_tool_beside_it() -> None:
    files = (".ci/run", ".github/workflows/checks.yml", ".pre-commit-config.yaml")
    told = {
        (file, tool)
        for file in files
        for line in (ROOT / file).read_text().splitlines()
        for tool in TOOLS
        if re.search(rf"\b{tool}\b", line) and not line.startswith("#")
    }
    assert told == set()
