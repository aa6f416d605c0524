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

Hint: TypeAlias = Any  # a type hint, as `typing` hands it out

_SCALARS = {int: "a whole number", float: "a number", str: "a string", bool: "true or false"}


@dataclass(frozen=True)
class Field:
    """One input."""

    hint: Hint
    required: bool


@cache
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
    if (registered := rpc.get_resource_module(package, module, "")) is None:
        return None
    info: dict[str, Any] = vars(registered)["mod_info"]
    class_name = info["classes"].get(token)
    return getattr(importlib.import_module(info["fqn"]), class_name) if class_name else None


def text_outputs(cls: type[pulumi.Resource]) -> frozenset[str]:
    """Wire names of the outputs of a resource class that are always a text."""
    return frozenset(
        _camel_case(name)
        for name, member in vars(cls).items()
        if isinstance(member, property) and member.fget
        if member.fget.__annotations__.get("return") == pulumi.Output[str]
    )


@cache
def resource_inputs(cls: type[pulumi.Resource]) -> Mapping[str, Field]:
    """The inputs of a resource class by wire name; where `<X>InitArgs` exists, `<X>Args` is a block."""
    module, name = inspect.getmodule(cls), cls.__name__
    return _input_fields(getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args"))


@cache
def _input_fields(args_class: type) -> Mapping[str, Field]:
    init = inspect.getattr_static(args_class, "__init__")
    return _fields(init, input_type_py_to_pulumi_names(args_class))


@cache
def function_args(token: str) -> Mapping[str, Field] | None:
    """The arguments of a data source by wire name; None where the SDK has no such function."""
    # `aws:lb/getLoadBalancer:getLoadBalancer` is `pulumi_aws.lb.get_load_balancer`.
    package, module, name = token.split(":", maxsplit=2)
    namespace = module.partition("/")[0]
    path = f"pulumi_{package}.{namespace}".removesuffix(".index")
    python_name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    try:
        function: Callable[..., object] = getattr(importlib.import_module(path), python_name)
    except (ImportError, AttributeError):
        return None
    names = [name for name in inspect.signature(function).parameters if name != "opts"]
    return _fields(function, {name: _camel_case(name) for name in names})


def _fields(function: Callable[..., object], wire_names: Mapping[str, str]) -> dict[str, Field]:
    # pulumi.Input names Output[T] as a string, which only pulumi's own module could resolve.
    hints = typing.get_type_hints(function, localns={"Output": pulumi.Output, "T": Any})
    parameters = inspect.signature(function).parameters
    return {
        wire_name: Field(hints[name], required=parameters[name].default is inspect.Parameter.empty)
        for name, wire_name in wire_names.items()
    }


@cache
def alternatives(hint: Hint) -> Sequence[Hint]:
    """The types that a wire value may have: `Input[Optional[T]]` is just T, a union is its members."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return [found for member in typing.get_args(hint) for found in alternatives(member)]
    if origin in (Awaitable, pulumi.Output) or hint is types.NoneType or typing.is_typeddict(hint):
        return []
    return [hint]


def fault(values: Mapping[str, Plain], fields: Mapping[str, Field]) -> str | None:
    """The first fault of an object, such as `assumeRoles[0].role_arn: unknown input`; None if it has none."""
    for name, value in values.items():
        if name not in fields:
            near = get_close_matches(_camel_case(name), fields, n=1)
            return f"{name}: unknown input" + "".join(f"; did you mean {meant}?" for meant in near)
        if found := _value_fault(value, fields[name].hint):
            return f"{name}{found}"
    missing = (name for name, field in fields.items() if field.required and values.get(name) is None)
    return next((f"{name}: required input is missing" for name in missing), None)


def _value_fault(value: Plain, hint: Hint) -> str | None:
    if value is None or value is UNKNOWN:
        return None
    found = [_fault_as(value, alternative) for alternative in alternatives(hint)]
    faults = [*filter(None, found)]
    if len(faults) < len(found):
        return None
    # A fault inside a value says more than what else the value could have been.
    return next((fault for fault in faults if not fault.startswith(":")), " or ".join(faults))


def _fault_as(value: Plain, hint: Hint) -> str | None:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    match value:
        case _ if hint is Any:
            return None
        case list() if _is(origin, Sequence):
            return _first_fault(((f"[{i}]", item) for i, item in enumerate(value)), args[0])
        case dict() if _is(origin, Mapping):
            return _first_fault(((f".{key}", item) for key, item in value.items()), args[1])
        case dict() if is_input_type(hint):
            return f".{found}" if (found := fault(value, _input_fields(hint))) else None
        case _ if _is_scalar(value, hint):
            return None
        case _:
            return f": expected {_readable(hint)}, not {json.dumps(value, default=repr)}"


def _is_scalar(value: Plain, hint: Hint) -> bool:
    if allowed := _allowed(hint):
        return value in allowed
    if isinstance(value, float):
        return hint is float or (hint is int and value.is_integer())
    if isinstance(value, str) and _is(hint, pulumi.Resource):
        return True  # a resource stands on the wire as its URN or id
    return isinstance(value, bool | str) and type(value) is hint


def _first_fault(items: Iterable[tuple[str, Plain]], hint: Hint) -> str | None:
    return next((f"{path}{found}" for path, item in items if (found := _value_fault(item, hint))), None)


def _readable(hint: Hint) -> str:
    origin = typing.get_origin(hint)
    if _is(origin, Sequence):
        return "a list"
    if _is(origin, Mapping) or is_input_type(hint):
        return "an object"
    scalar = _SCALARS.get(hint, getattr(hint, "__name__", str(hint)))
    return " or ".join(map(json.dumps, _allowed(hint))) or scalar


def _allowed(hint: Hint) -> Sequence[Plain]:
    if _is(hint, Enum):
        return [member.value for member in hint]
    return typing.get_args(hint) if typing.get_origin(hint) is typing.Literal else ()


def _is(hint: Hint, base: type) -> bool:
    return isinstance(hint, type) and issubclass(hint, base)


def _camel_case(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)
