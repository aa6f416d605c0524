"""`bootstrap/permissions.yaml`, and what follows from it for an account."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from tests.bootstrap.templates import as_list, source
from tests.runs import ROOT

SIDES = ("consumer", "provider")
CONSUMER = frozenset({"consumer", "consumer/madeNetworks", "consumer/peering"})
EXISTING_CONSUMER = frozenset({"consumer", "consumer/existingNetworks"})
PROVIDER = frozenset({"provider", "provider/cluster", "provider/madeNetwork"})
READ = ("read",)
EVERYTHING = ("create", "read", "update", "delete", "tag", "caller", "native")
Need = tuple[str, str]
"""An action, and of API Gateway's the path that it is for: "" of all others."""

TABLE = source("permissions.yaml")
CONTAINED = {type_: row["contains"] for type_, row in TABLE.items() if "contains" in row}
ROWS = {type_: row for type_, row in TABLE.items() if "contains" not in row}


def needs(shapes: Collection[str], columns: Iterable[str]) -> set[Need]:
    """What the types that the program makes in an account of some shapes ask for."""
    return {
        need
        for row in ROWS.values()
        if not {*row["shapes"]}.isdisjoint(shapes)
        for column in columns
        if column != "native" or f"{row['shapes'][0]}/native" in shapes
        for need in map(_need, row.get(column, []))
    }


def doctor(shapes: Collection[str], *, probe: bool = True) -> set[Need]:
    """What the doctor asks for; of a cluster only where there is one."""
    policies = json.loads((ROOT / "docs/doctor-policy.json").read_text())
    clusters = not {"provider/cluster", "provider/existingCluster"}.isdisjoint(shapes)
    return {
        (action, path)
        for side in SIDES
        if side in shapes
        for statement in policies[side]["Statement"]
        if probe or statement["Sid"] != "Probe"
        for action, path in needs_of(statement)
        if clusters or not action.startswith("eks:")
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
