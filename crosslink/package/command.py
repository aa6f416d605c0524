"""`crosslink package`: print the schema of the Pulumi package, or compare it with `package/schema.json`."""

import argparse
import difflib

from rich.console import Console

from crosslink.command import Status
from crosslink.package.schema import package
from crosslink.project import root

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
    lines = (root() / FILE).read_text(encoding="utf-8").splitlines(), made.splitlines()
    difference = [*difflib.unified_diff(*lines, FILE, "the settings", n=0, lineterm="")]
    out.file.writelines(f"{line}\n" for line in difference)
    if difference:
        err.print(f"{FILE} isn't what the settings say: crosslink package > {FILE}", soft_wrap=True)
    return Status.BROKEN if difference else Status.HOLDS
