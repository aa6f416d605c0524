"""The recipes tell the truth: their commands run, their tables are complete, and each example has one."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from components.health import health_check
from crosslink.__main__ import main
from settings.backend import KINDS
from tests.commands import CROSSLINK, DEPLOY, check_out, commands_in, refused_parameters
from tests.runs import ROOT, STACK_FILES

FOLDER = ROOT / "docs" / "recipes"
RECIPES = {page.stem: page.read_text() for page in sorted(FOLDER.glob("*.md"))}
COMMANDS = [command for text in RECIPES.values() for command in commands_in(text)]
SANDBOX = [*dict.fromkeys(command for command in COMMANDS if command.startswith(f"{CROSSLINK}sandbox "))]
TEMPLATES = [command for command in COMMANDS if command.startswith(DEPLOY)]
NEEDS_AWS = {"aws", "pulumi"}
STACK_FILE = re.compile(r"\b(?:examples/)?Pulumi\.[\w-]+\.yaml")


def test_every_command_is_run_here_or_needs_aws() -> None:
    rest = [command for command in COMMANDS if command not in SANDBOX]
    assert {shlex.split(command)[0] for command in rest} == NEEDS_AWS


@pytest.mark.parametrize("command", SANDBOX)
def test_a_command_succeeds(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(check_out(tmp_path))
    assert main(shlex.split(command.removeprefix(CROSSLINK))) == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize("command", TEMPLATES)
def test_a_template_gets_the_parameters_that_it_has_and_all_that_it_needs(command: str) -> None:
    assert refused_parameters(command) == []


@pytest.mark.parametrize(
    ("parameters", "refused"),
    [
        (
            "Side=provider Regions=us-east-1 BackendKind=service",
            ["BackendKind=service", "TrustedRoleArns is missing"],
        ),
        ("Side=consumer Regions=us-west-2 TrustedRoleArns=x Shape=made", ["Shape=made"]),
    ],
)
def test_a_wrong_parameter_is_found(parameters: str, refused: list[str]) -> None:
    deploy = f"{DEPLOY}--template-file bootstrap/deploy-role.yaml --parameter-overrides {parameters}"
    assert refused_parameters(deploy) == refused


def test_every_recipe_is_in_the_table() -> None:
    table = RECIPES["README"]
    linked = re.findall(r"\]\((\w[\w-]*)\.md\)", table)
    assert {*linked} == RECIPES.keys() - {"README"}


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_a_stack_file_is_named_by_a_recipe_or_the_readme(file: Path) -> None:
    named = STACK_FILE.findall("\n".join([(ROOT / "README.md").read_text(), *RECIPES.values()]))
    assert str(file.relative_to(ROOT)) in named


@pytest.mark.parametrize("recipe", RECIPES.keys() - {"README", "move"})
def test_a_recipe_runs_every_stack_file_that_it_names(recipe: str) -> None:
    text = RECIPES[recipe]
    examples = {name for name in STACK_FILE.findall(text) if name.startswith("examples/")}
    run = {
        f"examples/Pulumi.{words[words.index('--stack') + 1]}.yaml"
        for words in map(shlex.split, commands_in(text))
        if "sandbox" in words
    }
    assert run >= examples
    assert run


def test_a_failover_takes_as_long_as_the_health_check_says() -> None:
    """From the failure to two failed checks in a row: the first starts within an interval, and may wait."""
    check: Any = health_check(tls=False, path="/svc1/ready")
    assert check.healthy_threshold == check.unhealthy_threshold == 2
    first, last = check.interval, 2 * check.interval
    text = RECIPES["two-regions"]
    assert f"each address every {check.interval} seconds, waits {check.timeout} for an answer" in text
    assert f"\n| {first} to {last} |" in text
    assert f"\n| {first + check.timeout} to {last + check.timeout} |" in text
    assert f"\n| after the end of it: {first} to {last} |" in text


def test_the_table_of_kinds_is_that_of_the_settings() -> None:
    keys = re.findall(r"^\| `(\w+)(?:\.existing)?` \|", RECIPES["README"], re.M)
    assert [*dict.fromkeys(keys)] == [*KINDS]
