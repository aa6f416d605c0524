"""What is answered behind API Gateway, by the ALB or by the application, or by somebody else in its place."""

from collections.abc import Sequence
from functools import partial

from components.route_header import ROUTE_HEADER
from crosslink.doctor.answers.kind import GATEWAY_RESPONSES, GUIDE, By, Kind, host_of, never
from crosslink.doctor.probe import Answer, Asked
from crosslink.rules.verdict import Result
from settings.path import ROOT

_STAGE_IN_PATH = f"{GUIDE}/private-integration.html"
_ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application"
_ERRORS = f"{_ELB}/load-balancer-troubleshooting.html"
_REDIRECTS = (301, 302, 303, 307, 308)  # https://www.rfc-editor.org/rfc/rfc9110#section-15.4
_GOOD = range(100, 400)
_OVERRIDE = "if API Gateway adds the stage all the same, override $context.requestOverride.path"
_ASKS_NOBODY = "the ALB itself answers {status}, and asks no target"
_NO_RULE = "the request has reached the ALB, which has no rule for"

_alb = partial(Kind, by=By.ALB, source=_ERRORS)
_application = partial(Kind, by=By.APPLICATION)


def _theirs(_answer: Answer, asked: Asked) -> bool:
    return not asked.ours


def _fits(_answer: Answer, asked: Asked) -> bool:
    return asked.fits and asked.sent_as != ROOT  # the rule for `/` takes every path


def _has_stage_in_path(answer: Answer, asked: Asked) -> bool:
    return asked.sent_as != ROOT and f"/{asked.stage}{asked.sent_as}" in answer.body


def _inward(answer: Answer, asked: Asked) -> bool:
    """A redirect to a host that only the backend knows."""
    return host_of(answer) in asked.inner_hosts


# In their order: the first that fits an answer is its kind.
BY_ALB: Sequence[Kind] = (
    _alb(
        statuses=_GOOD,
        sign="the load balancer is another owner's",
        fits=_theirs,
        hop="ALB",
        what=_ASKS_NOBODY,
        fix="look at the actions of the ALB's rule for {path}",
        result=Result.UNKNOWN,
    ),
    _alb(
        statuses=_GOOD,
        hop="ALB",
        what=_ASKS_NOBODY,
        fix="look at the actions of the Ingress's rule for {path}; a redirect comes from the annotation "
        "ssl-redirect, or from an action of its own",
        result=Result.UNKNOWN,
    ),
    _alb(
        statuses=(404,),
        sign="the load balancer is another owner's",
        fits=_theirs,
        hop="ALB",
        what=f"{_NO_RULE} {{sent_as}} with {ROUTE_HEADER}: {{path}}",
        fix="have the ALB's owner add a rule for {sent_as} and what is below it, with this header",
        source=f"{_ELB}/rule-condition-types.html",
    ),
    _alb(
        statuses=(404,),
        sign="by the walk in AWS, methods and Ingress rule are as they should be",
        fits=_fits,
        hop="Ingress rule",
        what=f"{_NO_RULE} what came, although the Ingress has {{path}} and the API sends path and "
        f"{ROUTE_HEADER} to it: so most likely it came as {{leaked}}, with the stage's name in front",
        fix=f"{_OVERRIDE}; else see that the ALB's rules are as the Ingress has them",
        source=_STAGE_IN_PATH,
    ),
    _alb(
        statuses=(404,),
        hop="Ingress rule",
        what=f"{_NO_RULE} the path that came: the Ingress lacks {{path}}, the deployed integration doesn't "
        f"set the {ROUTE_HEADER} that the rule demands, or the stage's name has got in front, {{leaked}}",
        fix="see that the Ingress has {path}, that the integration's URI ends in it, and that the "
        f"integration sets the header; {_OVERRIDE}",
        source=_STAGE_IN_PATH,
    ),
    _alb(
        statuses=(502, 503, 504),
        sign="the load balancer is another owner's",
        fits=_theirs,
        hop="ALB",
        what="the ALB itself answers {status}: it has no healthy target for the request, or that one hasn't "
        "answered it",
        fix="have the ALB's owner look at its targets and their health",
    ),
    _alb(
        statuses=(403,),
        hop="ALB",
        what="a web ACL of the ALB has refused the request",
        fix="let the path's requests through in that web ACL",
    ),
    _alb(
        statuses=(502,),
        hop="Deployment",
        what="the ALB has reached a pod, which has broken the connection off or answered no HTTP",
        fix="see that the container's port speaks HTTP, and why pods go: their logs, probes and memory; if "
        "only some requests get it, see that pods keep idle connections longer than the ALB does",
    ),
    _alb(
        statuses=(502,),
        sign="only some requests get it, mostly after a pause; in the ALB's access log `target_status_code` "
        "is `-`",
        fits=never,
        hop="Deployment",
        what="the pods close idle connections before the ALB's idle timeout: it sends a request over one "
        "that is just being closed",
        fix="have the server keep idle connections longer than the ALB's `idle_timeout.timeout_seconds` "
        "(keep-alive: gunicorn 2 s and Node.js 5 s by default)",
    ),
    _alb(
        statuses=(503,),
        hop="Service",
        what="the ALB has no pod to send the request to",
        fix="see that the Service's selector matches running pods, and that those are ready",
    ),
    _alb(
        statuses=(504,),
        hop="Deployment",
        what="the ALB could not connect to a pod, or none has answered in time",
        fix="see the container's port, network policies, the nodes' security group, and how long pods take",
    ),
    _alb(
        statuses=(400,),
        hop="ALB",
        what="the ALB itself answers 400: what came isn't HTTP that it takes, such as a proxy protocol "
        "header in front of the request, headers that are too large, or HTTP on a port for HTTPS",
        fix="see that the provider's target group has proxy_protocol_v2 off, and that the integration's URI "
        "has the scheme that the ALB listens for",
    ),
    _alb(
        statuses=(460,),
        hop="ALB",
        what="the ALB itself answers 460: API Gateway has closed the connection before a pod had answered",
        fix="see how long the application takes, against the route's `timeoutSeconds`",
    ),
    _alb(
        statuses=(464,),
        hop="ALB",
        what="the ALB itself answers 464: the request's version of HTTP isn't that of the target group",
        fix="set the annotation backend-protocol-version to HTTP1: API Gateway sends HTTP/1.1",
    ),
    _alb(
        statuses=(561, 401),
        hop="ALB",
        what="the ALB itself answers {status}: a rule of its own authenticates callers, who can't log in "
        "there",
        fix="remove the authentication from the ALB's rules: the API asks callers who they are",
    ),
    _alb(
        hop="ALB",
        what="the ALB itself answers {status}",
        fix="look the status up in the list of the ALB's own errors",
    ),
)
_THROUGH = "the request has got through to the application; it answers {status}"

