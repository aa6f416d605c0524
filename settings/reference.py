"""`service: { stack, backend }`: the endpoint service that another stack of this program has published."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, TypeAlias, cast

import pulumi
from pydantic import Field, ValidationError

from settings.any_backend import BackendName, Paths
from settings.errors import Fault, as_yaml, key
from settings.fields import AccountId, Model, RegionName, matching
from settings.published_service import PublishedService, ServiceBackend
from settings.rules.keys import API, CONSUMER
from settings.tls import TlsName
from settings.validation import read

PUBLISHED = "published"
"""The stack output with the backends that other stacks may join, by name."""
FULL_NAME = r"[\w.-]+/[\w.-]+/[\w.-]+"
OutputsOf: TypeAlias = Callable[[str], Mapping[str, Any]]
"""Gives the outputs of a stack by its full name; none if it has none. Raises LookupError without a stack."""


class Reference(Model):
    """A backend of another stack of this program."""

    example: ClassVar[Mapping[str, object]] = {"stack": "acme/crosslink/provider", "backend": "apps"}

    stack: Annotated[
        str,
        matching(FULL_NAME, "must be the full name of a stack, organization/project/stack"),
    ] = Field(examples=[example["stack"]])
    """Full name of a stack of this program without a consumer, `organization/project/stack`."""
    backend: BackendName = Field(examples=[example["backend"]])
    """Name of the backend there."""


class Published(Model):
    """What a stack publishes of a backend: the keys of one of kind `service`."""

    account_id: AccountId = Field(examples=["222222222222"])
    """Account of the endpoint service."""
    region: RegionName = Field(examples=["us-east-1"])
    """Its region."""
    service: PublishedService = Field(examples=[ServiceBackend.example["service"]])
    """The endpoint service."""
    tls: TlsName | None = Field(default=None, examples=[{"domain": "apps.example.com"}])
    """TLS to the backend; None for plain HTTP."""
    paths: Paths = Field(examples=[ServiceBackend.example["paths"]])
    """The paths that it answers."""


def outputs_of(stack: str) -> Mapping[str, Any]:
    """The outputs of a stack, as the engine has them from its last update.

    A StackReference gives outputs too late: how many resources there are depends on the backend's zones.
    Secrets among the outputs stay the engine's: what is published holds none.

    Raises:
        LookupError: There is no such stack, or this stack may not read it.
    """
    try:
        result: object = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": stack}).value
    except Exception as error:  # the SDK raises Exception itself
        raise LookupError(str(error)) from error
    return _mapping(_mapping(result).get("outputs"))


def with_published(path: str, item: object, outputs: OutputsOf, faults: list[Fault]) -> object:
    """A backend's mapping in the stack file, with what another stack has published in place of a reference.

    Args:
        path: The backend's path in the file.
        item: What is there.
        outputs: Gives the outputs of another stack.
        faults: Receives the faults of the reference.

    Returns:
        The mapping with all keys of a backend of kind `service`; `item` itself without a reference. None if
        the reference leads nowhere.
    """
    given = _mapping(item)
    where = key(path, "service")
    if (stack := _bare(given)) is not None:
        place = key(path, "stack") if "stack" in given else where
        right = {"stack": stack, "backend": given.get("name", Reference.example["backend"])}
        must = "must be in service, with the backend's name in that stack"
        faults.append(Fault(path=place, value=stack, must=must, fix=f"service: {as_yaml(right)}"))
        return None
    service = _mapping(given.get("service"))
    if not {"stack", "backend"}.intersection(service):
        return item
    reference = read(Reference, where, service, faults, secret=False)
    published = _published(where, reference, outputs, faults) if reference else None
    if published is None:
        return None
    faults += _said_again(path, given, published)
    faults += _other_paths(path, given, published)
    chosen = given.get("paths", published["paths"])
    paths = {
        name: _mapping(published["paths"]).get(name, chosen[name]) for name in _mapping(chosen)
    } or chosen
    joined = {name: value for name, value in {**published, "paths": paths}.items() if value is not None}
    return {**given, **joined}


def _bare(given: Mapping[str, Any]) -> object:
    """A stack that is named without a backend's name; None if there is none."""
    service = given.get("service")
    if isinstance(service, str) and re.fullmatch(FULL_NAME, service):
        return service
    return None if "service" in given else given.get("stack")


