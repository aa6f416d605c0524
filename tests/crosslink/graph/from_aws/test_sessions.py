"""Getting into the accounts: real sessions, whose clients are answered before they send anything."""

import io
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.parsers import QueryParser
from urllib3 import HTTPResponse

from crosslink.graph.from_aws import sessions
from crosslink.graph.from_aws.collector import Collector
from crosslink.graph.from_aws.sessions import SessionError, open_sessions
from crosslink.graph.unknown import NotKnownError
from crosslink.path.output import NOT_SHOWN, Party

AMBIENT, OTHER = "111111111111", "222222222222"
CONSUMER = Party(account_id=AMBIENT, region="us-west-2")
ROLE = f"arn:aws:iam::{OTHER}:role/crosslink-deploy"
BACKEND = Party(account_id=OTHER, region="us-east-1", role_arn=ROLE, external_id="secret-handshake")

REAL_SESSION = boto3.Session

Answer = dict[str, Any]
CALLS: Mapping[str, tuple[str, Answer]] = {
    "apigateway": ("apigateway:GetUsagePlans", {}),
    "ec2": ("ec2:DescribeVpcs", {}),
    "elbv2": ("elbv2:DescribeLoadBalancers", {}),
    "eks": ("eks:DescribeCluster", {"name": "apps"}),
    "lambda": ("lambda:GetPolicy", {"FunctionName": "f"}),
}


def error(code: str) -> Answer:
    return {"Error": {"Code": code, "Message": "no"}}


def role_given() -> Answer:
    credentials = {"AccessKeyId": "ASIAROLE", "SecretAccessKey": "s", "SessionToken": "t"}
    return {"Credentials": credentials}


class Sts:
    """STS: whose credentials are whose, and whether a role may be assumed.

    Args:
        owners: access key → account.
        answers: operation → answer, for those that are not answered as usual.
    """

    def __init__(self, owners: Mapping[str, str] | None = None, **answers: Answer) -> None:
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self._owners = owners or {"AKIAAMBIENT": AMBIENT, "ASIAROLE": OTHER}
        self._answers = answers

    def session(self, **credentials: Any) -> boto3.Session:
        """A real session, whose calls of STS are answered here."""
        made: Any = REAL_SESSION(**credentials)
        key = made.get_credentials()
        account = self._owners[key.access_key] if key else "nobody"
        made.events.register("before-call.sts", partial(self._answer, account))
        return made

    def _answer(self, account: str, model: Any, params: Any, **_: Any) -> tuple[AWSResponse, Answer]:
        self.asked.append((model.name, params["body"]))
        usual = {"AssumeRole": role_given(), "GetCallerIdentity": {"Account": account}}
        answer = {**usual, **self._answers}[model.name]
        status = 403 if "Error" in answer else 200
        metadata = {"ResponseMetadata": {"HTTPStatusCode": status}}
        return AWSResponse("", status, HTTPHeaders(), None), {**answer, **metadata}


@pytest.fixture(autouse=True)
def _ambient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The credentials of account `AMBIENT`, and nothing of whoever runs the tests."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAAMBIENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")


def opened(monkeypatch: pytest.MonkeyPatch, sts: Sts, *parties: Party) -> sessions.Sessions:
    monkeypatch.setattr(sessions.boto3, "Session", sts.session)
    return open_sessions(parties)


def access_key(done: sessions.Sessions, account: str) -> str | None:
    credentials = done.credentials(account)
    return credentials and credentials.access_key


def test_each_account_is_entered_as_the_program_does(monkeypatch):
    sts = Sts()

    done = opened(monkeypatch, sts, CONSUMER, BACKEND)

    (assumed,) = [body for name, body in sts.asked if name == "AssumeRole"]
    assert assumed["RoleArn"] == ROLE
    assert assumed["RoleSessionName"] == "crosslink-doctor"
    assert assumed["ExternalId"] == "secret-handshake"
    assert access_key(done, AMBIENT) == "AKIAAMBIENT"
    assert access_key(done, OTHER) == "ASIAROLE"


def test_a_client_is_made_once_for_its_place(monkeypatch):
    done = opened(monkeypatch, Sts(), CONSUMER)

    client = done.client(AMBIENT, "us-east-1", "ec2")

    assert client is done.client(AMBIENT, "us-east-1", "ec2")
    assert client is not done.client(AMBIENT, "us-west-2", "ec2")
    assert client.meta.region_name == "us-east-1"


