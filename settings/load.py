"""Reads a stack's configuration as `Settings`. Nothing else in the program reads `pulumi.Config`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar, cast

import pulumi
from pulumi.runtime import is_config_secret

from settings import rules
from settings.api import Api
from settings.backend import Backend, ClusterBackend, ProvidedBackend, ServiceBackend
from settings.consumer import Consumer
from settings.decoding import decode, listed
from settings.errors import ABSENT, SECRET, Fault, SettingsError, as_yaml, key
from settings.kind import kind_of
from settings.logs import FlowLogs
from settings.path import ServedPath
from settings.reference import OutputsOf, outputs_of, with_published
from settings.rules.keys import (
    API,
    AS_PREVIEW,
    BACKENDS,
    CONSUMER,
    DEFAULT_PROVIDERS,
    FLOW_LOGS,
    KEYS,
    PROTECT,
    TAGS,
)
from settings.rules.stack import no_default_providers
from settings.secrets import names_hidden, places_in, refuse_misplaced
from settings.tags import Tags
from settings.validation import SWITCHES, M, read

P = TypeVar("P", bound=Consumer | Backend)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A stack's settings.

    A stack has both sides of the path, or one: without a consumer and an API the endpoints are another
    stack's, and with backends of kind `service` alone so is the provider side.

    With `crosslink:asPreview` each `role_arn` is the preview role, and nothing else differs.

    Attributes:
        consumer: Account 1 and its networks; None if they are another stack's.
        backends: What the API's paths lead to, one or more.
        api: The REST API; None without a consumer.
        endpoint_creator: ARN of who makes the consumer's endpoints, in a preview by a preview role, too; None
            without a consumer.
        tags: Default tags of all resources, in every account.
        flow_logs: Flow logs of all networks that the stack makes; None for none.
        protect: Whether Pulumi refuses to delete networks, endpoint services, the API and clusters.
    """

    consumer: Consumer | None
    backends: tuple[Backend, ...]
    api: Api | None
    endpoint_creator: str | None
    tags: Mapping[str, str]
    flow_logs: FlowLogs | None
    protect: bool

    @property
    def provided(self) -> tuple[ProvidedBackend, ...]:
        """The backends whose endpoint service the stack makes."""
        return tuple(backend for backend in self.backends if isinstance(backend, ProvidedBackend))

    @property
    def published(self) -> tuple[ServiceBackend, ...]:
        """The backends whose endpoint service another team has published."""
        return tuple(backend for backend in self.backends if isinstance(backend, ServiceBackend))

    @property
    def routes(self) -> tuple[tuple[Backend, ServedPath], ...]:
        """The paths of the API, each with the backend it leads to; without an API all that are offered."""
        return tuple(
            (backend, served)
            for backend in self.backends
            for served in backend.served
            if self.api is None or self.api.leads_to(served.path, backend.name)
        )

    def may_connect(self, backend: ProvidedBackend) -> tuple[str, ...]:
        """ARNs of those who may connect to a backend's endpoint service: the one who makes the endpoint."""
        return (self.endpoint_creator,) if self.endpoint_creator else backend.allowed_principals


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
    values: Mapping[str, str | None],
    stack: str,
    secret_keys: Collection[str] = frozenset(),
    outputs: OutputsOf = outputs_of,
) -> Settings:
    """Settings from a stack's configuration as the CLI passes it.

    Args:
        values: Key such as `crosslink:api` → its text, which is JSON for a mapping or a list.
        stack: The stack's name.
        secret_keys: Keys whose value Pulumi keeps secret, in whole or in part.
        outputs: Gives the outputs of another stack, which a backend refers to.

    Raises:
        SettingsError: With all faults. It shows nothing of a secret key's value.
    """
    faults: list[Fault] = []
    given = {name: decode(name, values.get(name), faults) for name in KEYS}
    faults += no_default_providers(given[DEFAULT_PROVIDERS])

    def section(model: type[M], name: str, *, optional: bool) -> M | None:
        if optional and given[name] is ABSENT:
            return None
        return read(model, name, given[name], faults, secret=name in secret_keys)

    provider_only = given[CONSUMER] is ABSENT and given[API] is ABSENT
    consumer = section(Consumer, CONSUMER, optional=provider_only)
    api = section(Api, API, optional=provider_only)
    tags = section(Tags, TAGS, optional=True)
    flow_logs = section(FlowLogs, FLOW_LOGS, optional=True)
    items = _items(given[BACKENDS], faults)
    backends: dict[str, Backend] = {}
    for path, item in items.items():
        joined = with_published(path, item, outputs, faults)
        if joined is not None and (backend := _backend(path, joined, faults, secret=BACKENDS in secret_keys)):
            backends[path] = backend
    protect = _switch(PROTECT, given[PROTECT], faults)
    as_preview = _switch(AS_PREVIEW, given[AS_PREVIEW], faults)
    all_read = 0 < len(items) == len(backends)
    faults += rules.check(
        stack,
        consumer,
        backends,
        api,
        all_read=all_read,
        as_preview=as_preview,
        provider_only=provider_only,
    )
    if faults:
        raise SettingsError(stack, (_redacted(fault, secret_keys) for fault in faults))
    return Settings(
        consumer=_by_preview_role(consumer) if consumer and as_preview else consumer,
        backends=tuple(_by_preview_role(b) if as_preview else b for b in backends.values()),
        api=api,
        endpoint_creator=consumer.endpoint_creator if consumer else None,
        tags=tags.root if tags else {},
        flow_logs=flow_logs,
        protect=protect,
    )


def _backend(path: str, item: object, faults: list[Fault], *, secret: bool) -> Backend | None:
    """A backend of the kind that its keys tell."""
    if not isinstance(item, dict):
        return read(ClusterBackend, path, item, faults, secret=secret)
    given = cast("dict[str, object]", item)
    model = kind_of(path, given, faults)
    return read(model, path, given, faults, secret=secret) if model else None


def _items(value: object, faults: list[Fault]) -> Mapping[str, object]:
    """Path in the file → what is there as a backend."""
    items = listed(value)
    if not items:
        must = "is required" if value is ABSENT else "must be a list of one or more backends"
        fix = f"{BACKENDS}: {as_yaml([ClusterBackend.example])}"
        faults.append(Fault(path=BACKENDS, value=value, must=must, fix=fix))
    return {key(BACKENDS, i): item for i, item in enumerate(items)}


def _switch(path: str, value: object, faults: list[Fault]) -> bool:
    """The value of a boolean key; false if it is missing."""
    if value is not ABSENT and not isinstance(value, bool):
        right = SWITCHES.get(str(value).lower(), "true")
        faults.append(Fault(path=path, value=value, must="must be true or false", fix=f"{path}: {right}"))
    return value is True


def _by_preview_role(party: P) -> P:
    if isinstance(party, Consumer | ProvidedBackend):
        return party.model_copy(update={"role_arn": party.preview_role_arn})
    return party


def _redacted(fault: Fault, secret_keys: Collection[str]) -> Fault:
    """The fault without a secret value; if any key is secret also without a fix, which may quote that key."""
    if not secret_keys:
        return fault
    if not fault.path.startswith(tuple(secret_keys)):
        return replace(fault, fix="")
    value = ABSENT if fault.value is ABSENT else SECRET
    return replace(fault, path=names_hidden(fault.path), value=value, fix="")
