"""The inputs of a component as plain values, for the settings, and where secrets and unknown ones are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

import pulumi
from pulumi.output import UNKNOWN, Unknown
from pulumi.runtime.sync_await import _sync_await as waited_for  # pyright: ignore[reportPrivateUsage]

from settings.errors import key
from settings.secrets import Place

Source: TypeAlias = pulumi.Output[Any]
NOT_YET = "vpce-svc-" + "0" * 17
"""An endpoint service that isn't known yet: the settings are checked with it, and no resource gets it."""


@dataclass
class Given:
    """What a component is given.

    Attributes:
        values: Name → plain value.
        secrets: Where secrets are: the name of an input, then the keys and list indexes that lead there.
        unknown: Paths of what only an up knows.
        service_names: Index of a backend → name of its endpoint service, where another resource has it.
    """

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    secrets: list[Place] = field(default_factory=list[Place])
    unknown: list[str] = field(default_factory=list[str])
    service_names: dict[int, pulumi.Output[str]] = field(default_factory=dict[int, pulumi.Output[str]])

    def take(self, inputs: Mapping[str, object]) -> None:
        """Take inputs as Pulumi passes them: what is secret, unknown or another resource's is an output."""
        for name, value in inputs.items():
            self.values[name] = self._plain(value, (name,), None)

    def _plain(self, value: object, place: Place, source: Source | None) -> object:
        """A value without outputs; `source` is the output that it comes from."""
        match value:
            case pulumi.Output():
                return self._settled(cast("Source", value), place)
            case dict():
                items = cast("dict[str, object]", value).items()
                return {name: self._plain(item, (*place, name), source) for name, item in items}
            case list():
                items = enumerate(cast("list[object]", value))
                return [self._plain(item, (*place, index), source) for index, item in items]
            case _:
                return self._single(value, place, source)

    def _settled(self, output: Source, place: Place) -> object:
        """The value of an output, which is there when Pulumi asks for a component: `construct` isn't async,
        and the SDK itself waits like this in its calls of data sources."""
        if waited_for(output.is_secret()):
            self.secrets.append(place)
        known = waited_for(output.is_known())
        value = waited_for(output.future(with_unknowns=True))
        return self._plain(UNKNOWN if value is None and not known else value, place, output)

    def _single(self, value: object, place: Place, source: Source | None) -> object:
        match place:
            case ("backends", int(index), "service", "name") if source:
                # Derived from where it comes from: endpoints are to go before the endpoint service.
                self.service_names[index] = source.apply(lambda _: cast("str", value))
                return NOT_YET if isinstance(value, Unknown) else value
            case _:
                pass
        if isinstance(value, Unknown):
            self.unknown.append(key(str(place[0]), *place[1:]))
        # The protocol has no integers.
        return int(value) if isinstance(value, float) and value.is_integer() else value
