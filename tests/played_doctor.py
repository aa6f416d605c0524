"""`python -m tests.played_doctor [STACK] …`: the doctor, with AWS played from the sandbox's record."""

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from crosslink.__main__ import main as crosslink
from crosslink.command import Parser
from crosslink.doctor import command as doctor
from crosslink.graph import from_aws as live
from crosslink.graph.from_sandbox import nodes_of
from crosslink.sandbox.record import Run
from tests.fake_aws import FakeAws, beside
from tests.runs import STACK_FILES, file_of, run_stack

STACKS = [file.stem.removeprefix("Pulumi.") for file in STACK_FILES]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the doctor.

    Args:
        argv: a stack, and arguments of the doctor's own; by default those of the process.

    Returns:
        The doctor's exit status. Bad usage raises SystemExit(1).
    """
    parser = Parser(
        prog="python -m tests.played_doctor",
        description="Walk the path of a stack as `crosslink doctor` does, in a played AWS.",
        epilog="Further arguments are those of `crosslink doctor`, such as --route, --json and --debug.",
    )
    stacks = ", ".join(STACKS)
    parser.add_argument("stack", nargs="?", default="dev", choices=STACKS, metavar="STACK", help=stacks)
    arguments, own = parser.parse_known_args(argv)
    file = file_of(arguments.stack)
    return play(run_stack(file, preview=False), own, beside(file))


def play(run: Run, own: Sequence[str], existing: Mapping[str, Any] | None = None) -> int:
    """The doctor's exit status for an up beside what exists, with arguments of its own."""
    aws = FakeAws(nodes_of(run), beside=existing)
    with (
        tempfile.TemporaryDirectory() as directory,
        mock.patch.object(doctor, "open_sessions", return_value=aws),
        mock.patch.object(doctor.live, "read", partial(live.read, connect=aws.connect)),
    ):
        outputs = Path(directory, "outputs.json")
        outputs.write_text(json.dumps(run.outputs))
        return crosslink(["doctor", "--outputs", str(outputs), *own])


if __name__ == "__main__":
    sys.exit(main())
