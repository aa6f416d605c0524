"""A comparison as one comment of a pull request, in GitHub's Markdown."""

import re
from collections import Counter

from crosslink.compare import sections
from crosslink.compare.changes import Operation
from crosslink.compare.comparison import Comparison
from crosslink.compare.flowchart import mermaid
from crosslink.compare.markdown import block, code, prose
from crosslink.compare.sections import FEW, Part
from crosslink.rules.verdict import Result

LIMIT = 60_000
"""Characters. GitHub refuses a comment of more than 65,536 ("body is too long"), and `preview.yml` cuts this
one here: the end of the real preview goes below."""
FOOTER = (
    "<sub>From two runs of the program without AWS, `crosslink compare`: what differs between two "
    "versions of the program and its settings. What is deployed isn't looked at, and whether a changed "
    "property replaces its resource is for the provider to say: the real preview tells.</sub>"
)


def marker(stack: str) -> str:
    """The hidden line by which a stack's comment is found again."""
    name = re.sub(r"[^\w.-]", "_", stack)  # what Pulumi allows
    return f"<!-- crosslink:{name} -->"


def write(comparison: Comparison) -> str:
    """The comment, with as many of its parts as there is room for."""
    drawn = mermaid(comparison.base, comparison.head)
    text = _written(comparison, drawn, ())
    left_out: tuple[Part, ...] = ()
    for part in Part:
        if len(text) <= LIMIT:
            break
        left_out = (*left_out, part)
        text = _written(comparison, drawn, left_out)
    return text[:LIMIT]


def failed(stack: str, error: str) -> str:
    """The comment where one side doesn't run, or the two can't be compared.

    Args:
        stack: the stack's name.
        error: why.
    """
    room = LIMIT // 4  # a block of nothing but backticks takes three times its length
    text = error if len(error) <= room else f"{error[:room]}…"
    headline = f"### ✗ {code(stack)}: the comparison could not run"
    return "\n\n".join([marker(stack), headline, block(text)]) + "\n"


def headline(comparison: Comparison) -> str:
    """The verdict in one sentence."""
    stack = code(comparison.stack) + (", a new stack" if comparison.is_new else "")
    sign, verdict = _verdict(comparison)
    if not comparison.changes and not comparison.secrets:
        return f"{sign} {stack}: nothing changes; {verdict}"
    opens = len(comparison.openings)
    opening = (
        f"**{opens} {'thing opens' if opens == 1 else 'things open'} up**" if opens else "nothing opens up"
    )
    counts = Counter(one.operation for one in comparison.changes)
    resources = [f"{counts[one]} {one}" for one in Operation if counts[one]]
    return f"{sign} {stack}: {verdict}; {opening}; resources: {', '.join(resources) or 'none changes'}"


def _written(comparison: Comparison, drawn: str | None, left_out: tuple[Part, ...]) -> str:
    note = f"_There is no room for {', '.join(left_out)}. With `--json` there is all but the walks._"
    parts = [
        marker(comparison.stack),
        f"### {headline(comparison)}",
        sections.routes(comparison, left_out),
        sections.findings(comparison, left_out),
        sections.walked(comparison, left_out),
        sections.openings(comparison, left_out),
        sections.secrets(comparison, left_out),
        sections.picture(drawn, left_out),
        sections.resources(comparison, left_out),
        note if left_out else "",
        FOOTER,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _verdict(comparison: Comparison) -> tuple[str, str]:
    """Its sign and its words."""
    results = {route.path: route.after.result for route in comparison.routes if route.after}
    routes = f"{len(results)} {'route' if len(results) == 1 else 'routes'}"
    broken = [path for path, result in results.items() if result is Result.BROKEN]
    unknown = [path for path, result in results.items() if result is Result.UNKNOWN]
    if broken:
        hops = list(dict.fromkeys(one.verdict.title for one in comparison.findings if one.paths))
        where = ", ".join(map(prose, hops[:FEW])) + (" and others" if len(hops) > FEW else "")
        return "✗", f"{len(broken)} of {routes} broken at the {where}"
    if comparison.findings:
        return "✗", "every route gets through, but a rule beside the path is broken"
    if unknown:
        return "?", f"of {len(unknown)} of {routes} nobody can tell whether a request gets through"
    before = [route for route in comparison.routes if route.before and route.before.result is Result.BROKEN]
    again = " again" if before else ""
    return "✓", f"every route gets through{again}"
