"""`python -m tests.bench > docs/performance.md`: what components, settings and the toolkit cost.

Measures 1, 5, 20 and 50 backends of four routes each, all in one run: the program against a flat one without
components for the same resources, by turns and each in a process of its own.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import many
from tests.bench.page import page

ROOT = Path(__file__).parent.parent.parent

ROUNDS = 5
KINDS = ("structured", "flat", "toolkit")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"pairs of each size (default: {ROUNDS})")
    parser.add_argument("--backends", type=int, nargs="+", default=many.MANY, metavar="N", help="the sizes")
    arguments = parser.parse_args()
    found = {backends: _measured(backends, arguments.rounds) for backends in arguments.backends}
    machine = f"{os.cpu_count()} cores, {platform.machine()}, CPython {platform.python_version()}"
    sys.stdout.write(page(found, machine=machine, rounds=arguments.rounds))


def _measured(backends: int, rounds: int) -> dict[str, dict[str, float]]:
    """Medians of all that is measured with so many backends."""
    found: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "run"
        _child("record", backends, record)
        for number in range(rounds):
            # Who comes first may find the machine cooler, or its caches colder.
            for kind in KINDS if number % 2 else reversed(KINDS):
                found[kind].append(json.loads(_child(kind, backends, record)))
                sys.stderr.write(f"{backends} backends, round {number + 1}: {kind} {found[kind][-1]}\n")
    medians = {
        kind: {name: statistics.median(run[name] for run in runs) for name in runs[0]}
        for kind, runs in found.items()
    }
    # Pair by pair: what slows the machine down slows both.
    pairs = list(zip(found["structured"], found["flat"], strict=True))
    for name in ("wall", "cpu", "memory"):
        ratios = [structured[name] / flat[name] for structured, flat in pairs]
        medians["structured"][f"{name} ratio"] = statistics.median(ratios)
    shares = [(run["reading"] + run["judging"]) / (run["preview"] + run["cpu"]) for run in found["toolkit"]]
    medians["toolkit"]["share"] = statistics.median(shares)
    return medians


def _child(kind: str, backends: int, record: Path) -> str:
    command = [sys.executable, "-m", "tests.bench.measure", kind, str(backends), str(record)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - ours
    return done.stdout


if __name__ == "__main__":
    main()
