"""docs/operate.md tells the truth: its commands run, and its steps are those that EKS takes."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore import xform_name

from crosslink.__main__ import main
from crosslink.resource_types import resource_types
from settings.kubernetes_versions import SUPPORTED
from tests.commands import CROSSLINK, check_out, commands_in
from tests.crosslink.rules.test_by_hand import operations
from tests.runs import DEV, ROOT, file_of, run_stack

PAGE = (ROOT / "docs" / "operate.md").read_text()
COMMANDS = commands_in(PAGE)
HERE = [command for command in COMMANDS if command.startswith(CROSSLINK)]
HALF_MADE = {row[1]: row[0] for row in re.finditer(r"^\| `(aws:\S+)` \| .*", PAGE, re.M)}
"""What was interrupted while it was created: its type → its row."""


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


def in_row(row: str) -> Iterator[list[str]]:
    for command in re.findall(r"`(aws .*?)`", row):
        yield shlex.split(command)


def test_what_can_stand_half_made_is_of_types_that_the_program_registers() -> None:
    assert len(HALF_MADE) > 12
    assert HALF_MADE.keys() <= resource_types().keys()


@pytest.mark.parametrize("type_", HALF_MADE)
def test_a_half_made_resource_is_found_and_deleted_by_commands_of_the_aws_cli(type_: str) -> None:
    found, *deleted = in_row(HALF_MADE[type_])
    assert found[2].startswith(("describe-", "get-", "list-"))
    verbs = {words[2].partition("-")[0] for words in deleted}
    assert verbs <= {"delete", "detach", "release", "schedule", "wait"}
    for _, service, operation, *words in (found, *deleted):
        # What is waited for is described until it is gone.
        shape = operations(service)["describe-cluster" if operation == "wait" else operation].input_shape
        given = {word.removeprefix("--") for word in words if word.startswith("--")} - {"query"}
        assert given <= {xform_name(name, "-") for name in shape.members}
        assert {xform_name(name, "-") for name in shape.required_members} <= given


@pytest.mark.parametrize("type_", HALF_MADE)
def test_a_half_made_resource_has_the_name_that_it_is_looked_for_by(type_: str) -> None:
    """A tag that its request for creation gives it, or a physical name that begins with its logical one."""
    files = DEV, file_of("vpc-link-v2")
    made = [node for file in files for node in run_stack(file, preview=False).of_type(type_)]
    assert made or type_ == "aws:iam/role:Role"  # made by pulumi-eks, inside
    for node in made:
        if re.search(r"tag:Name,|[tT]ags\.Name|Key=Name,", HALF_MADE[type_]):
            assert node.inputs["tags"]["Name"] == node.name
        if "starts_with(" in HALF_MADE[type_]:
            assert "name" not in node.inputs
