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
_VOLUMES = {"configMap": tokens.CONFIG_MAP, "secret": tokens.SECRET}


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
    pulled, volumes = (fields(pod).get(name) for name in ("imagePullSecrets", "volumes"))
    if unknown := doubt(pulled, volumes, [_names(entry) for entries in said for entry in items(entries)]):
        return unknown
    of_images = (Named(type=tokens.SECRET, name=fields(entry)["name"]) for entry in items(pulled))
    read = (found for entries in said for entry in items(entries) for found in _named(fields(entry)))
    return tuple(dict.fromkeys([*of_images, *read, *_mounted(volumes)]))


def _mounted(volumes: Value) -> Iterator[Named]:
    """The objects whose content is in volumes: of each kind, or several projected into one."""
    for volume in map(fields, items(volumes)):
        sources = [volume, *map(fields, items(fields(volume.get("projected")).get("sources")))]
        for source in sources:
            for kind, type_ in _VOLUMES.items():
                found = fields(source.get(kind))
                name = found.get("name") or found.get("secretName")
                if isinstance(name, str) and found.get("optional") is not True:
                    yield Named(type=type_, name=name)


def keys_of(pod: Value) -> Fact[tuple[tuple[Named, str], ...]]:
    """The single keys that a pod's specification names, but for what it can do without."""
    containers = [*items(fields(pod).get("initContainers")), *items(fields(pod).get("containers"))]
    said = [
        fields(fields(entry).get("valueFrom"))
        for each in containers
        for entry in items(fields(each).get("env"))
    ]
    if unknown := doubt([value.get(kind) for value in said for kind in _KEYS]):
        return unknown
    return tuple(
        (Named(type=type_, name=str(found.get("name"))), str(found.get("key")))
        for value in said
        for kind, type_ in _KEYS.items()
        if (found := fields(value.get(kind))) and found.get("optional") is not True
    )


def _names(entry: Value) -> Value:
    """An entry of the environment without the value that it may have."""
    return {name: value for name, value in fields(entry).items() if name != "value"}


def _named(entry: Mapping[str, Value]) -> Iterator[Named]:
    given = {**entry, **fields(entry.get("valueFrom"))}
    for reference, type_ in (_WHOLE | _KEYS).items():
        named = fields(given.get(reference))
        if "name" in named and named.get("optional") is not True:
            yield Named(type=type_, name=named["name"])
