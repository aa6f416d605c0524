"""Which settings may be secret, and where a stack's file holds secrets.

Pulumi decrypts a key as a whole and tells the program only that something in it is secret. What exactly, only
the stack's file tells. A secret may be where the models have a `SecretStr`; all other settings become names,
addresses or tags, which are in clear in state and outputs, and are refused.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, cast, get_args

import yaml
from pydantic import SecretStr

from settings.api import Api
from settings.backend import KINDS
from settings.consumer import Consumer
from settings.errors import SECRET, Fault, SettingsError, as_yaml, key
from settings.fields import Model
from settings.logs import FlowLogs
from settings.quotas import Quotas
from settings.reference import Reference
from settings.rules.keys import API, BACKENDS, CONSUMER, FLOW_LOGS, KEYS, QUOTAS
from settings.validation import field_at, models_in

MODELS: Mapping[str, Collection[type[Model]]] = {
    CONSUMER: [Consumer],
    BACKENDS: KINDS.values(),
    API: [Api],
    FLOW_LOGS: [FlowLogs],
    QUOTAS: [Quotas],
}
MUST = (
    "must not be secret: it is in clear in the state, in names or in logs. Only externalId and the values of "
    "services[].env may be; args take the latter as $(NAME)"
)
"""Kubernetes puts variables into arguments
(https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/)."""
_NAME = re.compile(r'\.([^.\[\]"]+)|\["(?:[^"\\]|\\.)*"\]')
"""A name in a path, after a dot or, if it has special characters, in brackets."""

Place: TypeAlias = tuple[str | int, ...]
"""A key of the configuration, and the keys and list indexes that lead from it to a value."""


def places_in(file: Path, project: str) -> tuple[Place, ...]:
    """The places of secure values in a stack's file; none if there is no such file.

    Args:
        file: The stack's file.
        project: The namespace of keys that name none.
    """
    if not file.exists():
        return ()
    # The base loader leaves scalars as text: which types they have doesn't matter here.
    document: Any = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - makes no objects
    entries = document.get("config") if document else None
    config = cast("Mapping[str, object]", entries or {})
    return tuple(_secure({name if ":" in name else f"{project}:{name}": config[name] for name in config}))


def refuse_misplaced(stack: str, places: Collection[Place], secret_keys: Collection[str] = ()) -> None:
    """Refuses a secret that the program would show.

    Args:
        stack: The stack's name.
        places: The places of the secure values of the stack's file.
        secret_keys: Keys whose value Pulumi keeps secret, in whole or in part.

    Raises:
        SettingsError: A secret is where none may be, or isn't in the stack's file.
    """
    faults = [_misplaced(place) for place in places if place[0] in KEYS and not may_be_secret(place)]
    found = {place[0] for place in places}
    faults += [_not_in_file(name, stack) for name in KEYS if name in secret_keys and name not in found]
    if faults:
        raise SettingsError(stack, faults)


def may_be_secret(place: Place) -> bool:
    """Whether the setting at a place is carried as a secret if it is one."""
    name, *location = place
    fields = (field_at(model, tuple(location)).field for model in MODELS.get(str(name), ()))
    return any(_holds_secrets(field.annotation) for field in fields)


def _holds_secrets(annotation: Any) -> bool:  # noqa: ANN401 - an annotation may be anything
    return annotation is SecretStr or any(map(_holds_secrets, get_args(annotation)))


def _secure(value: object, place: Place = ()) -> Iterator[Place]:
    match value:
        case {"secure": str()} if len(cast("dict[str, object]", value)) == 1 and place:
            yield place
        case dict():
            for name, item in cast("dict[str, object]", value).items():
                yield from _secure(item, (*place, name))
        case list():
            for index, item in enumerate(cast("list[object]", value)):
                yield from _secure(item, (*place, index))
        case _:
            pass


def _misplaced(place: Place) -> Fault:
    name = "-" if isinstance(place[-1], int) else f"{as_yaml(place[-1])}:"
    path = key(str(place[0]), *place[1:])
    return Fault(path=path, value=SECRET, must=MUST, fix=f"{name} …  # the value itself, not encrypted")


def _not_in_file(name: str, stack: str) -> Fault:
    return Fault(
        path=name,
        value=SECRET,
        must=f"must have its secrets in Pulumi.{stack}.yaml: elsewhere the program can't tell what is secret",
        fix=f"pulumi config set --secret --stack {stack} --path '{name}…'",
    )


def names_hidden(path: str) -> str:
    """A path in a secret key without names that are no settings: of a key that is secret as a whole they are
    secret too. The names of variables stay, which tell a fault's place."""

    def shown(step: re.Match[str]) -> str:
        variable = path[: step.start()].endswith(".env")
        return step[0] if variable or step[1] in _settings() else ".[secret]"

    return _NAME.sub(shown, path)


@cache
def _settings() -> frozenset[str]:
    models = [Reference, *(model for models in MODELS.values() for model in models)]
    return frozenset(name for model in models for name in _names(model))


def _names(model: type[Model]) -> Iterator[str]:
    for field in model.model_fields.values():
        yield str(field.alias)
        for inner in models_in(field.annotation):
            yield from _names(inner)
