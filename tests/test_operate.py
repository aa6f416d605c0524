"""docs/operate.md tells the truth: its commands run, and its steps are those that EKS takes."""

import re
import shlex
from pathlib import Path

import pytest

from crosslink.__main__ import main
from settings.kubernetes_versions import SUPPORTED
from tests.commands import CROSSLINK, check_out, commands_in
from tests.runs import DEV, ROOT

PAGE = (ROOT / "docs" / "operate.md").read_text()
COMMANDS = commands_in(PAGE)
HERE = [command for command in COMMANDS if command.startswith(CROSSLINK)]


def test_every_command_is_run_here_or_needs_a_cloud() -> None:
    rest = [command for command in COMMANDS if command not in HERE]
    assert {shlex.split(command)[0] for command in rest} == {"aws", "kubectl", "pulumi"}


@pytest.mark.parametrize("command", HERE)
def test_a_command_reads_the_version_that_the_page_writes(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [written] = re.findall(r"`cluster: \{ (version: \"[\d.]+\") \}`", PAGE)
    folder = check_out(tmp_path)
    text = DEV.read_text()
    assert text.count("cluster:\n") == 1
    (folder / "Pulumi.live.yaml").write_text(text.replace("cluster:\n", f"cluster:\n        {written}\n"))
    monkeypatch.chdir(folder)
    assert main(shlex.split(command.removeprefix(CROSSLINK))) == 0
    assert "rules" in capsys.readouterr().out


def test_the_versions_of_the_upgrade_may_be_asked_for() -> None:
    asked = re.findall(r"^- Write `version: \"([\d.]+)\"`", PAGE, re.M)
    assert [version for version in asked if version not in SUPPORTED] == []
    [ends] = re.findall(r"From ([\d.]+) to ([\d.]+):", PAGE)
    assert [*ends[1:]] == asked[-1:]
    assert len(asked) > 1
