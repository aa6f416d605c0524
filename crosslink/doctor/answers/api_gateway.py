"""What API Gateway answers itself: it couldn't ask the backend, or lets the caller not in.

It names the error in the header `x-amzn-errortype`, whatever the body. The kinds of errors and their statuses
are listed at `GATEWAY_RESPONSES`; the names in that header are those that callers see, on re:Post's pages.
"""

from http import HTTPStatus

from crosslink.doctor.answers.model import GATEWAY_RESPONSES, Asked, Meaning
from crosslink.doctor.answers.refusals import UNDEPLOYED, refusal
from crosslink.doctor.probe import Answer
from crosslink.rules.verdict import Result

_INTERNAL = "https://repost.aws/knowledge-center/api-gateway-500-error-vpc"
_TIMEOUT = "https://repost.aws/knowledge-center/api-gateway-504-errors"


def by_api_gateway(answer: Answer, error_type: str, asked: Asked) -> Meaning:
    """What an error of API Gateway's own means."""
    if refused := refusal(answer, error_type, asked):
        return refused
    match answer.status:
        case HTTPStatus.NOT_FOUND:
            return UNDEPLOYED
        case HTTPStatus.INTERNAL_SERVER_ERROR:
            return _LINK_FAILED
        case HTTPStatus.GATEWAY_TIMEOUT:
            return _unanswered(answer.body.lower())
        case status:
            return Meaning(
                result=Result.UNKNOWN if status < HTTPStatus.INTERNAL_SERVER_ERROR else Result.BROKEN,
                hop="stage",
                what=f"API Gateway itself answers {status}, {error_type}",
                fix="send the request again; if it stays, look the error up, with the request id in the "
                "stage's logs",
                source=GATEWAY_RESPONSES,
            )


def _unanswered(body: str) -> Meaning:
    """An integration that failed (INTEGRATION_FAILURE) and one without an answer (INTEGRATION_TIMEOUT) have
    the same status and error type; only the body tells them apart, and the answer to HEAD has none.
    """
    if "network error" in body:
        return _CONNECTION_FAILED
    return _TIMED_OUT if body else _UNANSWERED


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
    what="nothing has answered within the route's `timeoutSeconds`, by default 29: packets get lost on the "
    "way, or the application is too slow",
    fix="see the targets' health, the routes out and back, the security groups of the endpoint and of both "
    "NLBs, and how long the application takes",
    source=_TIMEOUT,
)
_UNANSWERED = Meaning(
    result=Result.BROKEN,
    hop="target",
    what="API Gateway has got no answer through the VPC link: the connection failed, or nothing came in time",
    fix="see the gateway NLB's listener on the port of the integration's URI, its targets' health, the "
    "routes out and back, the security groups on the way, and how long the application takes",
    source=_TIMEOUT,
)
_LINK_FAILED = Meaning(
    result=Result.BROKEN,
    hop="VPC link",
    what="API Gateway could not use the VPC link: it isn't available, the stage names another one, or the "
    "gateway NLB's security group judges PrivateLink traffic; or, with TLS, it doesn't trust the ALB's "
    "certificate",
    fix="see the VPC link's status, the stage's variable, that the NLB's "
    "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic is off, that a target is healthy, and with TLS "
    "that the certificate is one for the host of the integration's URI",
    source=_INTERNAL,
)
