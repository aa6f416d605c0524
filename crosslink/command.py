"""What the commands of this repository have in common."""

import argparse
import sys
import traceback
from enum import IntEnum
from typing import NoReturn

from rich.console import Console
from rich.text import Text

PIPED_WIDTH = 200  # columns: nothing is wrapped for a terminal that isn't there


class Status(IntEnum):
    """The exit status."""

    HOLDS = 0
    """All holds; of the sandbox, also what only an up will tell."""
    COULD_NOT_RUN = 1
    """Usage, settings, credentials, or a failure of the program."""
    BROKEN = 2
    """A rule is broken."""
    UNKNOWN = 3
    """Nothing is broken, but something is unknown; of the doctor only."""


class Parser(argparse.ArgumentParser):
    """Bad usage is status 1 like all that keeps a command from running: 2 means that something is broken."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(Status.COULD_NOT_RUN, f"error: {message}\n")


def consoles() -> tuple[Console, Console]:
    """For the report, and for progress and errors."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(highlight=False, width=width), Console(highlight=False, stderr=True)


def print_error(error: Exception, err: Console, *, debug: bool) -> None:
    """Say why a command can't run.

    Args:
        error: why.
        err: for progress and errors.
        debug: whether to print where it comes from, too.
    """
    if debug:
        err.print(Text("".join(traceback.format_exception(error))), soft_wrap=True)
    err.print(Text.assemble(("error: ", "bold red"), str(error)), soft_wrap=True)
