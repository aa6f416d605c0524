"""The request that is sent, against a server that is really there."""

from collections.abc import Iterator

import pytest
from botocore.credentials import Credentials

from doctor import probe
from reachability.facts import NotKnownError
from reachability.live.cluster import NOT_SHOWN
from tests.doctor.server import Server, running

CREDENTIALS = Credentials("AKIAEXAMPLE", "nobody's", "session-token")


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as server:
        server.status = 302
        server.headers = {"Location": "/elsewhere", "x-amzn-RequestId": "request-1"}
        server.body = "weiter → dort".encode()
        yield server


def send(url: str, auth: str, api_key: str | None = None) -> probe.Answer:
    return probe.send(url, auth=auth, region="us-west-2", credentials=lambda: CREDENTIALS, api_key=api_key)


def url_of(server: Server) -> str:
    return f"{server.url}/v1/svc1"


def test_with_iam_the_request_is_signed_for_execute_api(server):
    answer = send(url_of(server), "iam")

    ((path, headers),) = server.asked
    assert path == "/v1/svc1"
    assert headers["x-amz-security-token"] == "session-token"
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/")
    assert "/us-west-2/execute-api/aws4_request" in headers["authorization"]
    assert (answer.status, answer.request_id) == (302, "request-1")
    assert answer.body == "weiter → dort"


def test_with_an_api_key_the_key_is_sent_and_nothing_signed(server):
    send(url_of(server), "apiKey", "the-key")

    ((_path, headers),) = server.asked
    assert headers["x-api-key"] == "the-key"
    assert "authorization" not in headers


def test_an_open_route_is_asked_as_anybody_would(server):
    send(url_of(server), "none")

    ((_path, headers),) = server.asked
    assert not {"authorization", "x-api-key"} & set(headers)


@pytest.mark.parametrize("api_key", [None, NOT_SHOWN])
def test_without_the_key_nothing_is_sent(server, api_key):
    with pytest.raises(NotKnownError, match="--show-secrets"):
        send(url_of(server), "apiKey", api_key)

    assert server.asked == []


def test_without_credentials_nothing_is_sent(server):
    with pytest.raises(NotKnownError, match="no credentials"):
        probe.send(url_of(server), auth="iam", region="us-west-2", credentials=lambda: None, api_key=None)

    assert server.asked == []


def test_nobody_there_is_no_answer(server):
    url = url_of(server)
    server.server_close()

    with pytest.raises(NotKnownError, match=r"nothing answers at http://127\.0\.0\.1"):
        send(url, "none")
