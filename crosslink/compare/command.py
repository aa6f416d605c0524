"""`python -m sandbox compare`: run both sides, and print the comment."""

import argparse
import json
from collections.abc import Mapping

import pulumi
from rich.console import Console

from crosslink.command import Status, print_error
from crosslink.compare import comment
from crosslink.compare import sources as sides
from crosslink.compare.as_json import as_json
from crosslink.compare.comparison import compare
from crosslink.sandbox.record import ProgramError
from crosslink.sandbox.stack_file import StackFileError

DESCRIPTION = """\
Compare two versions of a stack: what changes of its resources, whether every route still gets through, and
whether anything opens up. Both are run as previews, without a Pulumi engine, credentials or a cloud. What is
printed is Markdown for a comment on a pull request, with a hidden first line by which the next run finds it.
"""
EPILOG = """\
BASE and HEAD are each
  a stack of the working directory by its name, or a stack file: run with this checkout's program
  the directory of another checkout: run with that one's program, in a process of its own, which needs
  nothing installed there; a checkout without the stack is one where it doesn't exist yet

exit status:
  0  the comparison is printed, and no rule is broken in HEAD
  1  one side doesn't run, or the command line is wrong; what is printed is a comment that says so
  2  the comparison is printed, and a rule is broken in HEAD

examples:
  python -m sandbox compare dev examples/Pulumi.two-backends.yaml
  python -m sandbox compare ../main . --stack dev
  python -m sandbox compare ../main . --json | jq .openings
"""
FAILURES = (ProgramError, pulumi.RunError, StackFileError)
"""Whose text says it all."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("base", metavar="BASE", help="before: a stack, its file, or a checkout's directory")
    parser.add_argument("head", metavar="HEAD", help="after: the same")
    parser.add_argument(
        "--stack",
        default="dev",
        metavar="NAME|FILE",
        help="of a checkout: the stack, by name or by its file's path in the checkout (default: dev)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object, see crosslink/compare/compare.schema.json"
    )
    parser.add_argument("--debug", action="store_true", help="with an error, print where it comes from")


def main(arguments: argparse.Namespace, out: Console, err: Console) -> Status:
    """Run it.

    Args:
        arguments: as parsed.
        out: for the comparison.
        err: for progress and errors.
    """
    stack = sides.name_of(arguments.head, arguments.stack)
    try:
        text, status = _compared(arguments, stack, err)
    except FAILURES as error:
        print_error(error, err, debug=arguments.debug)
        asked = {"command": "compare", "base": arguments.base, "head": arguments.head, "error": str(error)}
        text = _as_text(asked) if arguments.json else comment.failed(stack, str(error))
        status = Status.COULD_NOT_RUN
    out.file.write(text)
    return status


def _compared(arguments: argparse.Namespace, stack: str, err: Console) -> tuple[str, Status]:
    """What is printed, and the exit status.

    Raises:
        ProgramError: one side doesn't run, or can't be understood: it may be anybody's.
        StackFileError: one side names nothing.
    """
    base, head = (sides.source(one, arguments.stack) for one in (arguments.base, arguments.head))
    if head.file is None:
        raise StackFileError("HEAD doesn't have this stack; to remove one is `pulumi destroy`")
    ran: list[sides.Side] = []
    for word, source in (("BASE", base), ("HEAD", head)):
        with err.status(f"preview of {word}"):
            try:
                ran.append(sides.side(source, stack))
            except Exception as error:
                raise ProgramError(f"{word}: {_told(error)}") from error
        err.print(f"preview of {word}: {len(ran[-1].run.resources)} resources")
    try:
        comparison = compare(stack, *ran)
        text = _as_text(as_json(comparison)) if arguments.json else comment.write(comparison)
    except Exception as error:
        raise ProgramError(f"HEAD can't be compared with BASE: {_told(error)}") from error
    return text, Status.BROKEN if comparison.findings else Status.HOLDS


def _as_text(report: Mapping[str, object]) -> str:
    return json.dumps(report, indent=2) + "\n"


def _told(error: Exception) -> str:
    """An error for people; one that nobody thought of with its type, which may say more than its text."""
    return str(error) if isinstance(error, FAILURES) else f"{type(error).__name__}: {error}"
