"""Asks AWS in one account and region, and keeps what it answers as nodes."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeAlias, TypeVar

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from crosslink.graph.from_aws.permissions import CALLS
from crosslink.graph.from_aws.property_names import RENAMED, in_camel_case
from crosslink.graph.from_aws.sessions import (
    DENIED,
    NOT_OF_AWS,
    SOMEBODY_ELSE,
    Clients,
    code_of,
    not_enabled,
)
from crosslink.graph.graph import Kind
from crosslink.graph.node import Node, fields, items
from crosslink.graph.unknown import NotKnownError, Unknown

P = ParamSpec("P")
T = TypeVar("T")
Answer: TypeAlias = Mapping[str, Any]

# Services whose members start with a capital. The others may have names in an answer that are users' own.
_PASCAL_CASE = ("ec2", "elbv2", "lambda")


class Collector:
    """What has been read in one account and region, by one thread."""

    def __init__(self, clients: Clients, account: str, region: str) -> None:
        self._clients = clients
        self.account = account
        self.region = region
        self.nodes: list[Node] = []
        self.unread: dict[Kind, Unknown] = {}  # why resources of a type could not be read

    @contextmanager
    def reading(self, *types: str) -> Generator[None]:
        """Marks resources of some types as unread if AWS doesn't answer a call in the block."""
        try:
            yield
        except NotKnownError as error:
            self.leave(Unknown(str(error)), *types)

    def leave(self, reason: Unknown, *types: str) -> None:
        """Marks resources of some types as unread; a reason given before stays."""
        for type_ in types:
            self.unread.setdefault((type_, self.account, self.region), reason)

    def ask(self, call: str, **parameters: Any) -> Answer:  # noqa: ANN401 - each call has its own
        """The answer to a call of `CALLS`, all pages, in camelCase; empty if AWS knows no such thing.

        Raises:
            NotKnownError: AWS doesn't answer, or doesn't tell us.
        """
        service, _, operation = call.partition(":")
        client = self._clients.client(self.account, self.region, service)
        method = xform_name(operation)
        try:
            if client.can_paginate(method):
                pages = client.get_paginator(method).paginate(**parameters)
                answer: dict[str, Any] = pages.build_full_result()
            else:
                answer = getattr(client, method)(**parameters)
        except NOT_OF_AWS as error:
            place = f"{self.account} {self.region}"
            raise NotKnownError(f"{call} in {place} failed: {SOMEBODY_ELSE}") from error
        except (BotoCoreError, ClientError) as error:
            code = code_of(error) if isinstance(error, ClientError) else ""
            if "NotFound" in code:  # `NotFoundException`, `InvalidVpcEndpointId.NotFound`, …
                return {}
            place = f"{self.account} {self.region}"
            denied = f"no permission for {CALLS[call]} in {place}"
            if code in DENIED:
                raise NotKnownError(denied) from error
            why = not_enabled(error, self.account, self.region) if isinstance(error, ClientError) else ""
            raise NotKnownError(f"{call} in {place} failed: {why}{error}") from error
        answer.pop("ResponseMetadata", None)
        return in_camel_case(answer) if service in _PASCAL_CASE else answer

    def items(self, call: str, **parameters: Any) -> list[Answer]:  # noqa: ANN401 - each call has its own
        """Makes a call whose answer is one list; an empty one if AWS knows no such thing. See `ask`."""
        return [item for member in self.ask(call, **parameters).values() for item in items(member)]

    def matching(self, call: str, name: str, *values: str) -> list[Answer]:
        """Makes a call of EC2 with a filter: for an id that is gone the list is empty, not an error."""
        return self.items(call, Filters=[{"Name": name, "Values": sorted(values)}])

    def add(self, type_: str, answer: Answer, *, name: str | None = None, **references: Node | None) -> Node:
        """Keeps a resource.

        Args:
            answer: what AWS says of it, in camelCase, and properties derived from that. Its `id`, or else
                its `arn`, is the resource's id in Pulumi.
            name: what people call it; None for the answer's name, its tag Name, or its id.
            references: property → the resource that it names, where the value isn't that resource's id.
        """
        renamed = RENAMED.get(type_, {})
        properties = {renamed.get(key, key): value for key, value in answer.items()}
        id_ = str(properties.pop("id", None) or properties.get("arn"))
        node = Node(
            urn=f"{type_}|{self.account}|{self.region}|{id_}",
            type=type_,
            name=name or properties.get("name") or fields(properties.get("tags")).get("Name") or id_,
            id=id_,
            account=self.account,
            region=self.region,
            properties=properties,
            missing=None,
            references={key: frozenset([named.urn]) for key, named in references.items() if named},
            dependencies=frozenset(),
        )
        self.nodes.append(node)
        return node


def fact(question: Callable[P, T], *args: P.args, **parameters: P.kwargs) -> T | Unknown:
    """The answer to a question, or `Unknown`: for one property, without which the resource is still read."""
    try:
        return question(*args, **parameters)
    except NotKnownError as error:
        return Unknown(str(error))
