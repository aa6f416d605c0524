"""What each answer means on this path, and the hop that it points to."""

import json
from dataclasses import replace

import pytest

from crosslink.doctor.answers import meaning_of
from crosslink.doctor.probe import Answer, Asked
from crosslink.graph.from_sandbox import graph_of
from crosslink.path.output import Declared
from crosslink.path.walk import read_model
from crosslink.rules.verdict import Result
from tests import runs

INNER = "apps.crosslink.example.com"
ASKED = Asked(
    path="/svc1", sent_as="/svc1", stage="v1", auth="iam", domain=None, inner_hosts=frozenset([INNER])
)
COGNITO, LAMBDA, API_KEY, NONE = (
    replace(ASKED, auth=auth) for auth in ("cognito", "lambda", "apiKey", "none")
)
UNDER_A_DOMAIN = replace(ASKED, domain="api.example.com")
ALB = {"x-amzn-remapped-server": "awselb/2.0"}  # as API Gateway passes the header on
# How a policy's refusal begins.
INVOKE = "User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:…"


def refused(status: int, error_type: str, message: str | None = "") -> Answer:
    headers = {"x-amzn-errortype": error_type, "x-amzn-requestid": "1"}
    return Answer(status=status, headers=headers, body=json.dumps({"message": message, "requestId": "1"}))


def passed_on(status: int, body: str = "", headers: dict[str, str] | None = None) -> Answer:
    return Answer(status=status, headers={"x-amzn-requestid": "1", **(headers or {})}, body=body)


def redirect(status: int, location: str) -> Answer:
    return passed_on(status, headers={"location": location})


