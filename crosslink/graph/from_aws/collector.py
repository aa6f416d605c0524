"""Asks AWS in one account and region, and keeps what it answers as nodes."""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from crosslink.graph.from_aws.permissions import CALLS
from crosslink.graph.from_aws.property_names import RENAMED, in_camel_case
from crosslink.graph.from_aws.sessions import DENIED, Clients, code_of
from crosslink.graph.graph import Kind
from crosslink.graph.node import Node, fields, items
from crosslink.graph.unknown import NotKnownError, Unknown

T = TypeVar("T")
Answer: TypeAlias = Mapping[str, Any]

_PASCAL_CASE = ("ec2", "elbv2", "lambda")
"""Services whose members start with a capital. The others may have names in an answer that are users' own."""


class Collector:
    """What has been read in one account and region, by one thread.

    Args:
        clients: where the AWS clients come from.
        account: the account, 12 digits.
        region: the region.

    Attributes:
        nodes: what was found.
        unread: type, account and region → why resources of that type could not be read.
    """

    def __init__(self, clients: Clients, account: str, region: str) -> None:
        self._clients = clients
        self.account = account
        self.region = region
        self.nodes: list[Node] = []
        self.unread: dict[Kind, Unknown] = {}

    @contextmanager
    def reading(self, *types: str) -> Generator[None]:
        """Reads resources of some types: if an answer that they hang on can't be had, they are unread."""
        try:
            yield
        except NotKnownError as error:
            self.leave(Unknown(str(error)), *types)

    def leave(self, reason: Unknown, *types: str) -> None:
        """Leaves resources of some types unread."""
        for type_ in types:
            self.unread.setdefault((type_, self.account, self.region), reason)

    def ask(self, call: str, **parameters: Any) -> Answer:  # noqa: ANN401 - each call has its own
        """Makes a call, with all pages of its answer.

        Args:
            call: service and name, as `CALLS` has them.
            parameters: the call's own.

        Returns:
            The answer, in camelCase; an empty one if AWS knows no such thing.

        Raises:
            NotKnownError: AWS doesn't answer, or doesn't tell us.
        """
        service, _, operation = call.partition(":")
        client = self._clients.client(self.account, self.region, service)
        method = xform_name(operation)
        try:
            if client.can_paginate(method):
                answer: dict[str, Any] = (
                    client.get_paginator(method).paginate(**parameters).build_full_result()
                )
            else:
                answer = getattr(client, method)(**parameters)
        except (BotoCoreError, ClientError) as error:
            code = code_of(error) if isinstance(error, ClientError) else ""
            if _says_not_found(code):
                return {}
            place = f"{self.account} {self.region}"
            reason = f"{call} in {place} failed: {error}"
            if code in DENIED:
                reason = f"no permission for {CALLS[call]} in {place}"
            raise NotKnownError(reason) from error
        answer.pop("ResponseMetadata", None)
        return in_camel_case(answer) if service in _PASCAL_CASE else answer

    def items(self, call: str, **parameters: Any) -> list[Answer]:  # noqa: ANN401 - each call has its own
        """Makes a call whose answer is one list; an empty one if AWS knows no such thing. See `ask`."""
        for value in self.ask(call, **parameters).values():
            if isinstance(value, list):
                return items(value)
        return []

    def matching(self, call: str, name: str, *values: str) -> list[Answer]:
        """Makes a call of EC2 with a filter: of what isn't there it says nothing, where an id is an error.

        Args:
            call: service and name, as `CALLS` has them.
            name: the filter.
            values: those that fit.
        """
        return self.items(call, Filters=[{"Name": name, "Values": sorted(values)}])

    def add(
        self,
        type_: str,
        answer: Answer,
        *,
        id_: str | None = None,
        name: str | None = None,
        references: Mapping[str, Iterable[Node]] | None = None,
    ) -> Node:
        """Keeps a resource.

        Args:
            type_: its type token.
            answer: what AWS says of it, in camelCase, and properties that follow from that.
            id_: its id, as Pulumi has it; the answer's `id` or `arn` if nothing.
            name: what people call it; the answer's name, its tag Name, or its id if nothing.
            references: property → the resources it names otherwise than by their ids.
        """
        renamed = RENAMED.get(type_, {})
        properties = {renamed.get(key, key): value for key, value in answer.items()}
        own_id = properties.pop("id", None) or properties.get("arn")
        id_ = id_ or str(own_id)
        node = Node(
            urn=f"{type_}|{self.account}|{self.region}|{id_}",
            type=type_,
            name=name or properties.get("name") or fields(properties.get("tags")).get("Name") or id_,
            id=id_,
            account=self.account,
            region=self.region,
            properties=properties,
            missing=None,
            references={
                key: frozenset(node.urn for node in nodes) for key, nodes in (references or {}).items()
            },
            dependencies=frozenset(),
        )
        self.nodes.append(node)
        return node


def fact(question: Callable[[], T]) -> T | Unknown:
    """What a question gives, or why it can't be known: for a property, without which the rest stands."""
    try:
        return question()
    except NotKnownError as error:
        return Unknown(str(error))


def _says_not_found(code: str) -> bool:
    """`NotFoundException`, `LoadBalancerNotFound`, `InvalidVpcEndpointId.NotFound`, …"""
    return "NotFound" in code
