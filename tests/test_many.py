"""Many backends: the example, what the benchmark compares, and that twice as many take twice the work.

Work is counted in function calls, never timed. 50 backends run in `make bench` alone, which refuses to
measure what isn't clean.
"""

import cProfile
import io
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import pytest
from rich.console import Console

import settings
from crosslink.graph.from_sandbox import model_of
from crosslink.rules.grade import Result
from crosslink.rules.verdict import judge
from crosslink.sandbox import engine, manifests, monitor, refusals, report
from crosslink.sandbox.record import Resource, Run
from settings.address_plan import SLOTS
from tests import many
from tests.bench import flat
from tests.runs import FIFTY, PROGRAM, settings_of

T = TypeVar("T")


@cache
def run(backends: int, *, preview: bool = False) -> Run:
    return engine.run(PROGRAM, config=many.texts(backends), preview=preview)


def test_the_example_is_as_it_is_made() -> None:
    assert many.file(SLOTS) == FIFTY.read_text()
    found = settings_of(FIFTY)
    assert len(found.backends) == SLOTS
    assert len(found.routes) == SLOTS * many.ROUTES


def test_a_backend_in_each_region_is_clean() -> None:
    up = run(5)
    refusals.check_same_resources(run(5, preview=True), up)
    manifests.check(up)
    judgement = judge(model_of(up))
    assert len(judgement.walks) == 5 * many.ROUTES
    assert {*judgement.results().values()} == {Result.HOLDS}
    assert not judgement.not_judged


def test_the_flat_program_registers_the_same() -> None:
    structured = run(1)
    other = engine.run(lambda: flat.program(structured), config=many.texts(1))
    names = flat.names_of(structured)
    urns = {(made.type, made.name): made for made in other.resources.values()}
    expected = [urns[own.type, names[own.urn]] for own in flat.registered(structured)]
    inside = [made for made in other.resources.values() if made not in expected]
    assert [made.type for made in inside] == ["aws:eks/cluster:Cluster"]  # which the plugin makes in both
    for own, made in zip(flat.registered(structured), expected, strict=True):
        assert _said(own) == _said(made)
        assert len(own.dependencies) == len(made.dependencies)
    assert [call.token for call in structured.invokes] == [call.token for call in other.invokes]


def _said(resource: Resource) -> tuple[Any, ...]:
    """What a resource says without ids that are made up of its URN: those come from other resources."""
    given = {name for name, urns in resource.property_dependencies.items() if urns}
    plain = {name: value for name, value in resource.inputs.items() if name not in given}
    options = resource.options
    return resource.inputs.keys(), given, plain, options.protect, options.custom_timeouts


def test_twice_the_backends_take_twice_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    _, once, twice = (work(backends, monkeypatch) for backends in (1, 4, 8))  # the first fills caches
    grown = {name: twice[name] / once[name] for name in once}
    assert {name: growth for name, growth in grown.items() if growth > 2.1} == {}


def work(backends: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What is done with a stack → the function calls that it takes."""
    config = many.texts(backends)
    registering = cProfile.Profile()
    with monkeypatch.context() as patched:
        # The sandbox's end of the protocol: the other one is the SDK's.
        for name in ("RegisterResource", "RegisterResourceOutputs", "Invoke"):
            served = profiled(registering, getattr(monitor.Monitor, name))
            patched.setattr(monitor.Monitor, name, served)
        up = engine.run(PROGRAM, config=config)
    console = Console(file=io.StringIO(), width=120)
    read, reading = counted(lambda: model_of(up))
    judged, judging = counted(lambda: judge(read))
    return {
        "settings": counted(lambda: settings.parse({**engine.GIVEN, **config}, "dev"))[1],
        "registering": calls(registering),
        "checking": counted(lambda: manifests.check(up))[1],
        "reading": reading,
        "judging": judging,
        "telling": counted(lambda: report.write(up, read, judged, console, stack="many"))[1],
    }


def profiled(profile: cProfile.Profile, served: Callable[[Any, Any], object]) -> Callable[..., object]:
    def own(self: monitor.Monitor, request: object) -> object:
        profile.enable()
        try:
            return served(self, request)
        finally:
            profile.disable()

    return own


def counted(do: Callable[[], T]) -> tuple[T, int]:
    with cProfile.Profile() as profile:
        done = do()
    return done, calls(profile)


def calls(profile: cProfile.Profile) -> int:
    return sum(entry.callcount for entry in profile.getstats())
