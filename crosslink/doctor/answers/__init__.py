"""What the answer to a request means on this path: who has given it, and what made it do so."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit

from components.route_header import ROUTE_HEADER
from crosslink.doctor.acceptance import SOURCE as ACCEPTANCE
from crosslink.doctor.answers.refusals import GUIDE, UNDEPLOYED, refusal
from crosslink.doctor.probe import Answer, Asked, Meaning
from crosslink.rules.verdict import Result
from settings.path import ROOT

# It lists the kinds of errors and their statuses; the error types, which are in the header
# `x-amzn-errortype`, are on re:Post's pages.
_GATEWAY_RESPONSES = f"{GUIDE}/supported-gateway-response-types.html"
_STAGE_IN_PATH = f"{GUIDE}/private-integration.html"
_ALB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application"
_REDIRECTS = (301, 302, 303, 307, 308)  # https://www.rfc-editor.org/rfc/rfc9110#section-15.4
_TARGET_ERRORS = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
_OVERRIDE = "if API Gateway adds the stage all the same, override $context.requestOverride.path"


def meaning_of(answer: Answer, asked: Asked) -> Meaning:
    """Relates an answer to the hops of the path."""
    if answer.error_type:
        refused = refusal(answer, answer.error_type, asked)
        return refused or _not_accepted(answer, asked) or _by_api_gateway(answer, answer.error_type)
    if answer.by_alb:
        return _by_alb(answer.status, asked)
    if not answer.request_id:
        return _by_somebody_else(answer.status, asked)
    return _inward(answer, asked) or _by_application(answer, asked)


def _not_accepted(answer: Answer, asked: Asked) -> Meaning | None:
    """What an error of API Gateway's means while nothing gets through the endpoint; None for another one."""
    if asked.pending is None or answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    return Meaning(
        result=Result.UNKNOWN,
        hop="interface endpoint",
        what=f"nothing gets through yet: {asked.pending}",
        fix=f"ask them to run `{asked.pending.command}`",
        source=ACCEPTANCE,
    )


def _by_api_gateway(answer: Answer, error_type: str) -> Meaning:
    match answer.status:
        case HTTPStatus.NOT_FOUND:
            return UNDEPLOYED
        case HTTPStatus.INTERNAL_SERVER_ERROR:
            return _LINK_FAILED
        case HTTPStatus.GATEWAY_TIMEOUT:
            # A failed integration (INTEGRATION_FAILURE) and one without an answer (INTEGRATION_TIMEOUT) have
            # the same error type; only the body tells them apart, and the answer to HEAD has none.
            if not answer.body:
                return _UNANSWERED
            return _CONNECTION_FAILED if "network error" in answer.body.lower() else _TIMED_OUT
        case status:
            return Meaning(
                result=Result.UNKNOWN if status < HTTPStatus.INTERNAL_SERVER_ERROR else Result.BROKEN,
                hop="stage",
                what=f"API Gateway itself answers {status}, {error_type}",
                fix="send the request again; if it stays, look the error up, with the request id in the "
                "stage's logs",
                source=_GATEWAY_RESPONSES,
            )


def _by_alb(status: int, asked: Asked) -> Meaning:
    itself = f"the ALB itself answers {status}"
    if status < HTTPStatus.BAD_REQUEST:
        whose = "Ingress" if asked.ours else "ALB"
        fix = f"look at the actions of the {whose}'s rule for {asked.path}"
        return _alb(hop="ALB", what=f"{itself}, and asks no target", fix=fix, result=Result.UNKNOWN)
    if status == HTTPStatus.NOT_FOUND:
        return _no_rule(asked)
    if not asked.ours and status in _TARGET_ERRORS:
        what = f"{itself}: it has no healthy target for the request, or that one hasn't answered it"
        return _alb(hop="ALB", what=what, fix="have the ALB's owner look at its targets and their health")
    fix = "look the status up in the list of the ALB's own errors"
    return _ALB_BY_STATUS.get(status) or _alb(hop="ALB", what=itself, fix=fix)


def _no_rule(asked: Asked) -> Meaning:
    what, leaked = "the request has reached the ALB, which has no rule for", f"/{asked.stage}{asked.sent_as}"
    if not asked.ours:
        return Meaning(
            hop="ALB",
            what=f"{what} {asked.sent_as} with {ROUTE_HEADER}: {asked.path}",
            fix=f"have the ALB's owner add a rule for {asked.sent_as} and what is below it, with this header",
            source=f"{_ALB}/rule-condition-types.html",
        )
    if asked.fits and asked.sent_as != ROOT:  # the rule for `/` takes every path
        return Meaning(
            hop="Ingress rule",
            what=f"{what} what came, although the Ingress has {asked.path} and the API sends path and "
            f"{ROUTE_HEADER} to it: so most likely it came as {leaked}, with the stage's name in front",
            fix=f"{_OVERRIDE}; else see that the ALB's rules are as the Ingress has them",
            source=_STAGE_IN_PATH,
        )
    return Meaning(
        hop="Ingress rule",
        what=f"{what} the path that came: the Ingress lacks {asked.path}, the deployed integration doesn't "
        f"set the {ROUTE_HEADER} that the rule demands, or the stage's name has got in front, {leaked}",
        fix=f"see that the Ingress has {asked.path}, that the integration's URI ends in it, and that the "
        f"integration sets the header; {_OVERRIDE}",
        source=_STAGE_IN_PATH,
    )


