"""The Kubernetes API of a cluster."""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping

from crosslink.graph import tokens
from crosslink.graph.node import Node
from crosslink.graph.unknown import NotKnownError
from tests.fake_aws import pods
from tests.fake_aws.world import Answer, World, whole

Get = Callable[[str], tuple[int, bytes]]
"""What the API answers to GET of a path: status and body."""

_PROVIDER = "pulumi:providers:kubernetes"
_PATH = re.compile(
    r"/(?:api|apis/(?P<group>[^/]+))/(?P<version>[^/]+)"
    r"(?:/namespaces/(?P<namespace>[^/]+)(?=/))?/(?P<plural>[^/]+)(?:/(?P<name>[^/]+))?"
)
_PLAYED = ("albRules", "albState", "podTargets", "pods", "withoutEndpoints")
"""What a fault says of the load balancer and of the pods in an object's properties: no part of the object."""
_PLURALS: Mapping[str, str] = {
    tokens.AUTOSCALER: "horizontalpodautoscalers",
    tokens.CONFIG_MAP: "configmaps",
    tokens.CONTROLLER_CLASS_PARAMS: "ingressclassparams",
    tokens.DISRUPTION_BUDGET: "poddisruptionbudgets",
    tokens.ENDPOINT_SLICE: "endpointslices",
    tokens.EVENT: "events",
    tokens.INGRESS: "ingresses",
    tokens.INGRESS_CLASS: "ingressclasses",
    tokens.INGRESS_CLASS_PARAMS: "ingressclassparams",
    tokens.KUBERNETES_DEPLOYMENT: "deployments",
    tokens.KUBERNETES_NODE: "nodes",
    tokens.KUBERNETES_SERVICE: "services",
    tokens.LIMIT_RANGE: "limitranges",
    tokens.NAMESPACE: "namespaces",
    tokens.NETWORK_POLICY: "networkpolicies",
    tokens.NODE_POOL: "nodepools",
    tokens.POD: "pods",
    tokens.RESOURCE_QUOTA: "resourcequotas",
    tokens.SERVICE_ACCOUNT: "serviceaccounts",
}


def connect(world: World, kubeconfig: str, denied: Collection[str]) -> Get:
    """Gets into the cluster that a kubeconfig names.

    Args:
        world: the resources.
        kubeconfig: as JSON.
        denied: what nobody may get, such as "kubernetes:ingresses".

    Raises:
        NotKnownError: nothing answers at its address.
    """
    server = _server(kubeconfig)
    if server not in [node.get("endpoint") for node in world.of(tokens.EKS_CLUSTER)]:
        message = f"the cluster's API at {server} doesn't answer"
        raise NotKnownError(message)
    objects = list(_objects(world, server))

    def get(path: str) -> tuple[int, bytes]:
        status, answer = _answer(objects, path, denied)
        return status, json.dumps(answer).encode()

    return get


def _server(kubeconfig: str) -> str:
    return json.loads(kubeconfig)["clusters"][0]["cluster"]["server"]


def _objects(world: World, server: str) -> Iterator[tuple[str, Answer]]:
    """Plural and content of each object of a cluster, and of what it makes itself."""
    providers = [node.urn for node in world.of(_PROVIDER) if _server(node.get("kubeconfig")) == server]
    found = [
        (node, plural, _object(node))
        for type_, plural in _PLURALS.items()
        for node in world.of(type_)
        if node.provider in providers
    ]
    running = [
        pod
        for node, _plural, content in found
        if node.type == tokens.KUBERNETES_DEPLOYMENT
        for pod in pods.pods_of(node, content)
    ]
    yield from ((plural, content) for _node, plural, content in found)
    yield from (("pods", pod) for pod in running)
    if not any(node.type == tokens.KUBERNETES_NODE for node, _plural, _content in found):
        yield "nodes", pods.node()
    for node, _plural, content in found:
        if node.type == tokens.KUBERNETES_SERVICE and not node.get("withoutEndpoints"):
            yield from (("endpointslices", slice_) for slice_ in pods.slices_of(content, running))


def _object(node: Node) -> Answer:
    known = whole({name: value for name, value in node.properties.items() if name not in _PLAYED})
    if node.type == tokens.KUBERNETES_DEPLOYMENT and "status" not in known:
        known["status"] = pods.status_of(known)
    return known


def _answer(objects: list[tuple[str, Answer]], path: str, denied: Collection[str]) -> tuple[int, Answer]:
    """The list of a kind, in a namespace or everywhere, or one object."""
    asked = _PATH.fullmatch(path)
    if asked is None or asked["plural"] not in _PLURALS.values():
        return _status(404, "NotFound")
    if f"kubernetes:{asked['plural']}" in denied:
        return _status(403, "Forbidden")
    version = "/".join(filter(None, (asked["group"], asked["version"])))
    items = [
        item
        for plural, item in objects
        if (plural, item["apiVersion"]) == (asked["plural"], version)
        if asked["namespace"] in (None, item["metadata"].get("namespace"))
    ]
    if name := asked["name"]:
        named = [item for item in items if item["metadata"]["name"] == name]
        return (200, named[0]) if named else _status(404, "NotFound")
    if asked["plural"] != "ingressclassparams":  # in a list, only custom resources say what they are
        items = [{key: item[key] for key in item if key not in ("apiVersion", "kind")} for item in items]
    return 200, {"apiVersion": version, "kind": "List", "metadata": {"resourceVersion": "1"}, "items": items}


def _status(code: int, reason: str) -> tuple[int, Answer]:
    return code, {"apiVersion": "v1", "kind": "Status", "status": "Failure", "reason": reason, "code": code}
