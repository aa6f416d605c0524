"""Sends one request, as a caller would."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from reachability.facts import NotKnownError
from reachability.live.cluster import NOT_SHOWN

TIMEOUT = 30.0
"""Seconds; API Gateway gives up after 29
(https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html)."""
_MOST = 2000  # characters of a body that are worth a look


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back.

    Attributes:
        status: the HTTP status.
        headers: by name in lower case.
        body: its beginning.
    """

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def error_type(self) -> str | None:
        """API Gateway's name of an error; only what it refuses or can't do itself has one."""
        return self.headers.get("x-amzn-errortype", "").partition(":")[0] or None

    @property
    def request_id(self) -> str | None:
        """By which API Gateway's logs name the request."""
        return self.headers.get("x-amzn-requestid")

    @property
    def by_alb(self) -> bool:
        """Whether the ALB has answered itself. API Gateway renames the header that tells it.

        Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
        """
        servers = (self.headers.get("server", ""), self.headers.get("x-amzn-remapped-server", ""))
        return any(server.startswith("awselb/") for server in servers)


def send(
    url: str, *, auth: str, region: str, credentials: Callable[[], Credentials | None], api_key: str | None
) -> Answer:
    """Send GET to a route.

    Args:
        url: the route's.
        auth: what the route asks for: `iam`, `apiKey` or `none`.
        region: the API's.
        credentials: the consumer's, to sign with for `iam`.
        api_key: the key for `apiKey`.

    Raises:
        NotKnownError: it can't be sent as a caller would, or nothing answers.
    """
    headers: dict[str, str] = {}
    if auth == "iam":
        headers = _signature(url, region, credentials())
    elif auth == "apiKey":
        if not api_key or api_key == NOT_SHOWN:
            raise NotKnownError("the stack's outputs don't show the apiKey: write them with --show-secrets")
        headers = {"x-api-key": api_key}
    try:
        with urllib3.PoolManager(timeout=TIMEOUT, retries=False) as pool:
            response = pool.request("GET", url, headers=headers, redirect=False)
    except urllib3.exceptions.HTTPError as error:
        reason = f"nothing answers at {url}: {error}"
        raise NotKnownError(reason) from error
    return Answer(
        status=response.status,
        headers={name.lower(): value for name, value in response.headers.items()},
        body=response.data.decode(errors="replace")[:_MOST],
    )


def _signature(url: str, region: str, credentials: Credentials | None) -> dict[str, str]:
    """The headers of Signature Version 4.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-use-postman-to-call-api.html
    """
    if credentials is None:
        raise NotKnownError("there are no credentials to sign the request with")
    request = AWSRequest(method="GET", url=url)
    SigV4Auth(credentials, "execute-api", region).add_auth(request)
    return dict(request.headers.items())
