"""The rules of a VPC link v2, with what can't be known, and with what a planted fault doesn't show."""

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.graph.unknown import Unknown, visible
from crosslink.path import steps
from crosslink.path.document import without_targets
from crosslink.path.hop import Hop
from crosslink.path.trail import Step
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade
from crosslink.rules.hearing import hear
from crosslink.rules.verdict import Result
from tests.crosslink.walks import with_found
from tests.faults.change import Nodes, drop, find, put, together
from tests.faults.fault import first, model_of
from tests.faults.link_v2 import STACK

DENIED = Unknown("nobody may look")


@cache
def walk() -> Walk:
    return model_of("live", STACK).walks[0]


def with_facts(step: Step[Any], **facts: object) -> Walk:
    """The walk with other facts of the hops of a step."""
    whole = walk()
    hops: tuple[Hop, ...] = tuple(replace(hop, **facts) for hop in visible(whole.every(step)))
    return with_found(whole, step, hops)


@pytest.mark.parametrize(
    ("step", "facts", "rules"),
    [
        (steps.METHOD, {"target": DENIED}, {"integration-names-its-balancer"}),
        (steps.LINK, {"subnets": DENIED}, {"acls-let-the-link-pass", "link-is-in-the-nlbs-vpc"}),
        (steps.LINK, {"vpcs_of_groups": (DENIED,)}, {"link-is-in-the-nlbs-vpc"}),
        (steps.LINK, {"lets_out": DENIED}, {"link-lets-out"}),
        (steps.LINK, {"groups": ()}, {"link-lets-out"}),
        (steps.LINK, {"status": DENIED}, {"link-is-available"}),
        (steps.GATEWAY_NLB, {"lets_in": DENIED}, {"gateway-nlb-lets-the-link-in", "only-the-link-gets-in"}),
        (steps.LISTENER, {"port": DENIED}, {"gateway-nlb-lets-the-link-in", "link-lets-out"}),
    ],
)
def test_what_cannot_be_known_is_unknown(step: Step[Any], facts: dict[str, object], rules: set[str]) -> None:
    verdicts = hear(with_facts(step, **facts)).verdicts
    assert rules <= {verdict.rule for verdict in verdicts if verdict.result is Result.UNKNOWN}


@pytest.mark.parametrize(
    ("step", "fact"),
    [(steps.METHOD, "target"), (steps.LINK, "subnets"), (steps.LINK, "lets_out"), (steps.LINK, "status")],
)
def test_what_cannot_be_known_is_not_broken(step: Step[Any], fact: str) -> None:
    verdicts = hear(with_facts(step, **{fact: DENIED})).verdicts
    assert [verdict.rule for verdict in verdicts if verdict.result is Result.BROKEN] == []


def test_a_group_that_cannot_be_told_admits_nobody_for_sure() -> None:
    [nlb] = walk().seen(steps.GATEWAY_NLB)
    rules = tuple(replace(rule, group=DENIED) for rule in visible(nlb.lets_in))
    verdicts = hear(with_facts(steps.GATEWAY_NLB, lets_in=rules)).verdicts
    unknown = {verdict.rule for verdict in verdicts if verdict.result is Result.UNKNOWN}
    assert unknown == {"gateway-nlb-lets-the-link-in", "only-the-link-gets-in"}


@pytest.mark.parametrize("status", ["INACTIVE", "PENDING", "FAILED"])
def test_a_link_that_is_not_available_stops_all(status: str) -> None:
    found = next(
        verdict
        for verdict in hear(with_facts(steps.LINK, status=status)).verdicts
        if verdict.rule == "link-is-available"
    )
    assert (found.result, found.grade) == (Result.BROKEN, Grade.STOPS)
    assert ("60 days" in str(found.why)) == (status == "INACTIVE")


def test_an_export_that_tells_no_target_leaves_unknown_what_is_deployed() -> None:
    """Whether AWS's exports have it isn't documented; the API's definition has it."""

    def untold(nodes: Nodes) -> Nodes:
        api = json.loads(find(nodes, tokens.REST_API, "*").get("body"))
        exported = {**without_targets(api)[0]}
        return put(tokens.API_DEPLOYMENT, "*", "export", value=json.dumps(exported))(nodes)

    found = model_of("live", STACK, untold)
    verdicts = hear(found.walks[0]).verdicts
    unknown = {verdict.rule for verdict in verdicts if verdict.result is Result.UNKNOWN}
    assert [verdict.rule for verdict in verdicts if verdict.result is Result.BROKEN] == []
    assert unknown == {"deployment-is-current", "integration-names-its-balancer"}
    assert found.walks[0].seen(steps.GATEWAY_NLB)


def test_a_link_that_is_gone_is_told_before_what_it_leads_to() -> None:
    change = together(
        drop(tokens.VPC_LINK_V2),
        drop(tokens.INGRESS_RULE, "crosslink-link"),
    )
    found = first(model_of("planned", STACK, change))
    assert found
    assert found.rule == "stage-names-a-link"
