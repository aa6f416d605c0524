"""Run a Pulumi program in this process, without the Pulumi engine, as a preview or as an up.

The program talks to a resource monitor, the engine's end of Pulumi's protocol, that refuses what engine and
providers would refuse (`refusals.py`), records each resource, and answers with what AWS would (`aws.py`).
The steps are those of the SDK's own language host, `pulumi-language-python-exec`. Pulumi internals are used
only in this package, so pyproject.toml holds pulumi to one minor version.
"""

import asyncio
import contextvars
import inspect
import runpy
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias, TypeVar, cast

import pulumi
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.rpc_manager import RPCManager

from crosslink.garbage import no_search
from crosslink.sandbox import stack_file
from crosslink.sandbox.existing import NOTHING, Existing, file_beside
from crosslink.sandbox.monitor import ORGANIZATION, Monitor
from crosslink.sandbox.record import ProgramError, Run
from crosslink.sandbox.refusals import RefusedError
from crosslink.sandbox.world import RunOf, UnknownStackError

PROJECT = "crosslink"
# Nothing is made here: a stack may have accounts and addresses of examples, unless its file says otherwise.
GIVEN: Mapping[str, str] = {"crosslink:allowPlaceholders": "true"}
NO_OUTPUTS: Mapping[str, Any] = {}
GRACE = 1.0  # seconds that a failed program's remaining tasks get, which only wait for each other

T = TypeVar("T")
Rpc: TypeAlias = Callable[..., Awaitable[T]]
Program: TypeAlias = Path | Callable[[], object]  # a `__main__.py`, or a callable that creates resources


@no_search()
def run(
    program: Program,
    *,
    stack: str = "dev",
    config: Mapping[str, str] | None = None,
    secret_keys: frozenset[str] = frozenset(),
    existing: Existing = NOTHING,
    preview: bool = False,
    run_of: RunOf | None = None,
    before: Mapping[str, Any] = NO_OUTPUTS,
) -> Run:
    """Run a program to its end, with all its resources and outputs settled.

    Args:
        config: its configuration by full key, `crosslink:api`, objects as JSON strings.
        secret_keys: the keys of it that are secret.
        existing: what is there beside the stack.
        preview: run as in `pulumi preview`, where what only exists after an up is unknown.
        run_of: gives an up of another stack; by default of those that `existing` names, by this program.
        before: the outputs of the stack's last update; none if this is its first.

    Raises:
        ProgramError: the program failed or was refused; the text names the resource.
        pulumi.RunError: the program gave up with a text of its own, as it does for faulty settings.
    """
    run_of = run_of or runs_beside(program, existing)
    monitor = Monitor(PROJECT, stack, preview=preview, existing=existing, run_of=run_of, before=before)
    logged: list[str] = []
    requests = _Requests()

    def log(request: engine_pb2.LogRequest) -> None:
        if request.severity in (engine_pb2.WARNING, engine_pb2.ERROR):
            logged.append(request.message)

    def execute() -> None:
        services = monitor, SimpleNamespace(Log=log)
        settings = pulumi.runtime.Settings(
            PROJECT, stack, *services, dry_run=preview, organization=ORGANIZATION
        )
        pulumi.runtime.configure(settings)
        state = cast("Any", settings)  # context variables: type checkers see their descriptors
        state.rpc_manager = requests
        pulumi.runtime.set_all_config({**GIVEN, **(config or {})}, sorted(secret_keys))
        with asyncio.Runner() as runner:
            loop = runner.get_loop()
            # One worker: requests arrive in the order the program made them, so that runs are alike.
            loop.set_default_executor(ThreadPoolExecutor(max_workers=1))
            # After a failure asyncio would report each future that nobody waited for; the first says it all.
            loop.set_exception_handler(lambda _loop, _context: None)
            try:
                runner.run(_run_to_its_end(program, state.outputs))
            except (Exception, SystemExit) as error:
                owner, origin = requests.first_failure or (_owner(error), error)
                if isinstance(origin, ProgramError | pulumi.RunError):
                    raise origin from None
                # What the sandbox can't compute may be what the program failed on.
                text = "\n".join([f"{owner}{type(origin).__name__}: {origin}", *monitor.warnings])
                raise ProgramError(text) from error

    loaded = set(sys.modules)
    try:
        # Pulumi keeps its state in context variables: an empty context keeps runs apart.
        contextvars.Context().run(execute)
    finally:
        if isinstance(program, Path):
            _forget(sys.modules.keys() - loaded, program.parent)
    return monitor.result(logged)


