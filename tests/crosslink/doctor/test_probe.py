"""The request that is sent, against a server that is really there."""

from collections.abc import Iterator

import pytest

from crosslink.doctor import probe
from crosslink.graph.unknown import NotKnownError
from crosslink.path.output import DeclaredRoute
from tests.crosslink.doctor.server import Server, running


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as server:
        server.status = 302
        server.headers = {"Location": "/elsewhere", "x-amzn-RequestId": "request-1"}
        server.body = "weiter → dort".encode()
        yield server


def test_the_answer_is_taken_as_it_comes(server):
    answer = probe.send("GET", f"{server.url}/v1/svc1", {"X-Api-Key": "the-key"})

    ((path, headers),) = server.asked
    assert (path, headers["x-api-key"], server.methods) == ("/v1/svc1", "the-key", ["GET"])
    assert (answer.status, answer.request_id) == (302, "request-1")
    assert answer.body == "weiter → dort"


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_other_methods_change_nothing_either(server, method):
    answer = probe.send(method, f"{server.url}/v1/svc1", {})

    assert server.methods == [method]
    assert answer.status == 302
    assert bool(answer.body) is (method != "HEAD")


def test_of_a_stream_the_beginning_is_enough(server):
    server.ended.clear()
    try:
        assert probe.send("GET", f"{server.url}/v1/svc1", {}).body == "weiter → dort"
    finally:
        server.ended.set()


def test_nobody_there_is_no_answer(server):
    server.server_close()

    with pytest.raises(NotKnownError, match=r"nothing answers at http://127\.0\.0\.1"):
        probe.send("GET", f"{server.url}/v1/svc1", {})


@pytest.mark.parametrize(
    ("methods", "method"),
    [
        ((), "GET"),
        (("DELETE", "GET"), "GET"),
        (("HEAD", "GET"), "GET"),
        (("OPTIONS", "HEAD", "POST"), "HEAD"),
        (("POST", "OPTIONS"), "OPTIONS"),
    ],
)
def test_a_route_is_asked_with_what_changes_nothing(methods, method):
    assert probe.method_of(DeclaredRoute(backend="apps", auth="iam", methods=methods)) == method


def test_a_route_without_such_a_method_is_not_asked():
    route = DeclaredRoute(backend="apps", auth="iam", methods=("POST", "PUT", "PATCH", "DELETE"))

    with pytest.raises(NotKnownError, match="takes only POST, PUT, PATCH, DELETE, which may change"):
        probe.method_of(route)
