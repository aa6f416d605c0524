"""Every command of the documentation that needs no cloud is run; of the others what can be checked is."""

import re
import shlex
import shutil
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name

from crosslink.__main__ import main
from crosslink.command import parse
from crosslink.sandbox import engine, stack_file
from crosslink.sandbox.record import Run
from tests import played_doctor
from tests.commands import CROSSLINK, DEPLOY, check_out, commands_in, refused_parameters
from tests.crosslink.rules.test_by_hand import GLOBAL, operations
from tests.faults import __main__ as faults
from tests.runs import DEV, ROOT, file_of, run_stack, settings_of

PAGES = {page: page.read_text() for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))}
COMMANDS = list(dict.fromkeys(command for text in PAGES.values() for command in commands_in(text)))
OF_THE_DOCTOR = [command for command in COMMANDS if command.startswith(f"{CROSSLINK}doctor ")]
OF_ANOTHER_CHECKOUT = [command for command in COMMANDS if command.startswith(f"{CROSSLINK}compare ../")]
ONLY_READ = [*OF_THE_DOCTOR, *OF_ANOTHER_CHECKOUT]
HERE = [command for command in COMMANDS if command.startswith(CROSSLINK) and command not in ONLY_READ]
OF_THE_TESTS = [command for command in COMMANDS if command.startswith(".venv/bin/python -m tests.")]
TEMPLATES = [command for command in COMMANDS if command.startswith(DEPLOY)]
OF_THE_CLI = (DEPLOY, "aws logs tail ")
"""What the CLI makes of several operations."""
OF_AWS = [
    command for command in COMMANDS if command.startswith("aws ") and not command.startswith(OF_THE_CLI)
]
PROBES = re.findall(r"`(aws \w+ [^`]+)`", PAGES[ROOT / "docs" / "unconfirmed.md"])
OWN_STACK = "cp Pulumi.dev.yaml Pulumi.live.yaml"
NEEDS_A_CLOUD = {"aws", "curl", "gh", "git", "kubectl", "pulumi"}
"""Or GitHub."""


def test_every_command_is_run_here_or_needs_a_cloud() -> None:
    known = {*HERE, *ONLY_READ, *OF_THE_TESTS, OWN_STACK}
    rest = [command for command in COMMANDS if command not in known and not command.startswith("make ")]
    assert {shlex.split(command)[0] for command in rest} <= NEEDS_A_CLOUD


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout, with the reader's own stack in it."""
    assert OWN_STACK in COMMANDS
    _cp, here, there = shlex.split(OWN_STACK)
    folder = check_out(tmp_path)
    shutil.copy(folder / here, folder / there)
    return folder


@pytest.fixture(autouse=True)
def _runs_are_shared(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    """A stack that all tests run is run once: here the commands are tried, not the program."""
    run = engine.run

    def shared(program: Path, *, stack: str, config: Mapping[str, str], preview: bool, **given: Any) -> Run:
        file = file_of(stack)
        if file.exists() and stack_file.read(file, engine.PROJECT).config == config:
            with monkeypatch.context() as unpatched:
                unpatched.setattr(engine, "run", run)
                return run_stack(file, preview=preview)
        return run(program, stack=stack, config=config, preview=preview, **given)

    monkeypatch.setattr(engine, "run", shared)


@pytest.mark.parametrize("command", HERE)
def test_a_command_succeeds(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    arguments = shlex.split(command.removeprefix(CROSSLINK).partition(" | ")[0])
    if arguments == ["--help"]:
        with pytest.raises(SystemExit, match="0"):
            main(arguments)
    else:
        assert main(arguments) == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize("command", OF_THE_DOCTOR)
def test_a_command_of_the_doctor_is_one_that_it_takes(command: str) -> None:
    """It needs AWS: only its arguments are read here."""
    arguments = parse(shlex.split(command.removeprefix(CROSSLINK)))
    routes = {served.path for _, served in settings_of(DEV).routes}
    assert arguments.stack in (None, "live")
    assert arguments.route is None or arguments.route in routes


@pytest.mark.parametrize("command", OF_ANOTHER_CHECKOUT)
def test_a_command_about_another_checkout_is_one_that_is_taken(command: str) -> None:
    assert parse(shlex.split(command.removeprefix(CROSSLINK).partition(" | ")[0])).head == "."


@pytest.mark.parametrize("command", OF_THE_TESTS)
def test_a_command_of_the_tests_does_what_it_says(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The table is made of what tests/faults/test_faults.py finds, too: here only its arguments are read."""
    module, *arguments = shlex.split(command)[2:]
    match module, arguments:
        case "tests.faults", ["table"]:
            assert faults.parser().parse_args(arguments).command == "table"
        case "tests.faults", ["demo", fault]:
            assert faults.main(arguments) == 2
            assert f"Planted: {fault}" in capsys.readouterr().out
        case _:
            assert module == "tests.played_doctor"
            assert played_doctor.main(arguments) == 0


@pytest.mark.parametrize("command", [*OF_AWS, *PROBES])
def test_a_command_of_aws_is_one_that_it_takes(command: str) -> None:
    _aws, service, operation, *words = takewhile(lambda word: word != "|", shlex.split(command))
    takes = {xform_name(name, "-") for name in operations(service)[operation].input_shape.members}
    given = {word.removeprefix("--") for word in words if word.startswith("--")}
    assert given - GLOBAL - {"output"} <= takes


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


def test_every_variable_of_the_workflows_is_told() -> None:
    page = PAGES[ROOT / "docs" / "github.md"]
    workflows = "".join(path.read_text() for path in (ROOT / ".github" / "workflows").iterdir())
    variables = set(re.findall(r"vars\.(\w+)", workflows))
    set_ = {
        shlex.split(command)[3] for command in commands_in(page) if command.startswith("gh variable set ")
    }
    assert variables == set_ | {"PULUMI_ORGANIZATION", "PULUMI_TEAM"}
    assert [name for name in variables - set_ if f"`{name}`" not in page] == []
