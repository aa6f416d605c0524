"""Existing clusters with the Ingresses and the Services of other teams."""

from typing import Any

from crosslink.graph import tokens
from tests.faults.change import Change, Nodes, drop, edit, find, in_aws, put, register, together
from tests.faults.healthy.ingress import OTHER_ALB, path
from tests.faults.healthy.variation import Variation
from tests.faults.nodes import Named

GROUP = "crosslink-existing-cluster-shared"
INGRESS = (tokens.INGRESS, "crosslink-shared-orders")
SERVICE, PODS = (tokens.KUBERNETES_SERVICE, "orders-api"), (tokens.KUBERNETES_DEPLOYMENT, "orders-api")
EKS = "eks.amazonaws.com"
ROLLOUTS = "https://argo-rollouts.readthedocs.io/en/stable/migrating/"


def of_a_team(type_: str, version: str, properties: dict[str, Any], *, named: str = "team") -> Change:
    """An object of another team's in the cluster."""
    kind = type_.rpartition(":")[2]
    metadata = {"name": named, **properties.pop("metadata", {})}
    return register(
        type_,
        named,
        {"apiVersion": version, "kind": kind, "metadata": metadata, **properties},
        beside=INGRESS,
    )


def of_a_group(group: str, to: str, *, order: str | None = None, beside: Named = INGRESS) -> Change:
    """A team's Ingress of some group, in a namespace and of a class of the team's own."""

    def change(nodes: Nodes) -> Nodes:
        ours = find(nodes, *beside).get("status")
        theirs = {"loadBalancer": {"ingress": [{"hostname": OTHER_ALB}]}}
        annotations = {"alb.ingress.kubernetes.io/group.order": order} if order else {}
        rules = [{"http": {"paths": [path("team", to)]}}]
        parameters = {"apiGroup": EKS, "kind": "IngressClassParams", "name": "team"}
        return together(
            of_a_team(tokens.NAMESPACE, "v1", {}),
            of_a_team(tokens.INGRESS_CLASS_PARAMS, f"{EKS}/v1", {"spec": {"group": {"name": group}}}),
            of_a_team(
                tokens.INGRESS_CLASS,
                "networking.k8s.io/v1",
                {"spec": {"controller": f"{EKS}/alb", "parameters": parameters}},
            ),
            of_a_team(
                tokens.INGRESS,
                "networking.k8s.io/v1",
                {
                    "metadata": {"namespace": "team", "annotations": annotations},
                    "spec": {"ingressClassName": "team", "rules": rules},
                    "status": ours if group == GROUP else theirs,
                },
            ),
        )(nodes)

    return in_aws(change)


def in_our_group(to: str) -> Change:
    """A stranger's Ingress of the stack's own group, which is judged before the stack's."""
    return of_a_group(GROUP, to, order="-10")


def two_deployments(nodes: Nodes) -> Nodes:
    """Two Deployments have the labels that the Service selects: the old one is being scaled down."""
    old = find(nodes, *PODS)
    new = {**old.properties, "metadata": {**old.get("metadata"), "name": "orders-api-green"}}
    beside = register(tokens.KUBERNETES_DEPLOYMENT, "orders-api-green", new, beside=INGRESS)
    return together(beside, put(*PODS, "spec", "replicas", value=0))(nodes)


def _one_more_port(service: Any) -> None:
    service["spec"]["ports"].insert(0, {"name": "metrics", "port": 9090, "targetPort": 9090})


VARIATIONS = (
    Variation(
        name="another team's Ingress has a group of its own",
        change=of_a_group("team", "/orders", order="-10"),
        stack="existing-cluster",
    ),
    Variation(
        name="an Ingress of our group takes another path",
        change=in_our_group("/team"),
        stack="existing-cluster",
    ),
    Variation(
        name="two Deployments are behind an existing Service, one of them going",
        change=in_aws(two_deployments),
        stack="existing-cluster",
        source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/",
    ),
    Variation(
        name="a Rollout has the pods of an existing Service",
        change=in_aws(drop(*PODS)),
        stack="existing-cluster",
        unknown=("service-selects-pods",),
        source=ROLLOUTS,
    ),
    Variation(
        name="an existing Service has more ports",
        change=in_aws(edit(*SERVICE, _one_more_port)),
        stack="existing-cluster",
    ),
)
