"""What the rules say of parts that exist beside a stack, or that are another stack's."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from crosslink.graph.unknown import Unknown, present, visible
from crosslink.path import steps
from crosslink.path.alb import Alb
from crosslink.path.hop import Hop
from crosslink.path.listener_rules import JoinedOrder
from crosslink.path.network import SecurityGroupRule
from crosslink.path.routes import Route
from crosslink.path.walk import Model, Walk
from crosslink.rules.verdict import WORST_FIRST, Result, judge
from tests.crosslink.walks import model_of_file, there, walk_of, with_found
from tests.runs import file_of

CONSUMER, STRANGER = "arn:aws:iam::111111111111:root", "arn:aws:iam::999999999999:root"


def said(walk: Walk) -> dict[str, tuple[Result, str | None]]:
    """Rule → the worst it says, and why."""
    verdicts = judge(Model(walks=(walk,))).walks[walk.path]
    worst_last = sorted(verdicts, key=lambda verdict: -WORST_FIRST.index(verdict.result))
    return {verdict.rule: (verdict.result, verdict.why) for verdict in worst_last}


def first(example: str) -> Walk:
    return model_of_file(file_of(example)).walks[0]


def with_facts(walk: Walk, step: Any, **facts: Any) -> Walk:
    return with_found(walk, step, tuple(replace(hop, **facts) for hop in visible(walk.every(step))))


def meaning(walk: Walk, **facts: Any) -> Walk:
    """A walk whose route is meant to be something else."""
    [intent] = present(walk.intent)
    return replace(walk, intent=replace(intent, **facts))


@pytest.mark.parametrize("example", ["consumer-only", "published", "provider-only"])
def test_no_rule_says_anything_of_another_stacks_part(example: str) -> None:
    judgement = judge(model_of_file(file_of(example)))
    assert set(judgement.results().values()) == {Result.HOLDS}
    titles = {verdict.title for verdicts in judgement.walks.values() for verdict in verdicts}
    provider, consumer = {"endpoint service", "provider NLB", "ALB"}, {"stage", "gateway NLB"}
    assert titles & (provider | consumer) == (provider if example == "provider-only" else consumer)
    silent = {"endpoint-zones-are-the-services", "integration-speaks-the-albs-protocol"}
    assert not silent & judgement.results().keys()


def test_the_header_is_the_routes_path_where_the_ingress_is_another_stacks() -> None:
    walk = with_facts(first("consumer-only"), steps.METHOD, route_header="'payments'")
    assert said(walk)["integration-sets-the-header"][0] is Result.BROKEN


def test_the_endpoint_connects_to_the_service_that_is_published() -> None:
    walk = meaning(first("consumer-only"), service_name="com.amazonaws.vpce.us-east-1.vpce-svc-0")
    result, why = said(walk)["endpoint-has-a-service"]
    assert (result, str(why)[-7:]) == (Result.BROKEN, "e-svc-0")


def test_an_endpoint_that_another_team_has_not_accepted_is_a_state() -> None:
    walk = with_facts(first("published"), steps.ENDPOINT, state="pendingAcceptance", interfaces=())
    walk = with_facts(walk, steps.TARGET, health="unhealthy")
    verdicts = said(replace(walk, order=None))
    endpoint, [intent] = there(walk, steps.ENDPOINT), present(walk.intent)
    account = intent.backend.account
    service = str(endpoint.service_name).removeprefix(f"com.amazonaws.vpce.{endpoint.region}.")
    assert verdicts["endpoint-is-available"] == (
        Result.UNKNOWN,
        f"pending acceptance by account {account}, endpoint {endpoint.id}: "
        f"ask them to run `aws ec2 accept-vpc-endpoint-connections --service-id {service} "
        f"--vpc-endpoint-ids {endpoint.id} --region {endpoint.region}`",
    )
    for rule in ("targets-are-the-endpoint", "target-is-healthy"):
        assert verdicts[rule] == (Result.UNKNOWN, "the endpoint waits for its acceptance")
    assert Result.BROKEN not in {result for result, _why in verdicts.values()}


def test_ones_own_endpoint_must_be_accepted() -> None:
    walk = with_facts(walk_of("/svc1"), steps.ENDPOINT, state="pendingAcceptance")
    assert said(walk)["endpoint-is-available"] == (Result.BROKEN, "it is pendingAcceptance")


def test_a_provider_is_told_which_endpoints_wait_for_it() -> None:
    pending = (("vpce-1", "111111111111"), ("vpce-2", "999999999999"))
    walk = meaning(first("provider-only"), allowed_principals=(CONSUMER,))
    walk = with_facts(walk, steps.SERVICE, pending=pending, id="vpce-svc-1")
    assert said(walk)["service-has-accepted-its-endpoints"] == (
        Result.UNKNOWN,
        "pending acceptance by this account, endpoint vpce-1: run `aws ec2 accept-vpc-endpoint-connections "
        f"--service-id vpce-svc-1 --vpc-endpoint-ids vpce-1 --region {there(walk, steps.SERVICE).region}`",
    )
    none = with_facts(walk, steps.SERVICE, pending=())
    assert said(none)["service-has-accepted-its-endpoints"] == (Result.HOLDS, None)


@pytest.mark.parametrize(
    ("allowed", "why"),
    [
        ((CONSUMER,), None),
        ((), f"it doesn't allow {CONSUMER}"),
        ((CONSUMER, STRANGER), f"it allows {STRANGER}, too"),
    ],
)
def test_a_published_service_allows_those_who_are_declared(allowed: tuple[str, ...], why: str | None) -> None:
    walk = meaning(first("provider-only"), allowed_principals=(CONSUMER,))
    walk = with_facts(walk, steps.SERVICE, allowed_principals=allowed)
    assert said(walk)["service-allows-the-consumer"] == (Result.BROKEN if why else Result.HOLDS, why)


def test_a_published_service_listens_on_its_port() -> None:
    walk = meaning(first("provider-only"), port=8443)
    assert said(walk)["endpoint-port-has-a-listener"] == (Result.BROKEN, "no listener on port 8443")


def test_over_an_existing_connection_nobody_follows_a_transit_gateway() -> None:
    """A route there is looked for, of existing subnets in AWS alone."""
    walk = first("existing-networks")
    ways = walk.seen(steps.ROUTE_OUT)
    assert {type(way.route) for way in ways} == {Unknown}
    assert said(walk)["subnet-has-a-route"][0] is Result.UNKNOWN
    assert "route-takes-the-peering" not in said(walk)
    base = {name: getattr(ways[0], name) for name in ("resource", "urn", "id", "account", "region")}
    facts: Mapping[str, Any] = {
        "said": ("destinationCidrBlock", "transitGatewayId"),
        "parts": (),
        "nat": None,
        "peering": None,
        "over_accepter": None,
        "state": "active",
    }
    route = Route(**base, destination="10.0.0.0/8", over="transit gateway", **facts)
    routed = with_facts(with_facts(walk, steps.ROUTE_OUT, route=route), steps.ROUTE_BACK, route=route)
    cidr = ways[0].subnet.cidr
    assert said(routed)["subnet-has-a-route"] == (Result.HOLDS, None)
    reason = f"where the transit gateway of {cidr} leads isn't followed"
    out = with_found(with_facts(routed, steps.ROUTE_OUT), steps.ROUTE_BACK, ())
    assert (Result.UNKNOWN, reason) in {
        (verdict.result, verdict.why) for verdict in judge(Model(walks=(out,))).walks[out.path]
    }
    peered = meaning(routed, connection="peering")
    assert said(peered)["route-takes-the-peering"][0] is Result.BROKEN
    # Each node is left with one of two targets: of ways that can't be seen, those from a subnet are one.
    missing = with_facts(walk, steps.ROUTE_OUT, route=None)
    assert said(missing)["subnet-has-a-route"][0] is Result.DEGRADED


def alb_in_aws(**facts: Any) -> Walk:
    """The walk over an existing ALB, of which AWS tells some facts."""
    return with_facts(first("load-balancer"), steps.ALB, **facts)


@pytest.mark.parametrize(
    ("demanded", "result"),
    [(("/search",), Result.HOLDS), (None, Result.ADVICE), (("/search", "/x"), Result.ADVICE)],
)
def test_the_owner_of_an_alb_is_advised_to_demand_the_header(
    demanded: tuple[str, ...] | None, result: Result
) -> None:
    walk = first("load-balancer")
    [alb] = visible(walk.every(steps.ALB))
    base = {name: getattr(alb, name) for name in ("resource", "urn", "id", "account", "region")}
    facts: Mapping[str, Any] = {"own": None, "taken": (), "first_actions": (), "groups": ()}
    order = JoinedOrder(**base, **facts, demanded=frozenset([demanded]))
    asked = with_found(walk, steps.JOINED_ORDER, (order,))
    assert said(asked)["existing-alb-demands-the-header"][0] is result
    assert "existing-alb-demands-the-header" not in said(walk_of("/svc1"))


def test_an_existing_alb_may_have_other_zones_and_let_in_others_too() -> None:
    [nlb] = visible(first("load-balancer").every(steps.PROVIDER_NLB))
    subnets = visible(nlb.subnets)
    base = {name: getattr(nlb, name) for name in ("resource", "urn", "id", "account", "region")}
    world = SecurityGroupRule(**base, ranges=("0.0.0.0/0",), protocol="-1", from_port=None, to_port=None)
    walk = alb_in_aws(subnets=(*subnets, replace(subnets[0], zone="use1-az6")), lets_in=(world,))
    assert said(walk)["alb-is-in-the-nlbs-subnets"] == (Result.HOLDS, None)
    assert said(walk)["alb-lets-the-nlb-in"] == (Result.HOLDS, None)
    elsewhere = alb_in_aws(subnets=tuple(replace(subnet, vpc="another") for subnet in subnets))
    assert said(elsewhere)["alb-is-in-the-nlbs-subnets"][0] is Result.BROKEN
    assert said(alb_in_aws(lets_in=()))["alb-lets-the-nlb-in"][0] is Result.BROKEN


def test_the_class_is_of_the_controller_that_is_declared() -> None:
    walk = first("existing-cluster-alb")
    assert said(walk)["ingress-class-is-the-controllers"] == (Result.HOLDS, None)
    auto = meaning(walk, controller="eks.amazonaws.com/alb")
    assert said(auto)["ingress-class-is-the-controllers"][0] is Result.BROKEN


def test_a_service_that_others_deploy_is_unknown() -> None:
    for walk in model_of_file(file_of("existing-cluster")).walks:
        service = walk.one(steps.KUBERNETES_SERVICE)
        if isinstance(service, Hop):
            continue
        assert isinstance(service, Unknown)
        assert service.reason.endswith("is deployed by somebody else")
        assert said(walk)["rule-has-its-service"] == (Result.UNKNOWN, service.reason)
        assert walk.one(steps.DEPLOYMENT) == service
    assert "nodes-reach-the-internet" not in said(first("existing-cluster"))


@pytest.mark.parametrize("sent_as", ["/", "/svc1"])
def test_integration_and_ingress_send_and_take_the_same(sent_as: str) -> None:
    walk = meaning(walk_of("/svc1"), sent_as=sent_as)
    result = Result.HOLDS if sent_as == "/svc1" else Result.BROKEN
    for rule in ("integration-keeps-the-path", "ingress-takes-what-is-below"):
        assert said(walk)[rule][0] is result


def test_rules_before_the_routes_own_take_nothing_of_it() -> None:
    walk = with_facts(walk_of("/svc1"), steps.INGRESS_RULE, cut=("/svc1/healthz",))
    assert said(walk)["ingress-takes-what-is-below"] == (Result.BROKEN, "rules before it take /svc1/healthz")
    assert isinstance(there(walk, steps.ALB), Alb)
