"""The workflows keep what linters can't know: who gets credentials, whose code runs, what may be written."""

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from crosslink.__main__ import main
from crosslink.doctor import command as doctor
from crosslink.graph import from_aws as live
from tests.bootstrap.templates import source
from tests.crosslink.graph.from_aws.support import up
from tests.fake_aws import FakeAws
from tests.runs import ROOT, file_of, run_stack

Mapping = dict[str, Any]

WORKFLOWS: dict[str, Mapping] = {
    path.stem: YAML(typ="safe", pure=True).load(path)
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
}
JOBS: dict[str, Mapping] = {
    f"{workflow}.{name}": job for workflow, file in WORKFLOWS.items() for name, job in file["jobs"].items()
}
OIDC = "id-token"
ENVIRONMENTS = {"preview.preview": "preview", "deploy.deploy": "production", "drift.look": "drift"}
"""The jobs with credentials; a hub role trusts each environment alone."""
HUBS = {"preview.preview": "PreviewHub", "deploy.deploy": "DeployHub", "drift.look": "DriftHub"}

each_workflow = pytest.mark.parametrize("name", WORKFLOWS)
each_job = pytest.mark.parametrize("name", JOBS)


def steps(name: str) -> list[Mapping]:
    return JOBS[name]["steps"]


def scripts(name: str) -> str:
    return "\n".join(step.get("run", "") for step in steps(name))


def uses(name: str, action: str) -> list[Mapping]:
    return [step for step in steps(name) if step.get("uses", "").startswith(f"{action}@")]


def values(value: object) -> Iterator[str]:
    """All texts in a part of a workflow."""
    match value:
        case dict():
            for item in value.values():
                yield from values(item)
        case list():
            for item in value:
                yield from values(item)
        case _:
            yield str(value)


def test_these_are_the_workflows() -> None:
    assert list(WORKFLOWS) == ["checks", "deploy", "drift", "preview"]


