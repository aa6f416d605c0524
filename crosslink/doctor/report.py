"""What the doctor has found: as text for people, and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from crosslink.command import Status
from crosslink.doctor.acceptance import SOURCE, Pending
from crosslink.doctor.probe import Answer, Meaning
from crosslink.path.walk import Model
from crosslink.report.as_json import walks_as_json
from crosslink.report.causes import findings
from crosslink.report.marks import MARKS
from crosslink.report.status import status_of
from crosslink.report.walk import write_walks
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
    pending: Sequence[Pending] = ()  # endpoints that nobody has accepted
    crossings: Sequence[Probe] = ()  # requests for a path that might cross over to another route's Service

    @property
    def probes(self) -> Sequence[Probe]:
        """All requests that were sent."""
        return (*([self.probe] if self.probe else []), *self.crossings)


def status(report: Report) -> Status:
    """The exit status."""
    return status_of(report.judgement, besides=[probe.meaning.result for probe in report.probes])


def as_json(report: Report) -> dict[str, object]:
    """The report as `report.schema.json` describes it."""
    return {
        "stack": report.stack,
        **walks_as_json(report.model, report.judgement),
        "pending": [_pending(pending) for pending in report.pending],
        "probe": _probe(report.probe) if report.probe else None,
        "crossings": [_probe(probe) for probe in report.crossings],
    }


def _pending(pending: Pending) -> dict[str, object]:
    return {
        "endpointId": pending.endpoint_id,
        "endpointAccountId": pending.endpoint_account,
        "serviceId": pending.service_id,
        "accountId": pending.service_account,
        "region": pending.region,
        "command": pending.command,
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


def write(report: Report, out: Console, *, every: bool = False) -> None:
    """The report for people: who is waited for, the requests, if any were sent, the walks and the figures.

    Args:
        report: what was found.
        out: where to print.
        every: print every walk in full.
    """
    for pending in report.pending:
        _write_pending(pending, out)
        out.print()
    for probe in report.probes:
        _write_probe(probe, out)
        out.print()
    write_walks(report.model, report.judgement, out, every=every)
    if first := next(findings(report.judgement), None):
        more = f"More on a finding: docs/runbook.md, or crosslink doctor --explain {first.verdicts[0].rule}"
        out.print(Text(more, "dim"), soft_wrap=True)


def _write_pending(pending: Pending, out: Console) -> None:
    out.print(Text(f"{pending}: {pending.to_do}", MARKS[Result.UNKNOWN][1]), soft_wrap=True)
    out.print(Text(f"    {pending.command}\n    {SOURCE}"), soft_wrap=True)


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
