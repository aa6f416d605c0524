"""The Mermaid flowchart of each example. tests/test_recipes.py holds those in the documentation."""

import re
from collections import Counter
from pathlib import Path

import pytest

from crosslink.graph.from_sandbox import model_of
from crosslink.path import steps
from crosslink.report import diagram
from crosslink.report.mermaid import HEADER
from tests.crosslink.report.models import NOT_ALLOWED, walk
from tests.crosslink.walks import with_found
from tests.runs import STACK_FILES, run_stack, settings_of

NODE = re.compile(r'^ +(n\d+)(?:\["(.*)"\]|\(\["client"\]\))$', re.MULTILINE)
BOX = re.compile(r'^ +subgraph (\S+)\["(.*)"\]$', re.MULTILINE)
EDGE = re.compile(r'^  (\w+\d+) -->(?:\|"(.+)"\|)? (\w+\d+)$', re.MULTILINE)
IN_A_ROW = re.compile(r"^    direction LR$", re.MULTILINE)
END = re.compile(r"^ +end$", re.MULTILINE)

each_stack_file = pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)


@each_stack_file
def test_it_is_a_flowchart(file: Path) -> None:
    """Each line is one of the forms above, and boxes are closed.

    Edges go between nodes of a box, or between boxes: others would cross a box's title.
    """
    text = _mermaid(file)
    header, body = text[: len(HEADER)], text[len(HEADER) + 1 :]
    assert header == HEADER
    assert all(
        any(form.fullmatch(line) for form in (NODE, BOX, IN_A_ROW, EDGE, END))
        for line in body.removesuffix("\n").split("\n")
    )
    assert len(BOX.findall(body)) == len(IN_A_ROW.findall(body)) == len(END.findall(body))
    names = [name for name, _ in (*NODE.findall(body), *BOX.findall(body))]
    assert set(Counter(names).values()) == {1}
    edges = EDGE.findall(body)
    assert len(set(edges)) == len(edges)
    boxes = {name: {node for node, _ in NODE.findall(text)} for name, text in _in_boxes(body)}
    box_of = {node: name for name, nodes in boxes.items() for node in nodes}
    for start, _, finish in edges:
        assert start == "n0" or (start in boxes) == (finish in boxes)
        assert start == "n0" or start in boxes or box_of[start] == box_of[finish]
    ends = {end for start, _, finish in edges for end in (start, finish)}
    assert ends <= {"n0", *box_of, *boxes}
    assert {*boxes} <= ends
    # A tree from the client on: routes part and never meet again, unless target groups share an endpoint.
    if not settings_of(file).shared_routes:
        assert {*Counter(finish for _, _, finish in edges).values()} == {1}


def _in_boxes(body: str) -> list[tuple[str, str]]:
    """The boxes by their names, each with what is in it."""
    return re.findall(r"^  subgraph (\S+)\[.*?\n(.*?)^  end$", body, re.MULTILINE | re.DOTALL)


@each_stack_file
def test_it_shows_every_account_region_and_route(file: Path) -> None:
    text, settings = _mermaid(file), settings_of(file)
    boxes = {title for _, title in BOX.findall(text)}
    consumer, backends = settings.consumer, settings.backends
    places = {(party.account_id, party.region) for party in backends}
    if consumer:
        places |= {(consumer.account_id, region) for region in (consumer.region, *consumer.landings)}
    else:  # another stack's
        places |= {("unknown", "region unknown")}
    assert boxes == {f"account {account}, {region}" for account, region in places}
    lines = {line for _, label, _ in EDGE.findall(text) for line in label.split("<br>")}
    labels = {line.partition(" (")[0] for line in lines}
    assert {served.path for backend in backends for served in backend.served} <= labels


@pytest.mark.parametrize(("found", "text"), [((), "missing"), (NOT_ALLOWED, "unknown")])
def test_what_is_not_there_is_missing_and_what_could_not_be_read_is_unknown(found, text) -> None:
    drawn = diagram.mermaid([with_found(walk(), steps.LISTENER, found)])
    assert f"<b>listener</b><br>{text}" in [label for _, label in NODE.findall(drawn)]


def _mermaid(file: Path) -> str:
    return diagram.mermaid(model_of(run_stack(file, preview=False)).walks)
