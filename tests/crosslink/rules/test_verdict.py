"""Judging a model: what is said of each hop of dev, in which order, and where a request stops."""

import json
from dataclasses import replace
from typing import Any

import pytest

from crosslink.graph.unknown import Unknown
from crosslink.path import steps
from crosslink.path.walk import Model, Walk
from crosslink.rules import STACK_RULES, WALK_RULES
from crosslink.rules.verdict import Judgement, Result, Verdict, first_broken, judge
from tests.crosslink.walks import each_run, each_stack_file, model_of_file
from tests.runs import DEV

NOT_ALLOWED = Unknown("not allowed")


def test_a_rule_that_holds_says_nothing_more() -> None:
    [verdict] = of("listener-speaks-tcp", "listener", judged())
    assert (verdict.result, verdict.why, verdict.symptom) == (Result.HOLDS, None, False)


def test_a_broken_rule_says_where_why_and_what_to_do() -> None:
    [listener] = walk().seen(steps.LISTENER)
    [verdict] = of("listener-speaks-tcp", "listener", judged(LISTENER=replace(listener, protocol="UDP")))
    assert (verdict.result, verdict.why, verdict.hop.resource) == (
        Result.BROKEN,
        "it is UDP",
        "aws:lb/listener:Listener crosslink-apps",
    )
    [rule] = [walk_rule for walk_rule in WALK_RULES if walk_rule.id == verdict.rule]
    assert (verdict.statement, verdict.fix, verdict.source) == (rule.statement, rule.fix, rule.source)


def test_a_fact_that_is_unknown_makes_a_rule_unknown_with_the_same_reason() -> None:
    [listener] = walk().seen(steps.LISTENER)
    judgement = judged(LISTENER=replace(listener, protocol=NOT_ALLOWED))
    [verdict] = of("listener-speaks-tcp", "listener", judgement)
    assert (verdict.result, verdict.why) == (Result.UNKNOWN, "not allowed")
    assert first_broken(judgement.walks["/svc1"]) is None


def test_a_hop_that_could_not_be_read_is_unknown_and_never_broken() -> None:
    judgement = judged(LISTENER=NOT_ALLOWED)
    assert said("uri-picks-a-listener", judgement) == [("listener", Result.UNKNOWN)]
    assert said("listener-speaks-tcp", judgement) == [("provider listener", Result.HOLDS)]
    assert judgement.rules(Result.BROKEN) == []


@pytest.mark.parametrize(
    ("rule", "titles"),
    [
        ("method-has-its-auth", ["method", "method"]),
        ("balancer-is-private", ["gateway NLB", "provider NLB"]),
        ("listener-speaks-tcp", ["listener", "provider listener"]),
        ("group-is-of-its-type", ["target group", "provider target group"]),
        ("target-has-its-zone", ["target", "target"]),
        ("subnet-has-a-route", ["route out"] * 2 + ["route back"] * 2),
        ("route-waits-for-acceptance", ["route out"] * 2 + ["route back"] * 2),
        ("deployment-is-current", ["stage"]),
        ("limit-lets-requests-through", ["stage"]),
    ],
)
def test_a_rule_about_several_hops_stands_at_each(rule: str, titles: list[str]) -> None:
    assert said(rule, judge(model_of_file(DEV))) == [(title, Result.HOLDS) for title in titles]


@each_stack_file
@each_run
def test_every_verdict_stands_at_a_hop_in_the_order_of_the_walk(file: Any, preview: bool) -> None:
    model = model_of_file(file, preview=preview)
    judgement = judge(model)
    for judged_walk in model.walks:
        titles = list(dict.fromkeys(step.title for step, _hop in judged_walk.hops()))
        places = [titles.index(verdict.title) for verdict in judgement.walks[judged_walk.name]]
        assert places == sorted(places)
    of_alarms = set() if model.alarms else {"alarm-tells-somebody"}
    assert {verdict.rule for verdict in judgement.stack} == {rule.id for rule in STACK_RULES} - of_alarms


