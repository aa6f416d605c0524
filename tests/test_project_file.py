"""Pulumi.yaml: the engine refuses a stack without a key that is declared there and has no default."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from settings.rules.keys import KEYS
from tests.runs import ROOT, STACK_FILES

_YAML = YAML(typ="safe", pure=True)
DECLARED = {
    f"crosslink:{name}": schema for name, schema in _YAML.load(ROOT / "Pulumi.yaml")["config"].items()
}


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_every_stack_has_what_pulumi_requires(file: Path) -> None:
    required = {name for name, schema in DECLARED.items() if "default" not in schema}
    assert required <= _YAML.load(file)["config"].keys()


def test_the_program_reads_what_is_declared() -> None:
    assert DECLARED.keys() <= set(KEYS)
