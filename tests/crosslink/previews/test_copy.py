"""The copy of a stack for the preview roles: what is replaced in it; the stack itself is only read."""

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from crosslink.previews.command import main, with_preview_roles
from tests.runs import DEV, run_stack

DEPLOY = "arn:aws:iam::111111111111:role/crosslink-deploy"
PREVIEW = "arn:aws:iam::111111111111:role/crosslink-preview"
SALT = {"type": "passphrase", "state": {"salt": "the copy's"}}

CLI = f"""#!{sys.executable}
import json, os, pathlib, sys

names = [name for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE") if name in os.environ]
call = {{"arguments": sys.argv[2:], "environment": {{name: os.environ[name] for name in names}}}}
match sys.argv[2:4]:
    case ["stack", "export"]:
        print(pathlib.Path("state.json" if "--show-secrets" in sys.argv else "empty.json").read_text())
    case ["config", "--json"]:
        print('{{"crosslink:foo": {{"value": "hush", "secret": true}}}}')
    case ["stack", "init"] if os.path.exists("refuse"):
        sys.exit("error: stack 'dev' already exists")
    case ["stack", "import"]:
        call["given"] = json.load(sys.stdin)
with open("calls", "a") as calls:
    calls.write(json.dumps(call) + "\\n")
"""
"""A Pulumi CLI that writes down what it is asked."""


def state_of(*texts: object) -> dict[str, Any]:
    """The state of the stack dev, with some more values in it."""
    outputs = json.loads(json.dumps(run_stack(DEV, preview=False).outputs))
    stack = {"type": "pulumi:pulumi:Stack", "outputs": outputs}
    other = {"type": "pulumi:providers:aws", "inputs": list(texts)}
    return {"version": 3, "deployment": {"secrets_providers": {}, "resources": [other, stack]}}


def inputs_of(state: dict[str, Any]) -> list[object]:
    """Those values."""
    return state["deployment"]["resources"][0]["inputs"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a stack's file, and the CLI on the path."""
    cli = tmp_path / "bin" / "pulumi"
    cli.parent.mkdir()
    cli.write_text(CLI)
    cli.chmod(cli.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(cli.parent))
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://state")
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    (tmp_path / "Pulumi.dev.yaml").write_text("secretsprovider: awskms://alias/crosslink\nconfig: {}\n")
    (tmp_path / "state.json").write_text(json.dumps(state_of(DEPLOY)))
    (tmp_path / "empty.json").write_text(json.dumps({"deployment": {"secrets_providers": SALT}}))
    return tmp_path


def copied(project: Path) -> tuple[int, list[dict[str, Any]]]:
    """The command's status, and what it has asked the CLI."""
    status = main(["--stack", "dev", "--project", str(project), "--into", str(project / "copy")])
    return status, [json.loads(line) for line in (project / "calls").read_text().splitlines()]


@pytest.mark.parametrize(
    "around",
    ["{}", '[{{"roleArn":"{}","sessionName":"crosslink"}}]', '"{{\\"args\\": [\\"--role\\", \\"{}\\"]}}"'],
    ids=["alone", "in JSON", "in JSON in a secret"],
)
def test_the_preview_role_stands_where_the_other_one_stood(around: str) -> None:
    state = state_of({"plaintext": around.format(DEPLOY)})
    assert inputs_of(with_preview_roles(state)) == [{"plaintext": around.format(PREVIEW)}]


@pytest.mark.parametrize(
    "value",
    [f"{DEPLOY}-hub", DEPLOY.replace("111111111111", "999999999999"), None, 7, True],
    ids=["a longer name", "another account's", "nothing", "a number", "a switch"],
)
def test_what_is_no_role_of_the_stack_stays(value: object) -> None:
    assert inputs_of(with_preview_roles(state_of(value))) == [value]


def test_both_accounts_roles_leave_the_outputs() -> None:
    found = with_preview_roles(state_of())["deployment"]["resources"][1]["outputs"]
    for party in (found["path"]["consumer"], found["path"]["backends"]["apps"]):
        assert party["roleArn"] == party["previewRoleArn"]
    assert "222222222222:role/crosslink-preview" in found["kubeconfigs"]["apps"]
    assert "crosslink-deploy" not in json.dumps(found)


def test_a_role_without_a_preview_role_stays() -> None:
    state = state_of(DEPLOY)
    del state["deployment"]["resources"][1]["outputs"]["path"]["consumer"]["previewRoleArn"]
    assert inputs_of(with_preview_roles(state)) == [DEPLOY]


def test_a_stack_that_has_nothing_yet_has_nothing_to_replace() -> None:
    empty = {"version": 3, "deployment": {"manifest": {}}}
    assert with_preview_roles(empty) == empty


def test_the_stack_is_only_read_and_the_copy_gets_its_state_and_configuration(project: Path) -> None:
    status, calls = copied(project)
    assert status == 0
    assert [(call["arguments"][:2], call["environment"]["PULUMI_BACKEND_URL"]) for call in calls] == [
        (["stack", "export"], "s3://state"),
        (["config", "--json"], "s3://state"),
        *(
            (command, f"file://{project / 'copy'}")
            for command in (
                ["stack", "init"],
                ["config", "set-all"],
                ["config", "set"],
                ["stack", "export"],
                ["stack", "import"],
            )
        ),
    ]
    assert [call["environment"].get("PULUMI_CONFIG_PASSPHRASE") for call in calls] == [None] * 2 + [""] * 5
    assert calls[3]["arguments"][2:4] == ["--json", '{"crosslink:foo": {"value": "hush", "secret": true}}\n']
    assert calls[4]["arguments"][2:4] == ["crosslink:asPreview", "true"]
    given = calls[-1]["given"]["deployment"]
    assert given["secrets_providers"] == SALT
    assert inputs_of(calls[-1]["given"]) == [PREVIEW]


def test_a_pull_request_that_takes_the_stacks_file_away_is_told_by_the_preview(project: Path) -> None:
    (project / "Pulumi.dev.yaml").unlink()
    assert copied(project)[0] == 0


def test_what_the_cli_refuses_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "refuse").touch()
    assert copied(project)[0] == 1
    assert capsys.readouterr().err == "error: stack 'dev' already exists\n"


@pytest.mark.parametrize("missing", ["pulumi", "/nowhere"])
def test_what_is_not_there_is_told(
    missing: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if missing == "pulumi":
        monkeypatch.setenv("PATH", str(project))
    folder = str(project) if missing == "pulumi" else missing
    assert main(["--stack", "dev", "--project", folder, "--into", str(project / "copy")]) == 1
    assert capsys.readouterr().err == f"error: there is no {missing}\n"
