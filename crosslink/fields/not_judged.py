"""The settings of a path's resources that nothing judges."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from crosslink.fields.lists import Neither, is_harmless, is_settled, kind_of, leaves, lists
from crosslink.graph.node import Node
from crosslink.path.hop import Hop
from crosslink.path.walk import Model


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
        for urn, (title, hop) in walk.resources.items():
            if urn not in found:
                node = model.resources.get(urn)
                found[urn] = tuple(_of(node, title, hop)) if node else ()
            for setting in found[urn]:
                routes.setdefault(setting, []).append(walk.name)
    return routes


def not_looked_at(model: Model) -> Mapping[str, int]:
    """Type → how many resources of the sides are on no walk, where somebody could see what they say.

    What the doctor doesn't read isn't among them: where AWS was asked, it is empty.
    """
    looked_at = model.on_walks
    beside = (
        node.type
        for registered in model.registered
        if registered.urn not in looked_at and (node := model.resources.get(registered.urn))
    )
    counts = Counter(type_ for type_ in beside if not is_harmless(type_))
    return dict(sorted(counts.items(), key=lambda found: (-found[1], found[0])))


def _of(node: Node, title: str, hop: Hop) -> Iterator[NotJudged]:
    own = lists().get(node.type)
    if own is None:
        yield NotJudged(title=title, hop=hop, field=None, value="")
        return
    properties = node.properties if node.given is None else node.given
    for path, value in leaves(properties, own, leave_out=partial(is_settled, node.type)):
        kind = kind_of(node.type, path) or Neither(())
        if isinstance(kind, Neither) and not kind.is_default(value):
            yield NotJudged(title=title, hop=hop, field=".".join(path), value=json.dumps(value, default=str))
