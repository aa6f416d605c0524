"""A stack with many backends for the price of one: dev's walk, told once more with other names."""

import dataclasses
from collections.abc import Container, Mapping
from dataclasses import replace
from typing import Any, cast

from crosslink.graph.unknown import visible
from crosslink.path import steps
from crosslink.path.hop import Hop
from crosslink.path.trail import Step
from crosslink.path.walk import Model, Walk
from tests.crosslink.report.models import walk
from tests.crosslink.walks import with_found

SHARED = {
    *(steps.STAGE, steps.ROUTE, steps.REST_API, steps.SNAPSHOT, steps.LIMIT, steps.LINK, steps.GATEWAY_NLB),
    *(steps.ROUTE_OUT, steps.PEERING, steps.ACCEPTANCE, steps.ROUTE_BACK),
}
"""What all backends have in common."""


def many(backends: int, routes: int = 4) -> Model:
    """The model of AWS of a stack whose backends have some routes each."""
    walks = [_renamed(backend, route) for backend in range(backends) for route in range(routes)]
    return Model(walks=tuple(walks))


def _renamed(backend: int, route: int) -> Walk:
    names = {"/svc1": f"/team{backend:02}/{route}", "crosslink-apps": f"crosslink-team{backend:02}"}
    found = {step: hops if step in SHARED else _with(hops, names) for step, hops in walk().found.items()}
    return Walk(path=names["/svc1"], intent=_with(walk().intent, names), found=found, order=None)


def _with(value: Any, names: Mapping[str, str]) -> Any:
    """A value with other names in all its texts."""
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, tuple | frozenset):
        items = [_with(item, names) for item in cast("tuple[Any, ...]", value)]
        # A named tuple takes its items one by one.
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (field.name for field in dataclasses.fields(value) if field.init)
        return replace(value, **{name: _with(getattr(value, name), names) for name in fields})
    return value


def with_facts(model: Model, step: Step[Any], backends: Container[int], **facts: object) -> Model:
    """The same with other facts of a step's hops, of some backends."""

    def changed(own: Walk) -> Walk:
        hops: tuple[Hop, ...] = tuple(replace(hop, **facts) for hop in visible(own.every(step)))
        return with_found(own, step, hops) if int(own.path[len("/team") :][:2]) in backends else own

    return replace(model, walks=tuple(map(changed, model.walks)))
