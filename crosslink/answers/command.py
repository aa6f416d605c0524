"""`crosslink answers`: print docs/answers.md, which is made of the kinds of answers, or compare it."""

import argparse
from collections.abc import Iterator

from rich.console import Console

from crosslink.command import Status
from crosslink.doctor.answers import KINDS
from crosslink.doctor.answers.kind import SIGNS, By, Kind
from crosslink.doctor.answers.told import of_auth, statuses, tell, texts
from crosslink.made_page import print_or_compare

DESCRIPTION = "Print docs/answers.md, what an answer of a route means, which is made from the code."
EPILOG = """\
exit status:
  0  the page is printed; of --check: docs/answers.md is what it should be
  1  the command line is wrong, or there is no docs/answers.md
  2  of --check: docs/answers.md differs, and the difference is printed

examples:
  crosslink answers > docs/answers.md
  crosslink answers --check
"""
ERRORS = ()
INTRODUCTION = """\
# Answers

What a status means on this path: who answers with it, how to tell, why, and what to do. `crosslink doctor
--probe` sends a request and relates its answer to the hops in this way; `crosslink doctor --explain 504`
prints what this page has of a status, or of a name in `x-amzn-errortype`, such as `AccessDeniedException`.

The headers of an answer tell who has given it:

{signs}

Of several rows that fit, the first tells. The examples are of the route `/svc1` on the stage `v1`.

This page is made from the code: `crosslink answers > docs/answers.md`.
"""
TABLE = "| Status | How to tell | Where | Why | What to do |\n|---|---|---|---|---|"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--check", action="store_true", help="compare it with docs/answers.md instead")


def run(arguments: argparse.Namespace, out: Console, err: Console) -> Status:
    """Print the page, or what differs from it."""
    return print_or_compare("answers", page(), out, err, check=arguments.check)


def page() -> str:
    """The page as Markdown."""
    signs = "\n".join(f"- {who[0].upper()}{who[1:]}: {sign}." for who, sign in SIGNS.items())
    return "\n".join([INTRODUCTION.format(signs=signs), *(line for who in By for line in _section(who))])


def _section(who: By) -> Iterator[str]:
    yield f"## {who[0].upper()}{who[1:]}\n"
    yield TABLE
    yield from (_row(kind) for kind in KINDS if kind.by is who)
    yield ""


def _row(kind: Kind) -> str:
    what, fix = texts(kind)
    how = tell(kind).removeprefix(f"{SIGNS[kind.by]}; ")
    told = "" if how == SIGNS[kind.by] else how
    cells = (f"{statuses(kind)}{of_auth(kind)}", told, kind.hop or "", f"[{what}]({kind.source})", fix or "")
    return f"| {' | '.join(cells)} |"
