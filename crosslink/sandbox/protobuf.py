"""Properties as they travel between program and engine: protobuf structs with Pulumi's marks for secrets,
unknown values and resources.

The marks are those of Pulumi's protocol: github.com/pulumi/pulumi, `sdk/go/common/resource/properties.go`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct

from crosslink.sandbox.record import UNKNOWN, Plain, inside, leaves

_UNKNOWN_MARK = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_OF_SECRETS = "1b47061264138c4ac30d75fd1eb44270"
_OF_RESOURCES = "5cf8f73096256a8f31e491e813e4eb8e"


@dataclass(frozen=True)
class Reference:
    """An output that is a whole resource, such as `eks.Cluster.eks_cluster`."""

    urn: str
    id: str | None  # None while unknown


def from_struct(struct: Struct) -> tuple[dict[str, Plain], frozenset[str]]:
    """Read a struct of properties.

    Returns:
        The properties in plain Python, unknown ones as `UNKNOWN`, and resources as their id or, for a
        component, their URN; and the names of the top-level properties that are or hold secrets.
    """
    marked: dict[str, Plain] = MessageToDict(struct)
    secrets = frozenset(name for name, value in marked.items() if _OF_SECRETS in leaves(value))
    return {name: _plain(value) for name, value in marked.items()}, secrets


def to_struct(values: Mapping[str, Plain | Reference], secrets: Iterable[str] = ()) -> Struct:
    """The opposite of `from_struct`."""
    marked = {name: _marked(value) for name, value in values.items()}
    for name in marked.keys() & set(secrets):
        marked[name] = {_SIGNATURE: _OF_SECRETS, "value": marked[name]}
    return ParseDict(marked, Struct())


def _plain(marked: Plain) -> Plain:
    match marked:
        case str() if marked == _UNKNOWN_MARK:
            return UNKNOWN
        case dict() if marked.get(_SIGNATURE) == _OF_SECRETS:
            return _plain(marked["value"])
        case dict() if marked.get(_SIGNATURE) == _OF_RESOURCES:
            return _plain((marked["id"] or _UNKNOWN_MARK) if "id" in marked else marked["urn"])
        case _:
            return inside(marked, _plain)


def _marked(value: Plain | Reference) -> Plain:
    if isinstance(value, Reference):
        return {_SIGNATURE: _OF_RESOURCES, "urn": value.urn, "id": value.id or ""}
    return _UNKNOWN_MARK if value is UNKNOWN else inside(value, _marked)
