"""The nodes of a cluster in Auto Mode beyond those of its built-in node pools."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi import CustomTimeouts, ResourceOptions
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from settings.pods import Architecture

NAME = "crosslink"
NODE_CLASS, NODE_POOL = ("eks.amazonaws.com/v1", "NodeClass"), ("karpenter.sh/v1", "NodePool")
BUILT_IN_CLASS = "default"
BUILT_IN: frozenset[Architecture] = frozenset({"amd64"})
"""Processors of the built-in node pool for all pods; the other one, `system`, has a taint."""
WEIGHTS: Mapping[Architecture, int | None] = {"amd64": 10, "arm64": None}
"""Of the node pools that fit a pod, the one of most weight gets it; a built-in one has none. So a pod that
doesn't say what its image is built for gets a node of amd64, as it would without these node pools
(https://karpenter.sh/docs/concepts/nodepools/#specweight)."""
REQUIREMENTS: Sequence[Mapping[str, object]] = (
    {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["on-demand"]},
    {"key": "eks.amazonaws.com/instance-category", "operator": "In", "values": ["c", "m", "r"]},
    {"key": "eks.amazonaws.com/instance-generation", "operator": "Gt", "values": ["4"]},
)
"""As those of the built-in node pool `general-purpose`, and so is what follows
(https://docs.aws.amazon.com/eks/latest/userguide/set-builtin-node-pools.html)."""
DISRUPTION: Mapping[str, object] = {
    "consolidationPolicy": "WhenEmptyOrUnderutilized",
    "consolidateAfter": "30s",
    "budgets": [{"nodes": "10%"}],
}
EXPIRE_AFTER, GRACE = "336h", "24h"
DRAINED = "30m"
"""How long the nodes of a pool may take to drain when it is deleted."""


@dataclass(frozen=True, kw_only=True)
class NodePoolsArgs:
    """Arguments of NodePools.

    Args:
        architectures: processors that the images of pods are built for.
        tags: tags of the nodes and their volumes; none for those of the built-in node class.
        role_name: name of the cluster's own node role: it has its access entry, another would need one.
        subnet_ids: ids of the node subnets.
        security_group_id: id of the cluster's security group, which its built-in nodes have, too.
        may_tag: the policy that lets the cluster tag what it makes; None without tags.
    """

    architectures: Collection[Architecture]
    tags: Mapping[str, str]
    role_name: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    may_tag: pulumi.Resource | None


class NodePools(pulumi.ComponentResource):
    """A node pool per architecture, and a node class with tags for them, if there are tags.

    Part of the path: below the pods. The built-in node pool `general-purpose` stays beside them. A pool that
    is deleted waits for its nodes, and a class for its pools.

    Outputs:
        pools: the node pools.

    Sources:
        https://docs.aws.amazon.com/eks/latest/userguide/create-node-class.html
        https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html
    """

    pools: list[CustomResource]

    def __init__(self, name: str, args: NodePoolsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:provider:NodePools", name, None, opts)
        api_version, kind = NODE_CLASS
        node_class = (
            CustomResource(
                name,
                api_version=api_version,
                kind=kind,
                metadata=ObjectMetaArgs(name=NAME),
                spec={
                    "role": args.role_name,
                    "subnetSelectorTerms": [{"id": subnet} for subnet in args.subnet_ids],
                    "securityGroupSelectorTerms": [{"id": args.security_group_id}],
                    "tags": dict(args.tags),
                },
                opts=ResourceOptions(
                    parent=self,
                    depends_on=[args.may_tag] if args.may_tag else None,
                    custom_timeouts=CustomTimeouts(delete=DRAINED),
                ),
            )
            if args.tags
            else None
        )
        self.pools = [
            self._pool(f"{name}-{architecture}", architecture, node_class)
            for architecture in WEIGHTS
            if architecture in args.architectures or architecture in BUILT_IN
        ]
        self.register_outputs({})

    def _pool(
        self, name: str, architecture: Architecture, node_class: CustomResource | None
    ) -> CustomResource:
        api_version, kind = NODE_POOL
        class_version, class_kind = NODE_CLASS
        weight = WEIGHTS[architecture]
        return CustomResource(
            name,
            api_version=api_version,
            kind=kind,
            metadata=ObjectMetaArgs(name=f"{NAME}-{architecture}"),
            spec={
                "template": {
                    "spec": {
                        "nodeClassRef": {
                            "group": class_version.partition("/")[0],
                            "kind": class_kind,
                            "name": NAME if node_class else BUILT_IN_CLASS,
                        },
                        "requirements": [
                            *REQUIREMENTS,
                            {"key": "kubernetes.io/arch", "operator": "In", "values": [architecture]},
                        ],
                        "expireAfter": EXPIRE_AFTER,
                        "terminationGracePeriod": GRACE,
                    }
                },
                "disruption": DISRUPTION,
                **({"weight": weight} if weight else {}),
            },
            opts=ResourceOptions(
                parent=self,
                depends_on=[node_class] if node_class else None,
                custom_timeouts=CustomTimeouts(delete=DRAINED),
            ),
        )
