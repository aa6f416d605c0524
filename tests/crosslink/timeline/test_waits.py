"""What waits for what, as a program registers it."""

from collections.abc import Mapping
from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.graph.from_sandbox import graph_of
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node
from crosslink.graph.unknown import Unknown
from crosslink.timeline.waits import Why, is_component, waits
from tests.runs import DEV, run_stack

KEY = "aws:kms/key:Key"


def resource(name: str, type_: str = KEY, properties: Mapping[str, Any] | None = None, **more: Any) -> Node:
    values = {"account": "111111111111", "region": "us-east-1", "provider": "p", "references": {}, **more}
    return Node(
        urn=name,
        type=type_,
        name=name,
        id=Unknown("preview"),
        properties=properties or {},
        missing=None,
        dependencies=frozenset(values.pop("dependencies", ())),
        **values,
    )


def before(*nodes: Node) -> dict[str, Why]:
    """What the last of some resources waits for until it is created."""
    return dict(waits(Graph(nodes))[nodes[-1].urn].before)


PROVIDER = resource("p", "pulumi:providers:aws", provider=None)


def test_a_resource_waits_for_values_depends_on_and_its_provider() -> None:
    own = resource("r", dependencies=("a", "b"), references={"key": frozenset({"a"})})
    expected = {"a": Why.INPUT, "b": Why.DEPENDS_ON, "p": Why.PROVIDER}
    assert before(PROVIDER, resource("a"), resource("b"), own) == expected


def test_what_is_not_the_program_s_is_not_waited_for() -> None:
    assert before(resource("r", dependencies=("elsewhere",))) == {}


def test_a_child_waits_for_what_its_component_depends_on() -> None:
    outer = resource("outer", "acme:index:Outer", provider=None, dependencies=("a",))
    inner = resource("inner", "acme:index:Inner", provider=None, parent="outer", dependencies=("b",))
    child = resource("r", parent="inner")
    nodes = (resource("a"), resource("b"), outer, inner, child)
    assert before(*nodes) == {"a": Why.DEPENDS_ON, "b": Why.DEPENDS_ON}
    assert waits(Graph(nodes))["outer"].before == {"inner": Why.INSIDE, "a": Why.DEPENDS_ON}


def test_a_child_of_a_resource_waits_for_that() -> None:
    assert before(resource("a"), resource("r", parent="a")) == {"a": Why.PARENT}


def labelled(name: str, type_: str, spec: Mapping[str, Any], **metadata: Any) -> Node:
    return resource(name, type_, {"metadata": {"namespace": "n", **metadata}, "spec": spec})


@pytest.mark.parametrize(
    ("labels", "metadata", "waits_for"),
    [
        ({"app": "svc1", "more": "x"}, {}, ["d"]),
        ({"app": "svc2"}, {}, []),
        ({"app": "svc1"}, {"namespace": "other"}, []),
        ({"app": "svc1"}, {"annotations": {"pulumi.com/skipAwait": "true"}}, []),
    ],
)
def test_a_service_waits_for_its_pods(
    labels: Mapping[str, str], metadata: Mapping[str, Any], waits_for: list[str]
) -> None:
    pods = labelled("d", tokens.KUBERNETES_DEPLOYMENT, {"template": {"metadata": {"labels": labels}}})
    service = labelled("s", tokens.KUBERNETES_SERVICE, {"selector": {"app": "svc1"}}, **metadata)
    assert list(waits(Graph([pods, service]))["s"].until) == waits_for


def test_a_service_without_a_selector_has_no_pods_of_its_own() -> None:
    pods = labelled("d", tokens.KUBERNETES_DEPLOYMENT, {"template": {"metadata": {"labels": {}}}})
    assert not waits(Graph([pods, labelled("s", tokens.KUBERNETES_SERVICE, {})]))["s"].until


def test_what_waits_for_a_cluster_waits_for_what_pulumi_eks_makes() -> None:
    run = run_stack(DEV, preview=True)
    found = waits(graph_of(run))
    cluster, inside = run.one("eks:index:Cluster"), run.one(tokens.EKS_CLUSTER)
    kubernetes = run.one("pulumi:providers:kubernetes")
    routes = {urn for urn in cluster.dependencies if "Route::" in urn}
    assert routes
    assert routes <= found[inside.urn].before.keys()
    assert found[cluster.urn].before[inside.urn] is Why.INSIDE
    assert {inside.urn, cluster.urn} & found[kubernetes.urn].before.keys()


def test_components_are_what_the_sandbox_takes_for_them() -> None:
    run = run_stack(DEV, preview=True)
    told = {node.urn for node in graph_of(run) if is_component(node)}
    assert told == {resource.urn for resource in run.resources.values() if resource.component}


def test_preview_and_up_wait_alike() -> None:
    preview, up = (waits(graph_of(run_stack(DEV, preview=preview))) for preview in (True, False))
    assert preview == up
