"""Faults of pods that don't run, as their cluster tells of them."""

from typing import Any

from crosslink.graph import tokens
from crosslink.rules.grade import Grade
from tests.fake_aws.pods import NODE
from tests.faults.change import Change, put, register, together
from tests.faults.cluster import SVC1
from tests.faults.fault import STATE, Fault

DEPLOYMENT = (tokens.KUBERNETES_DEPLOYMENT, SVC1)
DEBUG = "https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/"


def none_ready(*told: dict[str, Any], **status: Any) -> Change:
    """No pod of svc1 is ready; what is said of them."""
    counts = {"replicas": 2.0, "unavailableReplicas": 2.0, **status}
    return together(put(*DEPLOYMENT, "status", value=counts), put(*DEPLOYMENT, "pods", value=list(told)))


def container(state: dict[str, Any], *, last: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A pod whose container is in a state."""
    status = {"name": "svc1", "image": "hashicorp/http-echo:1.0", "ready": False, "restartCount": 0, **more}
    return {
        "status": {
            "phase": "Pending",
            "containerStatuses": [{**status, "state": state, "lastState": last or {}}],
        }
    }


def waiting(reason: str, message: str = "") -> dict[str, Any]:
    """A pod whose container waits."""
    return container({"waiting": {"reason": reason, "message": message}})


def ended(code: int, reason: str) -> dict[str, Any]:
    """A pod whose container ends again and again."""
    told = {"terminated": {"exitCode": float(code), "reason": reason}}
    back_off = {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container=svc1"}
    return container({"waiting": back_off}, last=told, restartCount=7.0)


def init(state: dict[str, Any], *, last: dict[str, Any] | None = None) -> dict[str, Any]:
    """A pod whose init container is in a state."""
    status = {"name": "migrate", "image": "migrate:1", "ready": False, "restartCount": 3.0}
    own = waiting("PodInitializing")["status"]
    return {"status": {**own, "initContainerStatuses": [{**status, "state": state, "lastState": last or {}}]}}


def pending(message: str, reason: str = "Unschedulable") -> dict[str, Any]:
    """A pod that no node takes."""
    condition = {"type": "PodScheduled", "status": "False", "reason": reason, "message": message}
    return {
        "spec": {"nodeName": None},
        "status": {"phase": "Pending", "conditions": [condition], "containerStatuses": []},
    }


def event(reason: str, message: str, *, kind: str = "Pod", name: str = "svc1-7d4b8c9f6-00000") -> Change:
    """A warning about a pod of svc1, or another of its objects."""
    about = {"kind": kind, "name": name, "namespace": "crosslink-apps"}
    return register(
        tokens.EVENT,
        f"{name}.17a",
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": f"{name}.17a", "namespace": "crosslink-apps"},
            "involvedObject": about,
            "type": "Warning",
            "reason": reason,
            "message": message,
            "lastTimestamp": "2026-01-05T09:00:00Z",
        },
        beside=DEPLOYMENT,
    )


def condition(kind: str, status: str, reason: str, message: str) -> dict[str, Any]:
    """A condition of the Deployment's."""
    return {"type": kind, "status": status, "reason": reason, "message": message}


def node(*, ready: str, reason: str) -> Change:
    """The node that the pods are on."""
    told = {
        "type": "Ready",
        "status": ready,
        "reason": reason,
        "message": "Kubelet stopped posting node status.",
    }
    return register(
        tokens.KUBERNETES_NODE,
        NODE,
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE}, "status": {"conditions": [told]}},
        beside=DEPLOYMENT,
    )


GATE = "target-health.elbv2.k8s.aws/k8s-apps-svc1-0a1b2c3d4e"
UNMET = {
    "type": GATE,
    "status": "False",
    "reason": "Target.FailedHealthChecks",
    "message": "Health checks failed",
}


def gated(*conditions: dict[str, Any]) -> dict[str, Any]:
    """A pod whose containers are ready, and which waits for the ALB."""
    ready = container({"running": {}}, ready=True)["status"]
    told = [{"type": "ContainersReady", "status": "True"}, {"type": "Ready", "status": "False"}, *conditions]
    return {
        "spec": {"readinessGates": [{"conditionType": GATE}]},
        "status": {**ready, "phase": "Running", "conditions": told},
    }


def _state(name: str, rule: str, change: Change, source: str = DEBUG) -> Fault:
    return Fault(name=name, change=change, rule=rule, planned=STATE, source=source)


