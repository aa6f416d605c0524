"""docs/settings.md and the schema for editors are made of the models, and take what the program takes."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from crosslink.__main__ import main
from crosslink.settings.command import page, schema
from crosslink.settings.page import FIRST
from crosslink.settings.schema import stack_file
from settings.rules.keys import KEYS
from tests.runs import ROOT
from tests.settings.stack_file import StackFile
from tests.settings.strategies import stack_files

STACK_FILES = [*sorted((ROOT / "examples").glob("Pulumi.*.yaml")), ROOT / "Pulumi.dev.yaml"]
SCHEMA = Draft202012Validator(stack_file())


def faults(config: Any) -> list[tuple[str, str]]:
    """What the schema finds: where, and which of its demands isn't met."""
    found = SCHEMA.iter_errors({"config": config})
    return [(error.json_path.removeprefix("$.config"), str(error.validator)) for error in found]


def dev() -> Any:
    """The config of Pulumi.dev.yaml."""
    return YAML(typ="safe").load(ROOT / "Pulumi.dev.yaml")["config"]


def test_both_files_are_made_of_the_models() -> None:
    """Make them anew with `crosslink settings > docs/settings.md`, and with `--schema` the other."""
    assert (ROOT / "docs" / "settings.md").read_text() == page()
    assert (ROOT / "docs" / "settings.schema.json").read_text() == schema()


def test_check_says_which_file_is_not_current(tmp_path: Path, monkeypatch, capsys) -> None:
    assert main(["settings", "--check"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(["settings", "--schema"]) == 0
    printed = capsys.readouterr().out
    assert main(["settings"]) == 0
    for name in ("__main__.py", "Pulumi.yaml"):
        (tmp_path / name).touch()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "settings.schema.json").write_text(printed)
    (tmp_path / "docs" / "settings.md").write_text(
        capsys.readouterr().out.replace("# Settings\n", "# Keys\n")
    )
    monkeypatch.chdir(tmp_path)
    assert main(["settings", "--check"]) == 2
    out, err = capsys.readouterr()
    assert out.splitlines()[2:] == ["@@ -1 +1 @@", "-# Keys", "+# Settings"]
    assert err == "docs/settings.md isn't what the settings say: crosslink settings > docs/settings.md\n"


def test_every_key_of_a_stack_file_is_told() -> None:
    told = stack_file()["properties"]["config"]["properties"]
    assert set(told) == set(KEYS)
    assert [key for key in KEYS if f"## `{key}`" not in page()] == []


def test_every_setting_says_what_it_is() -> None:
    schema = stack_file()
    models = [schema["properties"]["config"], *schema["$defs"].values()]
    fields = [(name, field) for model in models for name, field in model.get("properties", {}).items()]
    assert len(fields) > 100
    assert [name for name, field in fields if not field.get("description", "").endswith((".", "…"))] == []


@pytest.mark.parametrize(
    "told",
    [
        "| `services[].replicas` | whole number of 1 or more or mapping | `2` | 0.1 |",
        "| `services[].replicas.max` | whole number of 1 or more | required | 0.2 |",
        "| `services[].path` | text: / or one to 5 literal segments of A-Za-z0-9._-, without a slash at the "
        "end | required |",
        "| `services[].port` | whole number from 1 to 65535 | required, or `existing` |",
        "| `cluster.publicAccessCidrs` | list of at most 40; each text: a network of the internet, neither "
        "private nor reserved | required, or `existing` |",
        "| `throttle.rate` | number above 0 | `100` |",
        "Mapping; each key a tag key of 1 to 128 of the characters A-Za-z0-9 ",
        "[`docs/operate.md`](operate.md)",
    ],
)
def test_the_page_tells_what_the_models_say(told: str) -> None:
    assert told in page()


def test_each_version_that_has_a_setting_first_is_in_the_changelog() -> None:
    versions = set(re.findall(r'"x-since": "([\d.]+)"', schema())) | {FIRST}
    told = re.findall(r"^## ([\d.]+)\.0$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions - {FIRST} == set(told)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == f"{max(told)}.0"


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)


@pytest.mark.parametrize("path", STACK_FILES, ids=lambda path: path.stem)
def test_the_stack_files_name_it_and_are_taken(path: Path) -> None:
    first = path.read_text().partition("\n")[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (path.parent / named).resolve() == ROOT / "docs" / "settings.schema.json"
    assert faults(YAML(typ="safe").load(path)["config"]) == []


@given(stack_files())
@settings(max_examples=20)
def test_what_the_program_takes_is_taken(file: StackFile) -> None:
    assert faults(file) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda c: c.update({"crosslink:protct": True}), [("", "additionalProperties")]),
        (lambda c: c.pop("pulumi:disable-default-providers"), [("", "required")]),
        (lambda c: c["crosslink:backends"][0].pop("cluster"), [("['crosslink:backends'][0]", "required")]),
        (lambda c: c["crosslink:api"].update(stagge="v1"), [("['crosslink:api']", "additionalProperties")]),
        (
            lambda c: c["crosslink:consumer"].update(region="us-west-9"),
            [("['crosslink:consumer'].region", "enum")],
        ),
        (
            lambda c: c["crosslink:backends"][0]["services"][0].update(replicas={"min": 2}),
            [("['crosslink:backends'][0].services[0]", "oneOf")],
        ),
        (lambda c: c.update({"aws:region": "us-east-1"}), []),
    ],
)
def test_what_the_program_refuses_is_found(change, found) -> None:
    config = dev()
    change(config)
    assert faults(config) == found


def test_a_backend_of_another_stack_needs_nothing_that_is_published() -> None:
    config = dev()
    backend = {"name": "apps", "service": {"stack": "acme/crosslink/provider", "backend": "apps"}}
    config["crosslink:backends"] = [backend]
    assert faults(config) == []
    backend["accountId"] = "222222222222"
    assert [demand for _, demand in faults(config)] == ["additionalProperties"]


def test_a_secret_is_taken_where_one_may_be() -> None:
    config = dev()
    service = config["crosslink:backends"][0]["services"][0]
    service["env"] = {"TOKEN": {"secure": "v1:abc"}}
    assert faults(config) == []
    service["image"] = {"secure": "v1:abc"}
    assert len(faults(config)) == 1
