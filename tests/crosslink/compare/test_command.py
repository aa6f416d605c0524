"""`crosslink compare`: what BASE and HEAD may be, what it prints, and its exit status."""

import json
import py_compile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import ValidationError

from crosslink.__main__ import main
from crosslink.compare import checkout as recording
from crosslink.compare import sources as sides
from crosslink.graph import tokens
from crosslink.sandbox.record import ProgramError, Run
from tests.redeployments import base, redeployed, whole
from tests.runs import DEV, run_stack
from tests.schemas import validator

VALIDATOR = validator("crosslink/compare/compare.schema.json")
PROGRAM = """\
import importlib.util, os, sys, time
import pulumi
import pulumi_aws as aws
from settings import REGION

account = aws.Provider("account", region=REGION, allowed_account_ids=["111111111111"])
match pulumi.Config().get("do"):
    case "give up":
        key = os.environ.get("AWS_SECRET_ACCESS_KEY", "no key")
        raise pulumi.RunError(f"a fault:\\n```\\n</details> @octocat {key}")
    case "import":
        ours = [name for name in ("components", "policy", "tests") if importlib.util.find_spec(name)]
        raise pulumi.RunError(f"there are {ours}, and settings of {REGION}")
    case "leave":
        print("bye", file=sys.stderr)
        os._exit(7)
    case "hang":
        time.sleep(60)
    case "declare":
        here = {"accountId": "111111111111", "region": REGION}
        backend = {"endpointId": "vpce-1", "serviceId": "vpce-svc-1", "serviceName": "s", "port": 80}
        cluster = {"kind": "cluster", "existing": False, "clusterName": "c", "namespaces": ["n"]}
        pulumi.export("path", {
            "consumer": here,
            "api": {"id": "a1b2c3d4e5", "stage": "v1", "vpcLinkId": "abc123"},
            "routes": {"/a": {"backend": "one", "auth": "iam"}},
            "backends": {"one": {**here, **backend, **cluster}},
        })
    case "look up":
        aws.iam.get_user_output(user_name="a", opts=pulumi.InvokeOutputOptions(provider=account))
print("nobody wants to know")
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of another program, which has modules of the same names as ours, and a stack `dev`."""
    directory = tmp_path / "head"
    directory.mkdir()
    (directory / "__main__.py").write_text(PROGRAM)
    (directory / "settings.py").write_text('REGION = "eu-west-1"\n')
    (directory / "sandbox.py").write_text("raise RuntimeError\n")
    (directory / "Pulumi.yaml").touch()
    (directory / "Pulumi.dev.yaml").touch()
    monkeypatch.chdir(directory)  # from where Python would import it
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    return directory


def _told_to(checkout: Path, do: str) -> None:
    (checkout / "Pulumi.dev.yaml").write_text(f"config:\n  crosslink:do: {do}\n")


@pytest.fixture
def empty(tmp_path: Path) -> str:
    """A checkout that doesn't have the stack."""
    directory = tmp_path / "empty"
    _make_checkout(directory)
    return str(directory)


def test_the_schema_is_named_for_where_it_is() -> None:
    schema = json.loads(Path("crosslink/compare/compare.schema.json").read_text())
    assert schema["$id"] == "crosslink:/compare/compare.schema.json"


def _make_checkout(directory: Path) -> None:
    directory.mkdir()
    for name in ("__main__.py", "Pulumi.yaml"):
        (directory / name).touch()


def test_a_checkout_runs_with_its_own_modules_and_is_left_as_it_is(checkout: Path, empty: str, capfd):
    before = sorted(checkout.rglob("*"))
    assert main(["compare", empty, str(checkout), "--json"]) == 0
    out, err = capfd.readouterr()
    report = json.loads(out)
    VALIDATOR.validate(report)
    [change] = report["changes"]
    assert report["isNew"]
    assert (change["operation"], change["type"], change["region"]) == (
        "created",
        "pulumi:providers:aws",
        "eu-west-1",
    )
    assert err.split("\n") == ["preview of BASE: 0 resources", "preview of HEAD: 1 resources", ""]
    assert sorted(checkout.rglob("*")) == before


