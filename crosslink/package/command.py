"""`crosslink package`: print the schema of the Pulumi package, or compare it with `package/schema.json`."""

import argparse

from rich.console import Console

from crosslink.command import Status
from crosslink.made_page import differs
from crosslink.package.schema import package

DESCRIPTION = "Print package/schema.json, the schema of the Pulumi package. It is made from the settings."
EPILOG = """\
exit status:
  0  the schema is printed; of --check: the file is what it should be
  1  the command line is wrong, or the file is missing
  2  of --check: the file differs, and the difference is printed

examples:
  crosslink package > package/schema.json
  crosslink package --check
"""
FILE = "package/schema.json"
ERRORS = (OSError,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--check", action="store_true", help=f"compare it with {FILE} instead")


def run(arguments: argparse.Namespace, out: Console, err: Console) -> Status:
    """Print the schema, or what differs from it."""
    made = package()
    if not arguments.check:
        out.file.write(made)
        return Status.HOLDS
    if not differs(FILE, made, "settings", out):
        return Status.HOLDS
    err.print(f"{FILE} isn't what the settings say: crosslink package > {FILE}", soft_wrap=True)
    return Status.BROKEN