CREATED = (
    _state(
        "quota refuses pods",
        "pods-are-created",
        none_ready(
            replicas=0.0,
            conditions=[
                condition(
                    "ReplicaFailure",
                    "True",
                    "FailedCreate",
                    'pods "svc1-7d4b8c9f6-" is forbidden: exceeded quota: team, requested: cpu=1, used: '
                    "cpu=2, limited: cpu=2",
                )
            ],
        ),
        "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
    ),
    _state(
        "admission refuses pods, as an event tells",
        "pods-are-created",
        together(
            none_ready(replicas=0.0),
            event(
                "FailedCreate",
                'pods "svc1-7d4b8c9f6-" is forbidden: violates PodSecurity "restricted:v1.36": privileged',
                kind="ReplicaSet",
                name="svc1-7d4b8c9f6",
            ),
        ),
    ),
    _state(
        "scheduler finds no node",
        "pods-are-placed",
        none_ready(pending("0/3 nodes are available: 3 Insufficient memory.")),
    ),
    _state(
        "pods wait for somebody who lets them be scheduled",
        "pods-are-placed",
        none_ready(pending("Scheduling is blocked due to non-empty scheduling gates", "SchedulingGated")),
        "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-scheduling-readiness/",
    ),
    _state(
        "pods' node isn't ready",
        "nodes-are-ready",
        together(none_ready(), node(ready="Unknown", reason="NodeStatusUnknown")),
        "https://kubernetes.io/docs/concepts/architecture/nodes/#condition",
    ),
    _state(
        "pods' node is gone",
        "nodes-are-ready",
        none_ready({"spec": {"nodeName": "i-0fedcba9876543210"}}),
    ),
)
STARTED = (
    *(
        _state(
            f"image isn't pulled: {reason}",
            "image-is-pulled",
            none_ready(waiting(reason, f'failed to pull "hashicorp/http-echo:9": {message}')),
        )
        for reason, message in (
            ("ErrImagePull", "dial tcp 3.94.35.164:443: i/o timeout"),
            ("ImagePullBackOff", "Back-off pulling image"),
            ("InvalidImageName", "couldn't parse image name"),
        )
    ),
    _state(
        "pods' ConfigMap is missing",
        "containers-are-made",
        none_ready(waiting("CreateContainerConfigError", 'configmap "settings" not found')),
    ),
    _state(
        "pods' command isn't in the image",
        "containers-are-made",
        none_ready(waiting("RunContainerError", 'exec: "serve": executable file not found in $PATH')),
    ),
    _state(
        "pods' volume isn't mounted",
        "containers-are-made",
        together(
            none_ready(waiting("ContainerCreating")),
            event("FailedMount", 'MountVolume.SetUp failed for volume "cert": secret "cert" not found'),
        ),
    ),
    _state(
        "subnet has no free address for pods",
        "containers-are-made",
        together(
            none_ready(waiting("ContainerCreating")),
            event("FailedCreatePodSandBox", "failed to assign an IP address to container"),
        ),
    ),
    _state("container ends with an error", "containers-keep-running", none_ready(ended(1, "Error"))),
    _state("container runs out of memory", "containers-keep-running", none_ready(ended(137, "OOMKilled"))),
    _state(
        "container has nothing to do",
        "containers-keep-running",
        none_ready(container({"terminated": {"exitCode": 0.0, "reason": "Completed"}}, restartCount=2.0)),
    ),
    _state(
        "init container doesn't end",
        "init-containers-end",
        none_ready(init({"running": {"startedAt": "2026-01-05T09:00:00Z"}})),
    ),
    _state(
        "init container fails",
        "init-containers-end",
        none_ready(
            init(
                {"waiting": {"reason": "CrashLoopBackOff"}},
                last={"terminated": {"exitCode": 2.0, "reason": "Error"}},
            )
        ),
    ),
)
READY = (
    _state(
        "pods don't answer their probe",
        "pods-answer-their-probes",
        together(
            none_ready(),
            event("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 404"),
        ),
    ),
    _state("ALB's readiness gate isn't met", "readiness-gates-are-met", none_ready(gated(UNMET))),
    _state("nobody sets the pods' readiness gate", "readiness-gates-are-met", none_ready(gated())),
    _state(
        "pods are evicted",
        "pods-stay-on-their-nodes",
        none_ready(
            {
                "status": {
                    "phase": "Failed",
                    "reason": "Evicted",
                    "message": "The node was low on resource: memory.",
                    "containerStatuses": [],
                }
            }
        ),
    ),
    _state(
        "pods are being deleted for ever",
        "pods-stay-on-their-nodes",
        none_ready({"metadata": {"deletionTimestamp": "2026-01-05T09:00:00Z"}}),
    ),
    _state(
        "new version doesn't come, and the old is gone",
        "rollout-goes-on",
        none_ready(
            conditions=[
                condition(
                    "Progressing", "False", "ProgressDeadlineExceeded", 'ReplicaSet "svc1" has timed out'
                )
            ]
        ),
    ),
)

ONE = {"replicas": 2.0, "readyReplicas": 1.0, "availableReplicas": 1.0}
NOT_ALL = tuple(
    Fault(name=name, change=change, rule=rule, planned=STATE, grade=Grade.REDUNDANCY)
    for name, rule, change in (
        ("one of two pods isn't ready", "another-pod-is-ready", put(*DEPLOYMENT, "status", value=ONE)),
        (
            "one of two pods can't pull the image",
            "image-is-pulled",
            none_ready(waiting("ImagePullBackOff", "Back-off pulling image"), **ONE),
        ),
        (
            "one of two pods finds no node",
            "pods-are-placed",
            none_ready(pending("0/2 nodes are available: 2 Too many pods."), **ONE),
        ),
    )
)
ENDPOINTS = (
    _state(
        "Service hasn't found its pods",
        "service-has-ready-endpoints",
        put(tokens.KUBERNETES_SERVICE, SVC1, "withoutEndpoints", value=True),
        "https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/",
    ),
)

FAULTS = CREATED + STARTED + READY + NOT_ALL + ENDPOINTS
