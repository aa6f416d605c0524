"""The command: what it prints where, and its exit status."""

import io
import json
import sys
import textwrap
from pathlib import Path

import pytest

from crosslink.__main__ import main
from crosslink.report.mermaid import HEADER
from tests.runs import ROOT
from tests.schemas import validator

VALIDATOR = validator("crosslink/sandbox/report.schema.json")
PROGRAM = """\
import pulumi
import pulumi_aws as aws

class Net(pulumi.ComponentResource):
    def __init__(self, provider):
        opts = pulumi.ResourceOptions(provider=provider)
        super().__init__("crosslink:consumer:ConsumerSide", "net", None, opts)
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({"id": vpc.id})
        pulumi.export("id", vpc.id)

config = pulumi.Config()
if config.get("fault"):
    raise pulumi.RunError(config.require("fault"))
if config.get("broken"):
    raise KeyError("broken")
pulumi.log.warn("mind the gap")
for region in ("us-west-2", "us-east-1"):
    provider = aws.Provider(region, region=region, allowed_account_ids=["111111111111"])
Net(provider)
if config.get_bool("declares"):
    here = {"accountId": "111111111111", "region": "us-west-2"}
    backend = {
        "kind": "cluster", "existing": False, "port": 80, "endpointId": "vpce-1", "clusterName": "c",
        "serviceId": "vpce-svc-1", "serviceName": "com.amazonaws.vpce.us-east-1.vpce-svc-1",
        "namespaces": ["n"],
    }
    pulumi.export("path", {
        "consumer": here,
        "api": {"id": "a1b2c3d4e5", "stage": "v1", "vpcLinkId": "abc123"},
        "routes": {"/a": {"backend": "one", "auth": "iam"}},
        "backends": {"one": {**here, "region": "us-east-1", **backend}},
    })
if config.get_bool("joins"):
    vpc = aws.ec2.get_vpc(id="vpc-1", opts=pulumi.InvokeOptions(provider=provider))
    pulumi.export("joined", vpc.cidr_block)
if config.get_bool("unsteady") and not pulumi.runtime.is_dry_run():
    aws.Provider("late", region="us-east-1")
pulumi.export("routes", {"/b": "two", "/a": "one"})
pulumi.export("key", pulumi.Output.secret("hunter2"))
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project in the working directory."""
    (tmp_path / "__main__.py").write_text(PROGRAM)
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _configure(project: Path, line: str) -> None:
    (project / "Pulumi.dev.yaml").write_text(f"config:\n  crosslink:{line}\n")


def test_a_preview_for_people(capsys):
    assert main(["sandbox", "preview", "--all"]) == 0
    out, err = capsys.readouterr()
    assert out == textwrap.dedent("""\
        111111111111 us-east-1  2 resources
        ├── providers.aws us-east-1
        └── consumer.ConsumerSide net
            └── ec2.Vpc vpc

        111111111111 us-west-2  1 resource
        └── providers.aws us-west-2

        The eight steps
        1. a VPC of the consumer's in the backend's region
           nothing does this
        2. peering between the consumer's two VPCs
           nothing does this
        3. the consumer among the allowed principals
           nothing does this
        4. the interface endpoint
           nothing does this
        5. its network interfaces, with fixed addresses
           nothing does this
        6. an NLB in the API's region with those addresses
           nothing does this
        7. a VPC link on that NLB
           nothing does this
        8. the VPC link used by the API, new or existing
           nothing does this

        Outputs
        ├── id: [known after the up]
        ├── key: [secret]
        └── routes
            ├── /a: one
            └── /b: two

        Beside the path: resource-has-its-account is unknown: \
the stack's output `path`, which says what was meant, can't be seen

        Not on the way of requests, and looked at by no rule: 1 Vpc

        3 rules hold, 0 broken, 1 unknown
        """)
    assert err == "warning: mind the gap\npreview of stack dev: 4 resources\n"


def test_a_route_that_leads_nowhere_is_status_2(project: Path, capsys):
    """The program declares one, and makes nothing of it."""
    _configure(project, "declares: true")
    assert main(["sandbox", "up", "--walk", "/a"]) == 2
    out = capsys.readouterr().out
    lines = [line.rstrip() for line in out[out.index("Walk of /a") :].splitlines()]
    assert lines[:5] == [
        "Walk of /a",
        "    ✗ stage                 missing",
        "        broken              stage-exists: there is no stage",
        "      method                not reached",
        "      VPC link              not reached",
    ]
    assert "/a: broken at the stage" in lines
    assert lines[-1] == "4 rules hold, 1 broken, 0 unknown"


def test_what_is_broken_is_told_as_json_too(project: Path, capsys):
    _configure(project, "declares: true")
    assert main(["sandbox", "preview", "--json"]) == 2
    report = json.loads(capsys.readouterr().out)
    VALIDATOR.validate(report)
    assert report["rules"] == {"holds": 4, "broken": 1, "unknown": 0, "redundancy lost": 0, "house rule": 0}
    assert [verdict["rule"] for verdict in report["walks"][0]["verdicts"]] == ["stage-exists"]
    assert report["urls"] == {"/a": None}


def test_an_up_is_a_preview_first(capsys):
    assert main(["sandbox", "up", "--outputs"]) == 0
    out, err = capsys.readouterr()
    assert "├── id: vpc-" in out
    assert [line for line in err.splitlines() if "resources" in line] == [
        "preview of stack dev: 4 resources",
        "up of stack dev: 4 resources",
    ]


