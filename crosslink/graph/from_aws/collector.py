"""Asks AWS in one account and region, and keeps what it answers as nodes."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeAlias, TypeVar

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from crosslink.graph.from_aws.answers import MALFORMED, shortened, understood
from crosslink.graph.from_aws.permissions import CALLS
from crosslink.graph.from_aws.property_names import RENAMED, in_camel_case
from crosslink.graph.from_aws.sessions import (
    DENIED,
    EXPIRED,
    NO_CREDENTIALS,
    SOMEBODY_ELSE,
    Clients,
    NotOfAwsError,
    code_of,
    not_enabled,
    not_taken,
)
from crosslink.graph.graph import Kind
from crosslink.graph.node import Node, fields, items
from crosslink.graph.unknown import NotKnownError, Unknown

P = ParamSpec("P")
T = TypeVar("T")
Answer: TypeAlias = Mapping[str, Any]

# Services whose members start with a capital. The others may have names in an answer that are users' own.
_PASCAL_CASE = ("apigatewayv2", "ec2", "elbv2", "lambda", "wafv2")


class Collector:
    """What has been read in one account and region, by one thread."""

    def __init__(self, clients: Clients, account: str, region: str) -> None:
        self._clients = clients
        self.account = account
        self.region = region
        self.nodes: list[Node] = []
        self.unread: dict[Kind, Unknown] = {}  # why resources of a type could not be read
        self._asked = ""  # the last call, whose answer is being read

    @contextmanager
    def reading(self, *types: str) -> Generator[None]:
        """Marks resources of some types as unread if AWS doesn't answer a call in the block, or not so that
        it can be understood."""
        try:
            with self.understanding():
                yield
        except NotKnownError as error:
            self.leave(Unknown(str(error)), *types)

    @contextmanager
    def understanding(self) -> Generator[None]:
        """For a block that reads an answer: `NotKnownError` names the call if it can't be understood."""
        try:
            yield
        except MALFORMED:
            with understood(self._asked):
                raise

    def leave(self, reason: Unknown, *types: str) -> None:
        """Marks resources of some types as unread; a reason given before stays."""
        for type_ in types:
            self.unread.setdefault((type_, self.account, self.region), reason)

    def ask(self, call: str, **parameters: Any) -> Answer:  # noqa: ANN401 - each call has its own
        """The answer to a call of `CALLS`, all pages, in camelCase; empty if AWS knows no such thing.

        Raises:
            NotKnownError: AWS doesn't answer, or doesn't tell us.
        """
        answer = self._answer(call, **parameters)
        return {} if answer is None else answer

    def ask_again(self, call: str, **parameters: Any) -> Answer:  # noqa: ANN401 - each call has its own
        """The answer to a call for more of what was found before, see `ask`.

        Raises:
            NotKnownError: also if AWS doesn't know it any more, which says nothing of how it is.
        """
        answer = self._answer(call, **parameters)
        if not answer or answer in ({"attributes": []},):
            raise NotKnownError(f"{self._asked}: it is gone since it was found, so run the doctor again")
        return answer

    def _answer(self, call: str, **parameters: Any) -> Answer | None:  # noqa: ANN401 - each call has its own
        """What AWS answers; None if it knows no such thing."""
        service, _, operation = call.partition(":")
        method = xform_name(operation)
        self._asked = f"{call} in {self.account} {self.region}"
        try:
            client = self._clients.client(self.account, self.region, service)
            if client.can_paginate(method):
                pages = client.get_paginator(method).paginate(**parameters)
                answer: dict[str, Any] = pages.build_full_result()
            else:
                answer = getattr(client, method)(**parameters)
        except NO_CREDENTIALS as error:
            raise not_taken(error) from error
        except (BotoCoreError, OSError, RuntimeError) as error:
            raise NotKnownError(f"{self._asked} failed: {shortened(str(error))}") from error
        except ClientError as error:
            if "NotFound" in code_of(error):  # `NotFoundException`, `InvalidVpcEndpointId.NotFound`, …
                return None
            raise self._refused(call, error) from error
        except (NotOfAwsError, ResponseParserError, *MALFORMED) as error:  # botocore can't parse it
            raise NotKnownError(f"{self._asked} failed: {SOMEBODY_ELSE}") from error
        answer.pop("ResponseMetadata", None)
        # API Gateway may leave out an empty list; all others answer with something.
        if not answer and not (service == "apigateway" and client.can_paginate(method)):
            raise NotKnownError(f"{self._asked} failed: {SOMEBODY_ELSE}")
        with understood(self._asked):
            return in_camel_case(answer) if service in _PASCAL_CASE else answer

    def _refused(self, call: str, error: ClientError) -> Exception:
        code, place = code_of(error), f"{self.account} {self.region}"
        if code in EXPIRED:
            return not_taken(error)
        if code in DENIED:
            return NotKnownError(f"no permission for {CALLS[call]} in {place}")
        message = shortened(error.response.get("Error", {}).get("Message", ""))
        why = not_enabled(error, self.account, self.region)
        told = ": ".join(filter(None, (code, message))) or "an error without a code"
        return NotKnownError(f"{self._asked} failed: {why}{told}")

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
