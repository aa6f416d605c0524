"""What the engine and the providers refuse: forgotten providers, misspelt keys in dicts, values of the wrong
type behind an output. Pulumi's mocks and type checkers let all of this pass.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

from pulumi_kubernetes.apiextensions import CustomResource

from crosslink.graph import tokens
from crosslink.sandbox import schemas
from crosslink.sandbox.record import Plain, Resource, Run


class RefusedError(Exception):
    """The engine or a provider would not take this. The text says why; its catcher names the resource."""


_EXPLICIT_PROVIDER = ("aws", "kubernetes")  # what the stack files give `pulumi:disable-default-providers`
_NO_DEFAULT = "the default provider for '{}' is disabled: it must use an explicit provider"
_COLONS_OF_A_TYPE = 2
_RANDOM_SUFFIX = 8  # Pulumi's names are <logical name>-<7 random hex digits>
_NAME_LENGTHS = {tokens.LOAD_BALANCER: 32, tokens.TARGET_GROUP: 32, "aws:iam/role:Role": 64}


def check_resource(resource: Resource) -> None:
    """Refuse a registration that the engine or a provider would not take. No provider sees local components.

    Raises:
        RefusedError: what is wrong with it.
    """
    if resource.type.count(":") != _COLONS_OF_A_TYPE:
        raise RefusedError("not a valid type token: it must have the form package:module:name")
    if resource.is_provider:
        _check_provider(resource)
        return
    if not resource.component and resource.provider is None and resource.package in _EXPLICIT_PROVIDER:
        raise RefusedError(_NO_DEFAULT.format(resource.package))
    if resource.component and resource.package == "eks" and "aws" not in resource.providers:
        raise RefusedError(f"{_NO_DEFAULT.format('aws')} for what the component holds")
    _check(resource.inputs, _fields(resource))
    limit, name = _NAME_LENGTHS.get(resource.type, math.inf), resource.inputs.get("name")
    if name is None and len(resource.name) + _RANDOM_SUFFIX > limit:
        raise RefusedError(f"its name and Pulumi's {_RANDOM_SUFFIX} characters are longer than {limit}")
    if isinstance(name, str) and len(name) > limit:
        raise RefusedError(f"name: longer than {limit} characters")


def check_invoke(token: str, args: Mapping[str, Plain], provider: str) -> None:
    """Refuse a data-source call that the engine or a provider would not take. No `provider` is a default one.

    Raises:
        RefusedError: what is wrong with it.
    """
    package = token.partition(":")[0]
    if not provider and package in _EXPLICIT_PROVIDER:
        raise RefusedError(f"{_NO_DEFAULT.format(package)}: pass InvokeOptions(parent=self)")
    fields = schemas.function_args(token)
    if fields is None and package == "aws":
        raise RefusedError("the SDK has no such function")
    _check(args, fields)


def check_same_resources(preview: Run, up: Run) -> None:
    """Refuse a program whose preview shows other resources than its up creates.

    Raises:
        RefusedError: which resources only one of the two registers.
    """
    differences = [
        f"only the {word} registers {', '.join(str(run.resources[urn]) for urn in alone)}"
        for word, run, other in (("preview", preview, up), ("up", up, preview))
        if (alone := [urn for urn in run.resources if urn not in other.resources])
    ]
    if differences:
        raise RefusedError("; ".join(differences))


def _fields(resource: Resource) -> Mapping[str, schemas.Field] | None:
    """The inputs that a resource may have; None where its SDK isn't here to tell."""
    if cls := schemas.resource_class(resource.type):
        return schemas.resource_inputs(cls)
    if resource.package == "kubernetes" and not resource.component:
        # A custom resource, whose other fields only its definition knows.
        free = {name: schemas.Field(Any, required=False) for name in resource.inputs}
        return {**free, **schemas.resource_inputs(CustomResource)}
    if resource.package == "aws":
        raise RefusedError("the SDK has no such type")
    return None


def _check(values: Mapping[str, Plain], fields: Mapping[str, schemas.Field] | None) -> None:
    if fields is not None and (fault := schemas.fault(values, fields)):
        raise RefusedError(fault)


def _check_provider(provider: Resource) -> None:
    """Check the inputs of a provider object, where all that isn't a string arrives as JSON."""
    fields = _fields(provider) or {}
    values: dict[str, Plain] = dict(provider.inputs)
    for name in values.keys() & fields:
        value = values[name]
        if isinstance(value, str) and str not in schemas.alternatives(fields[name].hint):
            values[name] = json.loads(value)
    _check(values, fields or None)
    roles = values.get("assumeRoles")
    if isinstance(roles, list) and any(isinstance(role, dict) and "roleArn" not in role for role in roles):
        # The provider would go on with whatever credentials are around: perhaps another account's.
        raise RefusedError("assumeRoles: a role has no roleArn")
