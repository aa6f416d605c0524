"""What asks callers for more than a signature or a key: a user pool, or a function."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from settings.fields import Model, between, matching
from settings.route import HeaderName


class Cognito(Model):
    """Callers come with an access token of a user pool.

    Attributes:
        user_pool_arn: Of the pool, in any account.
    """

    example: ClassVar[Mapping[str, object]] = {
        "userPoolArn": "arn:aws:cognito-idp:us-west-2:111111111111:userpool/us-west-2_a1B2c3D4e"
    }

    user_pool_arn: Annotated[
        str,
        matching(
            r"arn:aws:cognito-idp:[a-z0-9-]+:\d{12}:userpool/[\w-]+_[A-Za-z0-9]+",
            "must be the ARN of a Cognito user pool in partition aws",
        ),
    ] = Field(examples=[example["userPoolArn"]])


class LambdaAuthorizer(Model):
    """A function decides on callers.

    Attributes:
        function_arn: Of the function, in the consumer's account and the API's region; an alias or a version
            may stand at its end.
        type: What the function is given: the token alone, or the request.
        header: Where callers put their token; without it they are refused, and its value is what a decision
            is remembered by.
        cache_seconds: How long a decision is remembered, for all routes; 0 for not at all.
    """

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
    type: Literal["token", "request"] = "token"
    header: HeaderName = "Authorization"
    cache_seconds: Annotated[int, between(0, 3600)] = 300
