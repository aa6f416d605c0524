"""Authorizers: a Cognito user pool, or a Lambda function."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from settings.described import Since
from settings.fields import Model, between, matching, unfit
from settings.route import HeaderName


def _of_one_region(value: str) -> str:
    """A pool's id begins with its region
    (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html)."""
    *start, region, account, resource = value.split(":")
    of_id = resource.removeprefix("userpool/").partition("_")[0]
    if of_id != region:
        right = ":".join([*start, of_id, account, resource])
        raise unfit("must name one region: the pool's id begins with that of the ARN", right)
    return value


class Cognito(Model):
    """Callers send a token of a user pool."""

    example: ClassVar[Mapping[str, object]] = {
        "userPoolArn": "arn:aws:cognito-idp:us-west-2:111111111111:userpool/us-west-2_a1B2c3D4e"
    }

    user_pool_arn: Annotated[
        str,
        matching(
            r"arn:aws:cognito-idp:[a-z0-9-]+:\d{12}:userpool/[a-z0-9-]+_[A-Za-z0-9]+",
            "must be the ARN of a Cognito user pool in partition aws",
        ),
        AfterValidator(_of_one_region),
    ] = Field(examples=[example["userPoolArn"]])
    """ARN of a user pool, of any account."""
    token: Annotated[Literal["access", "id"], Since("0.2")] = "access"  # noqa: S105 - a kind, no secret
    """Which tokens callers send: access tokens with one of a route's `scopes`, or ID tokens, which have no
    scopes. With `id` every user of the pool may call, from any of its app clients: nothing looks at the
    token's `aud`, which names the client."""

    @property
    def takes_id_tokens(self) -> bool:
        """Whether callers send ID tokens."""
        return self.token == "id"  # noqa: S105


class LambdaAuthorizer(Model):
    """A Lambda function authorizes each request."""

    example: ClassVar[Mapping[str, object]] = {
        "functionArn": "arn:aws:lambda:us-west-2:111111111111:function:authorize"
    }

    function_arn: Annotated[
        str,
        matching(
            r"arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_-]{1,128})?",
            "must be the ARN of a Lambda function in partition aws",
        ),
    ] = Field(examples=[example["functionArn"]])
    """ARN of a Lambda function in the consumer's account and the API's region; an alias or a version may end
    it."""
    type: Literal["token", "request"] = "token"
    """What the function is sent: the token alone, or the request."""
    header: HeaderName = "Authorization"
    """Header with the caller's token, without which requests are refused; results are cached by it."""
    cache_seconds: Annotated[int, between(0, 3600)] = 300
    """How many seconds API Gateway keeps a result, for all routes; 0 for not at all."""