ANSWERS = [
    (refused(403, "MissingAuthenticationTokenException"), Result.BROKEN, "method", "no such path or method"),
    (refused(404, "NotFoundException"), Result.BROKEN, "method", "no such path or method"),
    (
        refused(403, "AccessDeniedException", INVOKE),
        Result.UNKNOWN,
        "method",
        "no permission for execute-api",
    ),
    (
        refused(403, "AccessDeniedException", f"{INVOKE} with an explicit deny"),
        Result.UNKNOWN,
        "method",
        "denies it by `sourceIps` or `principals`",
    ),
    (refused(403, "IncompleteSignatureException"), Result.UNKNOWN, "method", "signature or credentials"),
    (refused(403, "InvalidSignatureException"), Result.UNKNOWN, "method", "signature or credentials"),
    (refused(403, "ExpiredTokenException"), Result.UNKNOWN, "method", "signature or credentials"),
    (refused(401, "UnauthorizedException"), Result.BROKEN, "method", "something else than the stack says"),
    (refused(403, "ForbiddenException"), Result.BROKEN, "stage", "default endpoint is disabled"),
    (refused(429, "TooManyRequestsException"), Result.UNKNOWN, "stage", "throttle"),
    (refused(429, "LimitExceededException"), Result.UNKNOWN, "stage", "quota"),
    (refused(413, "RequestTooLargeException"), Result.UNKNOWN, "stage", "API Gateway itself answers 413"),
    (
        refused(500, "AuthorizerConfigurationException", None),
        Result.BROKEN,
        "method",
        "could not ask the authorizer",
    ),
    (refused(500, "InternalServerErrorException"), Result.BROKEN, "VPC link", "could not use the VPC link"),
    (refused(503, "ServiceUnavailableException"), Result.BROKEN, "stage", "API Gateway itself answers 503"),
    (
        refused(504, "InternalServerErrorException", "Endpoint request timed out"),
        Result.BROKEN,
        "target",
        "nothing has answered within the route's `timeoutSeconds`",
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
    (passed_on(200, headers=ALB), Result.UNKNOWN, "ALB", "asks no target"),
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
    *(
        (redirect(status, f"http://{INNER}:8000/svc1/"), Result.BROKEN, "Deployment", "no caller can reach")
        for status in (301, 302, 303, 307, 308)
    ),
    (redirect(302, f"//{INNER.upper()}/svc1/"), Result.BROKEN, "Deployment", "no caller can reach"),
    (redirect(302, "/svc1/"), Result.HOLDS, "Deployment", "it answers 302"),
    (redirect(302, f"https://login.example.com/?back={INNER}"), Result.HOLDS, "Deployment", "it answers 302"),
    (redirect(302, "http://[broken"), Result.HOLDS, "Deployment", "it answers 302"),
    (redirect(201, f"http://{INNER}:8000/svc1/1"), Result.HOLDS, "Deployment", "it answers 201"),
    (Answer(status=200, headers={}, body="for sale"), Result.BROKEN, "stage", "isn't API Gateway"),
]


@pytest.mark.parametrize(("answer", "result", "hop", "what"), ANSWERS)
def test_each_answer_means_something_else(answer, result, hop, what):
    meaning = meaning_of(answer, ASKED)

    assert (meaning.result, meaning.hop) == (result, hop)
    assert what in meaning.what
    assert (meaning.source or "").startswith("https://")


def test_only_a_good_answer_needs_no_fix():
    meanings = [(answer, meaning_of(answer, ASKED)) for answer, *_ in ANSWERS]

    without = [answer.status for answer, meaning in meanings if meaning.fix is None]

    assert without == [200, 302, 302, 302, 302, 201]


KEEPS_THIS_CALLER_OUT = [
    (COGNITO, refused(401, "UnauthorizedException", "The incoming token has expired"), "without a scope"),
    (COGNITO, refused(403, "AccessDeniedException", "Access Denied"), "without a scope"),
    (COGNITO, refused(403, "AccessDeniedException", INVOKE), "the API's resource policy denies it"),
    (
        LAMBDA,
        refused(401, "UnauthorizedException", "Unauthorized"),
        'the function has answered "Unauthorized"',
    ),
    (
        LAMBDA,
        refused(
            403,
            "AccessDeniedException",
            "User is not authorized to access this resource with an explicit deny",
        ),
        "the function's policy",
    ),
    (
        LAMBDA,
        refused(403, "AccessDeniedException", f"{INVOKE} with an explicit deny"),
        "the API's resource policy denies it",
    ),
    (NONE, refused(403, "AccessDeniedException", INVOKE), "or allows it nothing"),
    (API_KEY, refused(403, "AccessDeniedException", INVOKE), "or allows it nothing"),
]
KEEPS_EVERYBODY_OUT = [
    (API_KEY, refused(403, "ForbiddenException", "Forbidden"), "doesn't take the API key"),
    (
        replace(API_KEY, domain="api.example.com"),
        refused(403, "ForbiddenException", "Forbidden"),
        "doesn't take the API key",
    ),
    (UNDER_A_DOMAIN, refused(403, "ForbiddenException", "Forbidden"), "isn't mapped to the stage"),
    (UNDER_A_DOMAIN, Answer(status=200, headers={}, body="for sale"), "isn't API Gateway"),
    # A token in `Authorization` is taken for a signature.
    (COGNITO, refused(403, "IncompleteSignatureException"), "no such path or method"),
    (LAMBDA, refused(403, "IncompleteSignatureException"), "no such path or method"),
    (NONE, refused(401, "UnauthorizedException"), "something else than the stack says"),
    (LAMBDA, refused(500, "AuthorizerConfigurationException", None), "could not ask the authorizer"),
]


@pytest.mark.parametrize(
    ("result", "asked", "answer", "what"),
    [
        *((Result.UNKNOWN, *case) for case in KEEPS_THIS_CALLER_OUT),
        *((Result.BROKEN, *case) for case in KEEPS_EVERYBODY_OUT),
    ],
)
def test_an_error_means_something_else_with_another_auth_or_name(result, asked, answer, what):
    meaning = meaning_of(answer, asked)

    assert meaning.result == result
    assert what in meaning.what
    assert meaning.fix
    assert (meaning.source or "").startswith("https://")


def test_a_name_that_leads_elsewhere_comes_with_where_to():
    meaning = meaning_of(Answer(status=200, headers={}, body="for sale"), UNDER_A_DOMAIN)

    assert meaning.hop == "domain"
    assert "lead api.example.com to the stack's output `domainTarget`" in (meaning.fix or "")


def test_without_a_body_a_failure_and_a_timeout_are_one():
    refused_head = replace(refused(504, "InternalServerErrorException"), body="")

    assert "the connection failed, or nothing came in time" in meaning_of(refused_head, ASKED).what


def test_an_error_type_may_carry_a_url():
    answer = refused(403, "MissingAuthenticationTokenException:http://internal.amazon.com/coral/")

    assert meaning_of(answer, ASKED).hop == "method"


def test_the_alb_is_known_by_its_own_header_too():
    assert meaning_of(passed_on(503, headers={"server": "awselb/2.0"}), ASKED).hop == "Service"


def test_every_hop_is_one_of_the_walk():
    run = runs.run_stack(runs.file_of("domain"), preview=False)
    model = read_model(graph_of(run), Declared.model_validate(run.outputs["path"]))
    titles = {step.title for step, _hop in model.walks[0].hops()}
    others = [*KEEPS_THIS_CALLER_OUT, *KEEPS_EVERYBODY_OUT]
    cases = [(answer, ASKED) for answer, *_ in ANSWERS] + [(answer, asked) for asked, answer, _what in others]

    assert {meaning_of(answer, asked).hop for answer, asked in cases} <= titles
