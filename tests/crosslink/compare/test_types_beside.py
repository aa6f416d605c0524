"""Types that the program doesn't register: nothing opens up is never said of what nothing judges."""

import json
from dataclasses import replace

import pytest

from crosslink.compare import comment, types_beside
from crosslink.compare.comparison import Comparison, compare
from crosslink.compare.sources import Side
from crosslink.compare.types_beside import TypeBeside
from crosslink.sandbox.record import Resource, Run
from policy.known import Known
from tests.redeployments import base
from tests.schemas import validator

TOPIC, CHART = "aws:sns/topic:Topic", "kubernetes:helm.sh/v4:Chart"
NOTHING = "Nothing: no route, range, principal or limit is wider."


def _with(*more: tuple[str, str], **inputs: str) -> Run:
    """The program's resources, and some beside them by type and name."""
    model = base().of_type("aws:ec2/vpc:Vpc")[0]
    added: list[Resource] = []
    for type_, name in more:
        urn = f"urn:pulumi:dev::crosslink::{type_}::{name}"
        own = {"provider": None, "account": None, "component": True} if type_ == CHART else {}
        bare = replace(model, inputs=inputs, outputs={}, property_dependencies={}, parent=None)
        added.append(replace(bare, urn=urn, type=type_, name=name, **own))
    return replace(base(), resources={**base().resources, **{each.urn: each for each in added}})


def _compared(before: Run, after: Run) -> Comparison:
    return compare("dev", Side(before, {}), Side(after, {}))


def test_a_type_that_nothing_judges_is_told_and_not_that_nothing_opens() -> None:
    found = _compared(base(), _with((TOPIC, "alarms"), (TOPIC, "more"), (CHART, "agents")))
    assert found.types_beside == (
        TypeBeside(type=TOPIC, names=("alarms", "more"), reason=None),
        TypeBeside(type=CHART, names=("agents",), reason=None),
    )
    assert found.openings == ()
    told = "**3 resources of types that nothing here judges: `aws:sns:Topic`, `kubernetes:helm.sh/v4:Chart`**"
    assert f"; {told}; resources: " in comment.headline(found)
    text = comment.write(found)
    assert "nothing opens up" not in text
    assert NOTHING not in text
    assert "\n- `aws:sns:Topic` `alarms`, `more`\n- `kubernetes:helm.sh/v4:Chart` `agents`\n" in text


def test_one_that_stays_as_it_is_is_told_of_no_change() -> None:
    there = _with((TOPIC, "alarms"))
    assert _compared(there, there).types_beside == ()
    assert _compared(there, base()).types_beside == ()
    changed = _compared(there, _with((TOPIC, "alarms"), displayName="x"))
    assert [beside.names for beside in changed.types_beside] == [("alarms",)]
    assert "; **1 resource of a type that nothing here judges: `aws:sns:Topic`**; " in comment.headline(
        changed
    )


def test_what_a_rule_says_of_it_is_an_opening_in_its_place() -> None:
    bucket = ("aws:s3/bucketAcl:BucketAcl", "files")
    found = _compared(base(), _with(bucket, acl="public-read"))
    assert [opening.how for opening in found.openings] == ["its ACL is public-read (no-open-policy)"]
    assert found.types_beside == ()


def test_the_team_s_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(types_beside, "KNOWN", Known(types={TOPIC: "Alarms go there."}))
    found = _compared(base(), _with((TOPIC, "alarms")))
    assert [beside.reason for beside in found.types_beside] == ["Alarms go there."]
    assert "nothing opens up" in comment.headline(found)
    text = comment.write(found)
    assert NOTHING in text
    assert "\n- `aws:sns:Topic` `alarms`: Alarms go there.\n" in text


def test_the_json_is_as_the_schema_says() -> None:
    told = json.loads(json.dumps(_compared(base(), _with((TOPIC, "alarms"))).as_json()))
    assert told["typesBeside"] == [{"type": TOPIC, "names": ["alarms"], "reason": None}]
    validator("crosslink/compare/compare.schema.json").validate(told)
