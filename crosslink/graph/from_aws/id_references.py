"""Which resources name which: AWS answers with ids, ARNs and service names."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from crosslink.graph import tokens
from crosslink.graph.node import Node, texts_in


def connected(nodes: Iterable[Node]) -> list[Node]:
    """The resources with their references filled in.

    A property refers to every resource whose id, ARN or service name is somewhere in its value. Objects in
    Kubernetes are not found so: they go by names, which aren't unique.
    """
    by_urn = {node.urn: node for node in nodes}
    named = _names(by_urn.values())
    return [_connect(node, named) for node in by_urn.values()]


def _names(nodes: Iterable[Node]) -> Mapping[str, frozenset[str]]:
    """Id, ARN or service name → URNs: a peering and its acceptance share one, and an ALB and its Ingress."""
    ingresses = {
        node.get("status", "loadBalancer", "ingress", 0, "hostname"): node.urn
        for node in nodes
        if node.type == tokens.INGRESS
    }
    named: dict[str, frozenset[str]] = {}
    for node in nodes:
        if node.type.startswith("kubernetes:"):
            continue
        urns = {node.urn}
        if node.type == tokens.LOAD_BALANCER and node.get("dnsName") in ingresses:
            # An Ingress tells the host name of the ALB that comes from it, not the ARN.
            urns.add(ingresses[node.get("dnsName")])
        for name in node.names():
            named[name] = named.get(name, frozenset()) | urns
    return named


def _connect(node: Node, named: Mapping[str, frozenset[str]]) -> Node:
    references = dict(node.references)
    for property_, value in node.properties.items():
        urns = frozenset(urn for text in texts_in(value) for urn in named.get(text, ())) - {node.urn}
        if urns:
            references[property_] = references.get(property_, frozenset()) | urns
    return replace(node, references=references, dependencies=frozenset[str]().union(*references.values()))
