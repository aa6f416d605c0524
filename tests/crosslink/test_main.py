"""The command from the outside: how it starts, completes and ends."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import pytest

from crosslink.__main__ import main
from crosslink.command import COMMANDS, parse
from crosslink.project import root
from crosslink.rules import command as rules
from tests.runs import ROOT
from tests.schemas import validator

MODULE = [sys.executable, "-m", "crosslink"]
SCHEMAS = (
    "crosslink/sandbox/report.schema.json",
    "crosslink/doctor/report.schema.json",
    "crosslink/compare/compare.schema.json",
)
WITHOUT = """\
import sys
sys.modules.update(dict.fromkeys(sys.argv.pop(1).split(",")))
from crosslink.__main__ import main
sys.exit(main())
"""
"""Runs the command where some packages can't be imported."""


def run(
    *command: str,
    cwd: Path = ROOT / "docs" / "adr",
    stdout: IO[str] | int = subprocess.PIPE,
    more: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a process in a folder, with more in its environment."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "", **(more or {})}
    return subprocess.run(  # noqa: S603 - this Python, and what is installed beside it
        command, cwd=cwd, env=environment, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A program that makes nothing."""
    for name in ("__main__.py", "Pulumi.yaml", "Pulumi.dev.yaml"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize("command", [MODULE, [str(Path(sys.executable).with_name("crosslink"))]])
def test_it_is_a_module_and_is_installed(command: list[str]) -> None:
    done = run(*command, "rules", "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_help_shows_what_people_do_first(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    text = capsys.readouterr().out
    first = [shlex.split(line)[1:] for line in re.findall(r"^  crosslink .*", text, re.M)]
    assert [parse(words).name for words in first] == ["sandbox", "compare", "doctor"]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    assert re.search(r"^exit status:|^example:", capsys.readouterr().out, re.M)


@pytest.mark.parametrize("words", [[], ["up"], ["--stack", "dev"], ["rules", "--nonsense"]])
def test_bad_usage_is_status_1(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="1"):
        main(words)
    assert capsys.readouterr().err.startswith("usage: crosslink ")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("doctor --nonsense --json", "unrecognized arguments: --nonsense"),
        ("doctor --json --route", "argument --route: expected one argument"),
        ("doctor --js --stack a --outputs b", "argument --outputs: not allowed with argument --stack"),
        ("sandbox nonsense --json", "argument COMMAND: invalid choice: 'nonsense'"),
        ("compare --json", "the following arguments are required: "),
        ("nonsense --json", "argument COMMAND: invalid choice: 'nonsense'"),
    ],
)
def test_bad_usage_is_one_object_where_json_is_asked_for(words: str, reason: str, capsys) -> None:
    with pytest.raises(SystemExit, match="1"):
        main(words.split())
    out, err = capsys.readouterr()
    report = json.loads(out)
    assert report.keys() == {"error"}
    assert report["error"].startswith(reason)
    assert err.endswith(f"error: {report['error']}\n")
    for schema in SCHEMAS:
        validator(schema).validate(report)


def test_a_package_that_is_missing_is_one_object_too() -> None:
    done = run(sys.executable, "-c", WITHOUT, "boto3", "doctor", "--json")
    assert done.returncode == 1
    assert "needs boto3, which isn't installed" in json.loads(done.stdout)["error"]


@pytest.mark.parametrize(
    ("command", "missing", "status", "said"),
    [
        ("doctor --outputs nowhere", "ruamel,jsonschema,kubernetes_validate", 1, "nowhere can't be read"),
        ("sandbox preview --stack nowhere", "boto3,botocore,kubernetes,urllib3", 1, "there is no stack file"),
        ("rules --check", "ruamel,jsonschema,kubernetes_validate,boto3,botocore,kubernetes,urllib3", 0, ""),
        (
            "doctor",
            "boto3",
            1,
            "doctor needs boto3, which isn't installed.*-m pip install -r requirements-doctor.txt",
        ),
        ("sandbox up", "ruamel", 1, "-m pip install -r requirements-dev.txt"),
        ("--help", "rich", 1, "needs rich, which isn't installed"),
    ],
)
def test_a_command_needs_its_own_packages_alone(command: str, missing: str, status: int, said: str) -> None:
    done = run(sys.executable, "-c", WITHOUT, missing, *command.split())
    assert done.returncode == status
    assert re.search(said, done.stderr)
    assert len(done.stderr.splitlines()) == status


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("crosslink ", {*COMMANDS, "-h", "--help"}),
        ("crosslink sandbox up --st", {"--stack "}),
        ("crosslink doctor --explain 50", {"500", "502", "503", "504"}),
        ("crosslink doctor --explain AccessD", {"AccessDeniedException "}),
        ("crosslink doctor --explain link-is-a", {"link-is-available "}),
    ],
)
def test_a_shell_completes_commands_and_options(line: str, words: set[str], tmp_path: Path) -> None:
    """By the protocol of bash, in whose place this is."""
    found = tmp_path / "found"
    asked = {"COMP_LINE": line, "COMP_POINT": str(len(line)), "IFS": "\v"}
    run(*MODULE, more={**asked, "_ARGCOMPLETE": "1", "_ARGCOMPLETE_STDOUT_FILENAME": str(found)})
    assert {*filter(None, found.read_text().split("\v"))} == words


def test_it_works_on_the_checkout_that_it_is_called_in(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = checkout / "docs"
    inside.mkdir()
    monkeypatch.chdir(inside)
    assert root() == checkout
    (checkout / "Pulumi.yaml").unlink()
    assert root() == ROOT, "the one that it belongs to itself"


def test_an_interruption_is_a_line_and_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(rules, "page", interrupted)
    assert main(["rules"]) == 130
    assert capsys.readouterr() == ("", "interrupted\n")


def test_an_interruption_is_one_object_too(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def interrupted(_topic: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("crosslink.doctor.explain.explain", interrupted)
    assert main(["doctor", "--explain", "504", "--json"]) == 130
    out, err = capsys.readouterr()
    assert (json.loads(out), err) == ({"error": "interrupted"}, "interrupted\n")


# By `print`, and by rich
each_way_to_print = pytest.mark.parametrize("words", [["--help"], ["sandbox", "preview"]])


@each_way_to_print
def test_an_output_that_is_full_is_a_line_and_1(words: list[str], checkout: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = run(*MODULE, *words, cwd=checkout, stdout=full)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "error: [Errno 28] No space left on device"
    assert "Traceback" not in done.stderr


@each_way_to_print
def test_a_reader_that_has_gone_is_quiet_and_141(words: list[str], checkout: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = run(*MODULE, *words, cwd=checkout, stdout=writer)
    os.close(writer)
    assert done.returncode == 141
    assert done.stderr.replace("preview of stack dev: 0 resources\n", "") == ""
