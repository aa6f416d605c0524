"""Those who may read what the program makes in a cluster, without Secrets."""

from collections.abc import Mapping, Sequence

import pulumi
from pulumi import ResourceOptions
from pulumi_kubernetes import Provider
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs
from pulumi_kubernetes.rbac import v1 as rbac

VIEWERS = "crosslink:viewers"
"""The Kubernetes group of those who see the kinds below. EKS's own policies for viewers show Secrets too, or
leave out what belongs to the whole cluster."""
VIEWED: Mapping[str, Sequence[str]] = {
    "": (
        *("configmaps", "events", "limitranges", "namespaces", "nodes", "pods", "resourcequotas"),
        *("serviceaccounts", "services"),
    ),
    "apps": ("deployments",),
    "autoscaling": ("horizontalpodautoscalers",),
    "discovery.k8s.io": ("endpointslices",),
    "eks.amazonaws.com": ("ingressclassparams",),
    "karpenter.sh": ("nodepools",),
    "networking.k8s.io": ("ingressclasses", "ingresses", "networkpolicies"),
    "policy": ("poddisruptionbudgets",),
    "rbac.authorization.k8s.io": ("clusterrolebindings", "clusterroles"),
}
"""API group → the kinds that the program makes and the doctor reads, without Secrets. Pods, their nodes
and events say why pods don't run."""


def let_viewers_read(name: str, kubernetes: Provider, parent: pulumi.Resource) -> None:
    """A role that reads these kinds, and its binding to the group.

    Args:
        name: the logical name of both.
        kubernetes: the provider of the cluster.
        parent: their parent.

    Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/
    """
    role = rbac.ClusterRole(
        name,
        metadata=ObjectMetaArgs(name=VIEWERS),
        rules=[
            rbac.PolicyRuleArgs(api_groups=[group], resources=list(kinds), verbs=["get", "list", "watch"])
            for group, kinds in VIEWED.items()
        ],
        opts=ResourceOptions(parent=parent, provider=kubernetes),
    )
    rbac.ClusterRoleBinding(
        name,
        metadata=ObjectMetaArgs(name=VIEWERS),
        role_ref=rbac.RoleRefArgs(api_group="rbac.authorization.k8s.io", kind="ClusterRole", name=VIEWERS),
        subjects=[rbac.SubjectArgs(api_group="rbac.authorization.k8s.io", kind="Group", name=VIEWERS)],
        opts=ResourceOptions(parent=parent, provider=kubernetes, depends_on=[role]),
    )
