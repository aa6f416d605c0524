"""Reads a stack's configuration as `Settings`. Nothing else in the program reads `pulumi.Config`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pulumi
from pulumi.runtime import is_config_secret

from settings import rules
from settings.api import Api
from settings.backend import Backend
from settings.consumer import Consumer
from settings.decoding import decode, listed
from settings.errors import ABSENT, SECRET, Fault, SettingsError, as_yaml, key
from settings.logs import FlowLogs
from settings.rules.keys import (
    API,
    AS_PREVIEW,
    BACKENDS,
    CONSUMER,
    DEFAULT_PROVIDERS,
    FLOW_LOGS,
    KEYS,
    PROTECT,
)
from settings.rules.stack import no_default_providers
from settings.secrets import names_hidden, places_in, refuse_misplaced
from settings.validation import SWITCHES, read

Party = TypeVar("Party", Consumer, Backend)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A stack's settings.

    With `crosslink:asPreview` each `role_arn` is the preview role, and nothing else differs.

    Attributes:
        consumer: Account 1 and its networks.
        backends: One or more applications in provider accounts.
        api: The REST API.
        endpoint_creator: ARN of who makes the consumer's endpoints, in a preview by a preview role, too.
        flow_logs: Flow logs of all networks; None for none.
        protect: Whether Pulumi refuses to delete networks, endpoint services, the API and clusters.
    """

    consumer: Consumer
    backends: tuple[Backend, ...]
    api: Api
    endpoint_creator: str
    flow_logs: FlowLogs | None
    protect: bool


def load() -> Settings:
    """The settings of the running stack.

    Raises:
        pulumi.RunError: With all faults of the configuration; the CLI shows it without a traceback.
    """
    values = {name: pulumi.Config(name.partition(":")[0]).get(name.partition(":")[2]) for name in KEYS}
    secret_keys = {name for name in KEYS if is_config_secret(name)}
    stack = pulumi.get_stack()
    try:
        root = pulumi.get_root_directory()  # the folder of Pulumi.yaml; without the CLI there is none
        if secret_keys and root and Path(root).is_dir():
            places = places_in(Path(root) / f"Pulumi.{stack}.yaml", pulumi.get_project())
            refuse_misplaced(stack, places, secret_keys)
        return parse(values, stack, secret_keys)
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None


def parse(
    values: Mapping[str, str | None], stack: str, secret_keys: Collection[str] = frozenset()
) -> Settings:
    """Settings from a stack's configuration as the CLI passes it.

    Args:
        values: Key such as `crosslink:api` → its text, which is JSON for a mapping or a list.
        stack: The stack's name.
        secret_keys: Keys whose value Pulumi keeps secret, in whole or in part.

    Raises:
        SettingsError: With all faults. It shows nothing of a secret key's value.
    """
    faults: list[Fault] = []
    given = {name: decode(name, values.get(name), faults) for name in KEYS}
    faults += no_default_providers(given[DEFAULT_PROVIDERS])
    consumer = read(Consumer, CONSUMER, given[CONSUMER], faults, secret=CONSUMER in secret_keys)
    items = _items(given[BACKENDS], faults)
    backends = {
        path: backend
        for path, item in items.items()
        if (backend := read(Backend, path, item, faults, secret=BACKENDS in secret_keys))
    }
    api = read(Api, API, given[API], faults, secret=API in secret_keys)
    flow_logs = None
    if given[FLOW_LOGS] is not ABSENT:
        flow_logs = read(FlowLogs, FLOW_LOGS, given[FLOW_LOGS], faults, secret=FLOW_LOGS in secret_keys)
    protect = _switch(PROTECT, given[PROTECT], faults)
    as_preview = _switch(AS_PREVIEW, given[AS_PREVIEW], faults)
    all_read = 0 < len(items) == len(backends)
    faults += rules.check(stack, consumer, backends, api, all_read=all_read, as_preview=as_preview)
    if faults or not consumer or not api:
        raise SettingsError(stack, (_redacted(fault, secret_keys) for fault in faults))
    return Settings(
        consumer=_by_preview_role(consumer) if as_preview else consumer,
        backends=tuple(_by_preview_role(b) if as_preview else b for b in backends.values()),
        api=api,
        endpoint_creator=consumer.endpoint_creator,
        flow_logs=flow_logs,
        protect=protect,
    )


def _items(value: object, faults: list[Fault]) -> Mapping[str, object]:
    """Path in the file → what is there as a backend."""
    items = listed(value)
    if not items:
        must = "is required" if value is ABSENT else "must be a list of one or more backends"
        fix = f"{BACKENDS}: {as_yaml([Backend.example])}"
        faults.append(Fault(path=BACKENDS, value=value, must=must, fix=fix))
    return {key(BACKENDS, i): item for i, item in enumerate(items)}


def _switch(path: str, value: object, faults: list[Fault]) -> bool:
    """The value of a boolean key; false if it is missing."""
    if value is not ABSENT and not isinstance(value, bool):
        right = SWITCHES.get(str(value).lower(), "true")
        faults.append(Fault(path=path, value=value, must="must be true or false", fix=f"{path}: {right}"))
    return value is True


def _by_preview_role(party: Party) -> Party:
    return party.model_copy(update={"role_arn": party.preview_role_arn})


def _redacted(fault: Fault, secret_keys: Collection[str]) -> Fault:
    """The fault without a secret value; if any key is secret also without a fix, which may quote that key."""
    if not secret_keys:
        return fault
    if not fault.path.startswith(tuple(secret_keys)):
        return replace(fault, fix="")
    value = ABSENT if fault.value is ABSENT else SECRET
    return replace(fault, path=names_hidden(fault.path), value=value, fix="")
