"""What API Gateway itself answers: it doesn't let the caller in, or can't pass the request on."""

from collections.abc import Sequence
from functools import partial

from crosslink.doctor.acceptance import SOURCE as ACCEPTANCE
from crosslink.doctor.answers.kind import GATEWAY_RESPONSES, GUIDE, By, Kind
from crosslink.doctor.probe import Answer, Asked
from crosslink.rules.verdict import Result

_FORBIDDEN = "https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden"
_FUNCTION = f"{GUIDE}/apigateway-use-lambda-authorizer.html"
_THROTTLED = f"{GUIDE}/api-gateway-request-throttling.html"
_LIMITS = f"{GUIDE}/api-gateway-execution-service-limits-table.html"


def _by_policy(answer: Answer, asked: Asked) -> bool:
    """Policies deny `execute-api:Invoke`, in these words; a function's decision denies "this resource"."""
    words = "explicit deny" if asked.auth == "iam" else "execute-api:invoke"
    return words in answer.body.lower()


_kind = partial(Kind, by=By.GATEWAY)
_unknown = partial(_kind, result=Result.UNKNOWN)
_denied = partial(_unknown, statuses=(403,), error_types=("AccessDeniedException",), hop="method")
_policy = partial(
    _denied,
    what="a policy keeps this caller out: the API's resource policy denies it by `sourceIps` or "
    "`principals`, or allows it nothing, or the caller's own policies deny it",
    fix="send the request from one of `sourceIps` and, with auth iam, as one of the route's `principals`; if "
    "it stays, look at the API's resource policy",
    source=f"{GUIDE}/apigateway-authorization-flow.html",
)
_undeployed = partial(
    _kind,
    hop="method",
    what="the deployment that the stage serves has no such path or method, or asks its callers for something "
    "else than the stack says",
    fix="deploy the API anew (`pulumi up`; with an existing API `pulumi up --replace` of the deployment)",
    source=_FORBIDDEN,
)
_signature = partial(
    _unknown,
    statuses=(403,),
    hop="method",
    what="API Gateway doesn't take the request's signature or credentials, so it has gone no further",
    fix="see that this machine's clock is right and its credentials are valid",
    source=_FORBIDDEN,
)
_stage = partial(_kind, statuses=(403,), error_types=("ForbiddenException",), hop="stage")
_link = partial(_kind, statuses=(504,), source="https://repost.aws/knowledge-center/api-gateway-504-errors")

