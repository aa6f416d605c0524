"""Flowcharts in Mermaid: a box for each account and region, in it a row of nodes, between them arrows.

Arrows between boxes end at the boxes: one to a node in a box would cross its title, and Mermaid would draw
the nodes below each other.

Texts may be anybody's, a pull request's among them: none may become markup.

Sources:
    https://mermaid.js.org/syntax/flowchart.html#direction-in-subgraphs
    https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crosslink.report.text import UNSEEN, line

_CONFIG = {
    "rankSpacing": 40,
    "nodeSpacing": 30,
    "padding": 8,
    "wrappingWidth": 540,  # pixels: a fact of 60 characters is one line
}
HEADER = f"%%{{init: {json.dumps({'flowchart': _CONFIG})}}}%%\nflowchart TB"


@dataclass(frozen=True)
class Node:
    """A node in the box of its account and region; the client is in none."""

    key: object  # its identity
    account: str | None = None
    region: str | None = None

    @property
    def place(self) -> tuple[str | None, str | None]:
        """Its account and region."""
        return self.account, self.region


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
    boxes = {
        place: f"box{number}" for number, place in enumerate(dict.fromkeys(node.place for node in labels))
    }
    lines = [HEADER, f'  {ids[CLIENT]}(["client"])', *_boxes(ids, boxes, labels)]
    between: dict[tuple[str, str], list[Arrow]] = {}
    for arrow in arrows:
        inside = arrow.start != CLIENT and arrow.start.place == arrow.end.place
        start, end = (
            ids[node] if inside or node == CLIENT else boxes[node.place] for node in (arrow.start, arrow.end)
        )
        between.setdefault((start, end), []).append(arrow)
    for (start, end), own in between.items():
        texts = dict.fromkeys(line for arrow in own for line in arrow.lines)
        text = f'|"{"<br>".join(map(label, texts))}"|' if texts else ""
        dotted = all(arrow.dotted for arrow in own)
        lines.append(f"  {start} {'-.->' if dotted else '-->'}{text} {end}")
    for (name, style), nodes in (styles or {}).items():
        lines += [f"  classDef {name} {style}", f"  class {','.join(ids[node] for node in nodes)} {name}"]
    return "\n".join(lines) + "\n"


def _boxes(
    ids: Mapping[Node, str],
    boxes: Mapping[tuple[str | None, str | None], str],
    labels: Mapping[Node, Sequence[str]],
) -> Iterator[str]:
    """The boxes have numbers: what an account or a region is called may be anything."""
    for (account, region), box in boxes.items():
        named = label(account or "") or "unknown", label(region or "") or "region unknown"
        yield f'  subgraph {box}["account {", ".join(named)}"]'
        yield "    direction LR"
        for node, (title, *facts) in labels.items():
            if node.place == (account, region):
                text = "<br>".join([f"<b>{label(title)}</b>", *map(label, facts)])
                yield f'    {ids[node]}["{text}"]'
        yield "  end"


def label(text: str) -> str:
    """A line in quotes.

    Mermaid looks for directives, `%%{…}%%`, everywhere; and it takes a line for Markdown, but refuses lists.
    """
    escaped = re.sub(r'[#&"`<>%]', lambda found: f"#{ord(found[0])};", line(text))
    return re.sub(r"^(?=[-+*] |\d+[.)] )", UNSEEN, escaped)
