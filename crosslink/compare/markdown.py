"""Texts of others in GitHub's Markdown (https://github.github.com/gfm/): shown as they are, never as markup.

A pull request's settings and resources may hold anything. None of it may end a table or a fold, add a
heading, notify somebody, or hide behind invisible characters.
"""

import re

from crosslink.report.text import UNSEEN, line, visible_text

MAX_LENGTH = 120


def code(text: str) -> str:
    """A short text between backticks, more of them than it has itself in a row."""
    text = line(text, MAX_LENGTH) or '""'
    fence = _fence(text, 1)
    blank = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{blank}{text}{blank}{fence}"


def prose(text: str, length: int | None = None) -> str:
    """A sentence."""
    return _escaped(line(text, length))


def sentence(text: str, length: int | None = None) -> str:
    """A sentence in which backticks mean code; one without its partner is a mere backtick."""
    parts = line(text, length).split("`")
    if len(parts) % 2 == 0:
        return prose(text, length)
    return "".join(code(part) if place % 2 else _escaped(part) for place, part in enumerate(parts))


def block(text: str, language: str = "text") -> str:
    """Lines as they are."""
    text = "\n".join(map(visible_text, text.rstrip().split("\n")))
    fence = _fence(text, 3)
    return f"{fence}{language}\n{text}\n{fence}"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table; its cells are Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, cells))} |" for cells in lines)


def details(summary: str, text: str) -> str:
    """A text that is folded up under its summary."""
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"


def _escaped(text: str) -> str:
    escaped = re.sub(r"([\\`*_\[\]<>&|~])", r"\\\1", text)
    return re.sub(r"(?<=[@#])(?=\w)|(?=://)|(?<=www)(?=\.)", UNSEEN, escaped)


def _fence(text: str, least: int) -> str:
    """More backticks than the text has in a row, so that it can't end its block."""
    return "`" * max([least, *(len(run) + 1 for run in re.findall("`+", text))])


def _cell(text: str) -> str:
    """A bar needs a backslash in a cell even between backticks; `prose` has escaped its own already."""
    return re.sub(r"(\\*)\|", lambda found: found[0] if len(found[1]) % 2 else rf"{found[1]}\|", text)
