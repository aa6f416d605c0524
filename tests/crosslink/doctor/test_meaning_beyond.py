"""What answers mean if an endpoint is pending, a load balancer is somebody else's, or a path is stripped."""

from dataclasses import replace

import pytest

from crosslink.doctor.acceptance import Pending
from crosslink.doctor.answers import meaning_of
from crosslink.rules.verdict import Result
from tests.crosslink.doctor.test_meaning import ALB, ASKED, passed_on, refused

PENDING = Pending(
    endpoint_id="vpce-1",
    endpoint_account="111111111111",
    service_id="vpce-svc-1",
    service_account="222222222222",
    region="us-east-1",
    ours=False,
)


@pytest.mark.parametrize(("status", "waits"), [(500, True), (504, True), (403, False)])
def test_while_an_endpoint_is_pending_its_owner_is_asked_to_accept_it(status, waits):
    answer = refused(status, "InternalServerErrorException" if waits else "ForbiddenException")

    meaning = meaning_of(answer, replace(ASKED, pending=PENDING))

    assert (meaning.hop == "interface endpoint") is waits
    if waits:
        assert meaning.result is Result.UNKNOWN
        assert "pending acceptance by account 222222222222, endpoint vpce-1 of account" in meaning.what
        assert meaning.fix == (
            "ask them to run `aws ec2 accept-vpc-endpoint-connections --service-id vpce-svc-1 "
            "--vpc-endpoint-ids vpce-1 --region us-east-1`"
        )


NOT_OURS = replace(ASKED, ours=False)


@pytest.mark.parametrize(
    ("answer", "hop", "what", "fix"),
    [
        (
            passed_on(404, headers=ALB),
            "ALB",
            "no rule for /svc1 with X-Crosslink-Route: /svc1",
            "owner add a",
        ),
        (passed_on(502, headers=ALB), "ALB", "no healthy target", "owner look at its targets"),
        (passed_on(503, headers=ALB), "ALB", "no healthy target", "owner look at its targets"),
        (passed_on(403, headers=ALB), "ALB", "web ACL", "web ACL"),
        (passed_on(200, headers=ALB), "ALB", "asks no target", "actions of the ALB's rule"),
        (passed_on(500), None, "answers 500", "see what the application has at /svc1"),
    ],
)
def test_of_a_load_balancer_of_somebody_else_its_owner_is_asked(answer, hop, what, fix):
    meaning = meaning_of(answer, NOT_OURS)

    assert (meaning.hop, what in meaning.what, fix in (meaning.fix or "")) == (hop, True, True)


@pytest.mark.parametrize("fits", [True, False])
def test_a_rule_for_every_path_is_not_missed_for_the_stages_name(fits):
    stripped = replace(ASKED, sent_as="/", fits=fits)

    assert "most likely" not in meaning_of(passed_on(404, headers=ALB), stripped).what
    assert meaning_of(passed_on(404, "Cannot GET /v1/orders"), stripped).result is Result.HOLDS
