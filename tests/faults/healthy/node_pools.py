"""Node pools that have room for the pods, in two zones."""

from tests.faults.change import put, together
from tests.faults.healthy.variation import Variation
from tests.faults.node_pools import (
    AWS,
    BESIDE,
    CLUSTER,
    KARPENTER,
    PODS,
    ZONE,
    ZONE_ID,
    limits,
    requires,
    taint,
)

TOLERATION = {"key": "team", "operator": "Equal", "value": "batch", "effect": "NoSchedule"}

VARIATIONS = (
    Variation(
        name="node pool has limits with room for all pods",
        change=limits(cpu="100", memory="400Gi", nodes="20"),
        stack="arm64",
        source=KARPENTER,
    ),
    Variation(
        name="a node pool without room is beside the one that the pods take",
        change=put(*BESIDE, "spec", "limits", value={"cpu": "0"}),
        stack="arm64",
        source=KARPENTER,
    ),
    Variation(
        name="the built-in node pool stands in for one without room",
        change=together(
            put(*PODS, "nodeSelector", value={"kubernetes.io/arch": "amd64"}),
            put(*BESIDE, "spec", "limits", value={"memory": "1Gi"}),
        ),
        stack="arm64",
        source=f"{AWS}/set-builtin-node-pools.html",
    ),
    Variation(
        name="the built-in node pool for add-ons is switched off",
        change=put(*CLUSTER, "computeConfig", "nodePools", value=["general-purpose"]),
        source=f"{AWS}/set-builtin-node-pools.html",
    ),
    Variation(
        name="node pool names both zones",
        change=requires(ZONE, "us-east-1b", "us-east-1c"),
        stack="arm64",
        blind=("preview",),
        source=KARPENTER,
    ),
    Variation(
        name="node pool names both zones by their ids",
        change=requires(ZONE_ID, "use1-az1", "use1-az2"),
        stack="arm64",
        source=KARPENTER,
    ),
    Variation(
        name="pods tolerate the node pool's taint",
        change=together(taint("NoSchedule"), put(*PODS, "tolerations", value=[TOLERATION])),
        stack="arm64",
        source=KARPENTER,
    ),
    Variation(
        name="node pool has a taint that pods would rather not take",
        change=taint("PreferNoSchedule"),
        stack="arm64",
        source=KARPENTER,
    ),
)
