"""package/schema.json is made of the settings, and says of each what it is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crosslink.__main__ import main
from crosslink.package.schema import package
from settings.backend import KINDS
from settings.rules.keys import DEFAULT_PROVIDERS, KEYS
from tests.runs import ROOT

SCHEMA: Any = json.loads(package())
FILE = Path("package") / "schema.json"


def properties() -> Iterator[tuple[str, Any]]:
    for name, resource in SCHEMA["resources"].items():
        for kind in ("inputProperties", "properties"):
            yield from ((f"{name}.{key}", told) for key, told in resource[kind].items())
    for name, model in SCHEMA["types"].items():
        yield from ((f"{name}.{key}", told) for key, told in model["properties"].items())


def test_the_file_is_made_of_the_settings() -> None:
    """Make it anew with `crosslink package > package/schema.json`."""
    assert (ROOT / FILE).read_text() == package()


def test_check_tells_what_differs(tmp_path: Path, monkeypatch, capsys) -> None:
    assert main(["package", "--check"]) == 0
    assert main(["package"]) == 0
    printed = capsys.readouterr().out
    for name in ("__main__.py", "Pulumi.yaml"):
        (tmp_path / name).touch()
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text(printed.replace('"name": "crosslink"', '"name": "cross"'))
    monkeypatch.chdir(tmp_path)
    assert main(["package", "--check"]) == 2
    out, err = capsys.readouterr()
    assert out.splitlines()[3:] == ['-  "name": "cross",', '+  "name": "crosslink",']
    assert " ".join(err.split()) == f"{FILE} isn't what the settings say: crosslink package > {FILE}"


def test_all_keys_of_a_stack_file_are_inputs() -> None:
    inputs = SCHEMA["resources"]["crosslink:index:Crosslink"]["inputProperties"]
    assert {f"crosslink:{name}" for name in inputs} == set(KEYS) - {DEFAULT_PROVIDERS}
    assert "`cluster`, `loadBalancer`, `networkLoadBalancer`, `service`" in inputs["backends"]["description"]
    assert len(inputs["backends"]["items"]["oneOf"]) == len(KINDS) + 1  # a service, also of another stack


def test_each_property_has_a_type_and_says_what_it_is() -> None:
    assert [name for name, told in properties() if not re.match(r"[A-Z`]", told["description"])] == []
    references = set(re.findall(r'"#/types/([^"]+)"', package()))
    assert references == set(SCHEMA["types"])
    untyped = [name for name, told in properties() if told.get("$ref") == "pulumi.json#/Any"]
    assert {name.rpartition(".")[2] for name in untyped} == {"path", "logGroups"}