@each_workflow
def test_a_job_has_the_permissions_that_it_names_alone(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {}
    assert all("permissions" in job for job in WORKFLOWS[name]["jobs"].values())


@each_job
def test_nobody_has_both_credentials_and_something_to_write_to(name: str) -> None:
    permissions = JOBS[name]["permissions"]
    writes = {scope for scope, access in permissions.items() if access == "write"}
    assert writes in (set(), {OIDC}, {"pull-requests"}, {"issues"})
    assert (OIDC in writes) == (name in ENVIRONMENTS)


@each_job
def test_credentials_are_those_of_an_environment_and_no_long_lived_keys(name: str) -> None:
    assert JOBS[name].get("environment") == ENVIRONMENTS.get(name)
    roles = [step["with"]["role-to-assume"] for step in uses(name, "aws-actions/configure-aws-credentials")]
    assert roles == ["${{ vars.HUB_ROLE_ARN }}"] * (name in ENVIRONMENTS)
    assert not [text for text in values(JOBS[name]) if "secrets." in text or "AWS_SECRET" in text]


@each_job
def test_an_action_is_pinned_by_its_commit(name: str) -> None:
    pins = [step["uses"] for step in steps(name) if "uses" in step]
    assert [pin for pin in pins if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", pin)] == []


@each_job
def test_a_script_gets_what_github_says_by_its_environment(name: str) -> None:
    assert "${{" not in scripts(name)


@each_job
def test_a_job_ends_before_the_session_of_its_hub_role(name: str) -> None:
    assert JOBS[name]["timeout-minutes"] > 0
    for credentials in uses(name, "aws-actions/configure-aws-credentials"):
        seconds = credentials["with"].get("role-duration-seconds", 3600)
        assert JOBS[name]["timeout-minutes"] * 60 <= seconds
        hub = source("github.yaml")["Resources"][HUBS[name]]["Properties"]
        assert hub.get("MaxSessionDuration", 3600) == seconds


@each_job
def test_a_checkout_leaves_no_token_and_nothing_is_cached(name: str) -> None:
    for step in uses(name, "actions/checkout"):
        assert step["with"]["persist-credentials"] is False
    assert "cache" not in " ".join(key for step in steps(name) for key in [*step.get("with", {})])
    assert uses(name, "actions/cache") == []


def test_the_cli_is_of_the_version_that_the_program_is_pinned_to() -> None:
    pinned = re.search(r"^pulumi==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert pinned
    for name in ENVIRONMENTS:
        assert [step["with"]["pulumi-version"] for step in uses(name, "pulumi/actions")] == [pinned[1]]


def test_the_program_runs_on_one_version_of_python_that_is_checked() -> None:
    checked = JOBS["checks.test"]["strategy"]["matrix"]["python"]
    versions = {
        step["with"]["python-version"]
        for name in JOBS
        if not name.startswith("checks.")
        for step in uses(name, "actions/setup-python")
    }
    assert len(versions) == 1
    assert versions <= set(checked)


def test_pull_requests_run_under_mains_workflow() -> None:
    assert WORKFLOWS["preview"]["on"] == {"pull_request_target": {"branches": ["main"]}}


def test_only_the_repositorys_own_branches_get_credentials() -> None:
    own = "${{ github.event.pull_request.head.repo.full_name == github.repository && vars.STACKS }}"
    assert JOBS["preview.preview"]["if"] == own
    assert "if" not in JOBS["preview.compare"]


def test_a_forks_code_runs_on_githubs_machines_with_nothing_to_take() -> None:
    job = JOBS["preview.compare"]
    assert job["runs-on"] == "ubuntu-24.04"
    assert job["permissions"] == {"contents": "read"}
    assert not [text for text in values(job) if re.search(r"vars\.(?!STACKS)|github\.token", text)]
    unsafe = [name for name in JOBS if "allow-unsafe-pr-checkout" in str(steps(name))]
    assert unsafe == ["preview.compare"]


@pytest.mark.parametrize("name", ["preview.compare", "preview.preview"])
def test_the_tools_are_mains_and_what_they_look_at_is_the_pull_requests(name: str) -> None:
    main, change = (step["with"] for step in uses(name, "actions/checkout"))
    assert (main["path"], main.get("ref")) == ("base", None)
    assert (change["path"], change["ref"]) == ("head", "${{ github.event.pull_request.head.sha }}")
    for step in steps(name):
        if ".venv/bin/" in step.get("run", ""):
            assert step["working-directory"] == "base"


def test_the_comment_is_written_where_no_code_is_checked_out() -> None:
    writers = [name for name, job in JOBS.items() if "pull-requests" in job["permissions"]]
    assert writers == ["preview.comment"]
    assert not [step for step in steps("preview.comment") if "uses" in step]


def test_a_comment_is_of_the_newest_artifacts_and_of_one_file_of_each() -> None:
    script = scripts("preview.comment")
    assert "gh run download" not in script, "takes the oldest of a name"
    assert "max_by(.created_at)" in script
    assert 'unzip -p artifact.zip "$name.txt"' in script, "not what else is in it"
    for name in ("comparison", "preview"):
        job = "preview.compare" if name == "comparison" else "preview.preview"
        (upload,) = uses(job, "actions/upload-artifact")
        assert upload["with"] == {"name": f"{name}-${{{{ matrix.stack }}}}", "path": f"{name}.txt"}


def test_a_comment_shows_a_preview_only_where_there_was_one() -> None:
    (fetch,) = (step for step in steps("preview.comment") if "NAMES" in step.get("env", {}))
    only = "${{ needs.preview.result == 'skipped' && 'comparison' || 'comparison preview' }}"
    assert fetch["env"]["NAMES"] == only
    assert "$NAMES" in fetch["run"]


def test_a_comment_says_which_commit_it_is_of() -> None:
    (write,) = (step for step in steps("preview.comment") if "HEAD" in step.get("env", {}))
    assert write["env"]["HEAD"] == "${{ github.event.pull_request.head.sha }}"
    assert r"\(env.HEAD)" in write["run"]


def test_a_preview_is_of_the_copy_and_by_mains_policy_pack() -> None:
    for name in ("preview.preview", "drift.look"):
        (preview,) = (step for step in steps(name) if "pulumi preview" in step.get("run", ""))
        assert preview["env"]["PULUMI_BACKEND_URL"] == "file://${{ runner.temp }}/state"
        assert '--into "$RUNNER_TEMP/state"' in scripts(name)
        assert "pulumi up" not in scripts(name)
    assert "--policy-pack ../base/policy" in scripts("preview.preview")
    assert "--refresh --expect-no-changes" in scripts("drift.look")


def test_a_stack_is_deployed_from_main_by_one_run_at_a_time() -> None:
    job = JOBS["deploy.deploy"]
    assert WORKFLOWS["deploy"]["on"] == {"push": {"branches": ["main"]}, "workflow_dispatch": None}
    assert job["if"] == "${{ github.ref == 'refs/heads/main' && vars.STACKS }}"
    assert job["concurrency"] == {"group": "deploy-${{ matrix.stack }}", "cancel-in-progress": False}
    ups = re.findall(r"pulumi up .*", scripts("deploy.deploy"))
    assert len(ups) == 2
    assert all("--policy-pack policy" in up and "--skip-preview" not in up for up in ups)
    assert "crosslink doctor" in steps("deploy.deploy")[-1]["run"]


def broken(value: object) -> Iterator[str]:
    """The rules that jq collects of the doctor's JSON."""
    match value:
        case {"result": "broken", "rule": rule}:
            yield rule
        case dict():
            for item in value.values():
                yield from broken(item)
        case list():
            for item in value:
                yield from broken(item)


@pytest.mark.parametrize("removed", ["a route", "a method"])
def test_what_an_existing_api_still_serves_is_told_by_the_doctor(
    removed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = run_stack(file_of("existing-api"), preview=False)
    routes = made.outputs["path"]["routes"]
    outputs = json.loads(json.dumps(made.outputs))
    if removed == "a route":
        del outputs["path"]["routes"][next(iter(routes))]
    else:
        outputs["path"]["routes"][next(iter(routes))]["methods"] = ["GET"]
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps(outputs))
    aws = FakeAws(up("existing-api"))
    monkeypatch.setattr(doctor, "open_sessions", lambda _parties: aws)
    monkeypatch.setattr(doctor.live, "read", partial(live.read, connect=aws.connect))

    main(["doctor", "--outputs", str(file), "--json"])

    (asked,) = re.findall(
        r'select\(\.result == "broken"\) \| \.rule\]\s+\| any\(IN\((.*?)\)\)', scripts("deploy.deploy")
    )
    found = set(broken(json.loads(capsys.readouterr().out)))
    assert found & set(json.loads(f"[{asked}]"))


def test_what_a_pull_request_leaves_on_a_machine_is_not_there_when_main_is_deployed() -> None:
    assert JOBS["preview.preview"]["runs-on"] == "${{ vars.PREVIEW_RUNNER || 'ubuntu-24.04' }}"
    for name in ("deploy.deploy", "drift.look"):
        assert JOBS[name]["runs-on"] == "${{ vars.DEPLOY_RUNNER || 'ubuntu-24.04' }}"


def test_a_repository_that_is_not_set_up_asks_for_no_environment() -> None:
    """GitHub makes an environment that isn't there, without any protection."""
    for name in ENVIRONMENTS:
        assert "&& vars.STACKS }}" in JOBS[name]["if"]
        assert JOBS[name]["strategy"]["matrix"]["stack"] == "${{ fromJSON(vars.STACKS) }}"
