"""`crosslink compare`: run both sides, and print the comment."""

import argparse
import json
from collections.abc import Generator
from contextlib import contextmanager

import pulumi
from rich.console import Console

from crosslink.command import Status, add_output_arguments
from crosslink.compare import comment
from crosslink.compare import sources as sides
from crosslink.compare.comparison import Comparison, compare
from crosslink.compare.standing import Kind
from crosslink.sandbox.record import ProgramError
from crosslink.sandbox.stack_file import StackFileError

DESCRIPTION = """\
Compare two versions of a stack: what changes of its resources, whether every route still gets through, and
whether anything opens up. Both are run as previews, without a Pulumi engine, credentials or a cloud. What is
printed is Markdown for a comment on a pull request, with a hidden first line by which the next run finds it.
"""
EPILOG = """\
BASE and HEAD are each
  a stack of this checkout or of its examples by its name, or a stack file: run with this checkout's program
  the folder of a checkout: run with that one's program, in a process of its own, which needs nothing
  installed there; a checkout without the stack is one where it doesn't exist yet
A name is a stack's, and only where there is none a folder's; with a slash, as in ./dev, it is a folder's.

exit status:
  0  the comparison is printed, all is well in HEAD as far as a preview knows, and callers notice nothing
  1  one side doesn't run, or the command line is wrong; what is printed is a comment that says so
  2  the comparison is printed, and a rule is broken in HEAD, or the update fails
  3  the comparison is printed, and the change brings something that nothing judges
  4  the comparison is printed, and redundancy is lost in HEAD: after one more failure some requests stop
  5  the comparison is printed, and callers notice the change: requests fail for a time, or something goes

examples:
  crosslink compare dev two-backends
  crosslink compare ../main . --stack dev
  crosslink compare ../main . --json | jq .openings
"""
ERRORS = (ProgramError, pulumi.RunError, StackFileError)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("base", metavar="BASE", help="before: a stack, its file, or a checkout's folder")
    parser.add_argument("head", metavar="HEAD", help="after: the same")
    stack = "of a checkout: the stack, by name or by its file's path in the checkout (default: dev)"
    parser.add_argument("--stack", default="dev", metavar="NAME|FILE", help=stack)
    add_output_arguments(parser, "crosslink/compare/compare.schema.json")


def asked(arguments: argparse.Namespace) -> dict[str, object]:
    """What was to be compared."""
    return {"command": "compare", "base": arguments.base, "head": arguments.head}


def run(arguments: argparse.Namespace, out: Console, err: Console) -> Status:
    """Run both sides, and print the comparison; if that can't be done, a comment that says so.

    Raises:
        ProgramError: one side doesn't run, or can't be understood: it may be anybody's.
        StackFileError: one side names nothing.
    """
    stack = sides.name_of(arguments.head, arguments.stack)
    try:
        text, status = _compared(arguments, stack, err)
    except ERRORS as error:
        if not arguments.json:
            out.file.write(comment.failed(stack, str(error)))
        raise
    out.file.write(text)
    return status


def _compared(arguments: argparse.Namespace, stack: str, err: Console) -> tuple[str, Status]:
    """What is printed, and the exit status."""
    base, head = (sides.source(given, arguments.stack) for given in (arguments.base, arguments.head))
    if head.file is None:
        raise StackFileError("HEAD doesn't have this stack; to remove one is `pulumi destroy`")
    ran: list[sides.Side] = []
    for word, source in (("BASE", base), ("HEAD", head)):
        with err.status(f"preview of {word}"), _named(word):
            ran.append(sides.side(source, stack))
        err.print(f"preview of {word}: {len(ran[-1].run.resources)} resources")
    with _named("HEAD can't be compared with BASE"):
        found = compare(stack, *ran)
        text = json.dumps(found.as_json(), indent=2) + "\n" if arguments.json else comment.write(found)
    return text, status_of(found)


def status_of(found: Comparison) -> Status:
    kinds = {effect.kind for effect in found.standing}
    if found.findings or any(kind.fails for kind in kinds):
        return Status.BROKEN
    if any(kind.is_noticed for kind in kinds):
        return Status.NOTICED
    if found.degraded:
        return Status.DEGRADED
    is_judged = not (found.not_judged or found.unjudged_types or Kind.NOT_JUDGED in kinds)
    return Status.HOLDS if is_judged else Status.UNKNOWN


@contextmanager
def _named(what: str) -> Generator[None]:
    """Says what failed; an error that nobody thought of has its type, which may say more than its text."""
    try:
        yield
    except Exception as error:
        told = str(error) if isinstance(error, ERRORS) else f"{type(error).__name__}: {error}"
        raise ProgramError(f"{what}: {told}") from error
