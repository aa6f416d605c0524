"""What the answer to a request means on this path: who has given it, and what made it do so."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from doctor.probe import Answer
from reachability.verdict import Result

_GATEWAY = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html"
)
_FORBIDDEN = "https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden"
_INTERNAL = "https://repost.aws/knowledge-center/api-gateway-500-error-vpc"
_TIMEOUT = "https://repost.aws/knowledge-center/api-gateway-504-errors"
_THROTTLED = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html"
)
_STAGE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/private-integration.html"
_ALB = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html"
)
_OVERRIDE = "if API Gateway adds the stage all the same, override $context.requestOverride.path"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked for.

    Attributes:
        path: the route.
        stage: name of the stage.
        auth: what the route asks for: `iam`, `apiKey` or `none`.
    """

    path: str
    stage: str
    auth: str


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What an answer says of the path.

    Attributes:
        result: whether a request gets through to the application; unknown if this one could not tell.
        hop: title of the hop that has answered, or that the answer points to.
        what: what has happened.
        fix: what to do; None where nothing has to be done.
        source: the page that it comes from.
    """

    result: Result
    hop: str
    what: str
    fix: str | None
    source: str


def meaning_of(answer: Answer, asked: Asked) -> Meaning:
    """Relates an answer to the hops of the path."""
    if answer.error_type:
        return _by_api_gateway(answer, answer.error_type, asked)
    if answer.by_alb:
        return _by_alb(answer, asked)
    return _by_application(answer, asked)


def _by_api_gateway(answer: Answer, error_type: str, asked: Asked) -> Meaning:
    if answer.status == HTTPStatus.GATEWAY_TIMEOUT:
        return _CONNECTION_FAILED if "network error" in answer.body.lower() else _TIMED_OUT
    if error_type == "ForbiddenException":
        return _KEY_REFUSED if asked.auth == "apiKey" else _FORBIDDEN_TO_ALL
    if error_type in _REFUSALS:
        return _REFUSALS[error_type]
    if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return _LINK_FAILED
    return Meaning(
        result=Result.UNKNOWN if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR else Result.BROKEN,
        hop="stage",
        what=f"API Gateway itself answers {answer.status}, {error_type}",
        fix="send the request again; if it stays, look the error up, with the request id in the stage's logs",
        source=_GATEWAY,
    )


def _by_alb(answer: Answer, asked: Asked) -> Meaning:
    if answer.status < HTTPStatus.BAD_REQUEST:
        return Meaning(
            result=Result.UNKNOWN,
            hop="ALB",
            what=f"the ALB itself answers {answer.status}, and asks no pod",
            fix=f"look at the actions of the Ingress's rule for {asked.path}",
            source=_ALB,
        )
    if answer.status == HTTPStatus.NOT_FOUND:
        return Meaning(
            result=Result.BROKEN,
            hop="Ingress rule",
            what="the request has reached the ALB, which has no rule for the path that came: the Ingress "
            f"lacks {asked.path}, or the stage's name has got in front, /{asked.stage}{asked.path}",
            fix=f"see that the Ingress has {asked.path} and the integration's URI ends in it; {_OVERRIDE}",
            source=_STAGE,
        )
    return _ALB_ANSWERS.get(answer.status) or Meaning(
        result=Result.BROKEN,
        hop="ALB",
        what=f"the ALB itself answers {answer.status}",
        fix="look the status up in the list of the ALB's own errors",
        source=_ALB,
    )


def _by_application(answer: Answer, asked: Asked) -> Meaning:
    leaked = f"/{asked.stage}{asked.path}"
    if answer.status == HTTPStatus.NOT_FOUND and leaked in answer.body:
        return Meaning(
            result=Result.BROKEN,
            hop="method",
            what=f"the request has reached a pod, but as {leaked}: the stage's name has got into the path",
            fix=f"see that the integration's URI names the path alone; {_OVERRIDE}",
            source=_STAGE,
        )
    own = "" if answer.status < HTTPStatus.BAD_REQUEST else ", which is the application's own doing"
    return Meaning(
        result=Result.HOLDS,
        hop="Deployment",
        what=f"the request has got through to the application; it answers {answer.status}{own}",
        fix=None if not own else f"see what the application has at {asked.path}, and its logs",
        source=_GATEWAY,
    )


_CONNECTION_FAILED = Meaning(
    result=Result.BROKEN,
    hop="listener",
    what="API Gateway's connection through the VPC link was refused or broken off",
    fix="see that the gateway NLB has a listener on the port of the integration's URI, and healthy targets",
    source=_TIMEOUT,
)
_TIMED_OUT = Meaning(
    result=Result.BROKEN,
    hop="target",
    what="nothing has answered within 29 s: packets get lost on the way, or the application is too slow",
    fix="see the targets' health, the routes out and back, the security groups of the endpoint and of both "
    "NLBs, and how long the application takes",
    source=_TIMEOUT,
)
_LINK_FAILED = Meaning(
    result=Result.BROKEN,
    hop="VPC link",
    what="API Gateway could not use the VPC link: it isn't available, the stage names another one, or the "
    "gateway NLB's security group judges PrivateLink traffic",
    fix="see the VPC link's status, the stage's variable, that the NLB's "
    "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic is off, and that a target is healthy",
    source=_INTERNAL,
)
_KEY_REFUSED = Meaning(
    result=Result.BROKEN,
    hop="stage",
    what="API Gateway doesn't take the API key on this stage",
    fix="see that the key is enabled, and that its usage plan names this API and stage; or a web ACL refuses",
    source=_FORBIDDEN,
)
_FORBIDDEN_TO_ALL = Meaning(
    result=Result.BROKEN,
    hop="stage",
    what="API Gateway lets nobody in here: there is no such stage, the API's default endpoint is disabled, "
    "or a web ACL or an API key that the stack doesn't know of stands before it",
    fix="see that the stage exists and the default endpoint is on; then look at web ACLs",
    source=_FORBIDDEN,
)
_SIGNATURE = Meaning(
    result=Result.UNKNOWN,
    hop="method",
    what="API Gateway doesn't take the request's signature or credentials, so it has gone no further",
    fix="see that this machine's clock is right and its credentials are valid",
    source=_FORBIDDEN,
)
# What API Gateway refuses, by its name of the error.
_REFUSALS: Mapping[str, Meaning] = {
    "MissingAuthenticationTokenException": Meaning(
        result=Result.BROKEN,
        hop="method",
        what="the deployment that the stage serves has no such path or method",
        fix="deploy the API anew (`pulumi up`; with an existing API `pulumi up --replace` of the deployment)",
        source=_FORBIDDEN,
    ),
    "AccessDeniedException": Meaning(
        result=Result.UNKNOWN,
        hop="method",
        what="API Gateway knows the caller, who has no permission for execute-api:Invoke here",
        fix="allow it to the doctor's role, or see what the API's resource policy denies",
        source=_FORBIDDEN,
    ),
    **dict.fromkeys(
        (
            "ExpiredTokenException",
            "IncompleteSignatureException",
            "InvalidSignatureException",
            "UnrecognizedClientException",
        ),
        _SIGNATURE,
    ),
    "TooManyRequestsException": Meaning(
        result=Result.UNKNOWN,
        hop="stage",
        what="the stage, or the account in this region, has more requests than its throttle lets through",
        fix="send it again later; if it stays, raise the throttle of the stage or of the usage plan",
        source=_THROTTLED,
    ),
    "LimitExceededException": Meaning(
        result=Result.UNKNOWN,
        hop="stage",
        what="the key's usage plan has used up its quota",
        fix="raise the quota, or wait for its next period",
        source=_THROTTLED,
    ),
}
# What the ALB answers itself, by status.
_ALB_ANSWERS: Mapping[int, Meaning] = {
    HTTPStatus.FORBIDDEN: Meaning(
        result=Result.BROKEN,
        hop="ALB",
        what="a web ACL of the ALB has refused the request",
        fix="let the path's requests through in that web ACL",
        source=_ALB,
    ),
    HTTPStatus.BAD_GATEWAY: Meaning(
        result=Result.BROKEN,
        hop="Deployment",
        what="the ALB has reached a pod, which has broken the connection off or answered no HTTP",
        fix="see that the container's port speaks HTTP, and why pods go: their logs, probes and memory",
        source=_ALB,
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Meaning(
        result=Result.BROKEN,
        hop="Service",
        what="the ALB has no pod to send the request to",
        fix="see that the Service's selector matches running pods, and that those are ready",
        source=_ALB,
    ),
    HTTPStatus.GATEWAY_TIMEOUT: Meaning(
        result=Result.BROKEN,
        hop="Deployment",
        what="the ALB could not connect to a pod, or none has answered in time",
        fix="see the container's port, network policies, the nodes' security group, and how long pods take",
        source=_ALB,
    ),
}