def test_a_request_stops_at_the_first_broken_hop() -> None:
    [link], [endpoint] = walk().seen(steps.LINK), walk().seen(steps.ENDPOINT)
    judgement = judged(LINK=replace(link, status="FAILED"), ENDPOINT=replace(endpoint, kind="Gateway"))
    assert set(judgement.rules(Result.BROKEN)) == {"link-is-available", "endpoint-is-an-interface"}
    assert stop(judgement) == ("VPC link", "link-is-available")
    assert stop(judged(ENDPOINT=replace(endpoint, kind="Gateway"))) == (
        "interface endpoint",
        "endpoint-is-an-interface",
    )


def test_a_cause_comes_before_its_symptoms_wherever_they_are() -> None:
    unhealthy = tuple(
        replace(target, health="unhealthy", health_reason="Target.Timeout")
        for target in walk().seen(steps.TARGET)
    )
    [pods] = walk().seen(steps.DEPLOYMENT)
    assert stop(judged(TARGET=unhealthy)) == ("target", "target-is-healthy")
    assert stop(judged(TARGET=unhealthy, DEPLOYMENT=replace(pods, available=0, replicas=0))) == (
        "Deployment",
        "pods-are-wanted",
    )
    # Of symptoms alone it is the first.
    assert stop(judged(TARGET=unhealthy, DEPLOYMENT=replace(pods, available=0))) == (
        "target",
        "target-is-healthy",
    )


def test_nothing_stops_a_request_where_all_holds() -> None:
    assert stop(judge(model_of_file(DEV))) is None


def test_a_policy_may_have_a_single_statement_for_a_list() -> None:
    [api] = walk().seen(steps.REST_API)
    statement = {"Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    for effect, stops in (("Allow", "policy-lets-nobody-else-in"), ("Deny", "policy-lets-callers-in")):
        policy = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": effect, **statement}})
        assert stop(judged(REST_API=replace(api, policy=policy))) == ("stage", stops)


def test_a_rule_counts_once_with_the_worst_that_it_says() -> None:
    [listener] = walk().seen(steps.LISTENER)
    svc1, svc2 = model_of_file(DEV).walks
    unknown = with_hops(svc1, LISTENER=replace(listener, protocol=NOT_ALLOWED))
    broken = with_hops(svc2, LISTENER=replace(listener, protocol="UDP"))
    for walks, result in (
        ((svc1, svc2), Result.HOLDS),
        ((unknown, svc2), Result.UNKNOWN),
        ((unknown, broken), Result.BROKEN),
        ((broken, svc1), Result.BROKEN),
    ):
        judgement = judge(replace(model_of_file(DEV), walks=walks))
        found = {other: judgement.rules(other).count("listener-speaks-tcp") for other in Result}
        assert found == {other: int(other is result) for other in Result}


def test_what_routes_share_is_said_once() -> None:
    judgement = judge(model_of_file(DEV))
    shared = of("link-goes-to-an-nlb", "gateway NLB", judgement)
    assert len(shared) == 1
    assert all(shared[0] in verdicts for verdicts in judgement.walks.values())
    assert [verdict for verdict in judgement.all() if verdict == shared[0]] == shared


def walk() -> Walk:
    return model_of_file(DEV).walks[0]


def with_hops(seen: Walk, **hops: Any) -> Walk:
    """A walk with other hops of some steps, which go by their names in the table."""
    found = {
        getattr(steps, name): hop if isinstance(hop, Unknown | tuple) else (hop,)
        for name, hop in hops.items()
    }
    return replace(seen, found={**seen.found, **found})


def judged(**hops: Any) -> Judgement:
    """What is said of dev's first route, some of whose hops are others."""
    model: Model = replace(model_of_file(DEV), walks=(with_hops(walk(), **hops),))
    return judge(model)


def of(rule: str, title: str, judgement: Judgement) -> list[Verdict]:
    """What a rule says at the hops of a title."""
    return [verdict for verdict in judgement.all() if (verdict.rule, verdict.title) == (rule, title)]


def said(rule: str, judgement: Judgement) -> list[tuple[str, Result]]:
    """Where a rule says what, on the first route."""
    return [(verdict.title, verdict.result) for verdict in judgement.walks["/svc1"] if verdict.rule == rule]


def stop(judgement: Judgement) -> tuple[str, str] | None:
    """The hop where the first route stops, and the rule that says so."""
    found = first_broken(judgement.walks["/svc1"])
    return (found.title, found.rule) if found else None