def test_a_role_that_is_denied_leaves_its_account_unknown_and_the_other_open(monkeypatch):
    done = opened(monkeypatch, Sts(AssumeRole=error("AccessDenied")), CONSUMER, BACKEND)

    assert done.client(AMBIENT, "us-west-2", "ec2").meta.region_name == "us-west-2"
    for ask in (lambda: done.client(OTHER, "us-east-1", "ec2"), lambda: done.credentials(OTHER)):
        with pytest.raises(NotKnownError, match=f"no permission for sts:AssumeRole of {ROLE}"):
            ask()


def test_a_hidden_external_id_leaves_its_account_unknown(monkeypatch):
    sts = Sts()

    done = opened(monkeypatch, sts, CONSUMER, BACKEND.model_copy(update={"external_id": NOT_SHOWN}))

    with pytest.raises(NotKnownError, match="without --show-secrets, so that the external id is hidden"):
        done.client(OTHER, "us-east-1", "ec2")
    assert "AssumeRole" not in [name for name, _ in sts.asked]


def test_credentials_of_another_account_are_an_error(monkeypatch):
    sts = Sts({"AKIAAMBIENT": "333333333333"})

    with pytest.raises(SessionError, match=f"are of account 333333333333, but .* in {AMBIENT}"):
        opened(monkeypatch, sts, CONSUMER)


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch"])
def test_credentials_that_aws_refuses_are_an_error(monkeypatch, code):
    with pytest.raises(SessionError, match=rf"\({code}\): sign in"):
        opened(monkeypatch, Sts(GetCallerIdentity=error(code)), CONSUMER)


@pytest.mark.parametrize("code", ["InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure"])
def test_a_region_that_is_perhaps_not_enabled_is_named(monkeypatch, code):
    away = CONSUMER.model_copy(update={"region": "af-south-1"})

    with pytest.raises(
        SessionError, match=rf"\({code}\): af-south-1 may not be enabled in account {AMBIENT}"
    ):
        opened(monkeypatch, Sts(GetCallerIdentity=error(code)), away)
    with pytest.raises(SessionError, match=rf"\({code}\): sign in"):
        opened(monkeypatch, Sts(GetCallerIdentity=error(code)), CONSUMER)
    with pytest.raises(SessionError, match=r"\(ExpiredToken\): sign in"):
        opened(monkeypatch, Sts(GetCallerIdentity=error("ExpiredToken")), away)


def test_sts_is_asked_in_the_region_whatever_the_environment_says(monkeypatch):
    monkeypatch.setenv("AWS_STS_REGIONAL_ENDPOINTS", "legacy")

    done = opened(monkeypatch, Sts(), CONSUMER)

    assert done.client(AMBIENT, "us-west-2", "sts").meta.endpoint_url == "https://sts.us-west-2.amazonaws.com"


def test_expired_credentials_are_an_error_where_a_role_is_asked_for(monkeypatch):
    with pytest.raises(SessionError, match=r"\(ExpiredToken\): sign in"):
        opened(monkeypatch, Sts(AssumeRole=error("ExpiredToken")), BACKEND)


