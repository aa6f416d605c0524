"""The copy of a stack for the preview roles: what is replaced in it; the stack itself is only read."""

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from crosslink.__main__ import main
from crosslink.previews.command import with_preview_roles
from tests.runs import DEV, run_stack

DEPLOY = "arn:aws:iam::111111111111:role/crosslink-deploy"
PREVIEW = "arn:aws:iam::111111111111:role/crosslink-preview"
SALT = {"type": "passphrase", "state": {"salt": "the copy's"}}

CLI = f"""#!{sys.executable}
import json, os, pathlib, sys

here = pathlib.Path(__file__).parent.parent
names = [name for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE") if name in os.environ]
call = {{"arguments": sys.argv[2:], "environment": {{name: os.environ[name] for name in names}}}}
if (here / "refuse").exists() and (here / "refuse").read_text() == " ".join(sys.argv[2:4]):
    sys.exit("error: refused")
match sys.argv[2:4]:
    case ["stack", "export"]:
        print((here / ("state.json" if "--show-secrets" in sys.argv else "empty.json")).read_text())
    case ["config", "--json"]:
        print((here / "config.json").read_text())
    case ["stack", "init"]:
        assert pathlib.Path("Pulumi.yaml").is_file()
        pathlib.Path("Pulumi.dev.yaml").write_text("encryptionsalt: the copy's\\n")
    case ["config", "set"]:
        call["given"] = sys.stdin.read()
    case ["stack", "import"]:
        call["given"] = json.load(sys.stdin)
        call["file"] = pathlib.Path("Pulumi.dev.yaml").read_text()
with (here / "calls").open("a") as calls:
    calls.write(json.dumps(call) + "\\n")
"""
"""A Pulumi CLI that writes down what it is asked, and refuses the command that the file `refuse` names."""
FILE = """\
secretsprovider: awskms://alias/crosslink
config:
  crosslink:protect: true
  crosslink:token: { secure: AAABAB }
  api:
    name: crosslink
    routes:
      /svc1: { methods: [GET, { secure: AAABAC }] }
      '/say "x"': { auth: { secure: AAABAD } }
"""
CONFIG = {
    "crosslink:protect": {"value": "true", "secret": False},
    "crosslink:token": {"value": "hush", "secret": True},
    "crosslink:api": {
        "value": "as JSON",
        "objectValue": {
            "name": "crosslink",
            "routes": {"/svc1": {"methods": ["GET", "secret method"]}, '/say "x"': {"auth": "secret kind"}},
        },
        "secret": True,
    },
}
"""What the CLI says of that file."""


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
    (tmp_path / "Pulumi.yaml").write_text("name: crosslink\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(FILE)
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    (tmp_path / "state.json").write_text(json.dumps(state_of(DEPLOY)))
    (tmp_path / "empty.json").write_text(json.dumps({"deployment": {"secrets_providers": SALT}}))
    return tmp_path


def copied(project: Path) -> tuple[int, list[dict[str, Any]]]:
    """The command's status, and what it has asked the CLI."""
    status = main(["previews", "--stack", "dev", "--project", str(project), "--into", str(project / "copy")])
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
    own, copy = "s3://state", f"file://{project / 'copy'}"
    assert [
        (" ".join(call["arguments"][:2]), call["environment"]["PULUMI_BACKEND_URL"]) for call in calls
    ] == [
        ("stack export", own),
        ("config --json", own),
        ("stack init", copy),
        *[("config set", copy)] * 3,
        ("stack export", copy),
        ("stack import", copy),
    ]
    assert [call["environment"].get("PULUMI_CONFIG_PASSPHRASE") for call in calls] == [None] * 2 + [""] * 6
    given = calls[-1]["given"]["deployment"]
    assert given["secrets_providers"] == SALT
    assert inputs_of(calls[-1]["given"]) == [PREVIEW]


def test_secrets_are_encrypted_where_they_were_and_are_on_no_command_line(project: Path) -> None:
    _status, calls = copied(project)
    asked = [call["arguments"] for call in calls if call["arguments"][:2] == ["config", "set"]]
    assert {tuple(arguments[2:4]) for arguments in asked} == {("--path", "--secret")}
    given = {call["arguments"][4]: call["given"] for call in calls if call["arguments"] in asked}
    assert given == {
        "crosslink:token": "hush\n",
        'crosslink:api["routes"]["/svc1"]["methods"][1]': "secret method\n",
        'crosslink:api["routes"]["/say \\"x\\""]["auth"]': "secret kind\n",
    }
    assert (project / "Pulumi.dev.yaml").read_text() == calls[-1]["file"]
    salt, values = (project / "Pulumi.dev.yaml").read_text().splitlines()
    assert salt == "encryptionsalt: the copy's"
    assert json.loads(values.removeprefix("config: ")) == {
        "crosslink:protect": "true",
        "crosslink:token": "",
        "crosslink:api": {
            "name": "crosslink",
            "routes": {"/svc1": {"methods": ["GET", ""]}, '/say "x"': {"auth": ""}},
        },
    }


def test_a_configuration_may_be_larger_than_a_command_line(project: Path) -> None:
    large = {"value": "x" * 300_000, "secret": False}
    (project / "config.json").write_text(json.dumps({"crosslink:large": large}))
    assert copied(project)[0] == 0
    assert large["value"] in (project / "Pulumi.dev.yaml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "lacking"),
    [
        (FILE, "environment: [shared]\n", 'crosslink:api["name"]'),
        ("    name: crosslink\n", "", 'crosslink:api["name"];'),
        (
            "      '/say \"x\"': { auth: { secure: AAABAD } }\n",
            "",
            'crosslink:api["routes"]["/say \\"x\\""]["auth"];',
        ),
        ("[GET, { secure: AAABAC }]", "[GET]", 'crosslink:api["routes"]["/svc1"]["methods"][1];'),
    ],
    ids=["the whole key", "a text", "one of its secrets", "an item of a list"],
)
def test_what_may_be_an_environments_secret_is_not_copied_in_clear(
    old: str, new: str, lacking: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "Pulumi.dev.yaml"
    file.write_text(FILE.replace(old, new))
    assert copied(project)[0] == 1
    assert capsys.readouterr().err.startswith(f"error: not in {file}, but may be secret: {lacking}")
    assert file.read_text() == FILE.replace(old, new)


def test_a_pull_request_that_takes_the_stacks_file_away_is_told_by_the_preview(project: Path) -> None:
    (project / "Pulumi.dev.yaml").unlink()
    (project / "config.json").write_text("{}")
    assert copied(project)[0] == 0


@pytest.mark.parametrize(
    "refused", ["stack export", "config --json", "stack init", "config set", "stack import"]
)
def test_what_the_cli_refuses_is_told_and_the_stacks_file_stays(
    refused: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "refuse").write_text(refused)
    (project / "calls").touch()
    assert copied(project)[0] == 1
    assert capsys.readouterr().err == "error: refused\n"
    assert (project / "Pulumi.dev.yaml").read_text() == FILE


@pytest.mark.parametrize("missing", ["pulumi", "/nowhere"])
def test_what_is_not_there_is_told(
    missing: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if missing == "pulumi":
        monkeypatch.setenv("PATH", str(project))
    folder = str(project) if missing == "pulumi" else missing
    assert main(["previews", "--stack", "dev", "--project", folder, "--into", str(project / "copy")]) == 1
    assert capsys.readouterr().err == f"error: there is no {missing}\n"
