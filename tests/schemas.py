"""The schemas of what the commands print as JSON, which refer to each other."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

ROOT = Path(__file__).parents[1]
SHARED = "crosslink/report/walks.schema.json"
COST = "crosslink/cost/cost.schema.json"


def validator(path: str) -> Draft202012Validator:
    """The validator for a schema of the repository."""
    schemas = [json.loads((ROOT / one).read_text()) for one in (SHARED, COST, path)]
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas
    )
    return Draft202012Validator(schemas[-1], registry=registry)
