"""`python -m tests.recipes` writes pictures and costs into the recipes, and a picture into the README."""

import re
from collections.abc import Iterator
from pathlib import Path

from crosslink.cost.estimate import estimate
from crosslink.cost.prices import prices
from crosslink.cost.report import dollars
from crosslink.graph.from_sandbox import graph_of, model_of
from crosslink.report.diagram import mermaid
from crosslink.timeline.timeline import timeline
from tests.runs import ROOT, file_of, run_stack

README = ROOT / "README.md"
RECIPES = sorted((ROOT / "docs" / "recipes").glob("*.md"))
PICTURE = re.compile(r"^```mermaid\n.*?^```\n", re.M | re.S)
HEADING = "## At a glance\n"
SECTION = re.compile(rf"^{HEADING}.*?(?=^## )", re.M | re.S)
STACK = re.compile(r"^\.venv/bin/crosslink sandbox up --stack ([\w-]+)", re.M)


def picture(stack: str) -> str:
    """The way of a request, as a block of Mermaid."""
    return f"```mermaid\n{mermaid(model_of(run_stack(file_of(stack), preview=False)).walks)}```\n"


def cost_of(stack: str) -> str:
    """USD a month, before nodes and traffic."""
    return dollars(estimate(graph_of(run_stack(file_of(stack), preview=True))).usd)


def minutes_of(stack: str) -> int:
    """How long a first `up` takes."""
    return round(timeline(graph_of(run_stack(file_of(stack), preview=True))).seconds / 60)


def glance(stacks: list[str]) -> str:
    """What stacks make, cost and take, and a picture of the first."""
    return f"""\
{HEADING}
| stack | resources | a month, before nodes and traffic | a first `up` |
|---|---|---|---|
{"".join(map(_row, stacks))}
Prices of {prices().as_of}, and times from others' logs: `crosslink cost` and `crosslink timeline` tell them
line by line. The way of a request, as drawn by `crosslink sandbox diagram --stack {stacks[0]}`:

{picture(stacks[0])}
"""


def _row(stack: str) -> str:
    count = len(run_stack(file_of(stack), preview=True).resources)
    return f"| `{stack}` | {count} | ${cost_of(stack)} | about {minutes_of(stack)} minutes |\n"


def written(page: Path) -> str:
    """What a page should say: a recipe, or the README."""
    text = page.read_text()
    if page == README:
        return PICTURE.sub(lambda _: picture("dev"), text)
    stacks = list(dict.fromkeys(STACK.findall(text)))
    return SECTION.sub(lambda _: glance(stacks), text)


def pages() -> Iterator[Path]:
    """The README, and the recipes with such a section."""
    yield README
    yield from (page for page in RECIPES if HEADING in page.read_text())


def main() -> None:
    """Writes them anew."""
    for page in pages():
        page.write_text(written(page))


if __name__ == "__main__":
    main()
