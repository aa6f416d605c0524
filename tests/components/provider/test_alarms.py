"""Alarms of a backend's side, by the kind of the backend."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from components.provider.alarms import suffix
from crosslink.graph import tokens
from crosslink.sandbox import stack_file
from crosslink.sandbox.engine import PROJECT, run
from crosslink.sandbox.record import Run
from settings.kubernetes_versions import VERSIONS
from tests.components.support import PROVIDER
from tests.runs import PROGRAM, file_of, run_stack

TOPIC = f"arn:aws:sns:us-east-1:{PROVIDER}:on-call"


def alarms(found: Run) -> Mapping[str, Mapping[str, Any]]:
    """Name → inputs of the backend's alarms."""
    return {a.name: a.inputs for a in found.of_type(tokens.METRIC_ALARM) if a.account == PROVIDER}


def test_of_a_made_cluster_both_load_balancers_nat_and_the_certificate_are_watched() -> None:
    found = run_stack(file_of("alarms"), preview=False)
    assert {name.removeprefix("crosslink-apps-") for name in alarms(found)} == {
        *("nlb-ports", "nlb-unhealthy", "alb-unhealthy", "certificate", "nat-ports-use1-az1"),
    }
    assert all(alarm["alarmActions"] == [TOPIC] for alarm in alarms(found).values())
    attachment = found.one("aws:lb/targetGroupAttachment:TargetGroupAttachment", "crosslink-apps")
    (query,) = alarms(found)["crosslink-apps-alb-unhealthy"]["metricQueries"]
    alb = attachment.inputs["targetId"].partition(":loadbalancer/")[2]
    assert alb.startswith("app/")
    assert query["expression"].endswith(f"WHERE LoadBalancer = '{alb}'")


def test_a_preview_registers_the_same_alarms_and_knows_their_topic() -> None:
    found = run_stack(file_of("alarms"), preview=True)
    assert {alarm["alarmActions"][0] for alarm in alarms(found).values()} == {TOPIC}


def test_the_dashboard_says_until_when_the_clusters_version_is_supported() -> None:
    (dashboard,) = (
        d
        for d in run_stack(file_of("alarms"), preview=False).of_type(tokens.DASHBOARD)
        if d.account == PROVIDER
    )
    told = [
        w["properties"].get("markdown", "") for w in json.loads(dashboard.inputs["dashboardBody"])["widgets"]
    ]
    assert any(f"until {support.standard}" in text for support in VERSIONS.values() for text in told)
    assert any("kubectl -n " in text for text in told)


@pytest.mark.parametrize(
    ("stack", "watched"),
    [
        ("network-load-balancer", {"nlb-ports", "nlb-unhealthy"}),
        ("load-balancer", {"nlb-ports", "nlb-unhealthy", "alb-unhealthy"}),
    ],
)
def test_of_an_existing_load_balancer_any_target_group_is_watched(stack: str, watched: set[str]) -> None:
    found = with_alarms(stack)
    own = found.one(tokens.ENDPOINT_SERVICE).name
    assert {name.removeprefix(f"{own}-") for name in alarms(found)} == watched
    worst = alarms(found)[f"{own}-{'alb' if 'alb-unhealthy' in watched else 'nlb'}-unhealthy"]
    (query,) = worst["metricQueries"]
    assert "MAX(UnHealthyHostCount)" in query["expression"]


def with_alarms(name: str) -> Run:
    """The program with the settings of an example, whose backend gets alarms."""
    stack = stack_file.read(file_of(name), PROJECT)
    (backend,) = json.loads(stack.config["crosslink:backends"])
    backends = json.dumps([{**backend, "alarms": {"topicArn": TOPIC}}])
    return run(
        PROGRAM,
        stack=stack.name,
        config={**stack.config, "crosslink:backends": backends},
        secret_keys=stack.secret_keys,
        existing=stack.existing,
    )


def test_the_dimension_of_a_load_balancer_is_the_end_of_its_arn() -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer/net/apps/0123456789abcdef"
    seen: list[str] = []
    run(lambda: suffix(arn).apply(seen.append))
    assert seen == ["net/apps/0123456789abcdef"]
