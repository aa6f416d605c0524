"""The pods, their endpoints and their node, as a cluster makes them of a Deployment.

A Deployment's `status` says how many there are and are ready; its property `pods` what else is said, such as
`{"status": {…}, "spec": {…}, "metadata": {…}}`, each in the place of one that isn't ready.
"""

from collections.abc import Iterator
from typing import Any

from crosslink.graph.node import Node
from tests.fake_aws.world import Answer, whole

NODE = "i-0a1b2c3d4e5f60718"
"""The name of the node that all pods are on, unless they say another."""
_HASH = "7d4b8c9f6"
COUNTS = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")


def status_of(deployment: Answer) -> Answer:
    """The status of a Deployment whose pods run."""
    return {"observedGeneration": 1} | dict.fromkeys(COUNTS, deployment["spec"].get("replicas", 1))


def pods_of(node: Node, deployment: Answer) -> Iterator[Answer]:
    """The pods of a Deployment, those that are ready first."""
    status = deployment["status"]
    ready = max(status.get("readyReplicas", 0), status.get("availableReplicas", 0))
    told: list[Any] = whole(node.get("pods") or [])
    others = max(status.get("replicas", 0) - ready, len(told))
    for number in range(ready + others):
        own = told[number - ready] if ready <= number < ready + len(told) else {}
        yield _pod(deployment, number, own, ready=number < ready)


def _pod(deployment: Answer, number: int, own: Answer, *, ready: bool) -> Answer:
    template, metadata = deployment["spec"]["template"], deployment["metadata"]
    name = f"{metadata['name']}-{_HASH}-{number:05}"
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"{metadata['name']}-{_HASH}"}
    spec = {**template["spec"], "nodeName": NODE, **own.get("spec", {})}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": metadata["namespace"],
            "labels": template["metadata"]["labels"],
            "ownerReferences": [owner],
            **own.get("metadata", {}),
        },
        "spec": {key: value for key, value in spec.items() if value is not None},
        "status": {**_running(spec, ready=ready), **own.get("status", {})},
    }


def _running(spec: Answer, *, ready: bool) -> Answer:
    told = "True" if ready else "False"
    why: Answer = (
        {} if ready else {"reason": "ContainersNotReady", "message": "containers with unready status"}
    )
    of_containers = [
        {
            "name": container["name"],
            "image": container["image"],
            "ready": ready,
            "started": ready,
            "restartCount": 0,
            "state": {"running": {"startedAt": "2026-01-05T09:00:00Z"}},
            "lastState": {},
        }
        for container in spec["containers"]
    ]
    return {
        "phase": "Running",
        "conditions": [
            {"type": "PodScheduled", "status": "True"},
            {"type": "Initialized", "status": "True"},
            {"type": "ContainersReady", "status": told, **why},
            {"type": "Ready", "status": told, **why},
        ],
        "containerStatuses": of_containers,
    }


def slices_of(service: Answer, pods: list[Answer]) -> Iterator[Answer]:
    """The EndpointSlice of a Service: an endpoint for each pod that it selects."""
    selector = service["spec"].get("selector") or {}
    metadata = service["metadata"]
    own = [
        pod
        for pod in pods
        if pod["metadata"]["namespace"] == metadata["namespace"]
        if selector and selector.items() <= pod["metadata"]["labels"].items()
    ]
    endpoints = [
        {
            "addresses": [f"10.20.32.{20 + number}"],
            "conditions": {"ready": {"type": "Ready", "status": "True"} in pod["status"]["conditions"]},
            "targetRef": {"kind": "Pod", "name": pod["metadata"]["name"]},
        }
        for number, pod in enumerate(own)
    ]
    yield {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "addressType": "IPv4",
        "metadata": {
            "name": f"{metadata['name']}-x7k2p",
            "namespace": metadata["namespace"],
            "labels": {"kubernetes.io/service-name": metadata["name"]},
        },
        "endpoints": endpoints,
        "ports": [
            {"name": port.get("name", ""), "port": port["port"]} for port in service["spec"].get("ports", [])
        ],
    }


def node() -> Answer:
    """The node that pods are on."""
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": NODE, "labels": {"kubernetes.io/arch": "amd64"}},
        "spec": {},
        "status": {"conditions": [ready]},
    }
