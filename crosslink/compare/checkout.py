"""Run the program of another checkout: this sandbox with that checkout's modules, in a process of its own.

One process can't hold two versions of a module. All that is asked of a checkout is its `__main__.py`, which
speaks Pulumi's protocol: the same sandbox records both sides, and the same rules judge them.

The program may be anybody's. It gets none of our environment, which may hold credentials, and its time is
limited; its record is read as data, never run. But it does run as the user who starts this, with files and
network: run a fork's code only where there is nothing to steal, as `.github/workflows/preview.yml` does.

A module of ours that is imported here would hide the program's own module of that name. So import nothing
here that a program may have itself, such as `settings`.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from functools import partial
from pathlib import Path

import pulumi
from pydantic import TypeAdapter

from crosslink.compare import documents
from crosslink.sandbox import engine
from crosslink.sandbox.existing import Existing
from crosslink.sandbox.record import UNKNOWN, ProgramError, Run
from crosslink.sandbox.stack_file import StackFile

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds that a preview may take; those of a stack with 30 backends are about 20
_UNKNOWN = {"crosslink:unknown": True}
_RUN = TypeAdapter(Run)
_EXISTING = TypeAdapter(Existing)


def preview(program: Path, stack: StackFile) -> Run:
    """A preview of a program, given by its `__main__.py`. It writes nothing into the program's directory.

    Raises:
        ProgramError: it failed, was refused, gave up, took too long, or handed back what isn't a record.
    """
    request = json.dumps({"program": str(program), **asdict(stack)}, default=sorted)
    with tempfile.TemporaryDirectory() as directory:
        record, errors = Path(directory) / "record.json", Path(directory) / "errors.txt"
        # -P: the working directory, which is the checkout's, holds another version of this very module.
        # Without its `__pycache__`, a module is what its source says.
        pycache = f"pycache_prefix={directory}"
        command = [sys.executable, "-P", "-B", "-X", pycache, "-m", __name__, str(record)]
        # Files, not pipes: a pipe ends only when every process that the program has left running ends.
        with errors.open("wb") as stderr:
            try:
                ended = subprocess.run(  # noqa: S603 - this Python with this module, whatever the checkout is
                    command,
                    input=request.encode(),
                    stdout=subprocess.DEVNULL,
                    stderr=stderr,
                    cwd=program.parent,
                    env={"PYTHONPATH": str(ROOT)},
                    timeout=PATIENCE,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise ProgramError(f"it wasn't done after {PATIENCE} seconds") from None
        if not record.is_file():
            last = errors.read_text(errors="replace").strip().rpartition("\n")[2]
            raise ProgramError(f"its process ended with status {ended.returncode}: {last}")
        return from_json(record.read_bytes())


def here(program: Path, stack: StackFile) -> Run:
    """A preview of a program in this process; errors are those of `engine.run`."""
    run = partial(
        engine.run,
        program,
        stack=stack.name,
        config=stack.config,
        secret_keys=stack.secret_keys,
        existing=stack.existing,
    )
    return documents.known(run(preview=True), run)


def to_json(run: Run) -> str:
    """A run as JSON, its sets as lists."""
    as_json = {"run": asdict(run)}
    return json.dumps(as_json, default=lambda value: _UNKNOWN if value is UNKNOWN else sorted(value))


def from_json(text: str | bytes) -> Run:
    """The run that `to_json` was given.

    Raises:
        ProgramError: the text tells a failure, or isn't a run.
    """
    try:
        document = json.loads(text, object_hook=lambda found: UNKNOWN if found == _UNKNOWN else found)
        if "error" in document:
            raise ProgramError(str(document["error"]))
        return _RUN.validate_python(document["run"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProgramError(f"its record can't be read: {type(error).__name__}") from error


def main(record: Path) -> None:
    """What the other process does: run the program that stdin names, and write what became of it."""
    request = json.load(sys.stdin)
    program, secret_keys = Path(request["program"]), frozenset[str](request["secret_keys"])
    existing = _EXISTING.validate_python(request["existing"])  # read beside the stack file of that checkout
    sys.path.remove(str(ROOT))  # from here on modules are the program's own, or libraries
    try:
        text = to_json(here(program, StackFile(request["name"], request["config"], secret_keys, existing)))
    except (ProgramError, pulumi.RunError) as error:
        text = json.dumps({"error": str(error)})
    record.write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