def _by_application(answer: Answer, asked: Asked) -> Meaning:
    leaked = f"/{asked.stage}{asked.sent_as}"
    if answer.status == HTTPStatus.NOT_FOUND and asked.sent_as != ROOT and leaked in answer.body:
        return Meaning(
            hop="method",
            what=f"the request has reached the application, but as {leaked}: the stage's name has got into "
            "the path",
            fix=f"see that the integration's URI names the path alone; {_OVERRIDE}",
            source=_STAGE_IN_PATH,
        )
    own = ", which is the application's own doing" if answer.status >= HTTPStatus.BAD_REQUEST else ""
    return Meaning(
        result=Result.HOLDS,
        hop="Deployment" if asked.ours else None,
        what=f"the request has got through to the application; it answers {answer.status}{own}",
        fix=f"see what the application has at {asked.sent_as}, and its logs" if own else None,
        source=_GATEWAY_RESPONSES,
    )


def _inward(answer: Answer, asked: Asked) -> Meaning | None:
    """What a redirect to a host means that only the backend knows; None for every other answer."""
    try:
        host = urlsplit(answer.headers.get("location", "")).hostname
    except ValueError:  # not a URI
        return None
    if answer.status not in _REDIRECTS or host not in asked.inner_hosts:
        return None
    return Meaning(
        hop="Deployment" if asked.ours else None,
        what=f"the application answers {answer.status} and sends its caller to {host}, the host of the "
        "integration's URI, which no caller can reach",
        fix="have the application build links from X-Forwarded-Host and X-Forwarded-Prefix, which the API "
        "sends, and https: the ALB replaces the API's X-Forwarded-Proto by its own listener's. Or have it "
        "send relative ones",
        source=f"{_ALB}/x-forwarded-headers.html",
    )


def _by_somebody_else(status: int, asked: Asked) -> Meaning:
    what = f"what answers {status} isn't API Gateway, whose answers all have a request id"
    if asked.domain:
        fix = f"have DNS lead {asked.domain} to the stack's output `domainTarget`"
        source = f"{GUIDE}/apigateway-regional-api-custom-domain-create.html"
        return Meaning(hop="domain", what=what, fix=fix, source=source)
    fix = "see what stands between this machine and API Gateway, such as a proxy"
    return Meaning(hop="stage", what=what, fix=fix, source=_GATEWAY_RESPONSES)


_link = partial(Meaning, source="https://repost.aws/knowledge-center/api-gateway-504-errors")
_CONNECTION_FAILED = _link(
    hop="listener",
    what="API Gateway's connection through the VPC link was refused or broken off",
    fix="see that the gateway NLB has a listener on the port of the integration's URI, and healthy targets",
)
_TIMED_OUT = _link(
    hop="target",
    what="nothing has answered within the route's `timeoutSeconds`, by default 29: packets get lost on the "
    "way, or the application is too slow",
    fix="see the targets' health, the routes out and back, the security groups of the endpoint and of both "
    "NLBs, and how long the application takes",
)
_UNANSWERED = _link(
    hop="target",
    what="API Gateway has got no answer through the VPC link: the connection failed, or nothing came in time",
    fix="see the gateway NLB's listener on the port of the integration's URI, its targets' health, the "
    "routes out and back, the security groups on the way, and how long the application takes",
)
_LINK_FAILED = Meaning(
    hop="VPC link",
    what="API Gateway could not use the VPC link: it isn't available, the stage names another one, or the "
    "gateway NLB's security group judges PrivateLink traffic; or, with TLS, it doesn't trust the ALB's "
    "certificate",
    fix="see the VPC link's status, the stage's variable, that the NLB's "
    "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic is off, that a target is healthy, and with TLS "
    "that the certificate is one for the host of the integration's URI",
    source="https://repost.aws/knowledge-center/api-gateway-500-error-vpc",
)
_alb = partial(Meaning, source=f"{_ALB}/load-balancer-troubleshooting.html")
_ALB_BY_STATUS: Mapping[int, Meaning] = {
    HTTPStatus.FORBIDDEN: _alb(
        hop="ALB",
        what="a web ACL of the ALB has refused the request",
        fix="let the path's requests through in that web ACL",
    ),
    HTTPStatus.BAD_GATEWAY: _alb(
        hop="Deployment",
        what="the ALB has reached a pod, which has broken the connection off or answered no HTTP",
        fix="see that the container's port speaks HTTP, and why pods go: their logs, probes and memory",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: _alb(
        hop="Service",
        what="the ALB has no pod to send the request to",
        fix="see that the Service's selector matches running pods, and that those are ready",
    ),
    HTTPStatus.GATEWAY_TIMEOUT: _alb(
        hop="Deployment",
        what="the ALB could not connect to a pod, or none has answered in time",
        fix="see the container's port, network policies, the nodes' security group, and how long pods take",
    ),
}
