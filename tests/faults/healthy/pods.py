"""Services and pods as teams run them."""

from typing import Any

from crosslink.graph import tokens
from tests.faults.change import Change, annotate, edit, ignore, put, register, together
from tests.faults.cluster import SVC1, container
from tests.faults.healthy.variation import Variation

KUBERNETES = "https://kubernetes.io/docs/concepts"
NAMESPACE = (tokens.NAMESPACE, "crosslink-apps")
CLUSTER_TYPES = (
    tokens.NAMESPACE,
    tokens.INGRESS,
    tokens.INGRESS_CLASS,
    tokens.INGRESS_CLASS_PARAMS,
    tokens.KUBERNETES_SERVICE,
    tokens.KUBERNETES_DEPLOYMENT,
)


SECURED = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
"""What the standard of the namespace asks of each container."""


def _sidecar_first(deployment: Any) -> None:
    containers = deployment["spec"]["template"]["spec"]["containers"]
    ports = [{"containerPort": 15001.0}]
    containers.insert(0, {"name": "proxy", "image": "envoy", "ports": ports, "securityContext": SECURED})


def _mesh(deployment: Any) -> None:
    """A native sidecar, which runs beside the containers, and a container of another kind."""
    pod = deployment["spec"]["template"]["spec"]
    own = {"image": "envoy", "securityContext": SECURED}
    proxy = {**own, "name": "mesh", "ports": [{"containerPort": 15001.0, "name": "proxy"}]}
    pod["initContainers"] = [{**proxy, "restartPolicy": "Always"}]
    pod["containers"].append({**own, "name": "metrics", "ports": [{"containerPort": 9090.0}]})


def _metrics_first(service: Any) -> None:
    service["spec"]["ports"].insert(0, {"name": "metrics", "port": 9090.0, "targetPort": 9090.0})


def _helm(kind: str) -> Change:
    return together(
        annotate(kind, "*", "meta.helm.sh/release-name", "apps"),
        put(kind, "*", "metadata", "labels", "app.kubernetes.io/managed-by", value="Helm"),
    )


def status(**counts: float) -> Change:
    """How many pods of svc1 there are, and how many of them are how."""
    return put(tokens.KUBERNETES_DEPLOYMENT, SVC1, "status", value={"observedGeneration": 2.0, **counts})


def of_the_namespace(type_: str, spec: dict[str, Any]) -> Change:
    """An object in the services' namespace."""
    return register(
        type_,
        "team",
        {
            "apiVersion": type_.removeprefix("kubernetes:").removeprefix("core/").rpartition(":")[0],
            "kind": type_.rpartition(":")[2],
            "metadata": {"namespace": "crosslink-apps", "name": "team"},
            "spec": spec,
        },
        beside=NAMESPACE,
        waits=[NAMESPACE],
    )


SCALER = {
    "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "svc1"},
    "minReplicas": 2.0,
    "maxReplicas": 10.0,
}

VARIATIONS = (
    Variation(
        name="a sidecar is the first container",
        change=edit(tokens.KUBERNETES_DEPLOYMENT, "*-svc1", _sidecar_first),
    ),
    Variation(
        name="a mesh has a native sidecar, and a second container runs",  # H08
        change=edit(tokens.KUBERNETES_DEPLOYMENT, "*", _mesh),
        source=f"{KUBERNETES}/workloads/pods/sidecar-containers/",
    ),
    Variation(
        name="a Service has its metrics' port first",  # H37
        change=edit(tokens.KUBERNETES_SERVICE, SVC1, _metrics_first),
    ),
    Variation(
        name="readiness is told by a command, and a startup probe waits",  # H35
        change=container(
            readinessProbe={"exec": {"command": ["/bin/ready"]}},
            startupProbe={"httpGet": {"path": "/", "port": "http"}},
        ),
        unknown=("probe-asks-the-container",),  # liveness asks with a Host, and nobody knows before it runs
    ),
    Variation(
        name="an autoscaler owns the replicas",  # H19
        change=together(
            put(tokens.KUBERNETES_DEPLOYMENT, SVC1, "spec", "replicas", value=None),
            status(replicas=7.0, updatedReplicas=7.0, readyReplicas=7.0, availableReplicas=7.0),
            of_the_namespace(tokens.AUTOSCALER, SCALER),
        ),
        source="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
    ),
    Variation(
        name="an autoscaler takes over the number of before",
        change=together(
            ignore(tokens.KUBERNETES_DEPLOYMENT, SVC1, "spec.replicas"),
            of_the_namespace(tokens.AUTOSCALER, SCALER),
        ),
        source="https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership",
    ),
    Variation(
        name="a rollout is under way",  # H27
        change=status(replicas=3.0, updatedReplicas=1.0, readyReplicas=2.0, availableReplicas=2.0),
    ),
    Variation(
        name="one of two pods isn't ready",  # H28
        change=status(replicas=2.0, updatedReplicas=2.0, readyReplicas=1.0, availableReplicas=1.0),
        degraded=("another-pod-is-ready",),
    ),
    Variation(
        name="the namespace has a quota and limits",  # H45
        change=together(
            of_the_namespace("kubernetes:core/v1:ResourceQuota", {"hard": {"pods": "100"}}),
            of_the_namespace(
                "kubernetes:core/v1:LimitRange",
                {"limits": [{"type": "Container", "default": {"memory": "512Mi"}}]},
            ),
        ),
    ),
    Variation(
        name="Helm has labelled everything",  # H18
        change=together(*map(_helm, CLUSTER_TYPES)),
    ),
)
