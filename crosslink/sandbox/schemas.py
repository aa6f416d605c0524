"""What the provider SDKs' own classes say about inputs: their names, their types, what is required.

Pulumi's SDKs are generated from the providers' schemas, so an argument class is a schema in Python. On the
wire a value has the schema's camelCase names, floats for all numbers, and no classes.
"""

import importlib
import inspect
import json
import re
import types
import typing
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from functools import cache
from typing import Any, TypeAlias

import pulumi
from pulumi._types import input_type_py_to_pulumi_names, is_input_type
from pulumi.runtime import rpc

from crosslink.sandbox.record import UNKNOWN, Plain

Hint: TypeAlias = Any
"""A type hint, as `typing` hands it out."""

_SCALARS: Mapping[Hint, str] = {
    int: "a whole number",
    float: "a number",
    str: "a string",
    bool: "true or false",
}


@dataclass(frozen=True)
class Field:
    """One input: its type hint, and whether it must be given."""

    hint: Hint
    required: bool


def resource_class(token: str) -> type[pulumi.Resource] | None:
    """The SDK's class for a type token, `aws:ec2/vpc:Vpc`; None for a type or package that has none here."""
    package, module, name = token.split(":", maxsplit=2)
    is_provider = package == "pulumi" and module == "providers"
    try:
        sdk = importlib.import_module(f"pulumi_{(name if is_provider else package).replace('-', '_')}")
    except ImportError:
        return None
    if is_provider:
        return sdk.Provider
    registered = rpc.get_resource_module(package, module, "")
    info: dict[str, Any] = vars(registered)["mod_info"] if registered else {"classes": {}}
    class_name = info["classes"].get(token)
    return getattr(importlib.import_module(info["fqn"]), class_name) if class_name else None


def text_outputs(cls: type[pulumi.Resource]) -> frozenset[str]:
    """Wire names of the outputs of a resource class that are always a text."""
    getters = {name: value.fget for name, value in vars(cls).items() if isinstance(value, property)}
    return frozenset(
        _camel_case(name)
        for name, getter in getters.items()
        if getter and getter.__annotations__.get("return") == pulumi.Output[str]
    )


@cache
def resource_inputs(cls: type[pulumi.Resource]) -> Mapping[str, Field]:
    """The inputs of a resource class by wire name.

    They are those of `<X>InitArgs` where that exists: `<X>Args` is then a block of the same name.
    """
    module = inspect.getmodule(cls)
    init_args = getattr(module, f"{cls.__name__}InitArgs", None)
    return input_fields(init_args or getattr(module, f"{cls.__name__}Args"))


@cache
def input_fields(args_class: type) -> Mapping[str, Field]:
    """The fields of an argument class by wire name."""
    init = inspect.getattr_static(args_class, "__init__")
    return _fields(init, input_type_py_to_pulumi_names(args_class))


@cache
def function_args(token: str) -> Mapping[str, Field] | None:
    """The arguments of a data source by wire name; None where the SDK has no such function.

    `aws:lb/getLoadBalancer:getLoadBalancer` is `pulumi_aws.lb.get_load_balancer`.
    """
    package, module, name = token.split(":", maxsplit=2)
    namespace = module.partition("/")[0]
    path = f"pulumi_{package}" if namespace == "index" else f"pulumi_{package}.{namespace}"
    python_name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    try:
        function: Callable[..., object] = getattr(importlib.import_module(path), python_name)
    except (ImportError, AttributeError):
        return None
    names = {parameter: _camel_case(parameter) for parameter in inspect.signature(function).parameters}
    return _fields(function, {name: wire_name for name, wire_name in names.items() if name != "opts"})


def _fields(function: Callable[..., object], wire_names: Mapping[str, str]) -> dict[str, Field]:
    """The parameters of a function by wire name."""
    # pulumi.Input names Output[T] as a string, which only pulumi's own module could resolve.
    hints = typing.get_type_hints(function, localns={"Output": pulumi.Output, "T": Any})
    parameters = inspect.signature(function).parameters
    return {
        wire_name: Field(hints[name], required=parameters[name].default is inspect.Parameter.empty)
        for name, wire_name in wire_names.items()
    }


def alternatives(hint: Hint) -> list[Hint]:
    """The types that a wire value may have: `Input[Optional[T]]` is just T, a union is its members."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return [found for member in typing.get_args(hint) for found in alternatives(member)]
    if origin in (Awaitable, pulumi.Output) or hint is types.NoneType or typing.is_typeddict(hint):
        return []
    return [hint]


def fault(values: Mapping[str, Plain], fields: Mapping[str, Field]) -> str | None:
    """What is wrong with an object's values, after the path to the first fault; None if nothing is.

    `assumeRoles[0].role_arn: unknown input; did you mean roleArn?`
    """
    for name, value in values.items():
        if name not in fields:
            near = get_close_matches(_camel_case(name), fields, n=1)
            return f"{name}: unknown input" + (f"; did you mean {near[0]}?" if near else "")
        if found := _value_fault(value, fields[name].hint):
            return f"{name}{found}"
    missing = [name for name, field in fields.items() if field.required and values.get(name) is None]
    return f"{missing[0]}: required input is missing" if missing else None


def _value_fault(value: Plain, hint: Hint) -> str | None:
    if value is None or value is UNKNOWN:
        return None
    faults: list[str] = []
    for alternative in alternatives(hint):
        found = _fault_as(value, alternative)
        if found is None:
            return None
        faults.append(found)
    # A fault inside a value says more than what else the value could have been.
    return next((found for found in faults if not found.startswith(":")), " or ".join(faults))


def _fault_as(value: Plain, hint: Hint) -> str | None:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    match value:
        case _ if hint is Any:
            return None
        case list() if _is(origin, Sequence):
            return _first_fault(((f"[{i}]", item) for i, item in enumerate(value)), args[0])
        case dict() if _is(origin, Mapping):
            return _first_fault(((f".{key}", item) for key, item in value.items()), args[1])
        case dict() if _is_block(hint):
            found = fault(value, input_fields(hint))
            return f".{found}" if found else None
        case _:
            fits = _is_scalar(value, hint)
            return None if fits else f": expected {_readable(hint)}, not {json.dumps(value, default=repr)}"


def _is_scalar(value: Plain, hint: Hint) -> bool:
    if typing.get_origin(hint) is typing.Literal:
        return value in typing.get_args(hint)
    if _is(hint, Enum):
        return value in {member.value for member in hint}
    match value:
        case bool():
            return hint is bool
        case float():
            return hint is float or (hint is int and value.is_integer())
        case str():
            return hint is str or _is(hint, pulumi.Resource)  # a resource stands on the wire as its URN or id
        case _:
            return False


def _first_fault(items: Iterable[tuple[str, Plain]], hint: Hint) -> str | None:
    return next((f"{path}{found}" for path, item in items if (found := _value_fault(item, hint))), None)


def _readable(hint: Hint) -> str:
    origin = typing.get_origin(hint)
    if _is(origin, Sequence):
        return "a list"
    if _is(origin, Mapping) or _is_block(hint):
        return "an object"
    if origin is typing.Literal or _is(hint, Enum):
        allowed = typing.get_args(hint) or [member.value for member in hint]
        return " or ".join(map(json.dumps, allowed))
    return _SCALARS.get(hint, getattr(hint, "__name__", str(hint)))


def _is(hint: Hint, base: type) -> bool:
    return isinstance(hint, type) and issubclass(hint, base)


def _is_block(hint: Hint) -> bool:
    return isinstance(hint, type) and is_input_type(hint)


def _camel_case(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)
