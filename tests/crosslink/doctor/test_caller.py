"""What is sent along, for each auth, and what is asked for where it's missing."""

from dataclasses import replace
from functools import cache

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, RefreshableCredentials

from crosslink.doctor.caller import VARIABLE, Caller
from crosslink.doctor.outputs import Outputs
from crosslink.graph.unknown import NotKnownError
from crosslink.path.output import NOT_SHOWN, Declared
from tests import runs

CREDENTIALS = Credentials("AKIAEXAMPLE", "nobody's", "session-token")
POOL = "arn:aws:cognito-idp:us-west-2:111111111111:userpool/us-west-2_a1B2c3D4e"
FUNCTION = "arn:aws:lambda:us-west-2:111111111111:function:authorize:live"


@cache
def stack(example: str = "mixed") -> Outputs:
    """What the doctor reads of an example's outputs; of `mixed`, with a route for each auth."""
    found = runs.run_stack(runs.file_of(example), preview=False).outputs
    return Outputs(
        declared=Declared.model_validate(found["path"]),
        urls=found["routes"],
        api_key="the-key",
        kubeconfigs={},
    )


def caller(token: str | None = None) -> Caller:
    return Caller(credentials=lambda: CREDENTIALS, token=token)


@pytest.mark.parametrize(
    ("example", "path", "host"),
    [("mixed", "/orders", ".execute-api.us-west-2.amazonaws.com"), ("domain", "/svc1", "api.example.com")],
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_with_iam_the_request_is_signed_for_execute_api_whatever_the_name(example, path, host, method):
    headers = caller().headers(stack(example), path, method)

    assert headers["X-Amz-Security-Token"] == "session-token"
    signed = headers["Authorization"]
    assert signed.startswith("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/")
    assert "/us-west-2/execute-api/aws4_request, SignedHeaders=host;" in signed
    url = stack(example).urls[path]
    assert host in url
    again = AWSRequest(method=method, url=url, headers={"X-Amz-Date": headers["X-Amz-Date"]})
    again.headers["X-Amz-Security-Token"] = "session-token"
    again.context["timestamp"] = headers["X-Amz-Date"]
    signer = SigV4Auth(CREDENTIALS, "execute-api", "us-west-2")
    signature = signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again)
    assert signed.endswith(f"Signature={signature}")


def test_with_an_api_key_the_key_is_sent_and_nothing_signed():
    assert caller("a-token").headers(stack(), "/partners", "GET") == {"x-api-key": "the-key"}


def test_with_cognito_the_token_is_sent():
    assert caller("a-token").headers(stack(), "/catalog", "GET") == {"Authorization": "a-token"}


def test_with_lambda_the_token_is_sent_where_the_function_looks():
    assert caller("a-token").headers(stack(), "/webhooks", "GET") == {"X-Signature": "a-token"}


def test_an_open_route_is_asked_as_anybody_would():
    assert caller("a-token").headers(stack(), "/status", "GET") == {}


@pytest.mark.parametrize(
    ("path", "asked_for"),
    [("/catalog", f"an access token of {POOL} with scope catalog/read"), ("/webhooks", FUNCTION)],
)
def test_without_a_token_the_reason_says_which(path, asked_for):
    with pytest.raises(NotKnownError) as raised:
        caller().headers(stack(), path, "GET")

    assert asked_for in str(raised.value)
    assert VARIABLE in str(raised.value)


def test_where_id_tokens_are_taken_one_is_asked_for():
    with pytest.raises(NotKnownError, match=f"the route asks for an ID token of {POOL}: put one"):
        caller().headers(stack("callers"), "/orders", "GET")


@pytest.mark.parametrize("token", ["two\nlines", "tökén"])
def test_what_no_header_may_hold_is_no_token_and_not_shown(token):
    with pytest.raises(NotKnownError, match="holds no token") as raised:
        caller(token).headers(stack(), "/catalog", "GET")

    assert token not in str(raised.value)


@pytest.mark.parametrize("api_key", [None, NOT_SHOWN])
def test_without_the_key_the_reason_says_how_to_get_it(api_key):
    with pytest.raises(NotKnownError, match="--show-secrets"):
        caller().headers(replace(stack(), api_key=api_key), "/partners", "GET")


def test_without_credentials_nothing_is_signed():
    nobody = Caller(credentials=lambda: None, token=None)

    with pytest.raises(NotKnownError, match="no credentials"):
        nobody.headers(stack(), "/orders", "GET")


def test_credentials_that_cannot_be_renewed_leave_the_request_unsigned():
    over = {"access_key": "A", "secret_key": "s", "token": "t", "expiry_time": "2020-01-01T00:00:00Z"}
    credentials = RefreshableCredentials.create_from_metadata(over, lambda: over, "custom-process")

    with pytest.raises(NotKnownError, match=r"can't be signed: .* still expired"):
        Caller(credentials=lambda: credentials, token=None).headers(stack(), "/orders", "GET")
