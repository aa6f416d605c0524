"""Reads a stack's configuration as `Settings`. Nothing else in the program reads `pulumi.Config`."""

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TypeVar, cast

import pulumi
from pulumi.runtime import get_config_env, is_config_secret
from pulumi.runtime.config import CONFIG

from settings import rules
from settings.api import Api
from settings.backend import Backend, ClusterBackend, ProvidedBackend
from settings.consumer import Consumer
from settings.decoding import decode, listed
from settings.deployed import NOTHING, Deployed, of_settings
from settings.errors import ABSENT, SECRET, Fault, SettingsError, as_yaml, first_of_each_key, key
from settings.final import final_faults
from settings.kind import kind_of
from settings.logs import FlowLogs
from settings.placeholders import no_placeholders
from settings.proposed_zones import in_its_region
from settings.quotas import Quotas
from settings.reference import OutputsOf, outputs_of, with_published
from settings.rules.keys import (
    ALLOW_PLACEHOLDERS,
    API,
    BACKENDS,
    CONSUMER,
    DEFAULT_PROVIDERS,
    FLOW_LOGS,
    KEYS,
    NAMESPACE,
    PROTECT,
    QUOTAS,
    TAGS,
)
from settings.rules.stack import no_default_providers
from settings.secrets import names_hidden, places_in, refuse_misplaced
from settings.stack import Settings
from settings.suggestions import tried
from settings.tags import Tags
from settings.unknown_keys import as_written, is_ours, meant_by, unknown_keys
from settings.validation import SWITCHES, M, read

P = TypeVar("P", bound=Consumer | Backend)
AS_PREVIEW = "CROSSLINK_AS_PREVIEW"
"""Environment variable: `true` in a preview of a pull request, which assumes the preview roles. It is no key
of a stack's file, where the next `up` would find it: even `pulumi preview --config` writes to that file
(https://www.pulumi.com/docs/iac/cli/commands/pulumi_preview/)."""


def load(before: Deployed = NOTHING) -> Settings:
    """The settings of the running stack.

    Args:
        before: What is deployed of it, which settles some of them.

    Raises:
        pulumi.RunError: With all faults of the configuration; the CLI shows it without a traceback.
    """
    stack, project = pulumi.get_stack(), pulumi.get_project()
    names = {*KEYS, *CONFIG.get(), *get_config_env()}
    values = {
        name: pulumi.Config(name.partition(":")[0]).get(name.partition(":")[2]) for name in sorted(names)
    }
    secret_keys = {
        name for name in names if is_config_secret(name) and (name in KEYS or is_ours(name, project))
    }
    try:
        root = pulumi.get_root_directory()  # the folder of Pulumi.yaml; without the CLI there is none
        if secret_keys and root and Path(root).is_dir():
            places = places_in(Path(root) / f"Pulumi.{stack}.yaml", project)
            refuse_misplaced(stack, places, secret_keys)
        return parse(
            values,
            stack,
            secret_keys,
            project=project,
            as_preview=os.environ.get(AS_PREVIEW, ""),
            before=before,
        )
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None


def parse(
    values: Mapping[str, str | None],
    stack: str,
    secret_keys: Collection[str] = frozenset(),
    outputs: OutputsOf = outputs_of,
    *,
    project: str = NAMESPACE,
    as_preview: str = "",
    before: Deployed = NOTHING,
) -> Settings:
    """Settings from a stack's configuration as the CLI passes it.

    Args:
        values: Key such as `crosslink:api` → its text, which is JSON for a mapping or a list. Those of other
            namespaces are ignored.
        stack: The stack's name.
        secret_keys: Keys whose value Pulumi keeps secret, in whole or in part.
        outputs: Gives the outputs of another stack, which a backend refers to.
        project: The project's name, the namespace of keys that name none.
        as_preview: `true` to replace each role by the preview role beside it.
        before: What is deployed of the stack.

    Raises:
        SettingsError: With all faults. It shows nothing of a secret key's value.
    """
    faults: list[Fault] = []
    unknown = meant_by(values, project)
    misspelt = {meant: name for name, meant in unknown.items() if values.get(meant) is None}
    secret_keys = {*secret_keys, *(meant for meant, name in misspelt.items() if name in secret_keys)}
    given = {name: decode(name, values.get(misspelt.get(name, name)), faults) for name in KEYS}
    read_ = partial(
        _read, stack=stack, secret_keys=secret_keys, outputs=cache(outputs), as_preview=as_preview
    )
    settings, found = read_(given)
    faults = [*first_of_each_key([*faults, *found])]
    if settings and not faults and not unknown:
        if final := final_faults(before, of_settings(settings)):
            raise SettingsError(stack, (_redacted(fault, secret_keys) for fault in final))
        return settings

    def faults_of(file: Mapping[str, object]) -> Sequence[Fault]:
        # What is proposed may have placeholders: they are to be replaced.
        whole = {**dict.fromkeys(KEYS, ABSENT), **file, ALLOW_PLACEHOLDERS: True}
        return first_of_each_key(read_(whole)[1])

    if not secret_keys:  # what is proposed may quote a secret
        faults = [*tried(faults, given, faults_of)]
    faults = [*unknown_keys(values, unknown, faults), *as_written(faults, misspelt)]
    raise SettingsError(stack, (_redacted(fault, secret_keys) for fault in faults))


def _read(
    given: Mapping[str, object],
    *,
    stack: str,
    secret_keys: Collection[str],
    outputs: OutputsOf,
    as_preview: str,
) -> tuple[Settings | None, list[Fault]]:
    """The settings, None if there are faults; and the faults."""
    faults: list[Fault] = []
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
    quotas = Quotas() if given[QUOTAS] is ABSENT else section(Quotas, QUOTAS, optional=False)
    items = _items(given[BACKENDS], faults)
    backends: dict[str, Backend] = {}
    for path, item in items.items():
        joined = with_published(path, item, outputs, faults)
        if joined is not None and (backend := _backend(path, joined, faults, secret=BACKENDS in secret_keys)):
            backends[path] = backend
    faults = [in_its_region(fault, given) for fault in faults]
    protect = _switch(PROTECT, given[PROTECT], faults)
    preview = _as_preview(as_preview, faults)
    _switch(ALLOW_PLACEHOLDERS, given[ALLOW_PLACEHOLDERS], faults)
    if given[ALLOW_PLACEHOLDERS] in (ABSENT, False):
        faults += no_placeholders(given)
    all_read = 0 < len(items) == len(backends)
    faults += rules.check(
        stack,
        consumer,
        backends,
        api,
        quotas,
        all_read=all_read,
        as_preview=preview,
        provider_only=provider_only,
    )
    if faults:
        return None, faults
    settings = Settings(
        consumer=_by_preview_role(consumer) if consumer and preview else consumer,
        backends=tuple(_by_preview_role(b) if preview else b for b in backends.values()),
        api=api,
        endpoint_creator=consumer.endpoint_creator if consumer else None,
        tags=tags.root if tags else {},
        flow_logs=flow_logs,
        quotas=quotas or Quotas(),
        protect=protect,
    )
    return settings, faults


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


def _as_preview(text: str, faults: list[Fault]) -> bool:
    if text not in ("", "true", "false"):
        fix = f"# export {AS_PREVIEW}=true"
        faults.append(
            Fault(path=AS_PREVIEW, value=text, must="must be true or false, or not be set", fix=fix)
        )
    return text == "true"


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
