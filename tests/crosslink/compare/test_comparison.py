"""What a change does: pairs of settings, and what is said of each."""

from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from crosslink.compare import comment
from crosslink.compare.changes import Operation
from crosslink.compare.comparison import Comparison, compare
from crosslink.compare.flowchart import mermaid
from crosslink.compare.sources import NOTHING, Side, secrets
from crosslink.graph import tokens
from crosslink.rules.verdict import Result
from crosslink.sandbox.record import ProgramError, Run
from tests.redeployments import APPS, base, redeployed, whole
from tests.runs import DEV, run_stack

HOSTILE = '--> </details> ``` | # @octocat\n\n## heading\n%%{init: {}}%% "<b>'
WORD = "hunter2"


def _compared(before: Run, after: Run) -> Comparison:
    """The settings that nothing judges have tests of their own."""
    return replace(compare("dev", Side(before, {}), Side(after, {})), not_judged=())


@cache
def _less() -> Comparison:
    return _compared(base(), redeployed("a service less"))


@cache
def _new() -> Comparison:
    return _compared(NOTHING, base())


def test_nothing_changes_between_two_runs() -> None:
    """What the sandbox makes up is the same, or isn't compared."""
    found = _compared(base(), run_stack(DEV, preview=True))
    assert (found.changes, found.openings, found.findings) == ((), (), ())
    assert mermaid(found.base, found.head) is None
    assert comment.write(found) == (
        "<!-- crosslink:dev -->\n\n"
        "### ✓ `dev`: nothing changes; every route gets through\n\n"
        "| route | auth | methods | before → after |\n"
        "| --- | --- | --- | --- |\n"
        "| `/svc1` | iam | ANY | ✓ holds |\n"
        "| `/svc2` | iam | ANY | ✓ holds |\n\n"
        "#### What opens up\n\n"
        "Nothing: no route, range, principal or limit is wider.\n\n"
        f"{comment.FOOTER}\n"
    )


def test_nor_by_the_order_in_which_resources_are_registered() -> None:
    turned = replace(base(), resources=dict(reversed([*base().resources.items()])))
    found = _compared(base(), turned)
    assert (found.changes, found.openings, found.findings) == ((), (), ())


def test_a_route_less() -> None:
    found = _less()
    assert [(route.path, route.after and route.after.result) for route in found.routes] == [
        ("/svc1", Result.HOLDS),
        ("/svc2", None),
    ]
    assert found.openings == ()
    gone = [change for change in found.changes if change.operation is Operation.DELETED]
    assert {one.name for one in gone} == {"crosslink-apps-svc2"}
    text = comment.write(found)
    assert "### ⚠ `dev`: 1 route goes; nothing opens up; resources: 3 changed, 1 replaced, 4 deleted" in text
    assert "| `/svc2` | iam | ANY | ✓ holds → removed |" in text
    assert "<summary>The walk" not in text  # nothing new to walk
    assert "Deployment (- goes)" in text


def test_a_backend_less_goes_with_its_account() -> None:
    found = _compared(redeployed("a backend more"), base())
    places = {
        (change.account, change.operation) for change in found.changes if change.account == "333333333333"
    }
    assert places == {("333333333333", Operation.DELETED)}
    assert found.openings == ()


def test_a_new_stack() -> None:
    text = comment.write(_new())
    assert text.startswith(
        "<!-- crosslink:dev -->\n\n### ✓ `dev`, a new stack: every route gets through; **3 things"
    )
    assert {change.operation for change in _new().changes} == {Operation.CREATED}
    assert text.count("Walk of ") == 2


def test_what_moves_to_another_region_is_another_one() -> None:
    elsewhere = {
        resource.urn: replace(resource, region="eu-west-1") if resource.region else resource
        for resource in base().resources.values()
    }
    found = _compared(base(), replace(base(), resources=elsewhere))
    assert {change.operation for change in found.changes} == {Operation.REPLACED}
    assert "it was in 222222222222 us-east-1" in {change.note for change in found.changes}


def test_what_another_account_is_set_for_stays_where_it_is() -> None:
    """A provider for another account replaces nothing: https://github.com/pulumi/pulumi-aws/issues/6385."""
    elsewhere = {
        resource.urn: replace(resource, account="555555555555") if resource.account else resource
        for resource in base().resources.values()
    }
    found = _compared(base(), replace(base(), resources=elsewhere))
    assert {change.operation for change in found.changes} == {Operation.CHANGED}
    note = "it stays in 222222222222: another account alone replaces nothing"
    assert note in {change.note for change in found.changes}


def test_what_pulumi_keeps_is_said_to_stay() -> None:
    protected = whole({"crosslink:protect": True})
    notes = {change.note for change in _compared(protected, replace(base(), resources={})).changes}
    assert notes == {None, "it is protected: Pulumi refuses to delete it", "Pulumi forgets it, and it stays"}


