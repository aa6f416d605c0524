"""What callers of a route that stays get less of: requests, time for an answer, ways to reach the name."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from crosslink.compare.changes import Change, Operation
from crosslink.compare.sources import Side
from crosslink.compare.standing.effect import FOR_GOOD, Effect, Kind
from crosslink.graph import tokens
from crosslink.graph.node import Value, fields
from crosslink.path.intent import Intent

Limits: TypeAlias = Mapping[str, float]  # what of → how much
ALL_METHODS = "*/*"  # the path of settings of a whole stage
DEFAULT_SECONDS = 29  # API Gateway's own timeout
DAYS = {"DAY": 1, "WEEK": 7, "MONTH": 30}
FIRST_ASK = "look at what callers use before"


def tighter(base: Side, head: Side, changes: Sequence[Change]) -> Iterator[Effect]:
    """What the API as a whole gives less of."""
    for what, was, is_ in (*_of_stage(base, head), *_of_clients(base, head)):
        for name, limit in is_.items():
            if limit < was.get(name, float("inf")):
                before = f", it was {was[name]:g}" if name in was else ""
                how = f"takes {limit:g} {name}{before}: callers get 429 above it"
                yield Effect(kind=Kind.GOES, what=(what,), how=how, lasts=FOR_GOOD, way=FIRST_ASK)
    yield from _tls_version(changes)
    yield from _record(base, head, changes)


def less_time(before: Intent, after: Intent) -> Iterator[str]:
    """Answers of a route that no longer come through."""
    was, is_ = (intent.timeout_seconds or DEFAULT_SECONDS for intent in (before, after))
    if is_ < was:
        yield f"waits {is_} seconds for an answer, it was {was}: slower ones become 504"
    if before.streaming and not after.streaming:
        yield "no longer streams: callers get an answer once it is whole, and none above 10 MB"


def _of_stage(base: Side, head: Side) -> Iterator[tuple[str, Limits, Limits]]:
    """The stage's limits, and those of methods where they are others."""
    before, after = _settings(base), _settings(head)
    for path in dict.fromkeys([*before, *after]):
        # An update to no limit of its own leaves the stage's.
        was, is_ = (limits.get(path) or limits.get(ALL_METHODS) for limits in (before, after))
        if was and is_:
            yield "the stage" if path == ALL_METHODS else path, was, is_


def _settings(side: Side) -> Mapping[str, Limits]:
    """Path of methods → limits."""
    return {
        str(inputs.get("methodPath")): _numbers(
            (inputs.get("settings"), "throttlingRateLimit", "requests per second"),
            (inputs.get("settings"), "throttlingBurstLimit", "requests at once"),
        )
        for inputs in _inputs(side, tokens.API_METHOD_SETTINGS).values()
    }


def _of_clients(base: Side, head: Side) -> Iterator[tuple[str, Limits, Limits]]:
    before, after = (_inputs(side, tokens.USAGE_PLAN) for side in (base, head))
    for name in before.keys() & after.keys():
        yield f"usage plan {name}", _plan(before[name]), _plan(after[name])


def _plan(inputs: Mapping[str, Any]) -> Limits:
    throttle, quota = inputs.get("throttleSettings"), inputs.get("quotaSettings")
    limits = _numbers(
        (throttle, "rateLimit", "requests per second"), (throttle, "burstLimit", "requests at once")
    )
    days = DAYS.get(str(fields(quota).get("period")))
    per_period = _numbers((quota, "limit", "requests a day on average"))
    return {**limits, **{what: limit / days for what, limit in per_period.items() if days}}


def _numbers(*wanted: tuple[Value, str, str]) -> Limits:
    """What of it → how much, of what is known."""
    known = ((fields(found).get(key), what) for found, key, what in wanted)
    return {what: float(limit) for limit, what in known if isinstance(limit, int | float)}


def _inputs(side: Side, type_: str) -> Mapping[str, Mapping[str, Any]]:
    return {
        resource.name: resource.inputs for resource in side.run.resources.values() if resource.type == type_
    }


def _tls_version(changes: Sequence[Change]) -> Iterator[Effect]:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html."""
    for change in changes:
        for difference in change.differences if change.type == tokens.DOMAIN_NAME else ():
            if difference.path == "securityPolicy" and "TLS13" in str(difference.after):
                how = "takes TLS 1.3 alone: callers who speak TLS 1.2 get no connection"
                name = f"domain name {change.name}"
                yield Effect(kind=Kind.GOES, what=(name,), how=how, lasts=FOR_GOOD, way=FIRST_ASK)


def _record(base: Side, head: Side, changes: Sequence[Change]) -> Iterator[Effect]:
    """The record by which callers find a domain name that stays."""
    apis = [side.declared.api if side.declared else None for side in (base, head)]
    names = {api.domain if api else None for api in apis}
    if len(names) != 1 or None in names:
        return
    for change in changes:
        if change.type != tokens.DNS_RECORD or not base.run.resources.get(change.urn):
            continue
        is_alias = bool(base.run.resources[change.urn].inputs.get("aliases"))
        if is_alias and change.operation in (Operation.DELETED, Operation.REPLACED):
            gone = change.operation is Operation.DELETED
            yield Effect(
                kind=Kind.GOES,
                what=(f"DNS record {change.name}",),
                how=f"{'goes' if gone else 'leaves its hosted zone'}: who asks there no longer finds the API",
                lasts=FOR_GOOD,
                way="have the name's other record, or its other zone, answer before",
            )
