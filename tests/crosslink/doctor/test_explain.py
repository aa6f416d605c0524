"""`crosslink doctor --explain` says what a status, an error or a rule means, without a stack and AWS."""

import json
import re

import pytest

from crosslink.__main__ import main
from crosslink.doctor import command as doctor
from crosslink.doctor.answers import KINDS, meaning_of
from crosslink.doctor.explain import explain, topics
from crosslink.rules import RULES, WALK_RULES
from tests.crosslink.doctor.test_meaning import ANSWERS, ASKED
from tests.schemas import validator

SCHEMA = validator("crosslink/doctor/report.schema.json")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked."""

    def asked(*_arguments: object) -> None:
        raise AssertionError

    for module, name in ((doctor.outputs, "of_stack"), (doctor, "open_sessions")):
        monkeypatch.setattr(module, name, asked)


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["doctor", "--explain", *words]) == 0
    return capsys.readouterr().out


def json_of(capsys: pytest.CaptureFixture[str], topic: str) -> dict:
    report = json.loads(printed(capsys, topic, "--json"))
    SCHEMA.validate(report)
    return report


@pytest.mark.parametrize("topic", topics())
def test_whatever_there_is_is_explained_by_its_form(topic: str, capsys) -> None:
    report = json_of(capsys, topic)
    assert report["explained"] == topic
    assert bool(report["answers"]) is not bool(report["rule"])


@pytest.mark.parametrize(
    ("topic", "says"),
    [
        ("504", ["`timeoutSeconds`", "could not connect to a pod", "refused or broken off", "Deployment"]),
        ("502", ["close idle connections before the ALB's idle timeout", "broken the connection off"]),
        ("413", ["10 MB", "larger than it takes"]),
        ("302", ["no caller can reach", "ssl-redirect"]),
        ("429", ["throttle", "quota"]),
        (
            "403",
            ["execute-api:Invoke", "web ACL", "API key", "isn't mapped to the stage", "user pool"],
        ),
        ("404", ["which has no rule for", "no such path or method", "the application's own doing"]),
        ("500", ["could not use the VPC link", "could not ask the authorizer"]),
        ("503", ["no pod to send the request to", "can't serve the request for now"]),
        ("418", ["the application's own doing", "isn't API Gateway"]),
        ("AccessDeniedException", ["a policy keeps this caller out", "the function's policy"]),
        ("accessdeniedexception", ["a policy keeps this caller out"]),
        ("InternalServerErrorException", ["VPC link", "timeoutSeconds"]),
        ("image-is-named-by-digest", ["house rule: A convention of this project isn't kept"]),
        ("subnet-has-a-route", ["by zones: all requests stop, those of some zones do, or"]),
        ("route-is-active", ["aws ec2 describe-route-tables", "A blackhole's peering is gone", "by zones"]),
    ],
)
def test_an_explanation_says_who_why_how_to_tell_and_what_to_do(topic, says, capsys) -> None:
    told = re.sub(r"\s+", " ", printed(capsys, topic))
    assert [text for text in says if text not in told] == []
    assert "https://" in told


def test_every_rule_of_the_way_says_how_to_look(capsys) -> None:
    looks = {rule.id: json_of(capsys, rule.id)["rule"]["look"] for rule in WALK_RULES}
    assert [name for name, look in looks.items() if not look] == []


def test_what_the_probe_says_of_an_answer_is_explained_by_its_status() -> None:
    for answer, *_ in ANSWERS:
        meaning = meaning_of(answer, ASKED)
        hops = {(kind.hop, kind.result) for kind in explain(str(answer.status)).kinds}
        assert (meaning.hop, meaning.result) in hops, answer


def test_where_an_answerer_has_a_kind_of_its_own_for_a_status_nothing_vaguer_is_said(capsys) -> None:
    answers = json_of(capsys, "413")["answers"]
    [told] = [answer["what"] for answer in answers if answer["by"] == "the application"]
    assert "the body is larger than it takes" in told


def test_the_last_kind_of_each_answerer_fits_any_answer_of_it() -> None:
    last = {kind.by: kind for kind in KINDS}
    assert [kind for kind in last.values() if kind.error_types or kind.auth or kind.sign] == []


@pytest.mark.parametrize("topic", ["5o4", "", "99", "600", "link-is-availabel", "AccessDenied"])
def test_what_there_is_nothing_of_is_told_with_what_there_is(topic: str, capsys) -> None:
    assert main(["doctor", "--explain", topic, "--json"]) == 1
    out, err = capsys.readouterr()
    report = json.loads(out)
    SCHEMA.validate(report)
    assert report["explain"] == topic
    assert err == f"error: {report['error']}\n"
    rules = {rule.id for rule in RULES}
    for name in ("`crosslink rules` lists", *(name for name in topics() if name not in rules)):
        assert name in report["error"]
    assert len(report["error"]) < 1000, "the rules would fill a page"
    if topic == "link-is-availabel":
        assert "(did you mean link-is-available" in report["error"]
