"""A comparison as one JSON object, which `compare.schema.json` describes."""

from dataclasses import asdict

from crosslink.compare.comparison import Comparison
from crosslink.compare.flowchart import mermaid
from crosslink.report.as_json import verdict_as_json


def as_json(comparison: Comparison) -> dict[str, object]:
    """The whole comparison."""
    return {
        "command": "compare",
        "stack": comparison.stack,
        "isNew": comparison.is_new,
        "routes": [asdict(route) for route in comparison.routes],
        "findings": [
            {"verdict": verdict_as_json(finding.verdict), "paths": finding.paths, "already": finding.already}
            for finding in comparison.findings
        ],
        "openings": [asdict(opening) for opening in comparison.openings],
        "secrets": comparison.secrets,
        "changes": [asdict(change) for change in comparison.changes],
        "mermaid": mermaid(comparison.base, comparison.head),
    }
