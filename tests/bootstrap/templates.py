"""CloudFormation templates, read and rendered as CloudFormation would."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.nodes import MappingNode, SequenceNode

from tests.runs import ROOT

ACCOUNT = "111111111111"
REGION = "us-west-2"
PSEUDO = {"AWS::AccountId": ACCOUNT, "AWS::Region": REGION}
NO_VALUE = object()


class _Constructor(SafeConstructor):
    """Reads `!Sub x` as `{"Fn::Sub": x}`, the long form that each short one stands for."""


def _long_form(constructor: Any, tag: str, node: Any) -> dict[str, Any]:
    match node:
        case MappingNode():
            value = constructor.construct_mapping(node, deep=True)
        case SequenceNode():
            value = constructor.construct_sequence(node, deep=True)
        case _:
            value = node.value
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


_Constructor.add_multi_constructor("!", _long_form)


@cache
def source(name: str) -> Mapping[str, Any]:
    """A file of `bootstrap/`."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    return yaml.load((ROOT / "bootstrap" / name).read_text())


@dataclass(frozen=True)
class Stack:
    """A template with values for its parameters: the resources that there are, without any function."""

    resources: Mapping[str, Mapping[str, Any]]

    def of_type(self, type_: str) -> dict[str, Mapping[str, Any]]:
        """Logical id → properties of the resources of a type."""
        return {key: one["Properties"] for key, one in self.resources.items() if one["Type"] == type_}

    def statements(self) -> Iterator[Mapping[str, Any]]:
        """The statements of all managed policies that the role has; its roles' boundary is none of them."""
        for policy in self.of_type("AWS::IAM::ManagedPolicy").values():
            if "Roles" in policy:
                yield from policy["PolicyDocument"]["Statement"]


def render(name: str, **parameters: str | list[str]) -> Stack:
    """A template's stack. Parameters that are left out take their defaults."""
    template = source(name)
    values: dict[str, Any] = dict(PSEUDO)
    for key, parameter in template["Parameters"].items():
        value = parameters.pop(key, parameter.get("Default"))
        assert value is not None, f"{name} needs {key}"
        assert value in parameter.get("AllowedValues", [value])
        if parameter["Type"] == "CommaDelimitedList" and isinstance(value, str):
            value = value.split(",")
        values[key] = value
    assert not parameters, f"{name} has no such parameters: {parameters}"
    rendering = _Rendering(template, values)
    return Stack(
        {
            key: rendering.of(resource)
            for key, resource in template["Resources"].items()
            if "Condition" not in resource or rendering.holds(resource["Condition"])
        }
    )


@dataclass(frozen=True)
class _Rendering:
    template: Mapping[str, Any]
    values: Mapping[str, Any]

    def holds(self, condition: str) -> bool:
        return self.of(self.template["Conditions"][condition])

    def of(self, value: Any) -> Any:
        match value:
            case {"Ref": name}:
                return self._ref(name)
            case {"Condition": str(name)} if len(value) == 1:
                return self.holds(name)
            case dict() if len(value) == 1 and next(iter(value)).startswith("Fn::"):
                ((function, argument),) = value.items()
                return self._call(function.removeprefix("Fn::"), argument)
            case dict():
                items = {key: self.of(item) for key, item in value.items()}
                return {key: item for key, item in items.items() if item is not NO_VALUE}
            case list():
                return [item for item in map(self.of, value) if item is not NO_VALUE]
            case _:
                return value

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        return self.values[name] if name in self.values else self._known(name)

    def _known(self, name: str) -> str:
        """A resource's id or attribute, which only exists after a deployment."""
        assert name.partition(".")[0] in self.template["Resources"], name
        return f"<{name}>"

    def _call(self, function: str, argument: Any) -> Any:
        match function, argument:
            case "Sub", str():
                return re.sub(r"\$\{([^}]+)\}", lambda found: self._ref(found[1]), argument)
            case "GetAtt", str():
                return self._known(argument)
            case "If", [condition, yes, no]:
                return self.of(yes if self.holds(condition) else no)
            case _:
                return self._compute(function, self.of(argument))

    def _compute(self, function: str, argument: Any) -> Any:
        match function, argument:
            case "Equals", [one, other]:
                return one == other
            case "Not", [one]:
                return not one
            case "And", list():
                return all(argument)
            case "Or", list():
                return any(argument)
            case "Join", [separator, items]:
                return separator.join(items)
            case "Split", [separator, text]:
                return text.split(separator)
            case _:
                raise AssertionError(f"no such function is rendered: {function} {argument}")


def as_list(value: Any) -> list[Any]:
    """IAM takes one for a list of one."""
    return value if isinstance(value, list) else [value]


def size(policy: Mapping[str, Any]) -> int:
    """Characters as IAM counts them, without white space."""
    return len(json.dumps(policy, separators=(",", ":")))
