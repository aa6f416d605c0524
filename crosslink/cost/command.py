"""`crosslink cost`: what a stack costs a month before any traffic, from a preview without a cloud."""

import argparse

import pulumi
from rich.console import Console

from crosslink.command import Status, add_output_arguments, print_json
from crosslink.compare import sources
from crosslink.cost import report
from crosslink.cost.estimate import Estimate, difference, estimate
from crosslink.sandbox.record import ProgramError
from crosslink.sandbox.stack_file import StackFileError

DESCRIPTION = """\
Print what a stack costs a month before any traffic, hop by hop: what AWS bills by the hour or month for what
the program registers. The prices are a dated table of this checkout; AWS isn't asked. What has no price there
is listed, such as the nodes of a cluster, and so is what traffic costs besides.
"""
EPILOG = """\
STACK and BASE are each a stack of this checkout or of its examples by its name, a stack file, or the folder
of a checkout, whose stack dev is taken; see crosslink compare.

exit status:
  0  the estimate is printed
  1  the program doesn't run, or its settings, the stack file or the command line are wrong

examples:
  crosslink cost
  crosslink cost --stack two-backends --against dev
  crosslink cost --stack two-regions --json | jq .estimate.usd
"""
ERRORS = (ProgramError, pulumi.RunError, StackFileError)
DEFAULT = "dev"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--stack", default=DEFAULT, help=f"the stack to estimate (default: {DEFAULT})")
    parser.add_argument("--against", metavar="BASE", help="also print how much more that is than BASE costs")
    add_output_arguments(parser, "crosslink/cost/cost.schema.json")


def asked(arguments: argparse.Namespace) -> dict[str, object]:
    """What was to be estimated."""
    return {"command": "cost", "stack": arguments.stack}


def run(arguments: argparse.Namespace, out: Console, err: Console) -> Status:
    """Estimate a stack, and print it.

    Raises:
        ProgramError: the program failed, or a resource of it was refused.
        pulumi.RunError: it gave up with a text of its own, as it does for faulty settings.
        StackFileError: a stack isn't there or its file can't be read.
    """
    found = _estimate(arguments.stack, err)
    compared = difference(_estimate(arguments.against, err), found) if arguments.against else None
    if arguments.json:
        more = {"difference": report.difference_as_json(compared)} if compared else {}
        print_json({**asked(arguments), "estimate": report.as_json(found), **more}, out)
        return Status.HOLDS
    report.write(found, out)
    if compared:
        report.write_difference(compared, arguments.against, out)
    return Status.HOLDS


def _estimate(stack: str, progress: Console) -> Estimate:
    return estimate(sources.resources_of(stack, DEFAULT, progress))
