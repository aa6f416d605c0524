"""How a caller of a route identifies itself, by the route's auth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from crosslink.doctor.outputs import Outputs
from crosslink.graph.from_aws.answers import shortened
from crosslink.graph.from_aws.sessions import FAILURES
from crosslink.graph.unknown import NotKnownError
from crosslink.path.output import NOT_SHOWN

# The environment variable with a token for auth `cognito` and `lambda`. An option would show the token in the
# machine's list of processes, and leave it in the shell's history.
VARIABLE = "CROSSLINK_TOKEN"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Whom a request is sent as."""

    credentials: Callable[[], Credentials | None]  # the consumer's, to sign with for auth `iam`
    token: str | None  # for auth `cognito` and `lambda`

    def headers(self, stack: Outputs, path: str, method: str, below: str = "") -> Mapping[str, str]:
        """The headers for a request to a route, or to what is below it.

        Raises:
            NotKnownError: the caller has no credentials, token or key; the text says what to give.
        """
        api, consumer, route = stack.declared.api, stack.declared.consumer, stack.declared.routes[path]
        if api is None or consumer is None:
            raise NotKnownError("the stack has no API to send requests to")
        match route.auth:
            case "iam":
                return _signature(method, stack.url_of(path, below), consumer.region, self.credentials())
            case "cognito":
                scopes = f" with scope {' or '.join(route.scopes)}" if route.scopes else ""
                kind = "an ID token" if api.id_tokens else "an access token"
                token = f"{kind} of {api.user_pool_arn}{scopes}"
                return {"Authorization": self._token(token)}
            case "lambda":
                token = f"a token that {api.function_arn} lets in"
                return {api.token_header or "Authorization": self._token(token)}
            case "apiKey":
                if not stack.api_key or stack.api_key == NOT_SHOWN:
                    raise NotKnownError(
                        "the stack's outputs don't show the API key: write them with --show-secrets"
                    )
                return {"x-api-key": stack.api_key}
            case _:
                return {}

    def _token(self, which: str) -> str:
        if not self.token:
            raise NotKnownError(
                f"the route asks for {which}: put one into the environment variable {VARIABLE}"
            )
        # An error of the HTTP client would have it printed.
        if not (self.token.isascii() and self.token.isprintable()):
            raise NotKnownError(
                f"{VARIABLE} holds no token: there are characters in it that no header may have"
            )
        return self.token


def _signature(method: str, url: str, region: str, credentials: Credentials | None) -> Mapping[str, str]:
    """The headers of Signature Version 4, which holds for the API's own name as for API Gateway's.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-use-postman-to-call-api.html
    """
    if credentials is None:
        raise NotKnownError("there are no credentials to sign the request with")
    request = AWSRequest(method=method, url=url)
    try:
        SigV4Auth(credentials, "execute-api", region).add_auth(request)
    except FAILURES as error:  # they may have to be renewed
        raise NotKnownError(f"the request can't be signed: {shortened(str(error))}") from error
    return dict(request.headers.items())
