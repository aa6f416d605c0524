"""Sends one request that changes nothing, as a caller would; what it asked for, and what its answer means."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import urllib3

from crosslink.doctor.acceptance import Pending
from crosslink.graph.from_aws.answers import why_no_answer
from crosslink.graph.unknown import NotKnownError
from crosslink.path.output import DeclaredRoute
from crosslink.rules.verdict import Result
from settings.quotas import MAX_RAISED_TIMEOUT

# API Gateway gives up after 29 seconds, or after up to 300 if its quota was raised
# (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
TIMEOUT = urllib3.Timeout(connect=30.0, read=MAX_RAISED_TIMEOUT + 1.0)
SAFE = ("GET", "HEAD", "OPTIONS")  # https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1
_MOST = 2000  # bytes of a body


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked for."""

    path: str  # the route
    sent_as: str  # what the backend is sent for it: the path, or `/`
    stage: str
    auth: str  # of the route: `iam`, `cognito`, `lambda`, `apiKey` or `none`
    domain: str | None  # the API's own domain name; None for the one that API Gateway gives it
    ours: bool = True  # whether the ALB's rules are the stack's, by an Ingress
    pending: Pending | None = None  # the endpoint that the request has to pass, if nobody has accepted it
    fits: bool = False  # whether method and Ingress rule are as they should be, by the walk in AWS
    inner_hosts: frozenset[str] = frozenset()  # what the backend sees as Host, which no caller can reach


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]  # by name in lower case
    body: str  # its beginning

    @property
    def error_type(self) -> str | None:
        """API Gateway's name of an error of its own; the application's errors have none."""
        return self.headers.get("x-amzn-errortype", "").partition(":")[0] or None

    @property
    def request_id(self) -> str | None:
        """The id of the request in API Gateway's logs."""
        return self.headers.get("x-amzn-requestid")

    @property
    def by_alb(self) -> bool:
        """Whether the ALB itself has answered. API Gateway renames the header `server`.

        Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
        """
        names = ("server", "x-amzn-remapped-server")
        return any(self.headers.get(name, "").startswith("awselb/") for name in names)


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What an answer, or its absence, says of the path."""

    hop: str | None = None  # title of the hop that has answered, or that the answer points to
    what: str  # what has happened
    fix: str | None = None  # None where nothing has to be done
    source: str | None = None  # the page that says so
    # Whether a request gets through to the application; unknown if this one could not tell.
    result: Result = Result.BROKEN


unknown = partial(Meaning, result=Result.UNKNOWN)


def method_of(route: DeclaredRoute) -> str:
    """The first safe method of a route; a NotKnownError if it has none."""
    for method in SAFE:
        if not route.methods or method in route.methods:
            return method
    raise NotKnownError(f"the route takes only {', '.join(route.methods)}, which may change something")


def send(method: str, url: str, headers: Mapping[str, str]) -> Answer:
    """Send a request; a NotKnownError if nothing answers."""
    try:
        with urllib3.PoolManager(timeout=TIMEOUT, retries=False) as pool:
            response = pool.request(method, url, headers=headers, redirect=False, preload_content=False)
            beginning = response.read1(_MOST)  # an answer that is streamed may never end
            response.close()
    except (urllib3.exceptions.HTTPError, UnicodeError) as error:  # UnicodeError: a host that is none
        raise NotKnownError(f"nothing answers at {url}: {why_no_answer(error)}") from error
    return Answer(
        status=response.status,
        headers={name.lower(): value for name, value in response.headers.items()},
        body=beginning.decode(errors="replace"),
    )
