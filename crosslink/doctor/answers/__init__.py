"""What the answer to a request means on this path: who has given it, and what made it do so."""

from http import HTTPStatus

from crosslink.doctor.answers.alb import by_alb
from crosslink.doctor.answers.api_gateway import by_api_gateway
from crosslink.doctor.answers.model import GATEWAY_RESPONSES, OVERRIDE, STAGE_IN_PATH, Asked, Meaning
from crosslink.doctor.probe import Answer
from crosslink.rules.verdict import Result

__all__ = ["Asked", "Meaning", "meaning_of"]


def meaning_of(answer: Answer, asked: Asked) -> Meaning:
    """Relates an answer to the hops of the path."""
    if answer.error_type:
        return by_api_gateway(answer, answer.error_type, asked)
    if answer.by_alb:
        return by_alb(answer, asked)
    if not answer.request_id:
        return _by_somebody_else(answer, asked)
    return _by_application(answer, asked)


def _by_somebody_else(answer: Answer, asked: Asked) -> Meaning:
    return Meaning(
        result=Result.BROKEN,
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
            result=Result.BROKEN,
            hop="method",
            what=f"the request has reached a pod, but as {leaked}: the stage's name has got into the path",
            fix=f"see that the integration's URI names the path alone; {OVERRIDE}",
            source=STAGE_IN_PATH,
        )
    own = "" if answer.status < HTTPStatus.BAD_REQUEST else ", which is the application's own doing"
    return Meaning(
        result=Result.HOLDS,
        hop="Deployment",
        what=f"the request has got through to the application; it answers {answer.status}{own}",
        fix=None if not own else f"see what the application has at {asked.path}, and its logs",
        source=GATEWAY_RESPONSES,
    )
