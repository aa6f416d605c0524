"""Alarms of the consumer's side: what is watched, of which region, and what the dashboard shows."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.sandbox import stack_file
from crosslink.sandbox.engine import PROJECT, run
from crosslink.sandbox.record import Run
from tests.components.support import CONSUMER
from tests.runs import PROGRAM, file_of, run_stack

FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
TOPIC = f"arn:aws:sns:us-west-2:{CONSUMER}:on-call"


@cache
def made() -> Run:
    return run_stack(file_of("alarms"), preview=False)


def alarms(run: Run) -> Mapping[str, Mapping[str, Any]]:
    """Name → inputs of the consumer's alarms."""
    return {a.name: a.inputs for a in run.of_type(tokens.METRIC_ALARM) if a.account == CONSUMER}


def test_each_alarm_tells_the_topic_of_its_side_when_it_goes_off_and_when_it_is_over() -> None:
    assert {name.removeprefix("crosslink-") for name in alarms(made())} == {
        *("certificate", "5xx", "latency", "throttled", "not-integrated", "idle", "ports", "apps-unhealthy"),
    }
    for alarm in alarms(made()).values():
        assert alarm["alarmActions"] == alarm["okActions"] == [TOPIC]
        assert len(alarm["alarmDescription"]) > 40


def test_a_rate_and_a_percentile_of_the_stage() -> None:
    stage = {"ApiName": "crosslink", "Stage": "v1"}
    errors, slow = alarms(made())["crosslink-5xx"], alarms(made())["crosslink-latency"]
    assert errors["dimensions"] == slow["dimensions"] == stage
    assert (errors["statistic"], errors["threshold"], errors["treatMissingData"]) == (
        *("Average", 0.05, "notBreaching"),
    )
    assert "statistic" not in slow
    assert slow["extendedStatistic"] == "p99"
    assert slow["evaluateLowSampleCountPercentiles"] == "ignore"


def test_an_idle_link_is_told_by_the_nlb_that_it_alone_connects_to() -> None:
    idle, nlb = alarms(made())["crosslink-idle"], made().one(tokens.LOAD_BALANCER, "crosslink-gateway")
    assert idle["dimensions"] == {"LoadBalancer": nlb.outputs["arnSuffix"]}
    assert (idle["metricName"], idle["comparisonOperator"]) == ("NewFlowCount", "LessThanThreshold")
    assert idle["treatMissingData"] == "breaching"


@pytest.mark.parametrize("alarm", [a.name for a in made().of_type(tokens.METRIC_ALARM)])
def test_an_alarm_looks_back_as_far_as_one_may(alarm: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
    (inputs,) = (a.inputs for a in made().of_type(tokens.METRIC_ALARM) if a.name == alarm)
    period = inputs["period"] if "period" in inputs else inputs["metricQueries"][0]["period"]
    assert period * inputs["evaluationPeriods"] <= (7 if period >= 3600 else 1) * 86400


def test_filters_count_what_the_api_has_no_metric_for() -> None:
    stage = made().one(tokens.STAGE)
    filters = {f.inputs["metricTransformation"]["name"]: f.inputs for f in made().of_type(FILTER)}
    assert {name: f["pattern"] for name, f in filters.items()} == {
        "Throttled": '{ $.status = "429" }',
        "NotIntegrated": '{ $.integrationError != "-" }',
    }
    fields = json.loads(stage.inputs["accessLogSettings"]["format"])
    assert fields["status"] == "$context.status"  # a text in the log, so a text in the pattern
    assert "integrationError" in fields
    for metric, filter_ in filters.items():
        watched = [alarm for alarm in alarms(made()).values() if alarm.get("metricName") == metric]
        assert [alarm["namespace"] for alarm in watched] == [filter_["metricTransformation"]["namespace"]]


def test_the_dashboard_follows_the_path_and_asks_each_region_for_its_own() -> None:
    (dashboard,) = (d for d in made().of_type(tokens.DASHBOARD) if d.account == CONSUMER)
    widgets = json.loads(dashboard.inputs["dashboardBody"])["widgets"]
    titles = [w["properties"].get("title", "") for w in widgets]
    order = ("Alarms", "API", "VPC link", "Gateway NLB", "Endpoints")
    places = [next(i for i, title in enumerate(titles) if title.startswith(start)) for start in order]
    assert places == sorted(places)
    assert len(widgets[0]["properties"]["alarms"]) == len(alarms(made()))
    regions = {w["properties"]["title"]: w["properties"]["region"] for w in widgets if w["type"] == "metric"}
    assert regions["API: requests"] == "us-west-2"
    assert regions["Endpoints in us-east-1: new connections"] == "us-east-1"
    assert all(w["x"] + w["width"] <= 24 for w in widgets)


def test_no_two_stacks_of_an_account_have_a_dashboard_of_one_name() -> None:
    """CloudWatch overwrites it. The names are of the account, not of a region: a new one in another region
    would go with the old one. A stack's name may have characters that a dashboard's may not.
    """
    stack = stack_file.read(file_of("consumer-only"), PROJECT)
    consumer = {**json.loads(stack.config["crosslink:consumer"]), "alarms": {"topicArn": TOPIC}}
    config = {**stack.config, "crosslink:consumer": json.dumps(consumer)}
    found = [
        run(PROGRAM, stack=name, config=config, existing=stack.existing).one(tokens.DASHBOARD).inputs
        for name in ("eu", "prod.eu")
    ]
    names = {inputs["dashboardName"] for inputs in found}
    assert len(names) == 2
    assert all(re.fullmatch("crosslink-[A-Za-z0-9_-]+", name) for name in names)


def test_an_existing_api_is_watched_by_its_name() -> None:
    stack = stack_file.read(file_of("existing-api"), PROJECT)
    consumer, api = (json.loads(stack.config[f"crosslink:{key}"]) for key in ("consumer", "api"))
    edits = {
        "crosslink:consumer": json.dumps({**consumer, "alarms": {"topicArn": TOPIC}}),
        "crosslink:api": json.dumps({**api, "existing": {**api["existing"], "name": "shared"}}),
    }
    found = run(PROGRAM, stack="dev", config={**stack.config, **edits}, existing=stack.existing)
    watched = alarms(found)["crosslink-5xx"]
    assert watched["dimensions"] == {
        "ApiName": "shared",
        "Stage": found.one(tokens.STAGE).inputs["stageName"],
    }


def test_without_the_setting_there_are_none() -> None:
    run = run_stack(file_of("dev"), preview=False)
    assert run.of_type(tokens.METRIC_ALARM) == run.of_type(tokens.DASHBOARD) == run.of_type(FILTER)
    assert "dashboards" not in run.outputs
