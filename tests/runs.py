"""Runs of the whole program, each made once for all tests.

What the program imports is imported here. The sandbox forgets the modules that a run itself has brought in:
each run would read them anew, and instrument them where coverage is taken.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import components.wiring  # noqa: F401
import settings
from crosslink.sandbox import engine, stack_file
from crosslink.sandbox.record import Run
from crosslink.sandbox.world import outputs_of
from settings.backend import ClusterBackend, LoadBalancerBackend
from settings.networks import JoinedBackendNetwork

ROOT = Path(__file__).parent.parent
PROGRAM = ROOT / "__main__.py"
DEV = ROOT / "Pulumi.dev.yaml"
OF_TESTS = ROOT / "tests" / "faults" / "stacks"
FIFTY = ROOT / "examples" / "Pulumi.fifty-backends.yaml"
"""A run of it takes as long as all others together: `make bench` runs it, and its tests fewer backends."""
STACK_FILES = [DEV, *sorted({*(ROOT / "examples").glob("Pulumi.*.yaml")} - {FIFTY})]
LINKS = {"v1": "aws:apigateway/vpcLink:VpcLink", "v2": "aws:apigatewayv2/vpcLink:VpcLink"}
"""`vpcLink` of the API → the type of its VPC link."""
ALL_FILES = [*STACK_FILES, *sorted(OF_TESTS.glob("Pulumi.*.yaml"))]


def file_of(stack: str | None) -> Path:
    """The file of a stack: of an example or of one of the tests' own by its name, or of dev."""
    if stack in (None, "dev"):
        return DEV
    own = OF_TESTS / f"Pulumi.{stack}.yaml"
    return own if own.exists() else ROOT / "examples" / own.name


@cache
def run_stack(file: Path, *, preview: bool) -> Run:
    """The program, run with a stack file and with what exists beside it."""
    stack = stack_file.read(file, engine.PROJECT)
    return engine.run(
        PROGRAM,
        stack=stack.name,
        config=stack.config,
        secret_keys=stack.secret_keys,
        existing=stack.existing,
        preview=preview,
    )


@cache
def settings_of(file: Path) -> settings.Settings:
    """The settings of a stack file, as the program reads them, with what other stacks have published."""
    stack = stack_file.read(file, engine.PROJECT)
    run_of = engine.runs_beside(PROGRAM, stack.existing)

    def outputs(name: str) -> Mapping[str, Any]:
        return outputs_of(run_of(name))

    return settings.parse({**engine.GIVEN, **stack.config}, stack.name, stack.secret_keys, outputs)


def network_of(backend: settings.Backend) -> settings.BackendNetwork | JoinedBackendNetwork | None:
    """The network of a backend's account, where the stack uses one."""
    return backend.network if isinstance(backend, ClusterBackend | LoadBalancerBackend) else None
