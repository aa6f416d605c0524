"""The settings of a path's resources that nothing judges."""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from crosslink.fields.lists import FieldPath, Listed, Neither, is_harmless, leaves, lists
from crosslink.graph.node import Node, Value
from crosslink.path.hop import Hop
from crosslink.path.walk import Model, Walk


@dataclass(frozen=True, kw_only=True)
class NotJudged:
    """A setting of a resource of the path of which nobody can say what it does."""

    title: str  # of the hop that the resource is, or is a part of
    hop: Hop
    field: str | None  # with dots between its keys; None if nothing judges resources of this type
    value: str  # as JSON

    @property
    def what(self) -> str:
        """The field and its value, or that nothing judges the resource at all."""
        return (
            "nothing judges resources of this type" if self.field is None else f"{self.field}: {self.value}"
        )

    def __str__(self) -> str:
        return f"{self.hop.resource}: {self.what}"


def not_judged(model: Model) -> Mapping[NotJudged, Sequence[str]]:
    """The settings that nothing judges → the routes on whose walks they are."""
    found: dict[str, tuple[NotJudged, ...]] = {}  # URN → its settings
    routes: dict[NotJudged, list[str]] = {}
    for walk in model.walks:
        for urn, (title, hop) in _resources(walk).items():
            if urn not in found:
                node = model.resources.get(urn)
                found[urn] = tuple(_of(node, title, hop)) if node else ()
            for setting in found[urn]:
                routes.setdefault(setting, []).append(walk.path)
    return routes


def not_looked_at(model: Model) -> Mapping[str, int]:
    """Type → how many resources of the sides are on no walk, where somebody could see what they say.

    What the doctor doesn't read isn't among them: where AWS was asked, it is empty.
    """
    looked_at = on_walks(model)
    beside = (
        node.type
        for registered in model.registered
        if registered.urn not in looked_at and (node := model.resources.get(registered.urn))
    )
    return dict(Counter(type_ for type_ in beside if not is_harmless(type_)).most_common())


def on_walks(model: Model) -> frozenset[str]:
    """URNs of the resources that are hops of a walk, or parts of such."""
    return frozenset(urn for walk in model.walks for urn in _resources(walk))


def _resources(walk: Walk) -> dict[str, tuple[str, Hop]]:
    """URN → the title and the hop of each resource on a walk, what hops are made of included."""
    found: dict[str, tuple[str, Hop]] = {}
    for step, hops in walk.distinct.items():
        for hop in hops:
            for part in _hops_in(hop):
                found.setdefault(part.urn, (step.told_as, part))
    return found


def _hops_in(value: object) -> Iterator[Hop]:
    if isinstance(value, Hop):
        yield value
    if isinstance(value, tuple):
        for item in cast("tuple[object, ...]", value):
            yield from _hops_in(item)
    elif dataclasses.is_dataclass(value):
        for name in value.__dataclass_fields__:
            yield from _hops_in(getattr(value, name))


def _of(node: Node, title: str, hop: Hop) -> Iterator[NotJudged]:
    own = lists().get(node.type)
    if own is None:
        yield NotJudged(title=title, hop=hop, field=None, value="")
        return
    for path, value in leaves(node.properties if node.given is None else node.given, own=own):
        if path and not _is_known(own, path, value):
            yield NotJudged(title=title, hop=hop, field=".".join(path), value=json.dumps(value, default=str))


def _is_known(own: Sequence[Listed], path: FieldPath, value: Value) -> bool:
    """Whether a field is judged, harmless, or at its default."""
    about = [listed for listed in own if listed.is_about(path)]
    named = (listed for listed in about if path[len(listed.at)].startswith(listed.prefix))
    listed = next(named, None)
    if listed is None or (not listed.at and any(other.at for other in about)):
        return bool(about)
    kind = listed.kind_of(path) or Neither(())
    return not isinstance(kind, Neither) or kind.is_default(value)
