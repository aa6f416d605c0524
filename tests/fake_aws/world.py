"""The resources that exist, as one account sees them in one region."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Network
from typing import Any

import jmespath

from crosslink.graph.node import Node, Value

Answer = dict[str, Any]
"""A response, or a part of one, with the service's own member names."""

CREATED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""When everything was made."""

_NOT_FOUND = {
    "GroupId": "InvalidGroup.NotFound",
    "SecurityGroupRuleId": "InvalidSecurityGroupRuleId.NotFound",
    "ServiceId": "InvalidVpcEndpointServiceId.NotFound",
    "VpcEndpointId": "InvalidVpcEndpointId.NotFound",
}
"""EC2's error codes for an id that doesn't exist, where they are irregular."""


class AwsError(Exception):
    """An error that AWS would answer: its code, text and HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class UnplayedError(AssertionError):
    """A call that isn't played here; the test must fail, whatever the code under test catches."""


class World:
    """Everybody's resources."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = list({node.urn: node for node in nodes}.values())
        self._by_type: dict[str, list[Node]] = {}
        for node in self.nodes:
            self._by_type.setdefault(node.type, []).append(node)

    def of(self, type_: str) -> list[Node]:
        """All resources of a type, anywhere."""
        return self._by_type.get(type_, [])

    def find(self, type_: str, id_: Value) -> Node | None:
        """The resource of a type and id, anywhere."""
        return next((node for node in self.of(type_) if node.id == id_), None)


@dataclass(frozen=True)
class Place:
    """One account in one region."""

    world: World
    account: str
    region: str

    def of(self, type_: str) -> list[Node]:
        """The resources of a type that are here."""
        return [node for node in self.world.of(type_) if self.has(node)]

    def find(self, type_: str, id_: Value) -> Node | None:
        """The resource of a type and id that is here."""
        return next((node for node in self.of(type_) if node.id == id_), None)

    def has(self, node: Node) -> bool:
        return (node.account, node.region) == (self.account, self.region)


def members(**given: Value) -> Answer:
    """A structure without the members that have no value: AWS leaves those out."""
    return {name: value for name, value in given.items() if value is not None}


def described(items: list[Answer], asked: Answer, id_: str, filters: Mapping[str, str]) -> list[Answer]:
    """The items that an EC2 Describe call asks for, by ids or filters.

    Args:
        items: all there are.
        asked: the request's parameters.
        id_: the member that holds an item's id.
        filters: a filter's name → the JMESPath of what it compares.
    """
    wanted = asked.get(f"{id_}s") or [item[id_] for item in items]
    for wanted_id in wanted:
        if wanted_id not in [item[id_] for item in items]:
            code = _NOT_FOUND.get(id_, f"Invalid{id_.removesuffix('Id')}ID.NotFound")
            raise AwsError(code, f"The ID '{wanted_id}' does not exist")
    return filtered([item for item in items if item[id_] in wanted], asked, filters)


def filtered(items: list[Answer], asked: Answer, filters: Mapping[str, str]) -> list[Answer]:
    """The items that fit all filters of a request; each takes one of several values."""
    for given in asked.get("Filters", []):
        if given["Name"] not in filters:
            raise UnplayedError(f"no filter {given['Name']} is played here")
        path = jmespath.compile(f"[{filters[given['Name']]}][]")
        items = [item for item in items if set(given["Values"]) & set(path.search(item))]
    return items


def network(cidr: Value) -> IPv4Network:
    """The range of a VPC or a subnet."""
    try:
        return IPv4Network(cidr)
    except ValueError as error:
        raise UnplayedError(f"AWS takes no CIDR {cidr}") from error


def whole(value: Value) -> Value:
    """A value with whole numbers as integers, which Pulumi sends as floats."""
    match value:
        case dict():
            return {key: whole(item) for key, item in value.items()}
        case list():
            return [whole(item) for item in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def made_up(*of: str, digits: int = 17) -> str:
    """The digits of an id that the record doesn't hold, the same for the same things."""
    return hashlib.sha256("/".join(of).encode()).hexdigest()[:digits]
