"""Gets into the stack's accounts, as the program does: by the roles that it assumes."""

import threading
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, cast

import boto3
import botocore.session
from botocore import exceptions
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from crosslink.graph.from_aws.answers import MALFORMED, shortened
from crosslink.graph.node import Value, value_at
from crosslink.graph.unknown import Unknown, known
from crosslink.path.output import NOT_SHOWN, Party
from settings.zones import is_opt_in

SESSION_NAME = "crosslink-doctor"
SIGN_IN = (
    "sign in (`aws sso login`), or name other credentials "
    "(AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)"
)
# How AWS's services say that a permission is missing.
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
# How they refuse credentials, also good ones in a region that their account hasn't enabled.
UNKNOWN_THERE = ("AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException")
# How they refuse credentials whose time is over, or requests that aren't of now by this machine's clock
# (https://docs.aws.amazon.com/general/latest/gr/api-error-codes.html).
_SKEWED = ("RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException")
_SIGNED = (*_SKEWED, "SignatureDoesNotMatch", "AuthFailure")
EXPIRED = ("ExpiredToken", "ExpiredTokenException", *_SKEWED)
_REFUSED = (
    *(*EXPIRED, *UNKNOWN_THERE, "SignatureDoesNotMatch", "InvalidAccessKeyId", "InvalidToken"),
    *("IncompleteSignature", "MissingAuthenticationToken", "NotAuthorized", "OptInRequired"),
)
# What botocore raises if there are no credentials, or none that are valid.
NO_CREDENTIALS = (
    *(exceptions.NoCredentialsError, exceptions.PartialCredentialsError, exceptions.CredentialRetrievalError),
    *(exceptions.SSOError, exceptions.TokenRetrievalError),
)
# What botocore makes of an answer that isn't AWS's: it can't parse it, or misses a part of it.
NOT_OF_AWS = (ResponseParserError, *MALFORMED)
# What else botocore lets through of credentials: their `credential_process` isn't there (OSError), or prints
# something else (`MALFORMED`); they have expired though they were just renewed (RuntimeError).
NOT_RENEWED = (OSError, RuntimeError, *MALFORMED)
# All that a call may raise.
FAILURES = (BotoCoreError, ClientError, ResponseParserError, *NOT_RENEWED)
SOMEBODY_ELSE = "what answers isn't AWS, but such as a proxy's sign-in page"

_CONFIG = Config(
    # API Gateway allows but a few control calls per second and account, whoever makes them
    # (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
    retries={"mode": "standard", "max_attempts": 8},
    connect_timeout=5,
    read_timeout=20,
)


class SessionError(Exception):
    """The credentials at hand can't be used; the text says what to do."""


class NotOfAwsError(Exception):
    """What answers in the place of AWS isn't AWS."""


class Clients(Protocol):
    """Where the AWS clients come from."""

    def client(self, account: str, region: str, service: str) -> BaseClient:
        """The client of a service, such as `ec2`. Raises NotKnownError if nobody got into the account."""
        ...


class _Session(Protocol):
    """The part of boto3's session that is used here; boto3 has a type for each service's client only."""

    def client(self, service_name: str, *, region_name: str, config: Config) -> BaseClient: ...

    def get_credentials(self) -> Credentials | None: ...


class Sessions:
    """A session per account, and its clients, each made once: several threads may ask for them."""

    def __init__(self, sessions: Mapping[str, _Session | Unknown]) -> None:
        self._sessions = sessions  # account id → session, or why there is none
        self._clients: dict[tuple[str, str, str], BaseClient] = {}
        # Clients may be shared by threads, the session that makes them may not
        # (https://boto3.amazonaws.com/v1/documentation/api/latest/guide/session.html).
        self._lock = threading.Lock()

    def client(self, account: str, region: str, service: str) -> BaseClient:
        """See `Clients`."""
        session = known(self._sessions[account])
        key = (account, region, service)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = _client(session, service, region)
            return self._clients[key]

    def credentials(self, account: str) -> Credentials | None:
        """The credentials in an account. Raises NotKnownError if nobody got into it."""
        return known(self._sessions[account]).get_credentials()


def open_sessions(parties: Iterable[Party]) -> Sessions:
    """Get into each account with its role or the credentials at hand; one whose role is denied stays unknown.

    Raises:
        SessionError: there are no valid credentials, they are of another account, or AWS is out of reach.
    """
    try:
        ambient = _ambient()
        return Sessions({party.account_id: _entered(ambient, party) for party in parties})
    except exceptions.NoCredentialsError as error:
        raise SessionError(f"there are no AWS credentials: {SIGN_IN}") from error
    except (exceptions.EndpointConnectionError, exceptions.HTTPClientError) as error:
        raise SessionError(f"AWS doesn't answer: {shortened(str(error))}") from error
    except NotOfAwsError as error:
        raise SessionError(f"AWS doesn't answer: {SOMEBODY_ELSE}") from error
    except (BotoCoreError, *NOT_RENEWED) as error:
        why = shortened(str(error))
        raise SessionError(f"the AWS credentials at hand can't be used: {why}\n{SIGN_IN}") from error


