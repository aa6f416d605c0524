"""The graph read from what a policy pack is given: the sandbox's own, whatever the engine hides."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.graph.from_sandbox import declared_of, nodes_of
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value
from crosslink.graph.unknown import KNOWN_LATER, Unknown, given_in_the_up
from crosslink.path.walk import Model, read_model
from crosslink.report.as_json import plain, verdict_as_json
from crosslink.rules.verdict import Result, judge
from crosslink.sandbox.record import UNKNOWN, Plain
from tests.crosslink.walks import each_run, each_stack_file
from tests.policy_pack import CLUSTER_COMPONENT, graph_of_pack, pack_graph
from tests.runs import DEV, ROOT, run_stack

KUBERNETES = "pulumi:providers:kubernetes"


@each_stack_file
@each_run
def test_a_pack_reads_the_nodes_that_the_sandbox_recorded(file: Path, preview: bool) -> None:
    graph = graph_of_pack(file, preview=preview)
    recorded = {node.urn: node for node in nodes_of(run_stack(file, preview=preview))}
    assert {node.urn for node in graph} == recorded.keys()
    for node in graph:
        expected = recorded[node.urn]
        if (
            node.type == CLUSTER_COMPONENT
        ):  # the engine shows what it waits for; the cluster inside has the rest
            assert (node.parent, node.dependencies) == (expected.parent, expected.dependencies)
        else:
            keys = (node.properties.keys() | expected.properties.keys()) - {"id"}
            assert values(node, keys) == values(expected, keys)
            assert replace(node, id="", properties={}, given=None) == replace(expected, id="", properties={})


@pytest.mark.parametrize(
    "file", [DEV, ROOT / "examples" / "Pulumi.existing-api.yaml"], ids=lambda file: file.stem
)
@each_run
def test_the_rules_say_the_same_of_what_a_pack_reads(file: Path, preview: bool) -> None:
    """All of them hold, and none is unknown, not even in a preview."""
    run = run_stack(file, preview=preview)
    declared = declared_of(run)
    # What comes in any order, a pack's resources do, is compared in one.
    graphs = [
        Graph(sorted(nodes, key=lambda node: node.urn))
        for nodes in (graph_of_pack(file, preview=preview), nodes_of(run))
    ]
    waits = [{node.urn: graph.before(node.urn) for node in graph} for graph in graphs]
    assert waits[0] == waits[1]
    shown, recorded = (read_model(graph, declared) for graph in graphs)
    assert told(shown) == told(recorded)
    said = judge(shown)
    assert list(map(verdict_as_json, said.all())) == list(map(verdict_as_json, judge(recorded).all()))
    assert said.rules(Result.HOLDS)
    assert [(verdict.rule, verdict.why) for verdict in said.all() if verdict.result is not Result.HOLDS] == []


@each_run
def test_no_output_is_taken_for_a_setting(preview: bool) -> None:
    """An engine shows outputs that nobody has set; what it doesn't judge, the sandbox doesn't either."""
    graph, run = graph_of_pack(DEV, preview=preview), run_stack(DEV, preview=preview)
    shown, recorded = (judge(read_model(nodes, declared_of(run))) for nodes in (graph, Graph(nodes_of(run))))
    settings, known = (
        {(setting.hop.urn, setting.field) for setting in said.not_judged} for said in (shown, recorded)
    )
    assert settings <= known
    given = {node.urn: node.given or {} for node in graph}
    assert all(field is None or field.partition(".")[0] in given[urn] for urn, field in settings)


def test_ids_are_unknown_in_a_preview_and_known_after_an_up() -> None:
    before, after = ids(graph_of_pack(DEV, preview=True)), ids(graph_of_pack(DEV, preview=False))
    assert {str(id_) for id_ in before.values()} == {
        KNOWN_LATER,
    }
    run = run_stack(DEV, preview=False)
    assert before.keys() == after.keys()
    assert after == {urn: run.resources[urn].id for urn in after}
    assert {"crosslink-apps", "crosslink-apps/svc1"} <= set(after.values())


def test_one_unknown_value_leaves_the_others_known() -> None:
    [endpoint] = graph_of_pack(DEV, preview=True).of_type(tokens.ENDPOINT)
    unknown = given_in_the_up()
    assert endpoint.get("vpcEndpointType") == "Interface"
    assert endpoint.get("serviceName") == endpoint.output("state") == unknown
    assert endpoint.get("subnetConfigurations") == [
        {"subnetId": unknown, "ipv4": "10.11.2.10"},
        {"subnetId": unknown, "ipv4": "10.11.4.10"},
    ]


def test_an_unknown_output_does_not_hide_the_input_of_its_name() -> None:
    run = run_stack(DEV, preview=True)
    subnets = {
        subnet.urn: replace(subnet, outputs={"cidrBlock": UNKNOWN}) for subnet in run.of_type(tokens.SUBNET)
    }
    nodes = pack_graph(replace(run, resources={**run.resources, **subnets})).of_type(tokens.SUBNET)
    assert {node.urn: node.get("cidrBlock") for node in nodes} == {
        urn: subnet.inputs["cidrBlock"] for urn, subnet in subnets.items()
    }


@pytest.mark.parametrize(
    ("account_ids", "account"),
    [('["111111111111"]', "111111111111"), (["111111111111"], "111111111111"), ("[]", None), (UNKNOWN, None)],
)
def test_an_aws_provider_states_its_account_as_json_or_as_a_list(
    account_ids: Plain, account: str | None
) -> None:
    stated: dict[str, Plain] = {"region": "us-west-2", "allowedAccountIds": account_ids}
    assert place_of(tokens.AWS_ACCOUNT, stated) == (account, "us-west-2")


@pytest.mark.parametrize(
    ("identifier", "place"),
    [
        ("arn:aws:eks:us-east-1:222222222222:cluster/crosslink-dev-apps", ("222222222222", "us-east-1")),
        ("crosslink-dev-apps", (None, None)),
        (UNKNOWN, (None, None)),
    ],
)
def test_a_kubernetes_provider_is_where_its_cluster_is(
    identifier: Plain, place: tuple[str | None, str | None]
) -> None:
    assert place_of(KUBERNETES, {"clusterIdentifier": identifier, "kubeconfig": UNKNOWN}) == place


def test_a_default_provider_of_the_engine_is_nowhere() -> None:
    assert place_of("pulumi:providers:eks", {"version": "4.4.0"}) == (None, None)


def values(node: Node, keys: set[str]) -> dict[str, Value]:
    """The properties; one that isn't there is what an output would be."""
    return {key: node.output(key) for key in keys}


