"""The commands for operators: the AWS CLI and kubectl know them, and AWS tells what they name."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from crosslink.path.hop import Hop
from crosslink.path.walk import Walk
from crosslink.report.as_json import verdict_as_json
from crosslink.rules import WALK_RULES
from crosslink.rules.by_hand import LOOKS, filled, look_at
from crosslink.rules.rule import Rule
from crosslink.rules.verdict import Result, judge
from tests.faults.change import put
from tests.faults.fault import model_of

STACKS = ("dev", "mixed", "tls", "existing-mixed")
# Steps and rules that nothing tells of in AWS, only before an up.
ONLY_BEFORE = {"alias-leads-to-the-domain"}
VERBS = {"get", "describe", "scale", "create"}
KINDS = {
    *("configmaps", "deployment", "events", "hpa", "ingress", "ingressclass", "networkpolicies", "nodepools"),
    *("pods", "secrets", "service", "serviceaccount", "serviceaccounts", "services"),
}
FLAGS = {"namespace", "all-namespaces", "output", "show-labels", "replicas"}
GLOBAL = {"region", "query"}  # https://docs.aws.amazon.com/cli/latest/reference/#global-options


def commands() -> Iterator[tuple[str, str]]:
    """Each with the rule, or the type of the resources, that it is for."""
    yield from LOOKS.items()
    for rule in WALK_RULES:
        yield from ((rule.id, command) for command in (rule.look, rule.mend) if command)


@cache
def operations(service: str) -> dict[str, Any]:
    """The CLI's name of each operation of a service → its model."""
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}


def check_aws(service: str, operation: str, words: list[str]) -> None:
    shape = operations(service)[operation].input_shape
    takes = {xform_name(name, "-"): name for name in shape.members}
    given = {word.removeprefix("--") for word in words if word.startswith("--")}
    assert given - GLOBAL <= takes.keys()
    assert set(shape.required_members) <= {takes[name] for name in given - GLOBAL}
    assert "region" in given


def check_kubectl(verb: str, kinds: str, words: list[str]) -> None:
    assert verb in VERBS
    assert set(kinds.split(",")) <= KINDS
    assert {word.removeprefix("--").partition("=")[0] for word in words if word.startswith("--")} <= FLAGS


@pytest.mark.parametrize(("of", "command"), commands(), ids=lambda value: str(value)[:40])
def test_a_command_is_one_that_its_tool_knows(of: str, command: str) -> None:
    tool, first, second, *words = shlex.split(command)
    {"aws": check_aws, "kubectl": check_kubectl}[tool](first, second, words)


def test_an_operation_that_the_service_lacks_is_none() -> None:
    with pytest.raises(KeyError):
        check_aws("ec2", "describe-vpc-endpoint", ["--region", "x"])
    with pytest.raises(AssertionError):
        check_aws("ec2", "describe-vpc-endpoints", ["--vpc-endpoint-id", "x", "--region", "x"])


@cache
def judged() -> dict[str, list[tuple[Rule[Walk], Hop, Walk]]]:
    """By rule the hops that it judges in AWS."""
    found: dict[str, list[tuple[Rule[Walk], Hop, Walk]]] = {}
    for stack in STACKS:
        for walk in model_of("live", stack).walks:
            for rule in WALK_RULES:
                found.setdefault(rule.id, []).extend((rule, hop, walk) for _, hop in rule.subjects(walk))
    return found


@pytest.mark.parametrize("rule", WALK_RULES, ids=lambda rule: rule.id)
def test_what_a_rule_finds_in_aws_can_be_looked_at(rule: Rule[Walk]) -> None:
    """By a command of its own, or of the type of what it judges, that names nothing which AWS doesn't tell."""
    subjects = judged()[rule.id]
    if rule.id in ONLY_BEFORE:
        assert not subjects
    for _, hop, walk in subjects:
        look = rule.look or look_at(hop)
        assert look, hop.resource
        told = [filled(command, hop, walk) for command in (look, rule.mend) if command]
        assert [command for command in told if re.search(r"<(?!service_account>)", command)] == []


def test_a_value_is_one_word_of_a_shell() -> None:
    [walk, *_] = model_of("live", "dev").walks
    hop = Hop(resource="x y", urn="u", id="a'; rm -rf / #", account="1", region=None)
    command = filled("aws x y --id {id} --name {name} --of {service.id} --region {region}", hop, walk)
    words = ["aws", "x", "y", "--id", "a'; rm -rf / #", "--name", "<name>", "--of", "<id>"]
    assert shlex.split(command) == [*words, "--region", "<region>"]


def test_a_finding_in_aws_comes_with_its_commands_and_no_other_does() -> None:
    """Before an up nothing is there to be looked at."""
    off = put("aws:lb/loadBalancer:LoadBalancer", "crosslink-apps", enableCrossZoneLoadBalancing=False)
    found: dict[str, dict[str, object]] = {}
    for vantage in ("live", "planned"):
        told = [verdict_as_json(verdict) for verdict in judge(model_of(vantage, "dev", off)).all()]
        [found[vantage], *_] = [verdict for verdict in told if verdict["rule"] == "provider-nlb-crosses-zones"]
        assert all("look" not in verdict for verdict in told if verdict["result"] == Result.HOLDS)
    live, planned = found["live"], found["planned"]
    assert (planned["look"], planned["mend"]) == (None, None)
    arn = re.search(r"--load-balancer-arn (arn:\S+)", str(live["mend"]))
    assert arn and arn[1] in str(live["look"])
    assert str(live["mend"]).endswith("Key=load_balancing.cross_zone.enabled,Value=true --region us-east-1")
