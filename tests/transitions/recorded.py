"""What the engine's previews said of each change, as `recorded/*.yaml` keeps it.

How it was recorded: the Pulumi CLI (3.260) ran the program itself, with pulumi-eks (4.3). `pulumi up` made
each base, and then `pulumi preview --json` was asked of each change of it. What needs AWS was played:

- Resources of `aws` by terraform-provider-aws (5.100) itself, which planned each change, and made the base in
  moto, a stand-in for AWS that was given what it lacks. pulumi-aws 7 bridges version 6 of it, and adds what
  its bridge does: providers are replaced with their region, and what has a name of its own is deleted before
  its successor is made.
- Those of `kubernetes` by a stand-in that keeps what it is given, and replaces what pulumi-kubernetes does
  (https://github.com/pulumi/pulumi-kubernetes, `provider/pkg/provider/diff.go`).
- For the bases `joined`, `two` and `native-v2`, for the ways across, and for most changes that only update,
  those of `aws` by such a stand-in, too, which was told what terraform-provider-aws replaces.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from crosslink.sandbox import go_yaml
from tests.transitions.outcome import OLD_FIRST, OPERATIONS, Outcome, previewed
from tests.transitions.transition import HERE, bases, transitions

RECORDED = HERE / "recorded"
_WIDTH = 110


class Recorded(BaseModel):
    """One change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    created: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    updated: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    replaced: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    replaced_old_first: Mapping[str, tuple[str, ...]] = Field(default_factory=dict, alias=OLD_FIRST)
    deleted: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    refused: str | None = None  # what the engine says where it refuses the change

    @property
    def outcome(self) -> Outcome:
        return {name: types for name in OPERATIONS if (types := self.model_dump(by_alias=True)[name])}


@cache
def recorded() -> Mapping[str, Recorded]:
    """By the change's id."""
    found: dict[str, Recorded] = {}
    for file in sorted(RECORDED.glob("*.yaml")):
        found |= TypeAdapter(dict[str, Recorded]).validate_python(go_yaml.load(file))
    return found


def record(base: str, previews: Path) -> None:
    """Keeps what the previews in a directory say, but for what they say of the unchanged base, too."""
    if not (previews / "0-same.json").exists():
        return
    noise = {(step["op"], step["urn"]) for step in _read(previews / "0-same.json")["steps"]}
    found = {
        transition.id: _of(_read(file), noise)
        for transition in transitions().values()
        if transition.base == base and (file := previews / f"{transition.id}.json").exists()
    }
    head = f"# What the engine's previews said of changes of {base}: {bases()[base].about}.\n"
    text = yaml.safe_dump(found, sort_keys=False, width=_WIDTH, default_flow_style=None)
    RECORDED.mkdir(exist_ok=True)
    (RECORDED / f"{base}.yaml").write_text(head + text)


def _read(file: Path) -> Any:
    return json.loads(file.read_text())


def _of(preview: Mapping[str, Any], noise: set[tuple[str, str]]) -> dict[str, Any]:
    errors = [told["message"] for told in preview.get("diagnostics", ()) if told["severity"] == "error"]
    if errors:
        return {"refused": errors[0].removeprefix("error: ").strip()}
    steps = [step for step in preview["steps"] if (step["op"], step["urn"]) not in noise]
    return {
        operation: {type_: [*names] for type_, names in types.items()}
        for operation, types in previewed(steps).items()
    }
