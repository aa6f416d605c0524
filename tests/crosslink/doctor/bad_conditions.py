"""What AWS, a cluster's API and a stack's outputs may answer instead of what they should."""

import io
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from botocore.model import OperationModel
from botocore.parsers import create_parser
from botocore.response import StreamingBody

from crosslink.graph.from_aws.cluster import Get
from crosslink.graph.node import Node
from tests.fake_aws import FakeAws

Outcome = tuple[int, dict[str, Any]]
Reply = Callable[[OperationModel, Outcome], Outcome]  # what comes instead of the right answer
Replies = Mapping[str, Reply]  # by operation; `*` is any
ClusterReply = Callable[[str, tuple[int, bytes]], tuple[int, bytes]]  # by path and right answer
LOGIN = b"<html><head><title>Sign in</title></head><body>Sign in to the corporate network</body></html>"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One bad condition, and what the doctor should make of it."""

    name: str
    status: int
    said: str  # what the report or the error says, a regular expression
    aws: Replies = field(default_factory=dict[str, Reply])
    cluster: ClusterReply | None = None
    wire: bytes | None = None  # what the cluster's address sends to every connection, before it closes it
    outputs: Callable[[dict[str, Any]], object] | None = None  # changes them
    text: str | None = None  # the whole file of the outputs
    nodes: Callable[[list[Node]], list[Node]] = lambda nodes: nodes
    probe: bool = False


class BadAws(FakeAws):
    """The played AWS, with some answers replaced."""

    def __init__(self, nodes: list[Node], replies: Replies, cluster: ClusterReply | None) -> None:
        super().__init__(nodes)
        self._replies, self._cluster = replies, cluster

    def answer(self, account: str, region: str, service: str, model: OperationModel, asked: Any) -> Outcome:
        outcome = super().answer(account, region, service, model, asked)
        reply = self._replies.get(model.name) or self._replies.get("*")
        return reply(model, _copy(outcome)) if reply else outcome

    def connect(self, kubeconfig: str) -> Get:
        get, reply = super().connect(kubeconfig), self._cluster
        return (lambda path: reply(path, get(path))) if reply else get


def _copy(outcome: Outcome) -> Outcome:
    status, answer = outcome
    body = answer.get("body")
    return (status, answer) if isinstance(body, StreamingBody) else (status, deepcopy(answer))


def refused(code: str, message: str = "no", status: int = 400) -> Reply:
    """An error of AWS."""
    return lambda _model, _outcome: (status, {"Error": {"Code": code, "Message": message}})


def raises(error: Exception) -> Reply:
    """botocore gives up."""

    def reply(_model: OperationModel, _outcome: Outcome) -> Outcome:
        raise error

    return reply


def raw(body: bytes, status: int = 200) -> Reply:
    """Whatever botocore's parser of the service makes of a body."""

    def reply(model: OperationModel, _outcome: Outcome) -> Outcome:
        response = {"headers": {"content-type": "text/html"}, "status_code": status, "body": body}
        parser = create_parser(model.service_model.protocol)
        assert model.output_shape
        return status, parser.parse(response, model.output_shape)

    return reply


def without(*path: str | int) -> Reply:
    """The right answer without a member, in each item of the lists on the way (`*`)."""

    def reply(_model: OperationModel, outcome: Outcome) -> Outcome:
        status, answer = outcome
        for holder in _holders(answer, path[:-1]):
            holder.pop(path[-1], None)
        return status, answer

    return reply


def with_value(value: object, *path: str | int) -> Reply:
    """The right answer with another value of a member."""

    def reply(_model: OperationModel, outcome: Outcome) -> Outcome:
        status, answer = outcome
        for holder in _holders(answer, path[:-1]):
            holder[path[-1]] = value
        return status, answer

    return reply


def _holders(value: Any, path: tuple[str | int, ...]) -> Iterator[Any]:
    if not path:
        yield value
    elif path[0] == "*":
        for item in value:
            yield from _holders(item, path[1:])
    elif path[0] in value:
        yield from _holders(value[path[0]], path[1:])


def exported(body: bytes, length: int | None = None) -> Reply:
    """An export of the API with another body; one that ends before its length is cut off."""

    def reply(_model: OperationModel, outcome: Outcome) -> Outcome:
        status, answer = outcome
        size = len(body) if length is None else length
        return status, {**answer, "body": StreamingBody(io.BytesIO(body), size)}

    return reply


def cluster_says(body: object, status: int = 200, of: str = "") -> ClusterReply:
    """Another answer of the cluster's API, to paths with a text in them."""
    written = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda path, right: (status, written) if of in path else right


def cluster_items(change: Callable[[dict[str, Any]], object], of: str) -> ClusterReply:
    """Changed objects of a kind."""

    def reply(path: str, right: tuple[int, bytes]) -> tuple[int, bytes]:
        status, body = right
        if not path.endswith(f"/{of}"):
            return right
        answer = json.loads(body)
        for item in answer["items"]:
            change(item)
        return status, json.dumps(answer).encode()

    return reply


@contextmanager
def listening(sent: bytes) -> Iterator[str]:
    """The URL of a server that sends the same to every connection, whatever is asked, and closes it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _address = server.accept()
                    with connection, suppress(OSError):
                        connection.recv(65536)
                        connection.sendall(sent)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def kubeconfig_for(url: str) -> str:
    """A kubeconfig with a token."""
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "kubernetes", "cluster": {"server": url}}],
            "contexts": [{"name": "aws", "context": {"cluster": "kubernetes", "user": "aws"}}],
            "current-context": "aws",
            "users": [{"name": "aws", "user": {"token": "t"}}],
        }
    )
