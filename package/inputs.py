"""The inputs of a component, as the settings read them: plain values, and where secrets and unknown ones are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pulumi
from pulumi.runtime.sync_await import (
    _sync_await,
)  # how the SDK itself waits in `construct`, which isn't async

from settings.errors import key
from settings.secrets import Place

NOT_YET = "vpce-svc-" + "0" * 17
"""An endpoint service that isn't known yet: the settings are checked with it, and no resource gets it."""


@dataclass
class Given:
    """What a component is given.

    Attributes:
        values: Name → plain value.
        secrets: Where secrets are: the name of an input, then the keys and list indexes that lead there.
        unknown: Paths of what only an up knows.
        service_names: Index of a backend → name of its endpoint service, where it comes from another resource.
    """

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    secrets: list[Place] = field(default_factory=list[Place])
    unknown: list[str] = field(default_factory=list[str])
    service_names: dict[int, pulumi.Output[str]] = field(default_factory=dict[int, pulumi.Output[str]])


def given(inputs: Mapping[str, object]) -> Given:
    """The inputs as Pulumi passes them: what is secret, unknown or comes from a resource is an output."""
    found = Given()
    for name, value in inputs.items():
        found.values[name] = _plain(value, (name,), found, None)
    return found


def _plain(value: object, place: Place, found: Given, source: pulumi.Output[Any] | None) -> object:
    """A value without outputs; `source` is the output that it is part of."""
    match value, place:
        case pulumi.Output(), _:
            return _settled(cast("pulumi.Output[Any]", value), place, found)
        case pulumi.output.Unknown(), _:
            found.unknown.append(key(str(place[0]), *place[1:]))
            return None
        case dict(), _:
            items = cast("dict[str, object]", value).items()
            return {name: _plain(item, (*place, name), found, source) for name, item in items}
        case list(), _:
            items = enumerate(cast("list[object]", value))
            return [_plain(item, (*place, index), found, source) for index, item in items]
        case float(), _ if value.is_integer():  # the protocol has no other numbers
            return int(value)
        case str(), ("backends", int(index), "service", "name") if source:
            found.service_names[index] = source.apply(lambda _: value)
            return value
        case _:
            return value


def _settled(output: pulumi.Output[Any], place: Place, found: Given) -> object:
    """The value of an output."""
    if _sync_await(output.is_secret()):
        found.secrets.append(place)
    value = _sync_await(output.future(with_unknowns=True))
    match place:
        case ("backends", int(index), "service", "name") if isinstance(value, pulumi.output.Unknown):
            found.service_names[index] = output
            return NOT_YET
        case _:
            return _plain(value, place, found, output)