@pytest.mark.parametrize("mode", ["preview", "up"])
def test_json_is_one_object_of_the_schema(capsys, mode: str):
    assert main(["sandbox", mode, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    VALIDATOR.validate(report)
    assert (report["command"], report["stack"]) == (mode, "dev")
    assert report["outputs"]["key"] == "[secret]"
    assert (report["outputs"]["id"] == "[known after the up]") == (mode == "preview")
    assert [resource["name"] for resource in report["resources"]] == ["us-west-2", "us-east-1", "net", "vpc"]
    assert (report["resources"][3]["id"] is None) == (mode == "preview")


def test_a_diagram_is_mermaid_alone(capsys):
    assert main(["sandbox", "diagram"]) == 0
    assert capsys.readouterr().out == f'{HEADER}\n  n0(["client"])\n'


def test_a_diagram_as_json(capsys):
    assert main(["sandbox", "diagram", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    VALIDATOR.validate(report)
    assert report["mermaid"] == f'{HEADER}\n  n0(["client"])\n'


def test_it_works_from_any_folder_of_the_checkout(project: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    folder = project / "docs" / "adr"
    folder.mkdir(parents=True)
    (project / "examples").mkdir()
    (project / "examples" / "Pulumi.example.yaml").touch()
    monkeypatch.chdir(folder)
    assert main(["sandbox", "preview", "--stack", "example"]) == 0
    assert "preview of stack example: 4 resources" in capsys.readouterr().err


def test_what_exists_beside_the_stack_is_found(project: Path, capsys):
    _configure(project, "joins: true")
    assert main(["sandbox", "up"]) == 1
    assert "vpc-1 in account 111111111111, us-east-1. If it exists beside" in capsys.readouterr().err
    vpc = '{ id: vpc-1, account: "111111111111", region: us-east-1, cidrs: [10.9.0.0/16] }'
    (project / "dev.aws.yaml").write_text(f"vpcs: [{vpc}]\n")
    assert main(["sandbox", "up", "--outputs"]) == 0
    assert "joined: 10.9.0.0/16" in capsys.readouterr().out


def test_an_output_that_lacks_the_signs_gets_others(project: Path, monkeypatch: pytest.MonkeyPatch):
    _configure(project, "declares: true")
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    assert main(["sandbox", "preview", "--all"]) == 2
    assert b"\n    x stage                 missing" in written.getvalue()


def test_a_stack_file_by_its_path(tmp_path: Path, capsys):
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "Pulumi.other.yaml").touch()
    assert main(["sandbox", "preview", "--stack", "examples/Pulumi.other.yaml"]) == 0
    assert "preview of stack other" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("fault: crosslink:api is missing", "crosslink:api is missing"),
        ("broken: yes", "KeyError: 'broken'"),
        ("unsteady: true", 'only the up registers pulumi:providers:aws "late"'),
    ],
)
def test_what_keeps_a_run_from_happening_is_status_1(project: Path, capsys, setting: str, message: str):
    _configure(project, setting)
    assert main(["sandbox", "up"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1] == f"error: {message}"
    assert "Traceback" not in err


def test_a_failure_as_json(project: Path, capsys):
    _configure(project, "fault: crosslink:api is missing")
    assert main(["sandbox", "preview", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    VALIDATOR.validate(report)
    assert report == {"command": "preview", "stack": "dev", "error": "crosslink:api is missing"}


def test_debug_shows_where_an_error_comes_from(project: Path, capsys):
    _configure(project, "broken: yes")
    assert main(["sandbox", "preview", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["destroy"], ["preview", "--stac"], ["preview", "--stack"]])
def test_bad_usage_is_status_1(capsys, arguments: list[str]):
    with pytest.raises(SystemExit) as stopped:
        main(["sandbox", *arguments])
    assert stopped.value.code == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: crosslink sandbox")


def test_help(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["sandbox", "--help"])
    assert stopped.value.code == 0
    assert "exit status:" in capsys.readouterr().out


def test_placeholders_are_told_and_an_up_would_refuse_them(project, capsys):
    _configure(project, 'api: { sourceIps: [203.0.113.0/24], lambda: "arn:aws:lambda:x:111111111111:f" }')
    assert main(["sandbox", "preview"]) == 0
    told = "Pulumi.dev.yaml has placeholders: 111111111111, 203.0.113.0/24: pulumi up refuses them"
    assert capsys.readouterr().err.startswith(f"warning: {told}\n")
    assert main(["sandbox", "up", "--json"]) == 0
    out, err = capsys.readouterr()
    assert err.count(told) == 1
    assert json.loads(out)["placeholders"] == ["111111111111", "203.0.113.0/24"]


def test_placeholders_that_a_stack_may_have_are_not_told(project, capsys):
    _configure(project, "api: { sourceIps: [203.0.113.0/24] }\n  crosslink:allowPlaceholders: true")
    assert main(["sandbox", "preview"]) == 0
    assert "placeholders" not in capsys.readouterr().err


def test_what_a_stack_says_of_placeholders_holds_in_the_sandbox(monkeypatch, capsys, tmp_path):
    told = tmp_path / "Pulumi.dev.yaml"
    told.write_text((ROOT / "Pulumi.dev.yaml").read_text() + "  crosslink:allowPlaceholders: false\n")
    monkeypatch.chdir(ROOT)
    assert main(["sandbox", "preview", "--stack", str(told)]) == 1
    assert 'crosslink:consumer.accountId = "111111111111"' in capsys.readouterr().err
