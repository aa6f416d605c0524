"""The commands for operators: the AWS CLI and kubectl know them, and AWS tells what they name."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from crosslink.graph import tokens
from crosslink.graph.node import Node
from crosslink.path.hop import Hop
from crosslink.path.output import Declared
from crosslink.path.walk import Model, Walk, read_model
from crosslink.report.as_json import verdict_as_json
from crosslink.rules import WALK_RULES
from crosslink.rules.by_hand import LOOKS, filled, look_at
from crosslink.rules.rule import Rule
from crosslink.rules.verdict import Result, judge
from tests.crosslink.graph.from_aws.reads import outputs, read
from tests.crosslink.graph.from_aws.support import changed, up
from tests.crosslink.walks import declared_of_dev, model_of_file, read_of
from tests.fake_aws import FakeAws, beside
from tests.runs import DEV, file_of

STACKS = (None, "mixed", "tls", "existing-mixed", "domain", "api-key")  # None: dev
VERBS = {"get", "describe", "scale", "create"}
KINDS = {
    *("configmaps", "deployment", "events", "hpa", "ingress", "ingressclass", "networkpolicies", "nodepools"),
    *("pods", "secrets", "service", "serviceaccount", "serviceaccounts", "services"),
}
FLAGS = {"namespace", "all-namespaces", "output", "show-labels", "replicas"}
GLOBAL = {"region", "query"}  # https://docs.aws.amazon.com/cli/latest/reference/#global-options


def commands() -> Iterator[str]:
    yield from LOOKS.values()
    for rule in WALK_RULES:
        yield from filter(None, (rule.look, rule.mend))


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


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_a_command_is_one_that_its_tool_knows(command: str) -> None:
    tool, first, second, *words = shlex.split(command)
    {"aws": check_aws, "kubectl": check_kubectl}[tool](first, second, words)


def test_an_operation_that_the_service_lacks_is_none() -> None:
    with pytest.raises(KeyError):
        check_aws("ec2", "describe-vpc-endpoint", ["--region", "x"])
    with pytest.raises(AssertionError):
        check_aws("ec2", "describe-vpc-endpoints", ["--vpc-endpoint-id", "x", "--region", "x"])


def live(example: str | None, nodes: list[Node]) -> Model:
    graph = read(FakeAws(nodes, beside=beside(file_of(example))), example)
    return read_model(graph, Declared.model_validate(outputs(example)["path"]))


@cache
def judged() -> dict[str, list[tuple[Rule[Walk], Hop, Walk]]]:
    """By rule the hops that it judges in AWS."""
    found: dict[str, list[tuple[Rule[Walk], Hop, Walk]]] = {}
    for stack in STACKS:
        for walk in live(stack, up(stack)).walks:
            for rule in WALK_RULES:
                found.setdefault(rule.id, []).extend((rule, hop, walk) for _, hop in rule.subjects(walk))
    return found


@pytest.mark.parametrize("rule", WALK_RULES, ids=lambda rule: rule.id)
def test_what_a_rule_finds_in_aws_can_be_looked_at(rule: Rule[Walk]) -> None:
    """By a command of its own, or of the type of what it judges, that AWS tells all words of."""
    for _, hop, walk in judged()[rule.id]:
        look = rule.look or look_at(hop)
        assert look, hop.resource
        told = [filled(command, hop, walk) for command in (look, rule.mend) if command]
        assert [command for command in told if re.search(r"<(?!service_account>)", command)] == []


def test_a_value_is_one_word_of_a_shell() -> None:
    [walk, *_] = model_of_file(DEV).walks
    hop = Hop(resource="x y", urn="u", id="a'; rm -rf / #", account="1", region=None)
    command = filled("aws x y --id {id} --name {name} --of {service.id} --region {region}", hop, walk)
    words = ["aws", "x", "y", "--id", "a'; rm -rf / #", "--name", "<name>", "--of", "<id>"]
    assert shlex.split(command) == [*words, "--region", "<region>"]


def test_a_finding_in_aws_comes_with_its_commands_and_no_other_does() -> None:
    """Before an up nothing is there to be looked at."""
    off = changed(up(), tokens.LOAD_BALANCER, enableCrossZoneLoadBalancing=False)
    found: dict[str, dict[str, object]] = {}
    planned = Model(walks=tuple(read_of(off, declared_of_dev()).values()))
    for vantage, model in {"live": live(None, off), "planned": planned}.items():
        told = [verdict_as_json(verdict) for verdict in judge(model).all()]
        found[vantage] = next(verdict for verdict in told if verdict["rule"] == "provider-nlb-crosses-zones")
        assert all("look" not in verdict for verdict in told if verdict["result"] == Result.HOLDS)
    assert (found["planned"]["look"], found["planned"]["mend"]) == (None, None)
    mend = str(found["live"]["mend"])
    arn = re.search(r"--load-balancer-arn (arn:\S+)", mend)
    assert arn
    assert arn[1] in str(found["live"]["look"])
    assert mend.endswith("Key=load_balancing.cross_zone.enabled,Value=true --region us-east-1")
