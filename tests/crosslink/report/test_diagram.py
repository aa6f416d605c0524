"""The Mermaid flowchart of each example, and the one in the documentation."""

import re
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from crosslink.graph.from_sandbox import model_of
from crosslink.path import steps
from crosslink.report import diagram
from crosslink.report.mermaid import HEADER
from tests.crosslink.report.models import NOT_ALLOWED, walk
from tests.crosslink.walks import with_found
from tests.runs import DEV, ROOT, STACK_FILES, run_stack, settings_of

NODE = re.compile(r'^ +(n\d+)(?:\["(.*)"\]|\(\["client"\]\))$', re.MULTILINE)
BOX = re.compile(r'^ +subgraph (\S+)\["(.*)"\]$', re.MULTILINE)
EDGE = re.compile(r'^  (n\d+) -->(?:\|"(.+)"\|)? (n\d+)$', re.MULTILINE)
END = re.compile(r"^ +end$", re.MULTILINE)

each_stack_file = pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)


@each_stack_file
def test_it_is_a_flowchart(file: Path) -> None:
    """Each line is one of the forms above, boxes are closed, and edges go between nodes that are there."""
    text = _mermaid(file)
    header, body = text[: len(HEADER)], text[len(HEADER) + 1 :]
    assert header == HEADER
    assert all(
        any(form.fullmatch(line) for form in (NODE, BOX, EDGE, END))
        for line in body.removesuffix("\n").split("\n")
    )
    assert len(BOX.findall(body)) == len(END.findall(body))
    names = [name for name, _ in (*NODE.findall(body), *BOX.findall(body))]
    assert set(Counter(names).values()) == {1}
    edges = EDGE.findall(body)
    assert len(set(edges)) == len(edges)
    nodes = {name for name, _ in NODE.findall(body)}
    assert nodes == {end for start, _, finish in edges for end in (start, finish)}
    # A tree from the client on: routes part and never meet again, unless target groups share an endpoint.
    if not settings_of(file).shared_routes:
        assert Counter(finish for _, _, finish in edges) == Counter(nodes - {"n0"})


@each_stack_file
def test_it_shows_every_account_region_and_route(file: Path) -> None:
    text, settings = _mermaid(file), settings_of(file)
    boxes = {title for _, title in BOX.findall(text)}
    consumer, backends = settings.consumer, settings.backends
    places = {(f"account {party.account_id}", party.region) for party in backends}
    if consumer:
        account = f"account {consumer.account_id}"
        places |= {(account, region) for region in (consumer.region, *consumer.landings)}
    else:  # another stack's
        places |= {("account unknown", "region unknown")}
    assert boxes == set(chain(*places))
    labels = {label.partition(" (")[0] for _, label, _ in EDGE.findall(text)}
    assert {served.path for backend in backends for served in backend.served} <= labels


@pytest.mark.parametrize(("found", "text"), [((), "missing"), (NOT_ALLOWED, "unknown")])
def test_what_is_not_there_is_missing_and_what_could_not_be_read_is_unknown(found, text) -> None:
    drawn = diagram.mermaid([with_found(walk(), steps.LISTENER, found)])
    assert f"<b>listener</b><br>{text}" in [label for _, label in NODE.findall(drawn)]


def test_the_documentation_shows_the_stack_dev() -> None:
    """Make it anew with `crosslink sandbox diagram`."""
    assert f"```mermaid\n{_mermaid(DEV)}```\n" in (ROOT / "README.md").read_text()


def _mermaid(file: Path) -> str:
    return diagram.mermaid(model_of(run_stack(file, preview=False)).walks)
