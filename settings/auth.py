"""The kinds of `auth`: one place that knows what each asks of callers, and what API Gateway calls it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Auth = Literal["iam", "cognito", "lambda", "apiKey", "none"]


@dataclass(frozen=True, kw_only=True)
class AuthKind:
    """A kind of auth.

    Attributes:
        authorization: The authorization type of a method (https://docs.aws.amazon.com/apigateway/latest/api/API_Method.html).
        scheme: Name of its security scheme in the API's document; None for an open method.
        asks: Whom API Gateway asks about callers: a user pool, a function, or nobody else.
        setting: The key of `crosslink:api` that it takes its values from; None for none.
        signed: Whether callers sign requests with credentials of IAM.
        key: Whether callers show an API key.
        caller_header: The header that tells a service who calls, where the settings ask for it; None where
            nobody knows who does.
        caller: The context variable with who calls
            (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#context-variable-reference).
        needs_allow: Whether callers need an `Allow` once the API has a resource policy
            (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html).
        strength: 0 lets everybody in, 1 tells callers apart, 2 knows who they are.
    """

    authorization: str
    scheme: str | None
    asks: Literal["user pool", "function"] | None = None
    setting: str | None = None
    signed: bool = False
    key: bool = False
    caller_header: str | None = None
    caller: str | None = None
    needs_allow: bool
    strength: int

    @property
    def shown_as(self) -> str:
        """What a method says that it asks of its callers, an API key included."""
        return "API_KEY" if self.key else self.authorization


AUTHS: Mapping[Auth, AuthKind] = {
    "iam": AuthKind(
        authorization="AWS_IAM",
        scheme="sigv4",
        signed=True,
        caller_header="X-Crosslink-Caller-Arn",
        caller="context.identity.userArn",
        needs_allow=False,
        strength=2,
    ),
    "cognito": AuthKind(
        authorization="COGNITO_USER_POOLS",
        scheme="cognito",
        asks="user pool",
        setting="cognito",
        caller_header="X-Crosslink-Caller-Subject",
        caller="context.authorizer.claims.sub",
        needs_allow=True,
        strength=2,
    ),
    "lambda": AuthKind(
        authorization="CUSTOM",
        scheme="lambda",
        asks="function",
        setting="lambda",
        caller_header="X-Crosslink-Caller-Principal",
        caller="context.authorizer.principalId",
        needs_allow=False,
        strength=2,
    ),
    "apiKey": AuthKind(
        authorization="NONE", scheme="api_key", setting="clients", key=True, needs_allow=True, strength=1
    ),
    "none": AuthKind(authorization="NONE", scheme=None, needs_allow=True, strength=0),
}
