"""The stack's outputs: whatever is wrong with them, the error says what to do."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from crosslink.doctor import outputs
from crosslink.doctor.outputs import OutputsError
from crosslink.path.output import NOT_SHOWN
from tests import runs


def dev() -> dict[str, Any]:
    """What the program exports."""
    return dict(runs.run_stack(runs.DEV, preview=False).outputs)


def file_of(directory: Path, **changes: Any) -> Path:
    path = directory / "outputs.json"
    path.write_text(json.dumps({**dev(), **changes}))
    return path


def test_what_the_program_exports_is_read(tmp_path):
    stack = outputs.of_file(file_of(tmp_path))

    assert stack.declared.api
    assert stack.declared.api.id == dev()["restApiId"]
    assert stack.declared.backends["apps"].cluster_name == "crosslink-dev-apps"
    assert stack.urls == dev()["routes"]
    assert stack.kubeconfigs == dev()["kubeconfigs"]
    assert stack.api_key is None


def test_hidden_kubeconfigs_are_hidden_for_each_backend(tmp_path):
    stack = outputs.of_file(file_of(tmp_path, kubeconfigs=NOT_SHOWN))

    assert stack.kubeconfigs == {"apps": NOT_SHOWN}


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({}, None),
        ({"apiKey": "the-key"}, "the-key"),
        ({"apiKey": NOT_SHOWN}, NOT_SHOWN),
        ({"apiKeys": {"kiosk": "kiosk's", "mobile": "mobile's"}}, "kiosk's"),
        ({"apiKeys": {"kiosk": NOT_SHOWN, "mobile": NOT_SHOWN}}, NOT_SHOWN),
        ({"apiKeys": NOT_SHOWN}, NOT_SHOWN),
    ],
)
def test_the_key_is_the_stack_s_or_its_first_client_s(tmp_path, keys, key):
    assert outputs.of_file(file_of(tmp_path, **keys)).api_key == key


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON; it should be what `pulumi stack output --json` writes"),
        ("[]", "there is no output `path`"),
        ("{}", "the stack's first `pulumi up` hasn't finished"),
        ('{"path": {"consumer": {}}}', "output path.consumer.accountId: Field required"),
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path, text, said):
    path = tmp_path / "outputs.json"
    path.write_text(text)

    with pytest.raises(OutputsError) as raised:
        outputs.of_file(path)

    assert str(path) in str(raised.value)
    assert said.lower() in str(raised.value).lower()


def test_a_path_of_another_version_is_refused(tmp_path):
    path = {key: value for key, value in dev()["path"].items() if key != "routes"}

    with pytest.raises(OutputsError, match=r"output path\.routes: Field required\..*run `pulumi up`"):
        outputs.of_file(file_of(tmp_path, path=path))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(OutputsError, match=r"nowhere\.json can't be read"):
        outputs.of_file(tmp_path / "nowhere.json")


@pytest.mark.parametrize(
    ("url", "below", "whole"),
    [
        ("https://a/v1/svc1", "/x", "https://a/v1/svc1/x"),
        ("https://a/v1/", "/x", "https://a/v1/x"),
        ("https://a/v1/", "", "https://a/v1/"),
    ],
)
def test_what_is_below_a_route_is_joined_by_one_slash(tmp_path, url, below, whole):
    stack = outputs.of_file(file_of(tmp_path, routes={"/": url}))

    assert stack.url_of("/", below) == whole


def cli(directory: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts a command `pulumi` first on the PATH."""
    command = directory / "pulumi"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{directory}:/usr/bin:/bin")


@pytest.mark.parametrize("stack", ["dev", "Pulumi.dev.yaml", "somewhere/Pulumi.dev.yaml"])
def test_the_cli_is_asked_for_everything_and_asks_nothing(tmp_path, monkeypatch, stack):
    expected = "stack output --json --show-secrets --non-interactive --stack dev"
    cli(tmp_path, f'[ "$*" = "{expected}" ] && cat {file_of(tmp_path)}', monkeypatch)

    api = outputs.of_stack(stack).declared.api
    assert api
    assert api.stage == "v1"


def test_what_the_cli_complains_of_is_passed_on(tmp_path, monkeypatch):
    cli(tmp_path, "echo \"error: no stack named 'dev' found\" >&2; exit 255", monkeypatch)

    with pytest.raises(OutputsError, match="failed:\nerror: no stack named 'dev' found"):
        outputs.of_stack("dev")


def test_a_missing_cli_can_be_done_without(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(OutputsError, match=r"the Pulumi CLI isn't installed.*--outputs FILE"):
        outputs.of_stack("dev")
