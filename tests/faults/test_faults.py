"""Every planted fault is caught first by the rule that it names; where none is planted, none is found."""

from types import NoneType
from typing import get_type_hints

import pytest

from crosslink.graph import tokens
from crosslink.rules import RULES
from crosslink.rules.grade import Grade
from crosslink.rules.verdict import Result, judge
from tests.faults.change import put, together
from tests.faults.fault import STATE, THEIRS, VANTAGES, CannotKnow, Fault, first, model_of
from tests.faults.healthy.access import UNREAD
from tests.faults.healthy.sides import WAITING
from tests.faults.suite import FAULTS
from tests.faults.unseen import unseen
from tests.runs import ALL_FILES

STACKS = [file.stem.removeprefix("Pulumi.") for file in ALL_FILES]
DOUBTED = (*WAITING, *UNREAD)
SYMPTOMS = {rule.id for rule in RULES if rule.symptom}

each_vantage = pytest.mark.parametrize("vantage", VANTAGES)
each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)


@each_vantage
@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_without_a_fault_is_clean(stack: str, vantage: str) -> None:
    judgement = judge(model_of(vantage, stack))
    unknown = {(verdict.rule, verdict.why) for verdict in judgement.all() if verdict.result is Result.UNKNOWN}
    expected = unseen(stack, vantage)

    assert judgement.rules(Result.BROKEN) == []
    assert judgement.rules(Result.ADVICE) == []
    assert {rule for rule, _why in unknown} == expected.keys()
    assert [(rule, why) for rule, why in unknown if expected[rule] not in str(why)] == []
    assert judgement.rules(Result.HOLDS)


@each_vantage
@each_fault
def test_a_fault_is_caught_first_by_its_rule(fault: Fault, vantage: str) -> None:
    expected = fault.expected(vantage)

    found = first(model_of(vantage, fault.stack, fault.change), house=fault.house)

    assert (found.rule if found else None) == (None if isinstance(expected, CannotKnow) else expected)
    if found and fault.grade and found.rule == fault.rule:
        assert found.grade is fault.grade


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_fault_that_it_catches_first(rule) -> None:
    caught = [fault.name for fault in FAULTS if rule.id in map(fault.expected, VANTAGES)]
    doubted = [variation.name for variation in DOUBTED if rule.id in variation.unknown]
    # A rule that returns nothing whatever it finds can only doubt; test_healthy.py holds that it does.
    only_doubts = get_type_hints(rule.judge)["return"] is NoneType

    assert caught or (only_doubts and doubted)


@pytest.mark.parametrize("vantage", ["planned", "preview"])
@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault.planned is THEIRS], ids=lambda fault: fault.name
)
def test_what_aws_alone_tells_is_unknown_elsewhere(fault: Fault, vantage: str) -> None:
    """The rule is unknown of the stack without the fault, too: nothing of it is registered."""
    assert fault.rule in unseen(fault.stack, vantage)


def test_no_two_faults_have_one_name() -> None:
    names = [fault.name for fault in FAULTS]

    assert len(set(names)) == len(names)


@each_fault
def test_a_fault_can_be_known_somewhere(fault: Fault) -> None:
    assert fault.rule in map(fault.expected, VANTAGES)


def test_what_is_not_registered_can_be_seen_in_aws() -> None:
    states = [fault for fault in FAULTS if fault.planned == STATE]

    assert states
    assert all(
        fault.expected("preview") == STATE and fault.expected("live") == fault.rule for fault in states
    )


@pytest.mark.parametrize(
    "cause",
    [
        "gateway NLB's security groups judge the VPC link",
        "no route out in one zone",
        "peering has expired",
        "endpoint's security group leaves one zone out",
        "no pods are wanted",
    ],
)
@pytest.mark.parametrize("symptom", sorted(SYMPTOMS))
def test_a_cause_is_told_before_its_symptoms(cause: str, symptom: str) -> None:
    one = next(fault for fault in FAULTS if fault.name == cause)
    effect = next(fault for fault in FAULTS if fault.rule == symptom)

    found = first(model_of("live", "dev", together(effect.change, one.change)))

    assert found
    assert found.rule == one.rule


def test_a_cause_by_which_redundancy_is_lost_is_told_before_its_symptom() -> None:
    cause = named("no route back in one zone").change
    unhealthy = put(tokens.ATTACHMENT, "crosslink-apps-use1-az1", "health", value="unhealthy")

    found = first(model_of("live", "dev", together(cause, unhealthy)))

    assert found
    assert (found.rule, found.grade) == ("subnet-has-a-route", Grade.REDUNDANCY)


def test_two_faults_that_leave_no_way_stop_all() -> None:
    """The NLB gets no answers from one target, and may not connect to the other."""
    both = ("no route back in one zone", "gateway NLB may not connect to one zone's endpoint")

    model = model_of("planned", "dev", together(*(named(name).change for name in both)))

    found = [verdict for verdict in judge(model).all() if verdict.result is not Result.HOLDS]
    assert {verdict.rule for verdict in found} == {"subnet-has-a-route", "gateway-nlb-lets-out"}
    assert {verdict.grade for verdict in found} == {Grade.STOPS}


def named(name: str) -> Fault:
    return next(fault for fault in FAULTS if fault.name == name)


def test_one_method_that_is_sent_with_another_verb_leaves_the_others() -> None:
    fault = named("route takes a method that it doesn't declare")
    verdicts = judge(model_of("planned", fault.stack, fault.change)).walks["/status"]
    (verb,) = (v for v in verdicts if v.rule == "integration-keeps-the-verb" and v.result is Result.BROKEN)
    assert verb.grade is Grade.STOPS_SOME
