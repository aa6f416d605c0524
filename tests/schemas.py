"""The schemas of what the commands print as JSON, which refer to each other."""

import json
from pathlib import Path

from jsonschema_rs import Draft202012Validator, Registry

ROOT = Path(__file__).parents[1]
SHARED = "crosslink/report/walks.schema.json"
COST = "crosslink/cost/cost.schema.json"


def validator(path: str, part: str | None = None) -> Draft202012Validator:
    """The validator for a schema of the repository, or for a part of one by its reference."""
    schemas = [json.loads((ROOT / one).read_text()) for one in (SHARED, COST, path)]
    registry = Registry([(schema["$id"], schema) for schema in schemas])
    return Draft202012Validator({"$ref": part} if part else schemas[-1], registry=registry)
