"""`bootstrap/permissions.yaml`, and what follows from it for an account."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from tests.bootstrap.templates import as_list, source
from tests.runs import ROOT

Side = Literal["consumer", "provider"]
SIDES: tuple[Side, ...] = ("consumer", "provider")
READ = ("read",)
EVERYTHING = ("create", "read", "update", "delete", "tag", "caller")
Need = tuple[str, str]
"""An action, and of API Gateway's the path that it is for: "" of all others."""

TABLE = source("permissions.yaml")
CONTAINED = {type_: row["contains"] for type_, row in TABLE.items() if "contains" in row}
ROWS = {type_: row for type_, row in TABLE.items() if "contains" not in row}


def needs(side: Side, columns: Iterable[str]) -> set[Need]:
    """What the types that the program makes on a side ask for."""
    return {
        need
        for row in ROWS.values()
        if side in row["account"]
        for column in columns
        for need in map(_need, row.get(column, []))
    }


def doctor(side: Side, *, probe: bool = True) -> set[Need]:
    """What the doctor asks for."""
    policy = json.loads((ROOT / "docs/doctor-policy.json").read_text())[side]
    return {
        need
        for statement in policy["Statement"]
        if probe or statement["Sid"] != "Probe"
        for need in needs_of(statement)
    }


def needs_of(statement: Mapping[str, Any]) -> Iterator[Need]:
    """What a policy's statement allows."""
    for action in as_list(statement["Action"]):
        if not action.startswith("apigateway:"):
            yield action, ""
            continue
        for resource in as_list(statement["Resource"]):
            yield action, resource.removeprefix("arn:aws:apigateway:*::")


def _need(entry: str) -> Need:
    action, _, path = entry.partition(" ")
    return action, path
