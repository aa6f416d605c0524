"""Flowcharts in Mermaid: accounts and regions as boxes, in them nodes, between them arrows.

Texts may be anybody's, a pull request's among them: none may become markup.

Sources:
    https://mermaid.js.org/syntax/flowchart.html
    https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crosslink.report.text import UNSEEN, line

_CONFIG = {
    "rankSpacing": 46,
    "padding": 8,
    "wrappingWidth": 540,  # pixels: a fact of 60 characters is one line
    "subGraphTitleMargin": {"top": 0, "bottom": 16},  # below a box's title, for the arrow that comes in
}
HEADER = f"%%{{init: {json.dumps({'flowchart': _CONFIG})}}}%%\nflowchart TB"


@dataclass(frozen=True)
class Node:
    """A node in the box of its account and region; in none without an account."""

    key: object  # its identity
    account: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class Arrow:
    """An arrow with lines of text on it; a dotted one skips nodes."""

    start: Node
    end: Node
    lines: tuple[str, ...] = ()
    dotted: bool = False


CLIENT = Node("client")


def flowchart(
    labels: Mapping[Node, Sequence[str]],
    arrows: Sequence[Arrow],
    styles: Mapping[tuple[str, str], Sequence[Node]] | None = None,
) -> str:
    """A flowchart that starts with the client.

    Args:
        labels: node → the lines of its label, the first of them its title; without the client.
        styles: name and style of a class → its nodes.
    """
    ids = {node: f"n{number}" for number, node in enumerate([CLIENT, *labels])}
    lines = [HEADER, f'  {ids[CLIENT]}(["client"])', *_boxes(ids, labels)]
    for arrow in arrows:
        text = f'|"{"<br>".join(map(label, arrow.lines))}"|' if arrow.lines else ""
        lines.append(f"  {ids[arrow.start]} {'-.->' if arrow.dotted else '-->'}{text} {ids[arrow.end]}")
    for (name, style), nodes in (styles or {}).items():
        lines += [f"  classDef {name} {style}", f"  class {','.join(ids[node] for node in nodes)} {name}"]
    return "\n".join(lines) + "\n"


def _boxes(ids: Mapping[Node, str], labels: Mapping[Node, Sequence[str]]) -> Iterator[str]:
    """The boxes have numbers: what an account or a region is called may be anything."""
    for number, account in enumerate(dict.fromkeys(node.account for node in labels)):
        yield f'  subgraph a{number}["account {label(account or "") or "unknown"}"]'
        regions = dict.fromkeys(node.region for node in labels if node.account == account)
        for place, region in enumerate(regions):
            yield f'    subgraph a{number}r{place}["{label(region or "") or "region unknown"}"]'
            for node, (title, *facts) in labels.items():
                if (node.account, node.region) == (account, region):
                    text = "<br>".join([f"<b>{label(title)}</b>", *map(label, facts)])
                    yield f'      {ids[node]}["{text}"]'
            yield "    end"
        yield "  end"


def label(text: str) -> str:
    """A line in quotes.

    Mermaid looks for directives, `%%{…}%%`, everywhere; and it takes a line for Markdown, but refuses lists.
    """
    escaped = re.sub(r'[#&"`<>%]', lambda found: f"#{ord(found[0])};", line(text))
    return re.sub(r"^(?=[-+*] |\d+[.)] )", UNSEEN, escaped)
