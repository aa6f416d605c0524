"""What the answer to a request means on this path: who has given it, and what made it do so."""

from collections.abc import Mapping
from http import HTTPStatus

from crosslink.doctor.answers.model import GATEWAY_RESPONSES, OVERRIDE, STAGE_IN_PATH, Asked, Meaning, unknown
from crosslink.doctor.answers.refusals import UNDEPLOYED, refusal
from crosslink.doctor.probe import Answer
from crosslink.rules.verdict import Result

__all__ = ["Asked", "Meaning", "meaning_of"]

_INTERNAL = "https://repost.aws/knowledge-center/api-gateway-500-error-vpc"
_TIMEOUT = "https://repost.aws/knowledge-center/api-gateway-504-errors"
_ALB = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html"
)


def meaning_of(answer: Answer, asked: Asked) -> Meaning:
    """Relates an answer to the hops of the path."""
    if answer.error_type:
        return _by_api_gateway(answer, answer.error_type, asked)
    if answer.by_alb:
        return _by_alb(answer, asked)
    if not answer.request_id:
        return _by_somebody_else(answer, asked)
    return _by_application(answer, asked)


def _by_somebody_else(answer: Answer, asked: Asked) -> Meaning:
    return Meaning(
        hop="domain" if asked.domain else "stage",
        what=f"what answers {answer.status} isn't API Gateway, whose answers all have a request id",
        fix=f"have DNS lead {asked.domain} to the stack's output `domainTarget`"
        if asked.domain
        else "see what stands between this machine and API Gateway, such as a proxy",
        source="https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-regional-api-custom-domain-create.html"
        if asked.domain
        else GATEWAY_RESPONSES,
    )


def _by_application(answer: Answer, asked: Asked) -> Meaning:
    leaked = f"/{asked.stage}{asked.path}"
    if answer.status == HTTPStatus.NOT_FOUND and leaked in answer.body:
        return Meaning(
            hop="method",
            what=f"the request has reached a pod, but as {leaked}: the stage's name has got into the path",
            fix=f"see that the integration's URI names the path alone; {OVERRIDE}",
            source=STAGE_IN_PATH,
        )
    own = ", which is the application's own doing" if answer.status >= HTTPStatus.BAD_REQUEST else ""
    return Meaning(
        result=Result.HOLDS,
        hop="Deployment",
        what=f"the request has got through to the application; it answers {answer.status}{own}",
        fix=f"see what the application has at {asked.path}, and its logs" if own else None,
        source=GATEWAY_RESPONSES,
    )


def _by_api_gateway(answer: Answer, error_type: str, asked: Asked) -> Meaning:
    """The page `GATEWAY_RESPONSES` lists the kinds of errors and their statuses; the error types, which are
    in the header `x-amzn-errortype`, are on re:Post's pages.
    """
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


def _by_alb(answer: Answer, asked: Asked) -> Meaning:
    if answer.status < HTTPStatus.BAD_REQUEST:
        return unknown(
            hop="ALB",
            what=f"the ALB itself answers {answer.status}, and asks no pod",
            fix=f"look at the actions of the Ingress's rule for {asked.path}",
            source=_ALB,
        )
    if answer.status == HTTPStatus.NOT_FOUND:
        return Meaning(
            hop="Ingress rule",
            what="the request has reached the ALB, which has no rule for the path that came: the Ingress "
            f"lacks {asked.path}, or the stage's name has got in front, /{asked.stage}{asked.path}",
            fix=f"see that the Ingress has {asked.path} and the integration's URI ends in it; {OVERRIDE}",
            source=STAGE_IN_PATH,
        )
    other = (
        "ALB",
        f"the ALB itself answers {answer.status}",
        "look the status up in the list of the ALB's own errors",
    )
    hop, what, fix = _ALB_BY_STATUS.get(answer.status, other)
    return Meaning(hop=hop, what=what, fix=fix, source=_ALB)


_CONNECTION_FAILED = Meaning(
    hop="listener",
    what="API Gateway's connection through the VPC link was refused or broken off",
    fix="see that the gateway NLB has a listener on the port of the integration's URI, and healthy targets",
    source=_TIMEOUT,
)
_TIMED_OUT = Meaning(
    hop="target",
    what="nothing has answered within the route's `timeoutSeconds`, by default 29: packets get lost on the "
    "way, or the application is too slow",
    fix="see the targets' health, the routes out and back, the security groups of the endpoint and of both "
    "NLBs, and how long the application takes",
    source=_TIMEOUT,
)
_UNANSWERED = Meaning(
    hop="target",
    what="API Gateway has got no answer through the VPC link: the connection failed, or nothing came in time",
    fix="see the gateway NLB's listener on the port of the integration's URI, its targets' health, the "
    "routes out and back, the security groups on the way, and how long the application takes",
    source=_TIMEOUT,
)
_LINK_FAILED = Meaning(
    hop="VPC link",
    what="API Gateway could not use the VPC link: it isn't available, the stage names another one, or the "
    "gateway NLB's security group judges PrivateLink traffic; or, with TLS, it doesn't trust the ALB's "
    "certificate",
    fix="see the VPC link's status, the stage's variable, that the NLB's "
    "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic is off, that a target is healthy, and with TLS "
    "that the certificate is one for the host of the integration's URI",
    source=_INTERNAL,
)
_ALB_BY_STATUS: Mapping[int, tuple[str, str, str]] = {
    HTTPStatus.FORBIDDEN: (
        "ALB",
        "a web ACL of the ALB has refused the request",
        "let the path's requests through in that web ACL",
    ),
    HTTPStatus.BAD_GATEWAY: (
        "Deployment",
        "the ALB has reached a pod, which has broken the connection off or answered no HTTP",
        "see that the container's port speaks HTTP, and why pods go: their logs, probes and memory",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "Service",
        "the ALB has no pod to send the request to",
        "see that the Service's selector matches running pods, and that those are ready",
    ),
    HTTPStatus.GATEWAY_TIMEOUT: (
        "Deployment",
        "the ALB could not connect to a pod, or none has answered in time",
        "see the container's port, network policies, the nodes' security group, and how long pods take",
    ),
}
"""Status → hop, what has happened, and the fix."""
