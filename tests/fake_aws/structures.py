"""What AWS says of a resource: the members of its structure, out of the resource's properties.

The inverse of `crosslink.graph.from_aws.property_names`, led by botocore's models of the services.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from botocore.model import Shape

from crosslink.graph.from_aws.property_names import RENAMED, camel_case
from crosslink.graph.node import Node, Value
from tests.fake_aws.wire import SESSION
from tests.fake_aws.world import Answer, members


def structure(service: str, name: str, node: Node, /, **other: Value) -> Answer:
    """A structure that a service answers.

    Args:
        service: the service, as boto3 has it.
        name: the structure's name in the service's model.
        node: the resource.
        other: members that no property is named for, and those that are other than it; None leaves one out.
    """
    renamed = RENAMED.get(node.type, {})
    properties = {"arn": node.id, **node.properties, "id": node.id}
    return members(**{**_members(_shape(service, name), properties, renamed), **other})


def shaped(service: str, name: str, /, **properties: Value) -> Answer:
    """A part of a structure, out of properties that are named as its members are."""
    return _members(_shape(service, name), properties, {})


def _members(shape: Any, properties: Mapping[str, Value], renamed: Mapping[str, str]) -> Answer:
    """The members of a structure that there is a property for."""
    found = {name: properties.get(renamed.get(camel_case(name), camel_case(name))) for name in shape.members}
    return {name: _typed(shape.members[name], value) for name, value in found.items() if value is not None}


def _typed(shape: Any, value: Value) -> Value:
    """A value as a shape has it; what doesn't fit is left for the check of the whole answer."""
    match shape.type_name, value:
        case "structure", dict():
            return _members(shape, value, {})
        case "list", dict():  # tags
            return [{"Key": key, "Value": text} for key, text in value.items()]
        case "list", list():
            return [_typed(shape.member, item) for item in value]
        case "integer" | "long", float() | str() if _is_number(value):
            return int(value)
        case "timestamp", str():
            return datetime.fromisoformat(value)
        case _:
            return value


def _is_number(value: Value) -> bool:
    return not isinstance(value, str) or value.removeprefix("-").isdigit()


@cache
def _shape(service: str, name: str) -> Shape:
    return SESSION.get_service_model(service).shape_for(name)