def test_a_reference_to_another_resource_is_a_change_though_both_are_unknown() -> None:
    """In a preview the ids of both are."""
    subnets = [node.urn for node in base().of_type("aws:ec2/subnet:Subnet")[:2]]
    association = base().of_type("aws:ec2/routeTableAssociation:RouteTableAssociation")[0]
    runs = [
        replace(
            base(),
            resources={
                **base().resources,
                association.urn: replace(
                    association,
                    property_dependencies={
                        **association.property_dependencies,
                        "subnetId": frozenset([subnet]),
                    },
                ),
            },
        )
        for subnet in subnets
    ]
    [change] = _compared(*runs).changes
    names = [str(base().resources[urn]) for urn in subnets]
    assert [(difference.path, difference.before, difference.after) for difference in change.differences] == [
        ("subnetId", *names)
    ]


def test_of_a_secret_only_that_it_differs_is_told() -> None:
    """Not even in a document that holds it."""
    deployment = base().one("kubernetes:apps/v1:Deployment", "crosslink-apps-svc1")

    def with_secret(text: str) -> Run:
        spec = {**deployment.inputs["spec"], "document": f'{{"token": "{text}"}}'}
        changed = replace(deployment, inputs={**deployment.inputs, "spec": spec}, secrets=frozenset(["spec"]))
        return replace(base(), resources={**base().resources, deployment.urn: changed})

    found = _compared(with_secret(WORD), with_secret(f"{WORD}!"))
    [change] = found.changes
    assert [(difference.path, difference.before, difference.after) for difference in change.differences] == [
        ("spec", "[secret]", "[secret]")
    ]
    assert WORD not in comment.write(found)
    no_secret_any_more = _compared(with_secret(WORD), base())
    assert WORD not in comment.write(no_secret_any_more)


def test_of_an_encrypted_setting_only_that_it_is_another_text_is_told() -> None:
    found = compare(
        "dev", Side(base(), {"a": "v1:old", "b": "v1:same"}), Side(base(), {"a": "v1:new", "b": "v1:same"})
    )
    assert found.secrets == ("a",)
    text = comment.write(found)
    assert "#### Secret settings" in text
    assert "v1:" not in text


def test_an_encrypted_setting_is_named_by_what_it_belongs_to() -> None:
    file: Any = {
        "config": {
            "crosslink:backends": [
                {"name": "apps", "services": [{"name": "svc1", "env": {"TOKEN": {"secure": "v1:x"}}}]},
                {"secure": "v1:y"},
            ],
            "crosslink:api": {"secure": "v1:z", "more": 1},
        }
    }
    assert secrets(file) == {
        "crosslink:backends[apps].services[svc1].env.TOKEN": "v1:x",
        "crosslink:backends[1]": "v1:y",
    }


def test_hostile_settings_stay_text() -> None:
    service = f"{APPS}.services[0]"
    changed = whole(
        {
            f"{service}.args": [HOSTILE],
            f"{service}.health.path": "/-->```",
            "crosslink:api.name": HOSTILE.replace("\n", " "),
        }
    )
    # The settings refuse such an image; a program's own code may have one.
    deployment = changed.one(tokens.KUBERNETES_DEPLOYMENT, "crosslink-apps-svc1")
    inputs: Any = deepcopy(deployment.inputs)
    inputs["spec"]["template"]["spec"]["containers"][0]["image"] = '</details>`|"#@octocat%%{init:{}}%%'
    hostile = {**changed.resources, deployment.urn: replace(deployment, inputs=inputs)}
    found = _compared(base(), replace(changed, resources=hostile))
    lines = comment.write(found).split("\n")
    assert [line for line in lines if line.startswith("#")] == [
        "### ✓ `dev`: every route gets through; nothing opens up; resources: 4 changed, 1 replaced",
        "#### What opens up",
    ]
    assert [line for line in lines if line.startswith("```")] == ["```mermaid", "```"]
    assert [line for line in lines if line.startswith("</details>")] == ["</details>"] * 2
    assert [line for line in lines if "-->" in line and not line.startswith(("  n", "<!--", "  - `"))] == []
    [node] = [line for line in lines if "pods of" in line]
    assert "#60;/details#62;#96;|#quot;" in node.replace("#34;", "#quot;")
    assert node.count('"') == 2


def test_another_versions_output_is_told_and_not_judged() -> None:
    output = {"consumer": None, "routes": {}, "backends": {}}
    run = replace(base(), outputs={"path": output})
    with pytest.raises(ProgramError, match="another output `path`, without api: what comes before"):
        _ = Side(run, {}).declared
