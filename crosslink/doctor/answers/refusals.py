"""What API Gateway answers to callers that it doesn't let in, by its name of the error."""

from collections.abc import Mapping

from crosslink.doctor.probe import Answer, Asked, Meaning, unknown

_FORBIDDEN = "https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden"
GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide"
_FUNCTION = f"{GUIDE}/apigateway-use-lambda-authorizer.html"
_THROTTLED = f"{GUIDE}/api-gateway-request-throttling.html"


def refusal(answer: Answer, error_type: str, asked: Asked) -> Meaning | None:
    """Why the caller isn't let in; None if the error is about something else."""
    if error_type.startswith("Authorizer"):  # AUTHORIZER_CONFIGURATION_ERROR, AUTHORIZER_FAILURE
        return _AUTHORIZER_FAILED
    # Policies deny `execute-api:Invoke`, in these words; a function's decision denies "this resource".
    words = "explicit deny" if asked.auth == "iam" else "execute-api:invoke"
    if error_type == "AccessDeniedException" and words in answer.body.lower():
        return _POLICY_DENIES
    meaning = _MEANINGS.get((error_type, asked.auth)) or _MEANINGS.get((error_type, None))
    return _NOT_MAPPED if meaning is _FORBIDDEN_TO_ALL and asked.domain else meaning


UNDEPLOYED = Meaning(
    hop="method",
    what="the deployment that the stage serves has no such path or method, or asks its callers for something "
    "else than the stack says",
    fix="deploy the API anew (`pulumi up`; with an existing API `pulumi up --replace` of the deployment)",
    source=_FORBIDDEN,
)
_NOT_MAPPED = Meaning(
    hop="domain",
    what="API Gateway lets nobody in under this name: it isn't mapped to the stage with this base path, "
    "there is no such stage, or a web ACL or an API key that the stack doesn't know of stands before it",
    fix="see that the name's base path mapping names the API and the stage; then look at web ACLs",
    source=f"{GUIDE}/rest-api-mappings.html",
)
_FORBIDDEN_TO_ALL = Meaning(
    hop="stage",
    what="API Gateway lets nobody in here: there is no such stage, the API's default endpoint is disabled, "
    "or a web ACL or an API key that the stack doesn't know of stands before it",
    fix="see that the stage exists and the default endpoint is on; then look at web ACLs",
    source=_FORBIDDEN,
)
_POLICY_DENIES = unknown(
    hop="method",
    what="a policy keeps this caller out: the API's resource policy denies it by `sourceIps` or "
    "`principals`, or allows it nothing, or the caller's own policies deny it",
    fix="send the request from one of `sourceIps` and, with auth iam, as one of the route's `principals`; if "
    "it stays, look at the API's resource policy",
    source=f"{GUIDE}/apigateway-authorization-flow.html",
)
_AUTHORIZER_FAILED = Meaning(
    hop="method",
    what="API Gateway could not ask the authorizer, or could make nothing of its answer",
    fix="see that the function lets this API's authorizers invoke it, and by its logs that it returns "
    "`principalId` and `policyDocument` in time; or that the user pool is still there",
    source=_FUNCTION,
)
_TOKEN_REFUSED = unknown(
    hop="method",
    what="the user pool's authorizer doesn't take the token: it has expired, is another pool's, or is an "
    "access token without a scope of the route's, or the other kind of token than `cognito.token` says",
    fix="get a new token of the route's user pool: an access token with one of the route's `scopes`, or with "
    "`cognito.token: id` an ID token",
    source=f"{GUIDE}/apigateway-enable-cognito-user-pool.html",
)
_SIGNATURE = unknown(
    hop="method",
    what="API Gateway doesn't take the request's signature or credentials, so it has gone no further",
    fix="see that this machine's clock is right and its credentials are valid",
    source=_FORBIDDEN,
)
# API Gateway's name of the error and the route's auth, None for any other auth → what it means.
_MEANINGS: Mapping[tuple[str, str | None], Meaning] = {
    ("AccessDeniedException", "iam"): unknown(
        hop="method",
        what="API Gateway knows the caller, who has no permission for execute-api:Invoke here",
        fix="allow it to the doctor's role, or see what the API's resource policy denies",
        source=_FORBIDDEN,
    ),
    ("AccessDeniedException", "cognito"): _TOKEN_REFUSED,
    ("AccessDeniedException", "lambda"): unknown(
        hop="method",
        what="the function's policy doesn't allow the caller this method; it may be the one that API Gateway "
        "remembers from a call of another method",
        fix="see that the token is one that the function takes, and that its policy allows all that the "
        "caller may, not only `methodArn`; or set `cacheSeconds: 0`",
        source=_FUNCTION,
    ),
    ("ForbiddenException", "apiKey"): Meaning(
        hop="stage",
        what="API Gateway doesn't take the API key on this stage",
        fix="see that the key is enabled, and that its usage plan names this API and stage; or a web ACL "
        "refuses, or the API's own name isn't mapped to the stage",
        source=_FORBIDDEN,
    ),
    ("IncompleteSignatureException", "iam"): _SIGNATURE,
    ("UnauthorizedException", "cognito"): _TOKEN_REFUSED,
    ("UnauthorizedException", "lambda"): unknown(
        hop="method",
        what="the function has answered \"Unauthorized\", or wasn't asked, since the token wasn't in the "
        "header that the authorizer looks into",
        fix="see that the token is one that the function takes, and what its logs say of the request",
        source=_FUNCTION,
    ),
    ("AccessDeniedException", None): _POLICY_DENIES,
    ("ForbiddenException", None): _FORBIDDEN_TO_ALL,
    # Where no method is, or one with auth iam, a token in `Authorization` is taken for a signature.
    ("IncompleteSignatureException", None): UNDEPLOYED,
    ("MissingAuthenticationTokenException", None): UNDEPLOYED,
    ("UnauthorizedException", None): UNDEPLOYED,
    ("ExpiredTokenException", None): _SIGNATURE,
    ("InvalidSignatureException", None): _SIGNATURE,
    ("UnrecognizedClientException", None): _SIGNATURE,
    ("TooManyRequestsException", None): unknown(
        hop="stage",
        what="there are more requests than a throttle lets through: the route's, the stage's, the key's, or "
        "the account's in this region",
        fix="send it again later; if it stays, raise that throttle",
        source=_THROTTLED,
    ),
    ("LimitExceededException", None): unknown(
        hop="stage",
        what="the key's usage plan has used up its quota",
        fix="raise the quota, or wait for its next period",
        source=_THROTTLED,
    ),
}
