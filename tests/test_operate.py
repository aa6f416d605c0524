"""docs/operate.md tells the truth: its commands run, and its steps are those that EKS takes."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore import xform_name

from components.consumer.stage import LOG_FIELDS
from crosslink.__main__ import main
from crosslink.command import parse
from crosslink.resource_types import resource_types
from settings.kubernetes_versions import SUPPORTED
from settings.limits import Throttle
from tests.commands import CROSSLINK, check_out, commands_in
from tests.crosslink.rules.test_by_hand import operations
from tests.runs import DEV, ROOT, file_of, run_stack

PAGE = (ROOT / "docs" / "operate.md").read_text()
COMMANDS = commands_in(PAGE)
HERE = [command for command in COMMANDS if command.startswith(f"{CROSSLINK}sandbox ")]
OF_THE_DOCTOR = [command for command in COMMANDS if command.startswith(f"{CROSSLINK}doctor ")]
EXPLAINING = [command for command in OF_THE_DOCTOR if " --explain " in command]
OF_AWS = [command for command in COMMANDS if command.startswith("aws ") and " tail " not in command]
QUERIES = re.findall(r"^((?:filter|stats) .+)$|--query-string '(.+?)'", PAGE, re.M)
"""Of CloudWatch Logs Insights."""
HALF_MADE = {row[1]: row[0] for row in re.finditer(r"^\| `(aws:\S+)` \| .*", PAGE, re.M)}
"""What was interrupted while it was created: its type → its row."""


def test_every_command_is_run_here_or_needs_a_cloud() -> None:
    rest = [command for command in COMMANDS if command not in (*HERE, *OF_THE_DOCTOR)]
    assert {shlex.split(command)[0] for command in rest} == {"aws", "kubectl", "pulumi"}


@pytest.mark.parametrize("command", OF_THE_DOCTOR)
def test_the_doctor_takes_its_commands_and_explains_without_a_cloud(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(command.removeprefix(CROSSLINK))
    if command in EXPLAINING:
        assert main(words) == 0
        assert words[-1] in capsys.readouterr().out
    else:
        assert parse(words).probe
    assert len(EXPLAINING) == len(OF_THE_DOCTOR) - 1


@pytest.mark.parametrize("command", OF_AWS)
def test_the_aws_cli_takes_its_commands(command: str) -> None:
    _, service, operation, *words = shlex.split(command)
    if operation == "wait":
        return
    shape = operations(service)[operation].input_shape
    given = {word.removeprefix("--") for word in words if word.startswith("--")}
    assert given <= {xform_name(name, "-") for name in shape.members} | {"query", "output", "region"}
    assert {xform_name(name, "-") for name in shape.required_members} <= given


def test_queries_ask_for_what_the_logs_have() -> None:
    """Fields of the access logs, or of flow logs as CloudWatch Logs Insights finds them
    (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html)."""
    known = {*LOG_FIELDS, "@timestamp", "action", "srcAddr", "dstAddr", "dstPort"}
    words = {"filter", "stats", "sort", "fields", "limit", "by", "like", "count", "desc", "bin"}
    asked = {
        word
        for query in map("".join, QUERIES)
        for word in re.findall(r"@?[a-zA-Z]+", re.sub(r'"[^"]*"|/[^/]*/|\b\d+m?', "", query))
    }
    assert asked - words - known == set()
    assert len(QUERIES) > 5
    assert {*re.findall(r"`(\w+)`", PAGE.partition("### Who answered")[2].partition("\n|---")[0])} <= known


def test_types_of_gateway_responses_are_api_gateways() -> None:
    known = operations("apigateway")["get-gateway-response"].input_shape.members["responseType"].enum
    told = set(re.findall(r"`((?:[A-Z]+_)+\w+|THROTTLED)`", PAGE.partition("## Follow one request")[0]))
    assert told - {*known} == set()
    assert len(told) > 5


def test_the_limits_that_callers_run_into_are_the_defaults() -> None:
    [(rate, burst)] = re.findall(r"(\d+) a second and (\d+) at once unless set", PAGE)
    assert Throttle() == Throttle(rate=float(rate), burst=int(burst))


def test_outputs_have_what_is_read_of_them() -> None:
    outputs = run_stack(DEV, preview=False).outputs
    read = re.findall(r"pulumi stack output (\w+) [^|]*\| jq -r \.([\w.]+)", PAGE)
    assert {name for name, _ in read} == {"logGroups", "kubeconfigs"}
    for name, way in read:
        value = outputs[name]
        for key in way.split("."):
            value = value[key]
        assert isinstance(value, str)
    assert {*outputs["logGroups"]["backends"]} == {"apps"}
    assert "/svc1" in outputs["routes"]


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
