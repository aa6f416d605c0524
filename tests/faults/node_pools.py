"""Faults of the node pools that pods take: their limits, their zones, their taints, and their cluster's."""

from typing import Any

from crosslink.graph import tokens
from crosslink.rules.grade import Grade
from tests.faults.change import Change, drop, edit, put, together
from tests.faults.fault import CannotKnow, Fault
from tests.faults.pod_settings import affinity

CLUSTER = (tokens.EKS_CLUSTER, "*")
POOL, BESIDE = (tokens.NODE_POOL, "*-arm64"), (tokens.NODE_POOL, "*-amd64")
PODS = (tokens.KUBERNETES_DEPLOYMENT, "crosslink-apps-search", "spec", "template", "spec")
ZONE, ZONE_ID = "topology.kubernetes.io/zone", "topology.k8s.aws/zone-id"
KARPENTER = "https://karpenter.sh/docs/concepts/nodepools/"
AWS = "https://docs.aws.amazon.com/eks/latest/userguide"


def limits(**most: object) -> Change:
    """What all nodes of the pool for arm64 have together at most."""
    return put(*POOL, "spec", "limits", value=most)


def requires(key: str, *values: str, operator: str = "In") -> Change:
    """One more requirement of the pool for arm64."""

    def how(pool: Any) -> None:
        asked = {"key": key, "operator": operator, "values": list(values)}
        pool["spec"]["template"]["spec"]["requirements"].append(asked)

    return edit(*POOL, how)


def asks(**requests: str) -> Change:
    """What each pod asks for."""
    return put(*PODS, "containers", 0, "resources", value={"requests": requests})


def taint(effect: str) -> Change:
    """A taint of the pool for arm64."""
    told = [{"key": "team", "value": "batch", "effect": effect}]
    return put(*POOL, "spec", "template", "spec", "taints", value=told)


def _fault(name: str, rule: str, change: Change, **more: Any) -> Fault:
    return Fault(name=name, rule=rule, change=change, **{"stack": "arm64", "source": KARPENTER, **more})


NO_NODE = tuple(
    _fault(name, "a-node-pool-fits-the-pods", change)
    for name, change in (
        ("node pool may have less memory than its smallest node", limits(memory="1Gi")),
        ("node pool may have less memory than a machine of its categories", limits(cpu="100", memory="3Gi")),
        ("node pool may have one core", limits(cpu=1.0)),
        ("node pool may have no node", limits(nodes="0")),
        ("node pool may have less than a pod asks for", together(limits(cpu="4"), asks(cpu="6"))),
        ("node pool has a taint", taint("NoSchedule")),
        ("node pool has a taint that drives pods out", taint("NoExecute")),
        (
            "built-in node pool for all pods is switched off, and the own one has no room",
            together(
                put(*CLUSTER, "computeConfig", "nodePools", value=["system"]),
                put(*PODS, "nodeSelector", value=None),
                limits(cpu="1"),
                put(*BESIDE, "spec", "limits", value={"cpu": "1"}),
            ),
        ),
    )
)
TOO_FEW = tuple(
    _fault(name, "node-pools-have-room", change, grade=Grade.REDUNDANCY)
    for name, change in (
        ("node pool may have one node", limits(nodes="1")),
        ("node pool may have less than two nodes", limits(cpu="3")),
        ("node pool has room for two of three pods", together(limits(cpu="10"), asks(cpu="4"))),
        (
            "two node pools have room for less than three pods together",
            together(
                limits(memory="16Gi"),
                put(*BESIDE, "spec", "limits", value={"memory": "16Gi"}),
                put(*CLUSTER, "computeConfig", "nodePools", value=["system"]),
                put(*PODS, "nodeSelector", value=None),
                asks(memory="12Gi"),
            ),
        ),
    )
)
ONE_ZONE = tuple(
    _fault(name, "pods-can-run-in-two-zones", change, grade=Grade.REDUNDANCY)
    for name, change in (
        ("the only node pool is in one zone", requires(ZONE, "us-east-1b")),
        ("the only node pool is in one zone, by its id", requires(ZONE_ID, "use1-az2")),
        ("pods take one zone", put(*PODS, "nodeSelector", ZONE, value="us-east-1c")),
        (
            "node subnets are in one zone",
            put(tokens.SUBNET, "*-nodes-use1-az2", "availabilityZoneId", value="use1-az1"),
        ),
    )
)

FAULTS: tuple[Fault, ...] = (
    *NO_NODE,
    *TOO_FEW,
    *ONE_ZONE,
    _fault(
        "node pool leaves one of two zones out",
        "pods-can-run-in-two-zones",
        requires(ZONE, "us-east-1b", operator="NotIn"),
        preview=CannotKnow("zones have their names once AWS has made the subnets"),
    ),
    _fault(
        "node pool is in a zone without node subnets",
        "pods-can-run-in-two-zones",
        requires(ZONE_ID, "use1-az6"),
        grade=None,
    ),
    _fault(
        "pods take one zone by affinity",
        "pods-can-run-in-two-zones",
        affinity(ZONE_ID, "use1-az1"),
        stack="dev",
        grade=Grade.REDUNDANCY,
    ),
    _fault(
        "no built-in node pool is there for the pods",
        "a-node-pool-fits-the-pods",
        together(drop(tokens.NODE_POOL), put(*CLUSTER, "computeConfig", "nodePools", value=["system"])),
        stack="dev",
        source=f"{AWS}/set-builtin-node-pools.html",
    ),
)
