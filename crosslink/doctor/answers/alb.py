"""What the ALB answers itself."""

from collections.abc import Mapping
from http import HTTPStatus

from crosslink.doctor.answers.model import OVERRIDE, STAGE_IN_PATH, Asked, Meaning
from crosslink.doctor.probe import Answer
from crosslink.rules.verdict import Result

_SOURCE = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html"
)


def by_alb(answer: Answer, asked: Asked) -> Meaning:
    """What an answer of the ALB's own means."""
    if answer.status < HTTPStatus.BAD_REQUEST:
        return Meaning(
            result=Result.UNKNOWN,
            hop="ALB",
            what=f"the ALB itself answers {answer.status}, and asks no pod",
            fix=f"look at the actions of the Ingress's rule for {asked.path}",
            source=_SOURCE,
        )
    if answer.status == HTTPStatus.NOT_FOUND:
        return Meaning(
            result=Result.BROKEN,
            hop="Ingress rule",
            what="the request has reached the ALB, which has no rule for the path that came: the Ingress "
            f"lacks {asked.path}, or the stage's name has got in front, /{asked.stage}{asked.path}",
            fix=f"see that the Ingress has {asked.path} and the integration's URI ends in it; {OVERRIDE}",
            source=STAGE_IN_PATH,
        )
    return _BY_STATUS.get(answer.status) or Meaning(
        result=Result.BROKEN,
        hop="ALB",
        what=f"the ALB itself answers {answer.status}",
        fix="look the status up in the list of the ALB's own errors",
        source=_SOURCE,
    )


_BY_STATUS: Mapping[int, Meaning] = {
    HTTPStatus.FORBIDDEN: Meaning(
        result=Result.BROKEN,
        hop="ALB",
        what="a web ACL of the ALB has refused the request",
        fix="let the path's requests through in that web ACL",
        source=_SOURCE,
    ),
    HTTPStatus.BAD_GATEWAY: Meaning(
        result=Result.BROKEN,
        hop="Deployment",
        what="the ALB has reached a pod, which has broken the connection off or answered no HTTP",
        fix="see that the container's port speaks HTTP, and why pods go: their logs, probes and memory",
        source=_SOURCE,
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Meaning(
        result=Result.BROKEN,
        hop="Service",
        what="the ALB has no pod to send the request to",
        fix="see that the Service's selector matches running pods, and that those are ready",
        source=_SOURCE,
    ),
    HTTPStatus.GATEWAY_TIMEOUT: Meaning(
        result=Result.BROKEN,
        hop="Deployment",
        what="the ALB could not connect to a pod, or none has answered in time",
        fix="see the container's port, network policies, the nodes' security group, and how long pods take",
        source=_SOURCE,
    ),
}
