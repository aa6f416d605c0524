"""What a resource waits for before the engine creates it, and what a provider waits for before it is done.

A program registers a resource when all that it names is there: values, `depends_on`, provider and parent
(the SDK's `prepare_resource`, github.com/pulumi/pulumi, `sdk/python/lib/pulumi/runtime/resource.py`).
A component is registered at once, but after its own `depends_on`: so what is in it waits for that, too. What
waits for a component waits for all that is in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, fields

PROVIDERS = "pulumi:providers:"


class Why(Enum):
    """Why one resource waits for another."""

    INPUT = "input"  # a value of it is among the inputs
    DEPENDS_ON = "depends_on"  # the program says so, and nothing else does
    PROVIDER = "provider"  # it is the provider
    PARENT = "parent"  # it is the parent, and no component
    INSIDE = "inside"  # it is in the component
    PODS = "pods"  # the provider looks at its pods
    SLOT = "slot"  # the engine was busy with as many resources as it takes at once


@dataclass(frozen=True, kw_only=True)
class Waits:
    """What a resource waits for, by URN."""

    before: Mapping[str, Why]  # until it is created
    until: Mapping[str, Why]  # while it is created: its provider isn't done before they are


def waits(graph: Graph) -> Mapping[str, Waits]:
    """What each resource of a graph waits for."""
    inside: dict[str, list[str]] = {}
    for node in graph:
        if node.parent:
            inside.setdefault(node.parent, []).append(node.urn)
    pods = _Pods(graph)
    return {
        node.urn: Waits(
            before=dict(_known(graph, {**_inside(node, inside), **_before(graph, node)})),
            until=dict.fromkeys(pods.behind(node), Why.PODS),
        )
        for node in graph
    }


def is_component(node: Node) -> bool:
    """Whether a resource only groups others: it takes no time of its own."""
    return node.provider is None and not node.type.startswith(PROVIDERS)


def explicit(node: Node) -> frozenset[str]:
    """URNs of what a resource waits for because of `depends_on` alone."""
    return node.dependencies - frozenset[str]().union(*node.references.values())


def _before(graph: Graph, node: Node) -> dict[str, Why]:
    parent = graph.get(node.parent) if node.parent else None
    found: dict[str, Why] = {}
    if parent and is_component(parent):
        found |= {urn: why for urn, why in _before(graph, parent).items() if why is not Why.PROVIDER}
    elif parent:
        found[parent.urn] = Why.PARENT
    found |= dict.fromkeys(explicit(node), Why.DEPENDS_ON)
    if node.provider:
        found[node.provider] = Why.PROVIDER
    return found | dict.fromkeys(node.dependencies - explicit(node), Why.INPUT)


def _inside(node: Node, inside: Mapping[str, list[str]]) -> dict[str, Why]:
    return dict.fromkeys(inside.get(node.urn, ()), Why.INSIDE) if is_component(node) else {}


def _known(graph: Graph, found: Mapping[str, Why]) -> Iterator[tuple[str, Why]]:
    return ((urn, why) for urn, why in found.items() if graph.get(urn))


class _Pods:
    """The Deployments behind Services: pulumi-kubernetes waits until a Service's pods are ready
    (github.com/pulumi/pulumi-kubernetes, `provider/pkg/await/service.go`).
    """

    def __init__(self, graph: Graph) -> None:
        self._deployments = graph.of_type(tokens.KUBERNETES_DEPLOYMENT)

    def behind(self, node: Node) -> Iterator[str]:
        selector = fields(node.get("spec", "selector"))
        if node.type != tokens.KUBERNETES_SERVICE or not selector or _skips(node):
            return
        for deployment in self._deployments:
            labels = fields(deployment.get("spec", "template", "metadata", "labels"))
            if _namespace(deployment) == _namespace(node) and selector.items() <= labels.items():
                yield deployment.urn


def _namespace(node: Node) -> object:
    return (node.provider, node.get("metadata", "namespace"))


def _skips(node: Node) -> bool:
    """https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/#pulumicomskipawait."""
    return fields(node.get("metadata", "annotations")).get("pulumi.com/skipAwait") == "true"
