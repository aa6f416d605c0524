"""When an engine that creates so many resources at once starts and ends each of them."""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from crosslink.timeline.waits import Waits, Why

PATIENCE = 30
"""How many seconds something waits for a place until that is what it waits for, and not what it needs."""


class StandstillError(Exception):
    """What runs waits for what can't start any more."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something that takes time.

    Args:
        waits: what it waits for.
        seconds: how long it takes; of what waits `until` others are done, after that.
        slot: whether it counts among what the engine does at once: a component doesn't.
    """

    waits: Waits
    seconds: int
    slot: bool = True


@dataclass(frozen=True, kw_only=True)
class Span:
    """From when to when something is created, in seconds from the start."""

    start: int
    end: int
    after: tuple[str, Why] | None  # the last that it waited for; None if nothing
    freed: str | None  # whose place it got, if it had to wait for one
    spare: int = 0  # how much longer it could take, before all takes longer


class Schedule:
    """The spans of all tasks, in the order in which they end.

    Of what is ready, the engine takes what became ready first. What becomes ready at once is registered in no
    order that is always the same: here it is that of URNs.
    """

    def __init__(self, tasks: Mapping[str, Task], parallel: int | None) -> None:
        """Work them off.

        Args:
            tasks: URN → task.
            parallel: how many at once; None for any number.

        Raises:
            StandstillError: what runs waits for what can't start any more.
        """
        self._tasks = tasks
        self._free = parallel
        self._left = {urn: set(task.waits.before) for urn, task in tasks.items()}
        self._behind = _behind((urn, task.waits.before) for urn, task in tasks.items())
        self._awaiting = _behind((urn, task.waits.until) for urn, task in tasks.items())
        self._ready: list[tuple[int, str]] = []  # since when
        self._running: list[tuple[int, str]] = []  # until when
        self._last: dict[str, tuple[str, Why]] = {}
        self._freed: dict[str, str] = {}
        self._starts: dict[str, int] = {}
        self.spans: dict[str, Span] = {}
        for urn in sorted(tasks):
            if not self._left[urn]:
                self._make_ready(urn, 0)
        self._run()
        if stuck := sorted(tasks.keys() - self.spans.keys()):
            held = next((urn for urn in stuck if urn in self._starts), stuck[0])
            number = parallel or "any number"
            raise StandstillError(
                f"with {number} at once {held} would never end: what it waits for can't start"
            )
        self._measure_spare()

    @property
    def seconds(self) -> int:
        """From the start to the last end."""
        return max((span.end for span in self.spans.values()), default=0)

    def critical(self) -> list[str]:
        """URNs of what the end waits for, one after the other."""
        found: list[str] = []
        last = max(self.spans, key=lambda urn: self.spans[urn].end, default=None)
        while last is not None:
            found.append(last)
            after = self.spans[last].after
            last = after and after[0]
        return found[::-1]

    def _run(self) -> None:
        self._start_what_can(0, None)
        while self._running:
            now, urn = heapq.heappop(self._running)
            self._finish(urn, now)
            self._start_what_can(now, urn)

    def _make_ready(self, urn: str, now: int) -> None:
        if self._tasks[urn].slot:
            heapq.heappush(self._ready, (now, urn))
        else:
            self._start(urn, now)

    def _start_what_can(self, now: int, freed: str | None) -> None:
        while self._ready and self._free != 0:
            since, urn = heapq.heappop(self._ready)
            if self._free is not None:
                self._free -= 1
            if since < now and freed:
                self._freed[urn] = freed
                if now - since >= PATIENCE:
                    self._last[urn] = (freed, Why.SLOT)
            self._start(urn, now)

    def _start(self, urn: str, now: int) -> None:
        self._starts[urn] = now
        self._go_on(urn, now)

    def _go_on(self, urn: str, now: int) -> None:
        """Let it end after its own seconds, unless something has to end before they count."""
        task = self._tasks[urn]
        if all(other in self.spans for other in task.waits.until):
            heapq.heappush(self._running, (now + task.seconds, urn))

    def _finish(self, urn: str, now: int) -> None:
        self.spans[urn] = Span(
            start=self._starts[urn], end=now, after=self._last.get(urn), freed=self._freed.get(urn)
        )
        if self._tasks[urn].slot and self._free is not None:
            self._free += 1
        for other, why in self._behind.get(urn, ()):
            self._left[other].discard(urn)
            if not self._left[other]:
                self._last[other] = (urn, why)
                self._make_ready(other, now)
        for other, why in self._awaiting.get(urn, ()):
            if other in self._starts:
                self._last[other] = (urn, why)
                self._go_on(other, now)

    def _measure_spare(self) -> None:
        """From the last end backwards: what follows a task, when it would have to start at the latest."""
        latest = dict.fromkeys(self.spans, self.seconds)
        for urn, span in reversed(self.spans.items()):
            task = self._tasks[urn]
            for before in (*task.waits.before, *task.waits.until, *([span.freed] if span.freed else [])):
                latest[before] = min(latest[before], latest[urn] - task.seconds)
        self.spans = {urn: replace(span, spare=latest[urn] - span.end) for urn, span in self.spans.items()}


def _behind(waiting: Iterable[tuple[str, Mapping[str, Why]]]) -> dict[str, list[tuple[str, Why]]]:
    """URN → what waits for it."""
    found: dict[str, list[tuple[str, Why]]] = {}
    for urn, others in waiting:
        for other, why in others.items():
            found.setdefault(other, []).append((urn, why))
    return found