def test_a_module_is_what_its_source_says(checkout: Path, empty: str, capfd):
    """Compiled beforehand, and marked as never to be compared with its source, it could be anything."""
    source = checkout / "settings.py"
    source.write_text('REGION = "eu-west-3"\n')
    py_compile.compile(str(source), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    source.write_text('REGION = "eu-west-1"\n')
    assert main(["compare", empty, str(checkout), "--json"]) == 0
    [change] = json.loads(capfd.readouterr().out)["changes"]
    assert change["region"] == "eu-west-1"


def test_what_a_checkout_brings_along_is_told(checkout: Path, empty: str, capfd):
    (checkout / "policy").mkdir()
    (checkout / "policy" / "known.yaml").touch()
    assert main(["compare", empty, str(checkout), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["ownCode"] == {
        "program": ["__main__.py", "sandbox.py", "settings.py"],
        "checks": ["policy/known.yaml"],
    }


def test_a_rule_that_is_broken_in_head_is_status_2(checkout: Path, empty: str, capfd):
    _told_to(checkout, "declare")
    assert main(["compare", empty, str(checkout)]) == 2
    out = capfd.readouterr().out
    assert "### ✗ `dev`, a new stack: 1 of 1 route broken at the stage; **1 thing opens up**; " in out
    assert "**✗ `/a`: broken at the stage**\n" in out
    assert "\n    ✗ stage                  missing\n" in out
    assert "\n      method                 not reached\n" in out


@pytest.mark.parametrize(
    ("do", "error"),
    [
        ("give up", "HEAD: a fault:\n```\n</details> @octocat no key"),  # it has none of our environment
        ("import", "HEAD: there are [], and settings of eu-west-1"),  # nor anything of this checkout
        ("leave", "HEAD: its process ended with status 7: bye"),
        (
            "look up",  # what our sandbox has no answer to
            "HEAD: aws:iam/getUser:getUser: the sandbox has no answer: add a function for it to"
            " crosslink/sandbox/aws_data_sources.py",
        ),
    ],
)
def test_a_head_that_does_not_run_is_status_1_and_a_comment_says_why(
    do: str, error: str, checkout: Path, empty: str, capfd
):
    _told_to(checkout, do)
    assert main(["compare", empty, str(checkout)]) == 1
    out, err = capfd.readouterr()
    assert out == (
        "<!-- crosslink:dev -->\n\n### ✗ `dev`: the comparison could not run\n\n"
        f"````text\n{error}\n````\n".replace("````", "````" if "```" in error else "```")
    )
    assert f"error: {error}" in err


def test_a_head_that_hangs_is_status_1(checkout: Path, empty: str, capfd, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(recording, "PATIENCE", 1)
    _told_to(checkout, "hang")
    assert main(["compare", empty, str(checkout)]) == 1
    assert "error: HEAD: it wasn't done after 1 seconds\n" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        *(
            (
                (name, "dev"),
                f"there is no stack file Pulumi.{name}.yaml; stacks of {{here}}: dev; examples: none; "
                f"and {name} isn't the folder of a checkout, with a __main__.py and a Pulumi.yaml",
            )
            for name in ("nowhere", "docs")
        ),
        (
            ("Pulumi.a.yaml", "dev"),
            "there is no stack file Pulumi.a.yaml; stacks of {here}: dev; examples: none",
        ),
        (("dev", "{empty}"), "HEAD doesn't have this stack; to remove one is `pulumi destroy`"),
        *(
            (
                ("dev", folder),
                f"{folder} isn't the folder of a checkout, with a __main__.py and a Pulumi.yaml",
            )
            for folder in ("..", "./docs", "docs/", "./nowhere")
        ),
    ],
)
def test_what_names_nothing_is_status_1(
    asked: tuple[str, str], error: str, checkout: Path, empty: str, capfd
):
    (checkout / "docs").mkdir()
    names = {"here": str(checkout), "empty": empty}
    base_, head = (given.format(**names) for given in asked)
    assert main(["compare", base_, head, "--json"]) == 1
    out, err = capfd.readouterr()
    report = json.loads(out)
    VALIDATOR.validate(report)
    assert report == {"command": "compare", "base": base_, "head": head, "error": error.format(**names)}
    assert "Traceback" not in err


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> dict[str, Run]:
    """Directory → what a preview of the checkout in it is said to be."""
    said: dict[str, Run] = {}

    def preview(program: Path, _stack: object) -> Run:
        return said[program.parent.name]

    monkeypatch.setattr(recording, "preview", preview)
    return said


def _checkouts(tmp_path: Path) -> list[str]:
    for name in ("base", "head"):
        _make_checkout(tmp_path / name)
        (tmp_path / name / "Pulumi.dev.yaml").touch()
    return [str(tmp_path / "base"), str(tmp_path / "head")]


def test_lost_redundancy_in_head_is_status_4(runs: dict[str, Run], tmp_path: Path, capsys):
    gone = next(one for one in base().of_type("aws:ec2/route:Route") if one.name.endswith("-back-use1-az1"))
    left = {urn: resource for urn, resource in base().resources.items() if urn != gone.urn}
    runs.update(base=base(), head=replace(base(), resources=left))
    assert main(["compare", *_checkouts(tmp_path), "--json"]) == 4
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    VALIDATOR.validate(report)
    assert report["findings"] == []
    [lost] = {finding["verdict"]["rule"] for finding in report["degraded"]}
    assert lost == "subnet-has-a-route"


def test_new_settings_that_nothing_judges_are_status_3(runs: dict[str, Run], tmp_path: Path, capsys):
    [nlb] = [one for one in base().of_type(tokens.LOAD_BALANCER) if one.name == "crosslink-gateway"]
    odd = replace(nlb, inputs={**nlb.inputs, "speedOfLight": "half"})
    runs.update(base=base(), head=replace(base(), resources={**base().resources, nlb.urn: odd}))
    assert main(["compare", *_checkouts(tmp_path), "--json"]) == 3
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    VALIDATOR.validate(report)
    [setting] = report["notJudged"]
    assert (setting["field"], setting["value"], setting["routes"]) == (
        "speedOfLight",
        '"half"',
        ["/svc1", "/svc2"],
    )


def test_all_of_a_comparison_is_as_the_schema_says(runs: dict[str, Run], tmp_path: Path, capsys):
    runs.update(base=redeployed("a backend more"), head=whole({"crosslink:protect": True}))
    given = _checkouts(tmp_path)
    assert main(["compare", *given, "--json"]) == 5
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    VALIDATOR.validate(report)
    assert report["mermaid"].startswith("%%{init")
    assert {one["operation"] for one in report["changes"]} == {"changed", "replaced", "deleted"}
    for extra in (report, report["routes"][0], report["changes"][0], report["routes"][0]["before"]):
        extra["more"] = 1
        with pytest.raises(ValidationError):
            VALIDATOR.validate(report)
        del extra["more"]


def test_what_makes_no_sense_to_this_checkout_is_status_1(runs: dict[str, Run], tmp_path: Path, capsys):
    """A later version's output, say: there is no traceback, unless one asks for it."""
    run = base()
    runs.update(base=run, head=Run(**{**vars(run), "outputs": {"path": [1.0]}}))
    given = _checkouts(tmp_path)
    assert main(["compare", *given]) == 1
    out, err = capsys.readouterr()
    why = "the program of one of them makes another output `path`: what comes before and after it"
    assert f"HEAD can't be compared with BASE: {why}" in out
    assert "Traceback" not in err
    assert main(["compare", *given, "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_help_says_what_base_and_head_are(capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["compare", "--help"])
    assert exit_.value.code == 0
    assert "BASE and HEAD are each" in capsys.readouterr().out
    with pytest.raises(SystemExit) as exit_:
        main(["compare", "dev"])
    assert exit_.value.code == 1


@pytest.mark.parametrize(
    ("given", "stack", "name"),
    [
        ("dev", "dev", "dev"),
        ("examples/Pulumi.two.yaml", "dev", "two"),
        (".", "prod", "prod"),
        (".", "stacks/Pulumi.prod.yaml", "prod"),
    ],
)
def test_the_comments_stack_is_heads(given: str, stack: str, name: str) -> None:
    assert sides.name_of(given, stack) == name


def test_a_name_is_a_stacks_rather_than_a_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _make_checkout(tmp_path / "here")
    for name in ("docs", "other"):
        _make_checkout(tmp_path / "here" / name)
    (tmp_path / "here" / "Pulumi.docs.yaml").touch()
    monkeypatch.chdir(tmp_path / "here")

    named = {given: sides.source(given, "dev") for given in ("docs", "./docs", "docs/", "other")}

    assert {given: source.foreign for given, source in named.items()} == {
        "docs": False,
        "./docs": True,
        "docs/": True,
        "other": True,
    }
    assert named["docs"].file == tmp_path / "here" / "Pulumi.docs.yaml"
    assert [sides.name_of(given, "dev") for given in named] == ["docs", "dev", "dev", "dev"]


def test_a_stack_of_another_checkout_may_be_among_its_examples(tmp_path: Path) -> None:
    _make_checkout(tmp_path / "main")
    (tmp_path / "main" / "examples").mkdir()
    file = tmp_path / "main" / "examples" / "Pulumi.two.yaml"
    file.touch()
    assert sides.source(str(tmp_path / "main"), "two").file == file
    assert sides.source(str(tmp_path / "main"), "one").file is None


def test_a_record_is_what_was_recorded() -> None:
    run = run_stack(DEV, preview=True)
    assert recording.from_json(recording.to_json(run)) == run


@given(st.one_of(st.text(), st.binary(), st.sampled_from(["{}", "[]", '{"run": {}}', "[" * 100_000])))
def test_what_is_no_record_is_refused(text: str | bytes) -> None:
    with pytest.raises(ProgramError, match="can't be read"):
        recording.from_json(text)


def test_an_error_is_handed_on() -> None:
    with pytest.raises(ProgramError, match=r"^it broke$"):
        recording.from_json('{"error": "it broke"}')
