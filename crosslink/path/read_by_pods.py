"""The ConfigMaps and Secrets without which a pod doesn't start."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crosslink.graph import tokens
from crosslink.graph.node import Value, doubt, fields, items
from crosslink.graph.unknown import Fact

# A reference from the environment → the type of what it names
# https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#optional-references
_WHOLE = {"configMapRef": tokens.CONFIG_MAP, "secretRef": tokens.SECRET}
_KEYS = {"configMapKeyRef": tokens.CONFIG_MAP, "secretKeyRef": tokens.SECRET}


@dataclass(frozen=True, kw_only=True)
class Named:
    """An object of the pods' namespace, by its name."""

    type: str
    name: str

    def __str__(self) -> str:
        return f"{self.type.rpartition(':')[2]} {self.name}"


def named_by(pod: Value) -> Fact[tuple[Named, ...]]:
    """What a pod's specification names, but for what it can do without, each once."""
    containers = [*items(fields(pod).get("initContainers")), *items(fields(pod).get("containers"))]
    said = [fields(container).get(name) for container in containers for name in ("env", "envFrom")]
    pulled = fields(pod).get("imagePullSecrets")
    if unknown := doubt(pulled, [_names(entry) for entries in said for entry in items(entries)]):
        return unknown
    of_images = (Named(type=tokens.SECRET, name=fields(entry)["name"]) for entry in items(pulled))
    read = (found for entries in said for entry in items(entries) for found in _named(fields(entry)))
    return tuple(dict.fromkeys([*of_images, *read]))


def _names(entry: Value) -> Value:
    """An entry of the environment without the value that it may have."""
    return {name: value for name, value in fields(entry).items() if name != "value"}


def _named(entry: Mapping[str, Value]) -> Iterator[Named]:
    given = {**entry, **fields(entry.get("valueFrom"))}
    for reference, type_ in (_WHOLE | _KEYS).items():
        named = fields(given.get(reference))
        if "name" in named and named.get("optional") is not True:
            yield Named(type=type_, name=named["name"])