def test_no_credentials_are_an_error(monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")

    with pytest.raises(SessionError, match="there are no AWS credentials: sign in"):
        open_sessions([CONSUMER])


def test_a_profile_that_is_not_there_is_an_error(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    with pytest.raises(SessionError, match="can't be used: The config profile"):
        open_sessions([CONSUMER])


def test_an_aws_that_does_not_answer_is_an_error(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    monkeypatch.setattr("time.sleep", lambda _seconds: None)

    with pytest.raises(SessionError, match=r"AWS doesn't answer: .*127\.0\.0\.1:9"):
        open_sessions([CONSUMER])


HTML = [b"<html><body>Sign in</body></html>", b"<html><body>Sign in<br></html>"]


class Proxy(Sts):
    """STS, of which a proxy answers one operation with a page of its own."""

    def __init__(self, operation: str, page: bytes) -> None:
        super().__init__()
        self._operation, self._page = operation, page

    def _answer(self, account: str, model: Any, params: Any, **_: Any) -> Any:
        if model.name != self._operation:
            return super()._answer(account, model, params)
        answer = {"headers": HTTPHeaders(), "status_code": 200, "body": self._page}
        return AWSResponse("", 200, HTTPHeaders(), None), QueryParser().parse(answer, model.output_shape)


@pytest.mark.parametrize("page", HTML, ids=["XML", "no XML"])
def test_a_proxy_that_answers_in_the_place_of_aws_is_told(monkeypatch, page):
    with pytest.raises(SessionError, match="AWS doesn't answer: what answers isn't AWS"):
        opened(monkeypatch, Proxy("GetCallerIdentity", page), CONSUMER)


@pytest.mark.parametrize("page", HTML, ids=["XML", "no XML"])
def test_a_role_that_a_proxy_keeps_from_being_assumed_leaves_its_account_unknown(monkeypatch, page):
    done = opened(monkeypatch, Proxy("AssumeRole", page), CONSUMER, BACKEND)

    with pytest.raises(NotKnownError, match=f"{ROLE} can't be assumed: what answers isn't AWS"):
        done.client(OTHER, "us-east-1", "ec2")


@pytest.mark.parametrize("status", [200, 403, 500])
@pytest.mark.parametrize("service", ["apigateway", "ec2", "elbv2", "eks", "lambda"])
def test_a_page_is_not_taken_for_an_answer_of_a_service(monkeypatch, service, status):
    done = opened(monkeypatch, Sts(), CONSUMER)
    page = HTTPResponse(io.BytesIO(HTML[0]), preload_content=False)
    answer = AWSResponse("", status, HTTPHeaders.from_dict({"content-type": "text/html"}), page)
    client: Any = done.client(AMBIENT, "us-west-2", service)
    client.meta.events.register("before-send", lambda **_: answer)
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    call, parameters = CALLS[service]
    collector = Collector(done, AMBIENT, "us-west-2")

    with pytest.raises(NotKnownError, match=rf"{call} in {AMBIENT} us-west-2 failed: what answers isn't AWS"):
        collector.ask(call, **parameters)


def test_an_answer_is_taken_though_it_is_called_a_page(monkeypatch):
    done = opened(monkeypatch, Sts(), CONSUMER)
    stage = HTTPResponse(io.BytesIO(b'{"stageName": "v1"}'), preload_content=False)
    answer = AWSResponse("", 200, HTTPHeaders.from_dict({"content-type": "text/html; charset=utf-8"}), stage)
    client: Any = done.client(AMBIENT, "us-west-2", "apigateway")
    client.meta.events.register("before-send", lambda **_: answer)

    found = Collector(done, AMBIENT, "us-west-2").ask("apigateway:GetStage", restApiId="a1", stageName="v1")

    assert found["stageName"] == "v1"


def test_a_role_that_is_throttled_is_not_told_as_bad_credentials(monkeypatch):
    done = opened(monkeypatch, Sts(AssumeRole=error("Throttling")), CONSUMER, BACKEND)

    with pytest.raises(NotKnownError, match=f"{ROLE} can't be assumed: Throttling: no"):
        done.client(OTHER, "us-east-1", "ec2")


def test_an_error_of_sts_is_not_told_as_bad_credentials(monkeypatch):
    with pytest.raises(SessionError, match="answers sts:GetCallerIdentity with InternalFailure: no"):
        opened(monkeypatch, Sts(GetCallerIdentity=error("InternalFailure")), CONSUMER)


def test_a_clock_that_goes_wrong_is_named(monkeypatch):
    with pytest.raises(SessionError, match="set the clock of this machine"):
        opened(monkeypatch, Sts(GetCallerIdentity=error("SignatureDoesNotMatch")), CONSUMER)


@pytest.mark.parametrize("answer", [{}, {"Credentials": None}, {"Credentials": {"AccessKeyId": "A"}}])
def test_a_role_without_credentials_leaves_its_account_unknown(monkeypatch, answer):
    done = opened(monkeypatch, Sts(AssumeRole=answer), CONSUMER, BACKEND)

    with pytest.raises(NotKnownError, match=f"{ROLE} can't be assumed: what answers isn't AWS"):
        done.client(OTHER, "us-east-1", "ec2")