def not_taken(error: Exception, why: str = "") -> SessionError:
    """That AWS doesn't take the credentials at hand, or that there are none any more."""
    code = code_of(error) if isinstance(error, ClientError) else shortened(str(error))
    clock = "; if they are valid, set the clock of this machine" if code in _SIGNED else ""
    return SessionError(f"AWS doesn't take the credentials at hand ({code}): {why}{SIGN_IN}{clock}")


def not_enabled(error: ClientError, account: str, region: str) -> str:
    """What may be behind an error in a region that not every account has; empty if that can't be it
    (https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html)."""
    if code_of(error) not in UNKNOWN_THERE or not is_opt_in(region):
        return ""
    return (
        f"{region} may not be enabled in account {account}, or in that of the credentials at hand "
        f"(aws account enable-region --region-name {region}); if it is, "
    )


def _ambient() -> _Session:
    """The credentials at hand. STS is asked in regions: a session of its global endpoint is valid only in
    those that every account has
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html)."""
    core = botocore.session.Session()
    core.set_config_variable("sts_regional_endpoints", "regional")
    return cast("_Session", boto3.Session(botocore_session=core))


def _entered(ambient: _Session, party: Party) -> _Session | Unknown:
    try:
        return _enter(ambient, party)
    except ClientError as error:
        if code_of(error) not in _REFUSED:
            raise SessionError(f"AWS answers sts:GetCallerIdentity with {_told(error)}") from error
        raise not_taken(error, not_enabled(error, party.account_id, party.region)) from error


def _enter(ambient: _Session, party: Party) -> _Session | Unknown:
    session = ambient
    if party.role_arn:
        if party.external_id == NOT_SHOWN:
            return Unknown(
                "the outputs were written without --show-secrets, so that the external id is hidden"
            )
        try:
            session = _assume(ambient, party, party.role_arn)
        except ClientError as error:
            if code_of(error) in _REFUSED:
                raise
            if code_of(error) in DENIED:
                return Unknown(f"no permission for sts:AssumeRole of {party.role_arn}")
            return Unknown(f"{party.role_arn} can't be assumed: {_told(error)}")
        except NotOfAwsError:
            return Unknown(f"{party.role_arn} can't be assumed: {SOMEBODY_ELSE}")
    account = _text(_ask(session, party.region, "get_caller_identity"), "Account")
    if account != party.account_id:
        raise SessionError(
            f"the credentials at hand are of account {account}, but the stack has something in "
            f"{party.account_id}: {SIGN_IN}, or give that account a roleArn"
        )
    return session


def _assume(ambient: _Session, party: Party, role_arn: str) -> _Session:
    role = {"RoleArn": role_arn, "RoleSessionName": SESSION_NAME}
    if party.external_id:
        role["ExternalId"] = party.external_id
    answer = _ask(ambient, party.region, "assume_role", **role)
    session = boto3.Session(
        aws_access_key_id=_text(answer, "Credentials", "AccessKeyId"),
        aws_secret_access_key=_text(answer, "Credentials", "SecretAccessKey"),
        aws_session_token=_text(answer, "Credentials", "SessionToken"),
    )
    return cast("_Session", session)


def _ask(session: _Session, region: str, method: str, **parameters: str) -> Mapping[str, Any]:
    """A call of STS, whose clients have their methods from a file that no type checker reads."""
    client = _client(session, "sts", region)
    try:
        return getattr(client, method)(**parameters)
    except (BotoCoreError, NotOfAwsError):  # some of botocore's are also of a type below
        raise
    except NOT_OF_AWS as error:
        raise NotOfAwsError from error


def _client(session: _Session, service: str, region: str) -> BaseClient:
    client = session.client(service, region_name=region, config=_CONFIG)
    client.meta.events.register("after-call", _no_page)
    return client


def _no_page(http_response: AWSResponse, **_: object) -> None:
    """Stops at a page: botocore would make an empty list of it, or an error's whole text.

    The header alone says nothing: some that play AWS leave it at that of a page.
    """
    is_called_page = "text/html" in http_response.headers.get("content-type", "")
    if is_called_page and http_response.content.lstrip().startswith(b"<"):
        raise NotOfAwsError


def _text(answer: Mapping[str, Any], *path: str) -> str:
    value: Value = value_at(answer, *path)
    if not isinstance(value, str):
        raise NotOfAwsError
    return value


def _told(error: ClientError) -> str:
    """AWS's code and message of an error."""
    message = shortened(error.response.get("Error", {}).get("Message", ""))
    return ": ".join(filter(None, (code_of(error), message))) or "an error without a code"


def code_of(error: ClientError) -> str:
    """AWS's code of an error, such as `AccessDenied`."""
    return str(error.response.get("Error", {}).get("Code", ""))
