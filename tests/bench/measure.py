"""`python -m tests.bench.measure KIND BACKENDS RECORD`: one measurement, in a process of its own, as JSON.

`record` for KIND writes the RECORD that the flat program needs.

Everything that a run imports is imported before, so that it is the program that is measured. As in all that
the toolkit does, Python's search for cycles of objects is off, for the flat program too.
"""

import json
import pickle
import resource
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TypeVar

import settings
from crosslink.fields.lists import lists
from crosslink.garbage import no_search
from crosslink.graph.from_sandbox import model_of
from crosslink.rules.grade import Result
from crosslink.rules.verdict import judge
from crosslink.sandbox import engine
from crosslink.sandbox.record import Run
from tests import many
from tests.bench import flat
from tests.runs import PROGRAM

T = TypeVar("T")


def record(backends: int, recorded: Path) -> None:
    """Keep what the structured program registers: the flat one is made of it."""
    recorded.write_bytes(pickle.dumps(engine.run(PROGRAM, config=many.texts(backends))))


def timed(work: Callable[[], T]) -> tuple[T, dict[str, float]]:
    """What some work gives, and the seconds that it takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    done = work()
    return done, {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def measure(what: str, backends: int, recorded: Path) -> dict[str, object]:
    """Seconds, MiB at the peak and the number of resources of one run; of the toolkit what it adds."""
    config = many.texts(backends)
    before: Run | None = pickle.loads(recorded.read_bytes()) if what == "flat" else None  # noqa: S301 - ours
    memory = _peak()
    program = (lambda: flat.program(before)) if before else PROGRAM
    run, taken = timed(lambda: engine.run(program, config=config))
    found: dict[str, object] = {**taken, "resources": len(run.resources), "memory": _peak() - memory}
    if what == "toolkit":
        _, previewed = timed(lambda: engine.run(PROGRAM, config=config, preview=True))
        _, read = timed(lambda: settings.parse({**engine.GIVEN, **config}, "dev"))
        lists()  # read once, as imports are
        model, model_taken = timed(lambda: model_of(run))
        judgement, judged = timed(lambda: judge(model))
        if {*judgement.results().values()} != {Result.HOLDS}:
            raise ValueError(f"{backends} backends aren't clean: {judgement.results()}")
        found |= {
            "preview": previewed["cpu"],
            "settings": read["cpu"],
            "reading": model_taken["cpu"],
            "judging": judged["cpu"],
        }
    return found


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    WHAT, BACKENDS, RECORD = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    if WHAT == "record":
        record(BACKENDS, RECORD)
    else:
        with no_search() if WHAT == "toolkit" else nullcontext():
            sys.stdout.write(json.dumps(measure(WHAT, BACKENDS, RECORD)))