_UPS: dict[tuple[Program, Path], Run] = {}


def runs_beside(program: Program, existing: Existing, waiting: frozenset[str] = frozenset()) -> RunOf:
    """What gives an up of another stack that is beside one: made once in a process, by the same program.

    Args:
        existing: what is beside the stack, with the files of other stacks by their full names.
        waiting: the files that tell what is beside the stacks that wait for this one.
    """

    def up(name: str) -> Run | None:
        if name not in existing.stacks:
            told = existing.file or "a file beside the stack's"
            raise UnknownStackError(name, f"{told} may name its stack file among stacks")
        if (file := existing.stacks[name]) is None:
            return None
        path = Path(existing.file).parent / file
        if (known := _UPS.get((program, path))) is not None:
            return known
        if str(file_beside(path)) in waiting | {existing.file}:
            raise RefusedError(f"stack {name}: it would wait for its own outputs")
        try:
            stack = stack_file.read(path, PROJECT)
            found = run(
                program,
                stack=stack.name,
                config=stack.config,
                secret_keys=stack.secret_keys,
                existing=stack.existing,
                run_of=runs_beside(program, stack.existing, waiting | {existing.file}),
            )
        except (ProgramError, RefusedError, pulumi.RunError, stack_file.StackFileError) as error:
            raise RefusedError(f"stack {name}: {error}") from error
        return _UPS.setdefault((program, path), found)

    return up


async def _run_to_its_end(program: Program, outputs: set[asyncio.Task[object]]) -> None:
    async def entry_point() -> None:
        if isinstance(program, Path):  # as with the CLI, a `__main__.py` imports from its own directory
            runpy.run_path(str(program.parent), run_name="__main__")
        else:
            program()
        # The SDK waits for the next of all outputs until none is left: that takes the square of their number.
        while outputs:
            done, _ = await asyncio.wait(outputs, return_when=asyncio.FIRST_EXCEPTION)
            if any(task.cancelled() or task.exception() for task in done):
                return  # the SDK raises it

    try:
        await pulumi.runtime.run_in_stack(entry_point)
    except BaseException:
        # The registrations that wait for what has failed fail in turn, and the first tells whose fault it is.
        if waiting := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(waiting, timeout=GRACE)
        raise


class _Requests(RPCManager):
    """The SDK's list of its requests to the monitor, which also notes whose request was the first to fail.

    Outputs hand a failure on, so that all resources behind it fail as well, in no certain order.
    """

    def __init__(self) -> None:
        super().__init__()
        self.first_failure: tuple[str, BaseException] | None = None

    def do_rpc(self, name: str, rpc_function: Rpc[T]) -> Rpc[tuple[T, Exception]]:
        async def noted(*args: object) -> T:
            try:
                return await rpc_function(*args)
            except Exception as error:
                resource = inspect.getclosurevars(rpc_function).nonlocals.get("res")
                if self.first_failure is None and isinstance(resource, pulumi.Resource):
                    self.first_failure = f"{_described(resource)}: ", _origin(error)
                raise

        return super().do_rpc(name, noted)


def _origin(error: BaseException) -> BaseException:
    """The failure itself, without what the SDK wraps around it for every resource behind it."""
    while error.__cause__ and str(error).startswith("While processing "):
        error = error.__cause__
    return error


def _owner(error: BaseException) -> str:
    """Whose failure it is when no request has failed: the innermost component whose code runs, or the
    resources whose outputs an `apply` is about.
    """
    owner = ""
    for frame, _line in traceback.walk_tb(error.__traceback__):
        if isinstance(resource := frame.f_locals.get("self"), pulumi.Resource):
            owner = f"{_described(resource)}: "
        elif frame.f_code.co_qualname == "Output.apply.<locals>.run":
            resources: set[pulumi.Resource] = frame.f_locals.get("resources", set())
            owner = f"apply on {', '.join(sorted(map(_described, resources)))}: "
    return owner


def _described(resource: pulumi.Resource) -> str:
    try:
        return f'{resource.pulumi_resource_type} "{resource.pulumi_resource_name}"'
    except AttributeError:  # it failed before it called its base class
        return type(resource).__name__


def _forget(modules: Iterable[str], folder: Path) -> None:
    """Forget the modules that a program has imported from its folder: the CLI gives each run a process."""
    for name in modules:
        file = Path(getattr(sys.modules[name], "__file__", None) or "/")
        # Libraries stay, which may lie below it in a virtual environment.
        if file.is_relative_to(folder) and "site-packages" not in file.parts:
            del sys.modules[name]
