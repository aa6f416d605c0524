"""The Services and Deployments of somebody else that Ingresses lead to."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from crosslink.graph import tokens
from crosslink.graph.node import Node
from crosslink.graph.unknown import visible
from crosslink.path.read_by_pods import named_by


def existing_services(nodes: Iterable[Node]) -> list[Node]:
    """What an Ingress names in a namespace of which the record has nothing else, running as it should be."""
    nodes = list(nodes)
    own = {
        (node.provider, node.get("metadata", "namespace") or node.get("metadata", "name"))
        for node in nodes
        if node.type in (tokens.NAMESPACE, tokens.KUBERNETES_SERVICE, tokens.KUBERNETES_DEPLOYMENT)
    }
    ingresses = [
        node
        for node in nodes
        if node.type == tokens.INGRESS and (node.provider, node.get("metadata", "namespace")) not in own
    ]
    made = {
        node.urn: node
        for ingress in ingresses
        for name, port in _services(ingress)
        for node in _running(ingress, name, port)
    }
    return list(made.values())


def objects_read(nodes: Iterable[Node]) -> list[Node]:
    """The ConfigMaps and Secrets that the stack's pods name and that it doesn't make."""
    nodes = list(nodes)
    made = {(node.type, node.get("metadata", "name")) for node in nodes}
    pods = [node for node in nodes if node.type == tokens.KUBERNETES_DEPLOYMENT]
    return [
        _made(
            deployment,
            named.type,
            {"namespace": deployment.get("metadata", "namespace"), "name": named.name},
            {},
        )
        for deployment in pods
        for named in visible(named_by(deployment.get("spec", "template", "spec")))
        if (named.type, named.name) not in made
    ]


def _services(ingress: Node) -> Iterator[tuple[str, dict[str, Any]]]:
    for rule in ingress.get("spec", "rules") or []:
        for path in (rule.get("http") or {}).get("paths", []):
            service = path["backend"]["service"]
            if "name" not in service["port"] or service["port"]["name"] != "use-annotation":
                yield service["name"], service["port"]


def _running(ingress: Node, name: str, port: dict[str, Any]) -> Iterator[Node]:
    """A Service with its namespace, and with pods behind it."""
    namespace = ingress.get("metadata", "namespace")
    inside = {"namespace": namespace, "name": name}
    labels = {"app": name}
    listens = {
        "port": port.get("number", 80),
        "targetPort": 8080,
        **({"name": port["name"]} if "name" in port else {}),
    }
    container = {"name": "app", "image": f"example/{name}:1", "ports": [{"containerPort": 8080}]}
    pods = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    deployment = {"replicas": 2, "selector": {"matchLabels": labels}, "template": pods}
    yield _made(ingress, tokens.NAMESPACE, {"name": namespace}, {})
    yield _made(ingress, tokens.KUBERNETES_SERVICE, inside, {"selector": labels, "ports": [listens]})
    yield _made(ingress, tokens.KUBERNETES_DEPLOYMENT, inside, deployment)


def _made(ingress: Node, type_: str, metadata: dict[str, Any], spec: dict[str, Any]) -> Node:
    id_ = "/".join(metadata.values())
    version = type_.removeprefix("kubernetes:").rpartition(":")[0].removeprefix("core/")
    return replace(
        ingress,
        urn=f"existing|{type_}|{ingress.provider}|{id_}",
        type=type_,
        name=metadata["name"],
        id=id_,
        properties={
            "apiVersion": version,
            "kind": type_.rpartition(":")[2],
            "metadata": metadata,
            "spec": spec,
        },
        references={},
        dependencies=frozenset(),
    )
