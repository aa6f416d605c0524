"""The JSON of walks and verdicts: what the schema describes, whole, broken and unknown."""

import json
from dataclasses import replace
from typing import Any

import pytest

from crosslink.fields.not_judged import NotJudged
from crosslink.graph import tokens
from crosslink.path import steps
from crosslink.path.walk import Model
from crosslink.report.as_json import walks_as_json
from crosslink.rules.verdict import judge
from tests.crosslink.report.models import NOT_ALLOWED, counts, naming_the_link_itself, walk, walking
from tests.crosslink.walks import model_of_file, there, with_found, without
from tests.runs import DEV
from tests.schemas import SHARED, validator


def test_the_json_of_a_walk_that_stops() -> None:
    model = walking(without(tokens.LISTENER)["/svc1"])
    found = as_json(model)
    [told] = found["walks"]
    assert told["path"] == "/svc1"
    hops = {hop["title"]: hop for hop in told["hops"]}
    assert hops["listener"] == {"title": "listener", "found": "missing"}
    assert hops["VPC link"] == {
        "title": "VPC link",
        "found": "yes",
        "resource": "aws:apigateway/vpcLink:VpcLink crosslink",
        **{name: getattr(there(walk(), steps.LINK), name) for name in ("urn", "id", "account", "region")},
        "facts": {
            "version": "v1",
            **{name: [] for name in ("subnets", "groups", "vpcsOfGroups", "letsOut", "otherApis")},
            "status": None,
            "message": None,
        },
    }
    [broken] = [verdict for verdict in told["verdicts"] if verdict["result"] == "broken"]
    assert (broken["rule"], broken["hop"]) == ("uri-picks-a-listener", "listener")
    assert broken["why"].startswith("no listener for http://apps.crosslink.example.com:8000/svc1")
    assert {"statement", "fix", "source"} <= broken.keys()
    assert told["stopsAt"] == "uri-picks-a-listener"
    assert found["rules"] == counts(model, broken=1)


def test_the_json_of_a_hop_that_could_not_be_read() -> None:
    found = as_json(walking(with_found(walk(), steps.LISTENER, NOT_ALLOWED)))
    [listener] = [hop for hop in found["walks"][0]["hops"] if hop["title"] == "listener"]
    assert listener == {"title": "listener", "found": "unknown", "why": NOT_ALLOWED.reason}


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
def test_the_json_has_facts_by_the_names_of_the_model(preview: bool) -> None:
    told = as_json(model_of_file(DEV, preview=preview))["walks"][0]
    facts = {hop["title"]: hop["facts"] for hop in told["hops"]}
    assert facts["target group"]["preservesClientIp"] == "false"
    assert facts["target group"]["healthCheck"]["path"] == "/healthz"
    assert facts["route out"]["route"]["overAccepter"] is True
    if preview:
        assert facts["endpoint service"]["name"] == {"unknown": "AWS gives it in the up"}
    else:
        assert facts["Deployment"]["needs"] == {"cpu": 0.1, "memory": 256 * 1024**2, "others": []}
        assert '"unknown":' not in json.dumps(told["hops"] + told["parts"])


def test_the_json_tells_the_parts_of_hops() -> None:
    """The stage's limits, its deployment and so on, each with the title of its hop."""
    [told] = as_json(walking(walk()))["walks"]
    parts = {part["hop"]["title"]: (part["of"], part["hop"]) for part in told["parts"]}
    of, limit = parts["limit"]
    assert (of, limit["found"], limit["facts"]["methodPath"]) == ("stage", "yes", "*/*")
    of, deployment = parts["API deployment"]
    assert (of, deployment["facts"]) == ("stage", {"ofApi": True, "current": True})
    assert [title for title in ("usage plan", "alias", "permission") if title in parts] == []

    [told] = as_json(walking(with_found(walk(), steps.SNAPSHOT, NOT_ALLOWED)))["walks"]
    unknown = {"title": "API deployment", "found": "unknown", "why": NOT_ALLOWED.reason}
    assert {"of": "stage", "hop": unknown} in told["parts"]


def test_the_json_of_a_house_rule_that_is_not_kept() -> None:
    model = naming_the_link_itself()
    found = as_json(model)
    assert found["rules"] == counts(model, **{"house rule": 1})
    [told] = found["walks"]
    assert told["stopsAt"] is None
    house = [verdict for verdict in told["verdicts"] if verdict["result"] == "house rule"]
    assert {verdict["rule"] for verdict in house} == {"link-is-named-by-a-variable"}
    assert all({"statement", "fix", "source"} <= verdict.keys() for verdict in house)


def test_the_json_of_lost_redundancy() -> None:
    first, *others = walk().seen(steps.TARGET)
    unhealthy = replace(first, health="unhealthy", health_reason="Target.Timeout")
    targets = (unhealthy, *(replace(other, health="healthy") for other in others))
    found = as_json(walking(with_found(walk(), steps.TARGET, targets)))
    assert found["rules"]["redundancy lost"] == 1
    [told] = found["walks"]
    assert told["stopsAt"] is None
    [lost] = [verdict for verdict in told["verdicts"] if verdict["result"] == "redundancy lost"]
    assert (lost["rule"], lost["grade"]) == ("target-is-healthy", "redundancy lost")


def test_the_json_of_a_setting_that_nothing_judges() -> None:
    model = walking(walk())
    setting = NotJudged(title="VPC link", hop=there(walk(), steps.LINK), field="speed", value='"slow"')
    judgement = replace(judge(model), not_judged={setting: ["/svc1"]})
    found: Any = walks_as_json(model, judgement)
    [told] = found["notJudged"]
    assert (told["hop"], told["field"], told["value"], told["routes"]) == (
        "VPC link",
        "speed",
        '"slow"',
        ["/svc1"],
    )


def as_json(model: Model) -> Any:
    """What is printed, which the schema of the walks describes."""
    found = json.loads(json.dumps(walks_as_json(model, judge(model))))
    for name, parts in (
        ("walk", found["walks"]),
        ("rules", [found["rules"]]),
        ("setting", found["notJudged"]),
    ):
        part = validator(SHARED, f"crosslink:/report/walks.schema.json#/$defs/{name}")
        for told in parts:
            part.validate(told)
    return found
