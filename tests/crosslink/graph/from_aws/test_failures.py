"""Whatever botocore raises, in whichever call: the doctor says what it asked for and why it isn't known."""

import inspect
from pathlib import Path
from typing import Any

import pytest
from botocore import exceptions, parsers

from crosslink.graph.from_aws.collector import Collector
from crosslink.graph.from_aws.sessions import FAILURES, SessionError, open_sessions
from crosslink.graph.unknown import NotKnownError
from crosslink.path.output import Party

ACCOUNT = "111111111111"
PARTY = Party(account_id=ACCOUNT, region="us-west-2")
PAGE = "<html>\n<body>Sign in</body></html>"
LONGEST = 300

# Of a broken model in botocore itself, which no answer can cause.
NOT_OF_CALLS = ("UndefinedModelAttributeError", "MissingServiceIdError")


def classes() -> list[type[Exception]]:
    found = [*vars(exceptions).values(), *vars(parsers).values()]
    errors = {error for error in found if inspect.isclass(error) and issubclass(error, Exception)}
    own = [error for error in errors if error.__module__ in (exceptions.__name__, parsers.__name__)]
    of_calls = [kind for kind in own if not issubclass(kind, Warning) and kind.__name__ not in NOT_OF_CALLS]
    return sorted(of_calls, key=lambda error: error.__name__)


def made(kind: type[Exception]) -> Exception:
    """An error of a class, whatever its constructor asks for, with a page as its text."""
    error: Any = kind.__new__(kind)
    Exception.__init__(error, PAGE)
    error.response, error.kwargs = {}, {}
    return error


class Raising:
    """A client, and where it comes from."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def client(self, account: str, region: str, service: str) -> Any:  # noqa: ARG002 - a protocol's names
        return self

    def can_paginate(self, _method: str) -> bool:
        return False

    def describe_vpcs(self) -> None:
        raise self._error


@pytest.mark.parametrize(
    "error",
    [
        *map(made, classes()),
        *(kind(PAGE) for kind in (KeyError, ValueError, TypeError, AttributeError, IndexError)),
        *(kind(PAGE) for kind in (OSError, RuntimeError, RecursionError, UnicodeError)),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_call_that_fails_is_unknown_or_ends_the_doctor_in_a_line(error: Exception):
    with pytest.raises((NotKnownError, SessionError)) as told:
        Collector(Raising(error), ACCOUNT, "us-west-2").ask("ec2:DescribeVpcs")
    assert isinstance(error, FAILURES)
    assert len(str(told.value)) <= LONGEST
    assert "<" not in str(told.value)


def test_only_credentials_that_are_gone_end_the_doctor():
    ended = [error.__name__ for error in classes() if _ends(made(error))]
    assert {"NoCredentialsError", "SSOTokenLoadError", "UnauthorizedSSOTokenError"} <= {*ended}
    assert not {"EndpointConnectionError", "HTTPClientError", "ResponseParserError", "ClientError"} & {*ended}


def _ends(error: Exception) -> bool:
    try:
        Collector(Raising(error), ACCOUNT, "us-west-2").ask("ec2:DescribeVpcs")
    except SessionError:
        return True
    except NotKnownError:
        return False
    raise AssertionError


@pytest.mark.parametrize(
    ("process", "why"),
    [
        ("/nowhere/credentials", "No such file or directory"),
        ("echo Sign in first", "Expecting value"),
        ("echo []", "has no attribute 'get'"),
        ("false", "Error when retrieving credentials from custom-process"),
    ],
)
def test_a_credential_process_that_gives_none_is_told(monkeypatch, tmp_path: Path, process, why):
    config = tmp_path / "config"
    config.write_text(f"[default]\nregion = us-west-2\ncredential_process = {process}\n")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))

    with pytest.raises(SessionError, match=rf"can't be used: .*{why}.*\nsign in"):
        open_sessions([PARTY])
