"""`crosslink settings`: print the reference of settings or their schema, or compare both with docs/."""

import argparse
import json

from rich.console import Console

from crosslink.command import Status
from crosslink.made_page import differs
from crosslink.settings.page import sections
from crosslink.settings.schema import stack_file

DESCRIPTION = (
    "Print docs/settings.md, the reference of settings, or their JSON Schema. Both are made from the code."
)
EPILOG = """\
exit status:
  0  the page is printed; of --check: both files are what they should be
  1  the command line is wrong, or a file is missing
  2  of --check: a file differs, and the difference is printed

examples:
  crosslink settings > docs/settings.md
  crosslink settings --schema > docs/settings.schema.json
  crosslink settings --check
"""
ERRORS = ()
INTRODUCTION = """\
# Settings

What a stack file, `Pulumi.<stack>.yaml`, says under `config`. [`docs/recipes/`](recipes/README.md) has a
stack file for each of what you may have already; [`docs/secrets.md`](secrets.md) says which values may be
secret.

In a key `[]` stands for each item of a list, and `<…>` for a key of your own. Where no default is given and
nothing is required, the last column says what happens without the setting. *Since* is the version that first
had it. A value that can't be right is refused before anything is created, with its key and what would be
right.

Editors that read JSON Schema complete and check a stack file that names it in its first line, as the examples
do: `# yaml-language-server: $schema=docs/settings.schema.json`.

This page is made from the code: `crosslink settings > docs/settings.md`.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--schema", action="store_true", help="print the JSON Schema of stack files instead")
    what.add_argument("--check", action="store_true", help="compare both with docs/ instead")


def run(arguments: argparse.Namespace, out: Console, err: Console) -> Status:
    """Print the page or the schema, or what differs from them."""
    made = {"docs/settings.schema.json": schema(), "docs/settings.md": page()}
    if not arguments.check:
        out.file.write(made["docs/settings.schema.json" if arguments.schema else "docs/settings.md"])
        return Status.HOLDS
    differing = [file for file, text in made.items() if differs(file, text, "settings", out)]
    for file in differing:
        flag = " --schema" if file.endswith(".json") else ""
        err.print(f"{file} isn't what the settings say: crosslink settings{flag} > {file}", soft_wrap=True)
    return Status.BROKEN if differing else Status.HOLDS


def page() -> str:
    """The reference as Markdown."""
    return "\n".join([INTRODUCTION, *sections(stack_file())])


def schema() -> str:
    """The schema of stack files, as JSON."""
    return json.dumps(stack_file(), indent=2, ensure_ascii=False) + "\n"
