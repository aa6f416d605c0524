"""What each answer means on this path, and the hop that it points to."""

import pytest

from doctor.meaning import Asked, Meaning, meaning_of
from doctor.probe import Answer
from reachability import reader
from reachability.declared import Declared
from reachability.verdict import Result
from sandbox.graph import graph_of
from tests import runs

ASKED = Asked(path="/svc1", stage="v1", auth="iam")
ALB = {"x-amzn-remapped-server": "awselb/2.0"}
"""As API Gateway passes the header on."""


def refused(status: int, error_type: str, message: str = "") -> Answer:
    headers = {"x-amzn-errortype": error_type, "x-amzn-requestid": "1"}
    return Answer(status=status, headers=headers, body=f'{{"message":"{message}"}}')


def passed_on(status: int, body: str = "", headers: dict[str, str] | None = None) -> Answer:
    return Answer(status=status, headers=headers or {}, body=body)


ANSWERS = [
    (refused(403, "MissingAuthenticationTokenException"), Result.BROKEN, "method", "no such path or method"),
    (refused(403, "AccessDeniedException"), Result.UNKNOWN, "method", "no permission for execute-api:Invoke"),
    (refused(403, "InvalidSignatureException"), Result.UNKNOWN, "method", "signature or credentials"),
    (refused(403, "ExpiredTokenException"), Result.UNKNOWN, "method", "signature or credentials"),
    (refused(403, "ForbiddenException"), Result.BROKEN, "stage", "no such stage"),
    (refused(429, "TooManyRequestsException"), Result.UNKNOWN, "stage", "throttle"),
    (refused(429, "LimitExceededException"), Result.UNKNOWN, "stage", "quota"),
    (refused(413, "RequestTooLargeException"), Result.UNKNOWN, "stage", "API Gateway itself answers 413"),
    (refused(500, "InternalServerErrorException"), Result.BROKEN, "VPC link", "could not use the VPC link"),
    (refused(503, "ServiceUnavailableException"), Result.BROKEN, "stage", "API Gateway itself answers 503"),
    (
        refused(504, "InternalServerErrorException", "Endpoint request timed out"),
        Result.BROKEN,
        "target",
        "nothing has answered within 29 s",
    ),
    (
        refused(504, "InternalServerErrorException", "Network error communicating with endpoint"),
        Result.BROKEN,
        "listener",
        "refused or broken off",
    ),
    (passed_on(404, headers=ALB), Result.BROKEN, "Ingress rule", "stage's name has got in front, /v1/svc1"),
    (passed_on(403, headers=ALB), Result.BROKEN, "ALB", "web ACL"),
    (passed_on(502, headers=ALB), Result.BROKEN, "Deployment", "broken the connection off"),
    (passed_on(503, headers=ALB), Result.BROKEN, "Service", "no pod to send the request to"),
    (passed_on(504, headers=ALB), Result.BROKEN, "Deployment", "could not connect to a pod"),
    (passed_on(460, headers=ALB), Result.BROKEN, "ALB", "the ALB itself answers 460"),
    (passed_on(200, headers=ALB), Result.UNKNOWN, "ALB", "asks no pod"),
    (passed_on(404, "Cannot GET /v1/svc1"), Result.BROKEN, "method", "stage's name has got into the path"),
    (
        passed_on(404, "no such page"),
        Result.HOLDS,
        "Deployment",
        "answers 404, which is the application's own",
    ),
    (passed_on(500), Result.HOLDS, "Deployment", "answers 500, which is the application's own"),
    (passed_on(403), Result.HOLDS, "Deployment", "answers 403, which is the application's own"),
    (passed_on(200, "svc1"), Result.HOLDS, "Deployment", "it answers 200"),
    (passed_on(302), Result.HOLDS, "Deployment", "it answers 302"),
]


@pytest.mark.parametrize(("answer", "result", "hop", "what"), ANSWERS)
def test_each_answer_means_something_else(answer, result, hop, what):
    meaning = meaning_of(answer, ASKED)

    assert (meaning.result, meaning.hop) == (result, hop)
    assert what in meaning.what
    assert meaning.source.startswith("https://")


def test_only_a_good_answer_needs_no_fix():
    meanings = [(answer, meaning_of(answer, ASKED)) for answer, *_ in ANSWERS]

    without = [answer.status for answer, meaning in meanings if meaning.fix is None]

    assert without == [200, 302]


def test_without_a_key_forbidden_is_about_the_key():
    meaning = meaning_of(refused(403, "ForbiddenException"), Asked(path="/svc1", stage="v1", auth="apiKey"))

    assert meaning.hop == "stage"
    assert "doesn't take the API key" in meaning.what


def test_an_error_type_may_carry_a_url():
    answer = refused(403, "MissingAuthenticationTokenException:http://internal.amazon.com/coral/")

    assert meaning_of(answer, ASKED).hop == "method"


def test_the_alb_is_known_by_its_own_header_too():
    assert meaning_of(passed_on(503, headers={"server": "awselb/2.0"}), ASKED).hop == "Service"


def test_every_hop_is_one_of_the_walk():
    run = runs.run_stack(runs.DEV, preview=False)
    model = reader.read(graph_of(run), Declared.model_validate(run.outputs["path"]))
    titles = {title for title, _hop in model.walks[0].hops()}
    meanings: list[Meaning] = [meaning_of(answer, ASKED) for answer, *_ in ANSWERS]

    assert {meaning.hop for meaning in meanings} <= titles
