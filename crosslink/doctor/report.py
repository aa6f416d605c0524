"""What the doctor has found: as text for people, and as JSON."""

from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from crosslink.command import Status
from crosslink.doctor.probe import Answer, Meaning
from crosslink.path.walk import Model
from crosslink.report.as_json import walks_as_json
from crosslink.report.walk import MARKS, write_walks
from crosslink.rules.verdict import Judgement, Result


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A request that was sent."""

    method: str | None  # None if nothing was sent, since all the route's methods may change something
    url: str  # the route's
    answer: Answer | None  # None if nothing came back
    meaning: Meaning  # what that means on this path, or why nothing came back


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that was found."""

    stack: str  # its name, or the file of its outputs
    model: Model  # the path as it is, with the walks of the routes that were asked for
    judgement: Judgement
    probe: Probe | None  # None if no request was asked for


def status(report: Report) -> Status:
    """The exit status."""
    results = set(report.judgement.results().values())
    if report.probe:
        results.add(report.probe.meaning.result)
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


def _probe(probe: Probe) -> dict[str, object]:
    answer, meaning = probe.answer, probe.meaning
    return {
        "method": probe.method,
        "url": probe.url,
        "status": answer and answer.status,
        "errorType": answer and answer.error_type,
        "requestId": answer and answer.request_id,
        "result": str(meaning.result),
        "title": meaning.hop,
        "what": meaning.what,
        "fix": meaning.fix,
        "source": meaning.source,
    }


def write(report: Report, out: Console) -> None:
    """The report for people: the request, if one was sent, then the walks and the figures."""
    if report.probe:
        _write_probe(report.probe, out)
        out.print()
    write_walks(report.model, report.judgement, out)


def _write_probe(probe: Probe, out: Console) -> None:
    answer, meaning = probe.answer, probe.meaning
    out.print(Text(f"{probe.method or 'no request to'} {probe.url}", "bold"))
    told = f"{meaning.hop}: {meaning.what}" if meaning.hop else meaning.what
    result = (f"  {meaning.result} ", MARKS[meaning.result][1])
    out.print(Text.assemble(result, told), soft_wrap=True)
    if answer:
        request = f", request id {answer.request_id}" if answer.request_id else ""
        out.print(Text(f"    status {answer.status}{request}"), soft_wrap=True)
    if meaning.fix:
        out.print(Text(f"    fix: {meaning.fix}\n    {meaning.source}"), soft_wrap=True)