BY_APPLICATION: Sequence[Kind] = (
    _application(
        statuses=_REDIRECTS,
        sign="`location` has the host of the integration's URI",
        fits=_inward,
        hop="Deployment",
        what="the application answers {status} and sends its caller to {host}, the host of the integration's "
        "URI, which no caller can reach",
        fix="have the application build links from X-Forwarded-Host and X-Forwarded-Prefix, which the API "
        "sends, and https: the ALB replaces the API's X-Forwarded-Proto by its own listener's. Or have it "
        "send relative ones",
        source=f"{_ELB}/x-forwarded-headers.html",
    ),
    _application(
        statuses=(404,),
        sign="the body has the path with the stage's name in front",
        fits=_has_stage_in_path,
        hop="method",
        what="the request has reached the application, but as {leaked}: the stage's name has got into the "
        "path",
        fix=f"see that the integration's URI names the path alone; {_OVERRIDE}",
        source=_STAGE_IN_PATH,
    ),
    _application(
        statuses=(413,),
        hop="Deployment",
        what=f"{_THROUGH}, which is the application's own doing: the body is larger than it takes",
        fix="raise the application's own limit (nginx: `client_max_body_size`, Spring: "
        "`spring.servlet.multipart.max-request-size`); API Gateway takes 10 MB",
        source="https://docs.aws.amazon.com/apigateway/latest/developerguide/"
        "api-gateway-execution-service-limits-table.html",
        result=Result.HOLDS,
    ),
    _application(
        statuses=range(400, 1000),
        hop="Deployment",
        what=f"{_THROUGH}, which is the application's own doing",
        fix="see what the application has at {sent_as}, and its logs",
        source=GATEWAY_RESPONSES,
        result=Result.HOLDS,
    ),
    _application(
        statuses=_GOOD, hop="Deployment", what=_THROUGH, source=GATEWAY_RESPONSES, result=Result.HOLDS
    ),
)
_NOT_THE_GATEWAY = "what answers {status} isn't API Gateway, whose answers all have a request id"
BY_STRANGER: Sequence[Kind] = (
    Kind(
        by=By.STRANGER,
        sign="the request went to the API's own domain name",
        fits=lambda _answer, asked: asked.domain is not None,
        hop="domain",
        what=_NOT_THE_GATEWAY,
        fix="have DNS lead {domain} to the stack's output `domainTarget`",
        source=f"{GUIDE}/apigateway-regional-api-custom-domain-create.html",
    ),
    Kind(
        by=By.STRANGER,
        hop="stage",
        what=_NOT_THE_GATEWAY,
        fix="see what stands between this machine and API Gateway, such as a proxy",
        source=GATEWAY_RESPONSES,
    ),
)
