"""`python -m tests.doctor STACK …`: the doctor, with AWS played from the sandbox's record of a stack.

Further arguments are the doctor's own.
"""

import json
import sys
import tempfile
from functools import partial
from pathlib import Path
from unittest import mock

from crosslink.doctor import command as doctor
from crosslink.graph import from_aws as live
from crosslink.graph.from_sandbox import nodes_of
from tests.fake_aws import FakeAws
from tests.runs import file_of, run_stack


def main(stack: str, *arguments: str) -> int:
    """The doctor's exit status.

    Args:
        stack: `dev`, or the name of an example.
        arguments: the doctor's own.
    """
    run = run_stack(file_of(stack), preview=False)
    aws = FakeAws(nodes_of(run))
    with (
        tempfile.TemporaryDirectory() as directory,
        mock.patch.object(doctor, "open_sessions", return_value=aws),
        mock.patch.object(doctor.live, "read", partial(live.read, connect=aws.connect)),
    ):
        outputs = Path(directory, "outputs.json")
        outputs.write_text(json.dumps(run.outputs))
        return doctor.main(["--outputs", str(outputs), *arguments])


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or ["dev"])))
