"""`service: { stack, backend }`: the endpoint service that another stack of this program has published."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, TypeAlias, cast

import pulumi
from pydantic import Field

from settings.backend import BackendName
from settings.errors import Fault, key
from settings.fields import Model, matching
from settings.validation import read

PUBLISHED = "published"
"""The stack output with the backends that other stacks may join, by name."""
OutputsOf: TypeAlias = Callable[[str], Mapping[str, Any]]
"""Gives the outputs of a stack by its full name; none if it has none. Raises LookupError without a stack."""


class Reference(Model):
    """A backend of another stack of this program.

    Attributes:
        stack: The stack's full name, `organization/project/stack`.
        backend: The backend's name there.
    """

    example: ClassVar[Mapping[str, object]] = {"stack": "acme/crosslink/provider", "backend": "apps"}

    stack: Annotated[
        str,
        matching(r"[\w.-]+/[\w.-]+/[\w.-]+", "must be the full name of a stack, organization/project/stack"),
    ] = Field(examples=[example["stack"]])
    backend: BackendName = Field(examples=[example["backend"]])


def outputs_of(stack: str) -> Mapping[str, Any]:
    """The outputs of a stack, as the engine has them from its last update.

    A StackReference gives outputs too late: how many resources there are depends on the backend's zones.
    Secrets among the outputs stay the engine's: what is published holds none.

    Raises:
        LookupError: There is no such stack, or this stack may not read it.
    """
    try:
        result = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": stack}).value
    except Exception as error:  # the SDK raises Exception itself
        raise LookupError(str(error)) from error
    return cast("Mapping[str, Any]", (result or {}).get("outputs") or {})


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
    given = cast("dict[str, Any]", item if isinstance(item, dict) else {})
    service: Any = given.get("service")
    if not isinstance(service, dict) or "stack" not in service:
        return item
    where = key(path, "service")
    reference = read(Reference, where, cast("object", service), faults, secret=False)
    if reference is None:
        return None
    try:
        published: Mapping[str, Any] = outputs(reference.stack).get(PUBLISHED) or {}
    except LookupError as error:
        faults.append(
            Fault(
                path=key(where, "stack"),
                value=reference.stack,
                must=f"must be a stack that this one can read: {error}",
                fix=f"stack: {reference.stack}  # once `pulumi up` has run there",
            )
        )
        return None
    if reference.backend not in published:
        names = ", ".join(sorted(published)) or "none: it needs a `pulumi up`, without crosslink:consumer"
        faults.append(
            Fault(
                path=key(where, "backend"),
                value=reference.backend,
                must=f"must be a backend that {reference.stack} publishes, which are {names}",
                fix=f"backend: {next(iter(sorted(published)), reference.backend)}",
            )
        )
        return None
    return {**given, **_joined(path, given, published[reference.backend], faults)}


def _joined(
    path: str, given: Mapping[str, Any], published: Mapping[str, Any], faults: list[Fault]
) -> Mapping[str, Any]:
    faults += [
        Fault(
            path=key(path, name),
            value=given[name],
            must="must be left out: the other stack publishes it",
            fix=f"# without {name}",
        )
        for name in ("accountId", "region", "tls")
        if name in given and given[name] != published.get(name)
    ]
    paths, chosen = published["paths"], given.get("paths")
    if isinstance(chosen, dict):
        paths = {name: paths.get(name, settings) for name, settings in cast("dict[str, Any]", chosen).items()}
    return {name: value for name, value in {**published, "paths": paths}.items() if value is not None}
