"""Schedules worked out by hand."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslink.timeline.schedule import PATIENCE, Schedule, StandstillError, Task
from crosslink.timeline.waits import Waits, Why


def task(seconds: int, *before: str, until: tuple[str, ...] = (), slot: bool = True) -> Task:
    waits = Waits(before=dict.fromkeys(before, Why.INPUT), until=dict.fromkeys(until, Why.PODS))
    return Task(waits=waits, seconds=seconds, slot=slot)


def spans(tasks: Mapping[str, Task], parallel: int | None = None) -> dict[str, tuple[int, int, int]]:
    """Start, end and spare time of each task."""
    found = Schedule(tasks, parallel).spans
    return {name: (span.start, span.end, span.spare) for name, span in found.items()}


def test_what_waits_starts_when_the_last_is_there() -> None:
    tasks = {"a": task(10), "b": task(4), "c": task(3, "a", "b"), "d": task(5, "b")}
    assert spans(tasks) == {"a": (0, 10, 0), "b": (0, 4, 4), "c": (10, 13, 0), "d": (4, 9, 4)}
    found = Schedule(tasks, None)
    assert (found.seconds, found.critical()) == (13, ["a", "c"])
    assert found.spans["c"].after == ("a", Why.INPUT)


def test_nothing_takes_no_time() -> None:
    found = Schedule({}, None)
    assert (found.seconds, found.critical()) == (0, [])


def test_a_limit_holds_up_what_comes_last() -> None:
    tasks = {"a": task(10), "b": task(10), "c": task(10)}
    assert spans(tasks, 2) == {"a": (0, 10, 0), "b": (0, 10, 10), "c": (10, 20, 0)}
    assert [span[1] for span in spans(tasks, 1).values()] == [10, 20, 30]
    assert spans(tasks, 3) == spans(tasks)


@pytest.mark.parametrize(("seconds", "path"), [(PATIENCE, ["a", "c"]), (PATIENCE - 1, ["c"])])
def test_a_place_is_what_something_waits_for_if_that_takes_long(seconds: int, path: list[str]) -> None:
    found = Schedule({"a": task(seconds), "c": task(10)}, 1)
    assert (found.seconds, found.critical()) == (seconds + 10, path)
    assert found.spans["a"].spare == 0


def test_a_component_takes_no_place() -> None:
    tasks = {"c": task(0, "a", "b", slot=False), "a": task(10), "b": task(10), "d": task(1, "c")}
    assert spans(tasks, 1)["d"] == (20, 21, 0)


def test_what_looks_at_others_ends_after_them() -> None:
    tasks = {
        "pods": task(60),
        "service": task(10, until=("pods",)),
        "late": task(10, "pods", until=("pods",)),
    }
    assert spans(tasks) == {"pods": (0, 60, 0), "service": (0, 70, 0), "late": (60, 70, 0)}
    assert Schedule(tasks, None).spans["service"].after == ("pods", Why.PODS)


def test_what_holds_the_last_place_never_ends() -> None:
    tasks = {"a service": task(10, until=("pods",)), "pods": task(60)}
    with pytest.raises(StandstillError, match="with 1 at once a service would never end"):
        Schedule(tasks, 1)
    assert Schedule(tasks, 2).seconds == 70


def test_what_waits_for_itself_never_ends() -> None:
    with pytest.raises(StandstillError, match="with any number at once a would never end"):
        Schedule({"a": task(1, "b"), "b": task(1, "a")}, None)


@given(st.data())
@settings(max_examples=25)
def test_no_order_breaks_what_must_hold(data: st.DataObject) -> None:
    """Each starts after what it needs, never more at once than allowed, and no spare time is made up."""
    count, limit = data.draw(st.integers(1, 8)), data.draw(st.integers(1, 3))
    tasks = {
        str(number): task(
            data.draw(st.integers(0, 90)),
            *data.draw(st.sets(st.sampled_from([str(n) for n in range(number)]))) if number else (),
        )
        for number in range(count)
    }
    found = Schedule(tasks, limit)
    assert found.spans.keys() == tasks.keys()
    for name, span in found.spans.items():
        assert span.end - span.start == tasks[name].seconds
        assert all(found.spans[other].end <= span.start for other in tasks[name].waits.before)
        running = [other for other in found.spans.values() if other.start <= span.start < other.end]
        assert len(running) <= limit
        assert 0 <= span.spare <= found.seconds - span.end
    assert Schedule(tasks, None).seconds <= found.seconds <= sum(each.seconds for each in tasks.values())
