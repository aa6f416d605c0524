"""`crosslink`, or `python -m crosslink`: runs a command, and ends in a line what others have ended."""

import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from crosslink.garbage import no_search

CHECKOUT = str(Path(__file__).resolve().parents[1])
COULD_NOT_RUN = 1
INTERRUPTED = 130  # as shells tell the end by SIGINT: 128 and the signal's number
# The same of SIGPIPE: whoever reads the output wants no more of it, as in `crosslink … | head -1`.
CLOSED_PIPE = 141
# Command → what has all that it needs. For the others it is what `make .venv/ready` installs.
REQUIREMENTS = {"doctor": "requirements-doctor.txt", "answers": "requirements-doctor.txt"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name, by default the process's own.

    Returns:
        The exit status. Bad usage raises SystemExit(1).
    """
    words = sys.argv[1:] if argv is None else argv
    if CHECKOUT not in sys.path:  # `compare` also asks the rules of policy/, which isn't installed
        sys.path.append(CHECKOUT)
    try:
        try:
            with no_search():
                return import_module("crosslink.command").run(words)
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        _tell_as_json(words, "interrupted")
        return INTERRUPTED
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        if package == __package__:
            raise
        command = next(iter(words), "")
        requirements = REQUIREMENTS.get(command, "requirements-dev.txt")
        reason = (
            f"crosslink {command} needs {package}, which isn't installed: "
            f"{sys.executable} -m pip install -r {requirements}"
        )
        sys.stderr.write(f"error: {reason}\n")
        _tell_as_json(words, reason)
        return COULD_NOT_RUN
    except OSError as error:
        # Python flushes what is left at the end of the process, which would fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return CLOSED_PIPE
        sys.stderr.write(f"error: {error}\n")
        return COULD_NOT_RUN


def _tell_as_json(words: Sequence[str], reason: str) -> None:
    """Print why a command has no result, if its result was to be JSON."""
    if "--json" in words:
        sys.stdout.write(json.dumps({"error": reason}, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