# In their order: the first that fits an answer is its kind.
REFUSALS: Sequence[Kind] = (
    _kind(
        statuses=(500,),
        # The gateway responses AUTHORIZER_CONFIGURATION_ERROR and AUTHORIZER_FAILURE
        error_types=("AuthorizerConfigurationException", "AuthorizerFailureException", "Authorizer*"),
        hop="method",
        what="API Gateway could not ask the authorizer, or could make nothing of its answer",
        fix="see that the function lets this API's authorizers invoke it, and by its logs that it returns "
        "`principalId` and `policyDocument` in time; or that the user pool is still there",
        source=_FUNCTION,
    ),
    _policy(sign="the message has `execute-api:Invoke`, or with auth iam `explicit deny`", fits=_by_policy),
    _denied(
        auth=("iam",),
        what="API Gateway knows the caller, who has no permission for execute-api:Invoke here",
        fix="allow it to the doctor's role, or see what the API's resource policy denies",
        source=_FORBIDDEN,
    ),
    _unknown(
        statuses=(401, 403),
        error_types=("AccessDeniedException", "UnauthorizedException"),
        auth=("cognito",),
        hop="method",
        what="the user pool's authorizer doesn't take the token: it has expired, is another pool's, or is an "
        "access token without a scope of the route's, or the other kind of token than `cognito.token` says",
        fix="get a new token of the route's user pool: an access token with one of the route's `scopes`, or "
        "with `cognito.token: id` an ID token",
        source=f"{GUIDE}/apigateway-enable-cognito-user-pool.html",
    ),
    _denied(
        auth=("lambda",),
        what="the function's policy doesn't allow the caller this method; it may be the one that API Gateway "
        "remembers from a call of another method",
        fix="see that the token is one that the function takes, and that its policy allows all that the "
        "caller may, not only `methodArn`; or set `cacheSeconds: 0`",
        source=_FUNCTION,
    ),
    _unknown(
        statuses=(401,),
        error_types=("UnauthorizedException",),
        auth=("lambda",),
        hop="method",
        what="the function has answered \"Unauthorized\", or wasn't asked, since the token wasn't in the "
        "header that the authorizer looks into",
        fix="see that the token is one that the function takes, and what its logs say of the request",
        source=_FUNCTION,
    ),
    _policy(auth=("apiKey", "none")),
    _stage(
        auth=("apiKey",),
        what="API Gateway doesn't take the API key on this stage",
        fix="see that the key is enabled, and that its usage plan names this API and stage; or a web ACL "
        "refuses, or the API's own name isn't mapped to the stage",
        source=_FORBIDDEN,
    ),
    _kind(
        statuses=(403,),
        error_types=("ForbiddenException",),
        sign="the request came by the API's own domain name",
        fits=lambda _answer, asked: asked.domain is not None,
        hop="domain",
        what="API Gateway lets nobody in under this name: it isn't mapped to the stage with this base path, "
        "there is no such stage, or a web ACL or an API key that the stack doesn't know of stands before it",
        fix="see that the name's base path mapping names the API and the stage; then look at web ACLs",
        source=f"{GUIDE}/rest-api-mappings.html",
    ),
    _stage(
        what="API Gateway lets nobody in here: there is no such stage, the API's default endpoint is "
        "disabled, or a web ACL or an API key that the stack doesn't know of stands before it",
        fix="see that the stage exists and the default endpoint is on; then look at web ACLs",
        source=_FORBIDDEN,
    ),
    _signature(auth=("iam",), error_types=("IncompleteSignatureException",)),
    _signature(
        error_types=("ExpiredTokenException", "InvalidSignatureException", "UnrecognizedClientException"),
    ),
    _undeployed(
        statuses=(401, 403),
        # Where no method is, or one with auth iam, a token in `Authorization` is taken for a signature.
        error_types=(
            *("IncompleteSignatureException", "MissingAuthenticationTokenException"),
            "UnauthorizedException",
        ),
    ),
    _unknown(
        statuses=(429,),
        error_types=("TooManyRequestsException",),
        hop="stage",
        what="there are more requests than a throttle lets through: the route's, the stage's, the key's, or "
        "the account's in this region",
        fix="send it again later; if it stays, raise that throttle",
        source=_THROTTLED,
    ),
    _unknown(
        statuses=(429,),
        error_types=("LimitExceededException",),
        hop="stage",
        what="the key's usage plan has used up its quota",
        fix="raise the quota, or wait for its next period",
        source=_THROTTLED,
    ),
)
FAILURES: Sequence[Kind] = (
    _unknown(
        statuses=(500, 502, 503, 504),
        sign="nobody has accepted the endpoint: `aws ec2 describe-vpc-endpoints` tells `pendingAcceptance`",
        fits=lambda _answer, asked: asked.pending is not None,
        hop="interface endpoint",
        what="nothing gets through yet: {pending}",
        fix="{to_do} `{command}`",
        source=ACCEPTANCE,
    ),
    _undeployed(statuses=(404,)),
    _unknown(
        statuses=(413,),
        error_types=("RequestTooLargeException", "RequestEntityTooLargeException"),
        hop="stage",
        what="API Gateway itself answers 413, {error_type}: the body is larger than the 10 MB that it takes, "
        "which no quota raises",
        fix="send less at once, compress it, or have the service hand out a presigned URL of S3 for uploads",
        source=_LIMITS,
    ),
    _kind(
        statuses=(500,),
        hop="VPC link",
        what="API Gateway could not use the VPC link: it isn't available, which one of `vpcLink: v2` isn't "
        "either after 60 days without a request, the stage names another one, or the gateway NLB's security "
        "group judges PrivateLink traffic; or, with TLS, it doesn't trust the ALB's certificate",
        fix="see the VPC link's status (INACTIVE: send the request again after some minutes, in which AWS "
        "makes its network interfaces anew), the stage's variable, that the NLB's "
        "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic is off, that a target is healthy, and with TLS "
        "that the certificate is one for the host of the integration's URI",
        source="https://repost.aws/knowledge-center/api-gateway-500-error-vpc",
    ),
    # A failed integration (INTEGRATION_FAILURE) and one without an answer (INTEGRATION_TIMEOUT) have the same
    # error type; only the body tells them apart, and the answer to HEAD has none.
    _link(
        sign="there is no body, as there is none for HEAD",
        fits=lambda answer, _asked: not answer.body,
        hop="target",
        what="API Gateway has got no answer through the VPC link: the connection failed, or nothing came in "
        "time",
        fix="see the gateway NLB's listener on the port of the integration's URI, its targets' health, the "
        "routes out and back, the security groups on the way, and how long the application takes",
    ),
    _link(
        sign="the message is `Network error communicating with endpoint`",
        fits=lambda answer, _asked: "network error" in answer.body.lower(),
        hop="listener",
        what="API Gateway's connection through the VPC link was refused or broken off",
        fix="see that the gateway NLB has a listener on the port of the integration's URI, and healthy "
        "targets",
    ),
    _link(
        sign="the message is `Endpoint request timed out`",
        hop="target",
        what="nothing has answered within the route's `timeoutSeconds`, by default 29: packets get lost on "
        "the way, or the application is too slow",
        fix="see the targets' health, the routes out and back, the security groups of the endpoint, of "
        "both NLBs and of a VPC link v2, and how long the application takes",
    ),
    _kind(
        statuses=(503,),
        hop="stage",
        what="API Gateway itself answers 503, {error_type}: it can't serve the request for now",
        fix="send the request again; if it stays, see that the VPC link is available and that the gateway "
        "NLB has a healthy target, then AWS's health dashboard of the region",
        source=GATEWAY_RESPONSES,
    ),
    _unknown(
        statuses=(400,),
        hop="method",
        what="API Gateway itself answers 400, {error_type}: a request validator or a request's mapping in "
        "the API doesn't take the request, or the request isn't valid HTTP",
        fix="see that the deployed document has no validator or mapping that the stack doesn't declare "
        "(`aws apigateway get-export`)",
        source=GATEWAY_RESPONSES,
    ),
    _unknown(
        statuses=(415,),
        hop="method",
        what="API Gateway itself answers 415, {error_type}: an integration takes only content types that it "
        "has a template for, which none of the stack's has",
        fix="deploy the API anew (`pulumi up`; with an existing API `pulumi up --replace` of the deployment)",
        source=GATEWAY_RESPONSES,
    ),
)
_rest = partial(
    _kind,
    hop="stage",
    what="API Gateway itself answers {status}, {error_type}",
    fix="send the request again; if it stays, look the error up, with the request id in the stage's logs",
    source=GATEWAY_RESPONSES,
)
OTHERS: Sequence[Kind] = (
    _rest(statuses=range(500, 600)),
    _rest(result=Result.UNKNOWN),
)
