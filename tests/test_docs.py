"""What the documentation names is there: links, files, and the sections and index of the decisions."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ADR = ROOT / "docs" / "adr"
DECISIONS = sorted(ADR.glob("[0-9]*.md"))
TOP = [path for path in ROOT.iterdir() if path.is_dir() and re.match(r"[^.]|\.ci|\.github", path.name)]
"""The directories of the repository; no caches, no `.venv`."""
PAGES = [
    ROOT / "llms.txt",
    *sorted(ROOT.glob("*.md")),
    *(page for folder in TOP for page in sorted(folder.rglob("*.md")) if ".venv" not in page.parts),
]

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
BELOW_TOP = re.compile(rf"(?<![\w./:-])((?:{'|'.join(re.escape(p.name) for p in TOP)})/[\w./-]*)([<{{*]?)")
"""A path from the root, anywhere in a text; a placeholder may follow: `examples/Pulumi.<shape>.yaml`."""
QUOTED = re.compile(r"`((?:[\w-][\w.-]*/)*[\w-]*\.(?:py|md|toml|txt)|(?:[\w.-]+/)+)`")
"""A file or directory in code quotes. Stack files without a directory may be the reader's own."""

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
each_decision = pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.stem)


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page, page.read_text()) == []


@each_page
def test_files_that_are_named_exist(page: Path) -> None:
    assert missing_files(page.read_text()) == []


@each_decision
def test_a_decision_is_one_page_with_every_section(decision: Path) -> None:
    text = decision.read_text()
    assert re.match(rf"# {decision.name[:4]}\. .+\n\nStatus: .+, \d{{4}}-\d\d\n\n## Context\n", text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences", "Sources"]
    consequences, sources = text.partition("## Consequences\n")[2].split("## Sources\n")
    assert re.findall(r"^(\S.*):\n\n- ", consequences, re.MULTILINE) == [
        "Gets better",
        "Gets worse",
        "Not confirmed without AWS",
    ]
    assert re.search(r"\]\(https://(docs\.aws\.amazon\.com|www\.pulumi\.com)/", sources)
    assert len(text.splitlines()) <= 60


def test_the_index_lists_every_decision() -> None:
    row = re.compile(r"^\| \[(.+)\]\((.+)\) \| (.+) \| (.+) \|$", re.MULTILINE)
    head = re.compile(r"# (\d+)\. (.+)\n\nStatus: (.+),")
    assert row.findall((ADR / "README.md").read_text()) == [
        (number, decision.name, title, status)
        for decision in DECISIONS
        for number, title, status in head.findall(decision.read_text())
    ]
    assert [int(decision.name[:4]) for decision in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("[a](0001-nothing.md)", ["0001-nothing.md"]),
        ("[a](README.md#nothing)", ["README.md#nothing"]),
        ("[a](#nothing)", ["#nothing"]),
        ("# An `odd` one, here\n[a](#an-odd-one-here) [b](README.md#decisions) [c](https://pulumi.com)", []),
    ],
)
def test_a_broken_link_is_found(text: str, broken: list[str]) -> None:
    assert broken_links(ADR / "page.md", text) == broken


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("`components/nothing.py`", ["components/nothing.py"]),
        ("--stack examples/Pulumi.nothing.yaml.", ["examples/Pulumi.nothing.yaml"]),
        ("`nothing/` and `nothing.py`", ["nothing.py", "nothing/"]),
        ("`tests/<nothing>.py`, examples/Pulumi.<shape>.yaml, `nowhere/<x>`", []),
        (
            "`rest_api.py`, `.ci/run`, `tests/`, `/svc1`, `kubernetes.io/role`, https://x.org/tests/nothing",
            [],
        ),
    ],
)
def test_a_missing_file_is_found(text: str, missing: list[str]) -> None:
    assert missing_files(text) == missing


def broken_links(page: Path, text: str) -> list[str]:
    """The links of a page to files or headings that aren't there."""
    return [
        link for link in LINK.findall(text) if "://" not in link and not _leads_somewhere(page, text, link)
    ]


def missing_files(text: str) -> list[str]:
    """The files and directories that a text names and the repository doesn't have."""
    return sorted({path for path in _named(text) if not _exists(path)})


def _leads_somewhere(page: Path, text: str, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    if path and not target.exists():
        return False
    return not anchor or anchor in _anchors(target.read_text() if path else text)


def _anchors(text: str) -> set[str]:
    """What GitHub makes of the headings of a text."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _named(text: str) -> Iterator[str]:
    for path, placeholder in BELOW_TOP.findall(text):
        yield path.rpartition("/")[0] if placeholder else path.rstrip(".")
    yield from QUOTED.findall(text)


def _exists(path: str) -> bool:
    """From the root; a mere file name, as beside the path of its neighbour, anywhere in the repository."""
    anywhere = "/" not in path and any(found for directory in TOP for found in directory.rglob(path))
    return anywhere or (ROOT / path).exists()
