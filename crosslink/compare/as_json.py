"""A comparison as one JSON object, the one that `compare.schema.json` describes."""

import dataclasses

from crosslink.compare.comparison import Comparison
from crosslink.compare.flowchart import mermaid
from crosslink.report.as_json import verdict_as_json


def as_json(comparison: Comparison) -> dict[str, object]:
    """All of it."""
    return {
        "command": "compare",
        "stack": comparison.stack,
        "isNew": comparison.is_new,
        "routes": [dataclasses.asdict(one) for one in comparison.routes],
        "findings": [
            {"verdict": verdict_as_json(one.verdict), "paths": one.paths, "already": one.already}
            for one in comparison.findings
        ],
        "openings": [dataclasses.asdict(one) for one in comparison.openings],
        "secrets": comparison.secrets,
        "changes": [dataclasses.asdict(one) for one in comparison.changes],
        "mermaid": mermaid(comparison.base, comparison.head),
    }
