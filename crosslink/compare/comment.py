"""A comparison as one comment of a pull request, in GitHub's Markdown."""

import re
from collections import Counter

from crosslink.compare.changes import Operation
from crosslink.compare.comparison import Comparison
from crosslink.compare.flowchart import mermaid
from crosslink.compare.markdown import block, code, prose
from crosslink.compare.sections import FEW, Part, paragraphs
from crosslink.rules.verdict import Result

# Characters. GitHub refuses a comment of more than 65,536 ("body is too long"), and `preview.yml` cuts this
# one here: the end of the real preview goes below.
LIMIT = 60_000
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
    parts = tuple(Part)
    texts = (_written(comparison, drawn, parts[:count]) for count in range(len(parts)))
    fitting = next((text for text in texts if len(text) <= LIMIT), None)
    return fitting or _written(comparison, drawn, parts)[:LIMIT]


def failed(stack: str, error: str) -> str:
    """The comment of a stack of which one side doesn't run, or whose sides can't be compared."""
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
    opening = f"**{opens} thing{' opens' if opens == 1 else 's open'} up**" if opens else "nothing opens up"
    counts = Counter(change.operation for change in comparison.changes)
    resources = [f"{counts[operation]} {operation}" for operation in Operation if counts[operation]]
    return f"{sign} {stack}: {verdict}; {opening}; resources: {', '.join(resources) or 'none changes'}"


def _written(comparison: Comparison, drawn: str | None, left_out: tuple[Part, ...]) -> str:
    parts = [marker(comparison.stack), f"### {headline(comparison)}"]
    parts += paragraphs(comparison, drawn, left_out)
    if left_out:
        room = f"_There is no room for {', '.join(left_out)}."
        parts.append(f"{room} With `--json` there is all but the walks._")
    return "\n\n".join([*parts, FOOTER]) + "\n"


def _verdict(comparison: Comparison) -> tuple[str, str]:
    results = Counter(route.after.result for route in comparison.routes if route.after)
    routes = f"{results.total()} {'route' if results.total() == 1 else 'routes'}"
    if broken := results[Result.BROKEN]:
        hops = list(dict.fromkeys(found.verdict.title for found in comparison.findings if found.paths))
        where = ", ".join(map(prose, hops[:FEW])) + (" and others" if len(hops) > FEW else "")
        return "✗", f"{broken} of {routes} broken at the {where}"
    if comparison.findings:
        return "✗", "every route gets through, but a rule beside the path is broken"
    if unknown := results[Result.UNKNOWN]:
        return "?", f"of {unknown} of {routes} nobody can tell whether a request gets through"
    mended = any(route.before and route.before.result is Result.BROKEN for route in comparison.routes)
    return "✓", f"every route gets through{' again' if mended else ''}"
