"""Run the program of another checkout: this sandbox with that checkout's modules, in a process of its own.

Two versions of a module have no place in one process. What both sides share is Pulumi's own protocol, which
every version of the program speaks: nothing is asked of a checkout but its `__main__.py`, and both sides are
recorded by the same sandbox and judged by the same rules.

The program may be anybody's. It gets none of our environment, with which credentials would come, and its time
is limited; what comes back is read as data, never run. But it does run as whoever starts this, with files and
network: let a fork's code run only where there is nothing to take, as `.github/workflows/preview.yml` does.

A module of ours that is imported here would take the place of the program's own of that name: so nothing is
that a program may want, such as `reachability`.
"""

import dataclasses
import gc
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, cast

import pulumi
from pydantic import TypeAdapter

from crosslink.sandbox import engine
from crosslink.sandbox.record import UNKNOWN, ProgramError, Run, Unknown
from crosslink.sandbox.stack_file import StackFile

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300
"""Seconds that a preview may take. Those of a stack with 30 backends are about 20."""
_UNKNOWN = {"crosslink:unknown": True}
_RUN = TypeAdapter(Run)


def preview(program: Path, stack: StackFile) -> Run:
    """A preview of a program, in a process of its own. It writes nothing into the program's directory.

    Args:
        program: its `__main__.py`; its modules are those of the same directory.
        stack: the stack.

    Raises:
        ProgramError: it failed, was refused, gave up, took too long, or handed back what isn't a record.
    """
    request = {
        "program": str(program),
        "stack": stack.name,
        "config": dict(stack.config),
        "secretKeys": sorted(stack.secret_keys),
    }
    with tempfile.TemporaryDirectory() as directory:
        record, errors = Path(directory) / "record.json", Path(directory) / "errors.txt"
        # -P: the working directory, which is the checkout's, holds another version of this very module.
        command = [sys.executable, "-P", "-B", "-m", __name__, str(record)]
        # Files, not pipes: who waits for the end of a pipe waits for all that a program has left running.
        with errors.open("wb") as stderr:
            try:
                status = subprocess.run(  # noqa: S603 - this Python with this module, whatever the checkout is
                    command,
                    input=json.dumps(request).encode(),
                    stdout=subprocess.DEVNULL,
                    stderr=stderr,
                    cwd=program.parent,
                    env={"PYTHONPATH": str(ROOT)},
                    timeout=PATIENCE,
                    check=False,
                ).returncode
            except subprocess.TimeoutExpired:
                raise ProgramError(f"it wasn't done after {PATIENCE} seconds") from None
        if not record.is_file():
            last = errors.read_text(errors="replace").strip().rpartition("\n")[2]
            raise ProgramError(f"its process ended with status {status}: {last}")
        return from_json(record.read_bytes())


def to_json(run: Run) -> str:
    """A run as JSON."""
    return json.dumps({"run": dataclasses.asdict(run)}, default=_plain)


def from_json(text: str | bytes) -> Run:
    """The run that `to_json` was given.

    Raises:
        ProgramError: the text tells a failure, or isn't a run.
    """
    try:
        document = json.loads(text, object_hook=_known_or_not)
        if "error" in document:
            raise ProgramError(str(document["error"]))
        return _RUN.validate_python(document["run"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProgramError(f"its record can't be read: {type(error).__name__}") from error


def _plain(value: object) -> object:
    match value:
        case frozenset():
            return sorted(cast("frozenset[str]", value))
        case Unknown():
            return _UNKNOWN
        case _:
            raise TypeError(f"{type(value).__name__} isn't part of a record")


def _known_or_not(found: dict[str, Any]) -> object:
    return UNKNOWN if found == _UNKNOWN else found


def main(record: Path) -> None:
    """What the other process does: run the program that stdin names, and write what became of it."""
    gc.disable()  # a third of the time and more goes into looking for cycles, of which there are next to none
    request = json.load(sys.stdin)
    sys.path.remove(str(ROOT))  # from here on modules are the program's own, or libraries
    try:
        run = engine.run(
            Path(request["program"]),
            stack=request["stack"],
            config=request["config"],
            secret_keys=frozenset(request["secretKeys"]),
            preview=True,
        )
    except (ProgramError, pulumi.RunError) as error:
        record.write_text(json.dumps({"error": str(error)}))
    else:
        record.write_text(to_json(run))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
