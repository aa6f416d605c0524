"""Walks and verdicts as plain objects for JSON; `walks.schema.json` describes them."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from pydantic.alias_generators import to_camel

from crosslink.fields.not_judged import NotJudged
from crosslink.graph.unknown import Beyond, Found, Unknown
from crosslink.path.hop import Hop
from crosslink.path.trail import Step
from crosslink.path.walk import Model
from crosslink.rules.verdict import Judgement, Result, Verdict, first_broken


def walks_as_json(model: Model, judgement: Judgement) -> dict[str, object]:
    """The walks with their verdicts, those on the stack, and how many rules hold, are broken or unknown."""
    counts = Counter(judgement.results().values())
    return {
        "walks": [
            {
                "path": walk.path,
                **({"backend": walk.backend} if walk.backend else {}),
                "hops": [_hop(step, hop) for step, hop in walk.hops()],
                "parts": [{"of": step.told_as, "hop": _hop(step, hop)} for step, hop in walk.parts()],
                "stopsAt": stop.rule if (stop := first_broken(judgement.walks[walk.name])) else None,
                "verdicts": [verdict_as_json(verdict) for verdict in judgement.walks[walk.name]],
            }
            for walk in model.walks
        ],
        "beside": [verdict_as_json(verdict) for verdict in judgement.stack],
        "rules": {result.value: counts[result] for result in Result},
        "notLookedAt": dict(judgement.not_looked_at),
        "notJudged": [setting_as_json(setting, routes) for setting, routes in judgement.not_judged.items()],
    }


def verdict_as_json(verdict: Verdict) -> dict[str, object]:
    """A verdict; statement, fix and source only where the rule doesn't hold."""
    told = () if verdict.result is Result.HOLDS else ("statement", "fix", "look", "mend", "source")
    return {
        "rule": verdict.rule,
        "hop": verdict.title,
        **_resource(verdict.hop),
        "result": verdict.result.value,
        "grade": verdict.grade and verdict.grade.value,
        **{name: getattr(verdict, name) for name in ("why", "symptom", *told)},
    }


def setting_as_json(setting: NotJudged, routes: Sequence[str]) -> dict[str, object]:
    """A setting that nothing judges, with the routes that it is on."""
    return {
        "hop": setting.title,
        **_resource(setting.hop),
        "field": setting.field,
        "value": setting.value,
        "routes": list(routes),
    }


def _resource(hop: Hop) -> dict[str, object]:
    return {name: getattr(hop, name) for name in ("resource", "urn", "account", "region")}


def _hop(step: Step[Hop], hop: Found[Hop]) -> Mapping[str, object]:
    if isinstance(hop, Unknown):
        found = "beyond" if isinstance(hop, Beyond) else "unknown"
        return {"title": step.title, "found": found, "why": hop.reason}
    if hop is None:
        return {"title": step.title, "found": "missing"}
    facts = _fields(hop)
    base = {name: facts.pop(name) for name in sorted(field.name for field in dataclasses.fields(Hop))}
    return {"title": step.title, "found": "yes", **base, "facts": facts}


def plain(value: object) -> object:
    """A fact: dataclasses as objects with camelCase keys, what is unknown as `{"unknown": <reason>}`."""
    if isinstance(value, Unknown):
        return {"unknown": value.reason}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, frozenset):
        return sorted(map(str, cast("Iterable[object]", value)))
    if isinstance(value, list | tuple):
        return [plain(item) for item in cast("Iterable[object]", value)]
    return _fields(value) if dataclasses.is_dataclass(value) else value


def _fields(value: object) -> dict[str, object]:
    fields = dataclasses.fields(cast("Any", value))
    return {to_camel(field.name): plain(getattr(value, field.name)) for field in fields}