def _published(
    path: str, reference: Reference, outputs: OutputsOf, faults: list[Fault]
) -> Mapping[str, Any] | None:
    """What the other stack says of the backend: the keys of one of kind `service`."""
    try:
        found = outputs(reference.stack)
    except LookupError as error:
        must, why = "must be the full name of a stack that this one may read", " ".join(str(error).split())
        faults.append(_of_stack(path, reference, must, f"the engine says: {why}"))
        return None
    published = _mapping(found.get(PUBLISHED))
    if not published:
        must = (
            f"must publish backends: a stack without {CONSUMER} and {API} does"
            if found
            else "must be a stack that is deployed: it has no outputs"
        )
        faults.append(_of_stack(path, reference, must, f"pulumi up, in {reference.stack}"))
        return None
    if reference.backend not in published:
        nearest = get_close_matches(reference.backend, published, n=1, cutoff=0)[0]
        faults.append(
            Fault(
                path=key(path, "backend"),
                value=reference.backend,
                must=f"must be a backend that the stack beside it publishes: {' | '.join(sorted(published))}",
                fix=f"backend: {nearest}",
            )
        )
        return None
    try:
        backend = Published.model_validate_json(
            json.dumps(_with_integers(published[reference.backend])), by_alias=True, by_name=False
        )
    except ValidationError:
        must = "must publish what this version of the program reads"
        faults.append(_of_stack(path, reference, must, f"pulumi up with this version, in {reference.stack}"))
        return None
    return backend.model_dump(mode="json", by_alias=True)


def _of_stack(path: str, reference: Reference, must: str, hint: str) -> Fault:
    return Fault(path=key(path, "stack"), value=reference.stack, must=must, fix=f"# {hint}")


def _said_again(path: str, given: Mapping[str, Any], published: Mapping[str, Any]) -> Iterator[Fault]:
    """What the other stack publishes needn't be said here, and can't be said otherwise."""
    for name in ("accountId", "region", "tls"):
        if name in given and given[name] != published[name]:
            yield Fault(
                path=key(path, name),
                value=given[name],
                must="must be left out: the other stack publishes it",
                fix=f"# without {name}",
            )


def _other_paths(path: str, given: Mapping[str, Any], published: Mapping[str, Any]) -> Iterator[Fault]:
    """The API may have some of the published paths. How they are served is the other stack's to say."""
    paths: Mapping[str, Any] = published["paths"]
    chosen = _mapping(given.get("paths"))
    for name, settings in chosen.items():
        if name not in paths:
            nearest = get_close_matches(name, paths.keys() - chosen.keys(), n=1)
            yield Fault(
                path=key(path, "paths", name),
                value=settings,
                must=f"must be a path that the other stack publishes: {' | '.join(paths)}",
                fix=f"{as_yaml(nearest[0])}: {{}}" if nearest else f"# without {name}",
            )
        elif settings not in (None, {}, paths[name]):
            yield Fault(
                path=key(path, "paths", name),
                value=settings,
                must="must have no settings: the other stack publishes them",
                fix=f"{as_yaml(name)}: {{}}",
            )


def _mapping(value: object) -> Mapping[str, Any]:
    """The value; an empty mapping if it is none."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _with_integers(value: object) -> object:
    """The value with whole numbers as integers: the engine has floats alone."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {name: _with_integers(item) for name, item in cast("dict[str, object]", value).items()}
        case list():
            return [_with_integers(item) for item in cast("list[object]", value)]
        case _:
            return value
