"""A comparison as one comment of a pull request, in GitHub's Markdown, without what there is no room for."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TypeAlias

from crosslink.compare import sections
from crosslink.compare.comparison import Comparison
from crosslink.compare.cost_line import cost_line
from crosslink.compare.flowchart import MAX_WAYS, mermaid
from crosslink.compare.headline import few, headline
from crosslink.compare.markdown import block, code, details, prose
from crosslink.compare.resource_list import resources
from crosslink.compare.types_comment import told_types
from crosslink.compare.walks import walks

# Characters. GitHub refuses a comment of more than 65,536 ("body is too long"), and `preview.yml` cuts this
# one here: the end of the real preview goes below.
LIMIT = 60_000
FOOTER = (
    "<sub>From two runs of the program without AWS, `crosslink compare`: what differs between two "
    "versions of the program and its settings. It doesn't look at what is deployed: the real preview "
    "does.</sub>"
)
ITEMS = 20
LARGEST_PICTURE = 20_000  # characters; Mermaid itself refuses 50,000
SIDES_GONE = {
    "consumer": "the API and its way to the endpoints go; who calls the backends is another stack's to say",
    "provider": "the endpoint services go, with all that the stack made behind them",
}


class Part(StrEnum):
    """What a comment can do without, in the order in which it is left out; each as the comment names it."""

    WALKS = "the walks"
    VALUES = "the values of changed properties"
    RESOURCES = "the list of resources"
    PICTURE = "the picture"
    ITEMS = f"more than {ITEMS} of a list"


Parts: TypeAlias = Sequence[Part]


def marker(stack: str) -> str:
    """The hidden line by which a stack's comment is found again."""
    name = re.sub(r"[^\w.-]", "_", stack)  # what Pulumi allows
    return f"<!-- crosslink:{name} -->"


def write(comparison: Comparison) -> str:
    """The comment, with as many of its parts as there is room for."""
    drawn = mermaid(comparison.base, comparison.head)
    text = ""
    for count in range(len(Part) + 1):
        text = "\n\n".join(_paragraphs(comparison, drawn, tuple(Part)[:count])) + "\n"
        if len(text) <= LIMIT:
            break
    return text[:LIMIT]


def failed(stack: str, error: str) -> str:
    """The comment of a stack of which one side doesn't run, or whose sides can't be compared."""
    room = LIMIT // 4  # a block of nothing but backticks takes three times its length
    text = error if len(error) <= room else f"{error[:room]}…"
    return f"{marker(stack)}\n\n### ✗ {code(stack)}: the comparison could not run\n\n{block(text)}\n"


def _paragraphs(comparison: Comparison, drawn: str | None, left_out: Parts) -> Iterator[str]:
    """All paragraphs; `drawn` is a flowchart in Mermaid, None if nothing changes on the way."""
    most = ITEMS if Part.ITEMS in left_out else None
    yield marker(comparison.stack)
    yield f"### {headline(comparison)}"
    yield from sections.own_code(comparison.own_code)
    yield from (f"**The {side} side goes**: {SIDES_GONE[side]}." for side in comparison.sides_gone)
    yield from sections.routes(comparison.routes, most)
    yield from sections.findings(comparison.findings, most)
    yield from sections.findings(comparison.degraded, most)
    yield from sections.settings(comparison.not_judged, most)
    yield from sections.effects(comparison.standing, most)
    yield from _openings(comparison, most)
    yield from _secrets(comparison.secrets, most)
    if comparison.changes:
        yield cost_line(comparison.cost)
    yield from _folded(comparison, drawn, left_out)
    if left_out:
        yield f"_There is no room for {', '.join(left_out)}. With `--json` there is all but the walks._"
    yield FOOTER


def _openings(comparison: Comparison, most: int | None) -> Iterator[str]:
    """What opens up, as far as anything has judged it."""
    yield "#### What opens up"
    lines = [
        f"- {few(opening.what, ITEMS)}: {prose(opening.how, sections.LONG)}"
        for opening in comparison.openings
    ]
    if lines:
        yield from sections.shown(lines, most)
    elif not comparison.unjudged_types:
        yield "Nothing: no route, range, principal or limit is wider."
    yield from told_types(comparison.types_beside, most)


def _secrets(names: Sequence[str], most: int | None) -> Iterator[str]:
    if names:
        yield "#### Secret settings"
        yield "Encrypted anew. Nothing here can read the values: the real preview shows what they change."
        yield from sections.shown([f"- {code(name)}" for name in names], most)


def _folded(comparison: Comparison, drawn: str | None, left_out: Parts) -> Iterator[str]:
    """What a reviewer opens who wants to know more."""
    if drawn and Part.PICTURE not in left_out:
        yield _picture(drawn)
    paths = [route.path for route in comparison.routes if sections.is_walked(route)]
    if paths and Part.WALKS not in left_out:
        summary = "The walk of each route that is new, changed, broken or without redundancy, hop by hop"
        yield details(summary, block(walks(comparison.head, paths)))
    if comparison.changes:
        listed, values = Part.RESOURCES not in left_out, Part.VALUES not in left_out
        yield from resources(comparison.changes, listed=listed, values=values)


def _picture(drawn: str) -> str:
    if len(drawn) > LARGEST_PICTURE:
        return "_More changes than can be drawn. With `--json` there is the picture._"
    what = "What changes on a request's way, with the hops next to it"
    note = f"A dotted arrow leaves out hops that stay. At most {MAX_WAYS} ways are drawn side by side."
    return details(what, f"{note}\n\n{block(drawn, 'mermaid')}")
