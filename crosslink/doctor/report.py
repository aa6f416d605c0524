"""What the doctor has found: as text for people, and as JSON."""

from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from crosslink.command import Status
from crosslink.doctor.answers import Meaning
from crosslink.doctor.probe import Answer
from crosslink.path.walk import Model
from crosslink.report.as_json import walks_as_json
from crosslink.report.walk import MARKS, write_walks
from crosslink.rules.verdict import Judgement, Result


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A request that was sent.

    Attributes:
        method: None if nothing was sent, since all the route's methods may change something.
        url: the route's.
        answer: what came back; None if nothing did.
        meaning: what that means on this path, or why nothing came back.
    """

    method: str | None
    url: str
    answer: Answer | None
    meaning: Meaning | str

    @property
    def result(self) -> Result:
        """Whether the request has got through."""
        return Result.UNKNOWN if isinstance(self.meaning, str) else self.meaning.result


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that was found.

    Attributes:
        stack: the stack, or the file of its outputs.
        model: the path as it is, with the walks of the routes that were asked for.
        judgement: what the rules say of it.
        probe: the request, if one was sent.
    """

    stack: str
    model: Model
    judgement: Judgement
    probe: Probe | None


def status(report: Report) -> Status:
    """The exit status."""
    results = set(report.judgement.results().values())
    if report.probe:
        results.add(report.probe.result)
    if Result.BROKEN in results:
        return Status.BROKEN
    return Status.UNKNOWN if Result.UNKNOWN in results else Status.HOLDS


def as_json(report: Report) -> dict[str, object]:
    """The report as `report.schema.json` describes it."""
    return {
        "stack": report.stack,
        **walks_as_json(report.model, report.judgement),
        "probe": _probe(report.probe) if report.probe else None,
    }


def _probe(probe: Probe) -> dict[str, Any]:
    answer, meaning = probe.answer, probe.meaning
    known = meaning if isinstance(meaning, Meaning) else None
    return {
        "method": probe.method,
        "url": probe.url,
        "status": answer and answer.status,
        "errorType": answer and answer.error_type,
        "requestId": answer and answer.request_id,
        "result": str(probe.result),
        "title": known and known.hop,
        "what": known.what if known else meaning,
        "fix": known and known.fix,
        "source": known and known.source,
    }


def write(report: Report, out: Console) -> None:
    """The report for people: the request, if one was sent, then the walks and the figures."""
    if report.probe:
        _write_probe(report.probe, out)
        out.print()
    write_walks(report.model, report.judgement, out)


def _write_probe(probe: Probe, out: Console) -> None:
    out.print(Text(f"{probe.method or 'no request to'} {probe.url}", "bold"))
    if probe.answer is None or isinstance(probe.meaning, str):
        _line(out, probe.result, str(probe.meaning))
        return
    request = f", request id {probe.answer.request_id}" if probe.answer.request_id else ""
    _line(out, probe.result, f"{probe.meaning.hop}: {probe.meaning.what}")
    out.print(Text(f"    status {probe.answer.status}{request}"), soft_wrap=True)
    if probe.meaning.fix:
        out.print(Text(f"    fix: {probe.meaning.fix}\n    {probe.meaning.source}"), soft_wrap=True)


def _line(out: Console, result: Result, text: str) -> None:
    out.print(Text.assemble((f"  {result} ", MARKS[result][1]), text), soft_wrap=True)
