"""`crosslink timeline`: how long a first `up` takes and what it waits for, from a preview without a cloud."""

import argparse

import pulumi
from rich.console import Console
from rich.text import Text

from crosslink.command import Status, add_output_arguments, print_json
from crosslink.compare import sources
from crosslink.sandbox.record import ProgramError
from crosslink.sandbox.stack_file import StackFileError
from crosslink.timeline import report
from crosslink.timeline.gantt import mermaid
from crosslink.timeline.schedule import StandstillError
from crosslink.timeline.timeline import PARALLEL, timeline

DESCRIPTION = """\
Print how long a first `up` takes, and what it waits for: the critical path, and what is hidden behind it.
What waits for what, a preview of the program says; how long creating takes, a dated table of this checkout,
made of others' logs. AWS isn't asked. What the engine takes for plugins and a preview isn't in it.
"""
EPILOG = """\
STACK is a stack of this checkout or of its examples by its name, a stack file, or the folder of a checkout,
whose stack dev is taken; see crosslink compare.

exit status:
  0  the timeline is printed
  1  the program doesn't run, its settings, the stack file or the command line are wrong, or the up has no end

examples:
  crosslink timeline
  crosslink timeline --stack two-regions --diagram > picture.mmd
  crosslink timeline --parallel 8 --json | jq .timeline.seconds
"""
ERRORS = (ProgramError, pulumi.RunError, StackFileError, StandstillError)
DEFAULT = "dev"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--stack", default=DEFAULT, help=f"the stack to create (default: {DEFAULT})")
    parser.add_argument(
        "--parallel",
        type=_at_least_one,
        default=PARALLEL,
        metavar="N",
        help=f"how many resources pulumi up creates at once (default: {PARALLEL}, its own on 4 CPUs)",
    )
    parser.add_argument("--diagram", action="store_true", help="print it as a picture, in Mermaid")
    add_output_arguments(parser, "crosslink/timeline/timeline.schema.json")


def asked(arguments: argparse.Namespace) -> dict[str, object]:
    """What was to be told."""
    return {"command": "timeline", "stack": arguments.stack}


def run(arguments: argparse.Namespace, out: Console, err: Console) -> Status:
    """Print the timeline of a stack.

    Raises:
        ProgramError: the program failed, or a resource of it was refused.
        pulumi.RunError: it gave up with a text of its own, as it does for faulty settings.
        StackFileError: a stack isn't there or its file can't be read.
        StandstillError: with so few resources at once it would never end.
    """
    found = timeline(sources.resources_of(arguments.stack, DEFAULT, err), arguments.parallel)
    picture = mermaid(found) if arguments.diagram else None
    if arguments.json:
        told = {"timeline": report.as_json(found)} if picture is None else {"mermaid": picture}
        print_json({**asked(arguments), **told}, out)
    elif picture is not None:
        out.print(Text(picture), end="", soft_wrap=True)
    else:
        report.write(found, out)
    return Status.HOLDS


def _at_least_one(word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word} isn't a number of resources: at least 1")
    return int(word)