def told(model: Model) -> Any:
    """A model but for its resources and their order, the hops of its walks by the titles of their steps."""
    walks = [
        [
            plain(replace(walk, found={}, order=None)),
            {step.title: plain(found) for step, found in walk.found.items()},
        ]
        for walk in model.walks
    ]
    return without_ids([plain(replace(model, walks=(), resources={})), walks])


def without_ids(value: Any) -> Any:
    """What is told of a model, but the ids: a pack isn't shown those of providers."""
    match value:
        case dict():
            return {key: without_ids(item) for key, item in value.items() if key != "id"}
        case list():
            return [without_ids(item) for item in value]
        case _:
            return value


def ids(graph: Graph) -> dict[str, str | Unknown]:
    """The ids of the resources that have a provider: neither components nor providers."""
    return {node.urn: node.id for node in graph if node.provider}


def place_of(type_: str, stated: Mapping[str, Plain]) -> tuple[str | None, str | None]:
    """Account and region of a resource whose provider states what is given."""
    run = run_stack(DEV, preview=True)
    vpc = run.of_type(tokens.VPC)[0]
    assert vpc.provider
    provider = replace(run.resources[vpc.provider], type=type_, inputs=stated)
    places = {
        (node.account, node.region)
        for node in pack_graph(replace(run, resources={provider.urn: provider, vpc.urn: vpc}))
    }
    [place] = places
    return place
