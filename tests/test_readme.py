"""The README tells the truth: its commands run, its files exist."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from crosslink.__main__ import main
from crosslink.command import parse
from tests import played_doctor
from tests.commands import CROSSLINK, DEPLOY, check_out, commands_in, refused_parameters
from tests.faults import __main__ as faults
from tests.runs import DEV, ROOT, settings_of

README = (ROOT / "README.md").read_text()
COMMANDS = commands_in(README)
OURS = re.compile(rf"{CROSSLINK}(--help|sandbox|compare|cost|timeline|rules)\b")
HERE = [command for command in COMMANDS if OURS.match(command)]
OF_THE_DOCTOR = [command for command in COMMANDS if command.startswith(f"{CROSSLINK}doctor ")]
OF_THE_TESTS = [command for command in COMMANDS if command.startswith(".venv/bin/python -m tests.")]
OWN_STACK = "cp Pulumi.dev.yaml Pulumi.live.yaml"
NEEDS_AWS = {"aws", "curl", "gh", "git", "pulumi"}
"""Or GitHub."""
TEMPLATES = [command for command in COMMANDS if command.startswith(DEPLOY)]


def test_every_command_is_run_here_or_needs_aws() -> None:
    known = [*HERE, *OF_THE_DOCTOR, *OF_THE_TESTS, OWN_STACK]
    rest = [command for command in COMMANDS if command not in known and not command.startswith("make ")]
    assert {shlex.split(command)[0] for command in rest} == NEEDS_AWS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout, with the reader's own stack in it."""
    assert OWN_STACK in COMMANDS
    _cp, here, there = shlex.split(OWN_STACK)
    folder = check_out(tmp_path)
    shutil.copy(folder / here, folder / there)
    return folder


@pytest.mark.parametrize("command", HERE)
def test_a_command_succeeds(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    arguments = shlex.split(command.removeprefix(CROSSLINK))
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


@pytest.mark.parametrize("command", TEMPLATES)
def test_a_template_gets_the_parameters_that_it_has_and_all_that_it_needs(command: str) -> None:
    assert refused_parameters(command) == []


def test_every_variable_of_the_workflows_is_told() -> None:
    workflows = "".join(path.read_text() for path in (ROOT / ".github" / "workflows").iterdir())
    variables = set(re.findall(r"vars\.(\w+)", workflows))
    set_ = {shlex.split(command)[3] for command in COMMANDS if command.startswith("gh variable set ")}
    assert variables == set_ | {"PULUMI_ORGANIZATION", "PULUMI_TEAM"}
    assert [name for name in variables - set_ if f"`{name}`" not in README] == []


@pytest.mark.parametrize(
    ("target", "runs"),
    [
        ("demo", "\t@$(BIN)/crosslink sandbox up --stack dev\n"),
        ("demo-fault", "\t@$(BIN)/python -m tests.faults demo; test $$? -eq 2\n"),
        ("test", ""),
    ],
)
def test_the_make_targets_do_what_is_said(target: str, runs: str) -> None:
    """What the demos run is run above and in tests/faults; `make test` runs this."""
    assert f"make {target}" in COMMANDS
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(rf"^{target}:.*## .*\n{re.escape(runs)}", makefile, re.M)
