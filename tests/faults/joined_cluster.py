"""Faults of an existing cluster, which the stack's Ingresses and those of other teams share."""

from typing import Any

from crosslink.graph import tokens
from crosslink.rules.grade import Grade
from tests.faults.change import Change, Nodes, drop, edit, in_aws, put, together
from tests.faults.cluster import header
from tests.faults.fault import BEHIND, STATE, STRANGER, THEIRS, CannotKnow, Fault
from tests.faults.healthy.ingress import OTHER_ALB
from tests.faults.healthy.joined_egress import NAT, WAY_OUT, node_at, one_more_subnet
from tests.faults.healthy.shared_cluster import in_our_group
from tests.faults.provider import annotation

AUTO, CONTROLLER = "existing-cluster", "existing-cluster-alb"
ORDERS, BILLING = "crosslink-shared-orders", "crosslink-shared-billing"
SERVICE = (tokens.KUBERNETES_SERVICE, "orders-api")
ANNOTATIONS_GUIDE = (
    "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/"
)


def with_own_alb(name: str) -> Change:
    """The controller makes another ALB for an Ingress; a preview doesn't know any."""

    def change(nodes: Nodes) -> Nodes:
        status = {"loadBalancer": {"ingress": [{"hostname": OTHER_ALB}]}}
        known = any(node.name == name and node.get("status") for node in nodes)
        return put(tokens.INGRESS, name, "status", value=status)(nodes) if known else nodes

    return change


CLASS = (
    Fault(
        name="Ingress class of an existing cluster is for the controller that it hasn't got",
        change=put(tokens.INGRESS_CLASS, ORDERS, "spec", "controller", value="ingress.k8s.aws/alb"),
        rule="ingress-class-is-the-controllers",
        stack=AUTO,
        source="https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html",
    ),
    Fault(
        name="Ingress class is for EKS Auto Mode in a cluster with the AWS Load Balancer Controller",
        change=put(
            tokens.INGRESS_CLASS,
            "crosslink-shared-catalog",
            "spec",
            "controller",
            value="eks.amazonaws.com/alb",
        ),
        rule="ingress-class-is-the-controllers",
        stack=CONTROLLER,
    ),
    Fault(
        name="parameters of one namespace's class name no group",
        change=together(
            put(tokens.INGRESS_CLASS_PARAMS, BILLING, "spec", "group", value=None), with_own_alb(BILLING)
        ),
        rule="ingresses-share-the-alb",
        live="ingress-has-the-route",
        stack=AUTO,
    ),
    Fault(
        name="annotation of one namespace's Ingress names another group",
        change=together(
            annotation("group.name", "crosslink", of="crosslink-shared-catalog"),
            with_own_alb("crosslink-shared-catalog"),
        ),
        rule="ingresses-share-the-alb",
        live="ingress-has-the-route",
        stack=CONTROLLER,
    ),
    Fault(
        name="Ingresses of a group let in different ranges",
        change=annotation("inbound-cidrs", "10.0.0.0/8", of=BILLING),
        rule="ingresses-share-the-alb",
        stack=AUTO,
        source=f"{ANNOTATIONS_GUIDE}#inbound-cidrs",
    ),
    Fault(
        name="all Ingresses of a group let in all private networks",
        change=annotation("inbound-cidrs", "10.0.0.0/8"),
        rule="alb-lets-in-the-nlb-alone",
        stack=AUTO,
        source=f"{ANNOTATIONS_GUIDE}#inbound-cidrs",
    ),
)

RULES = (
    Fault(
        name="Ingress of another namespace demands no header",
        change=annotation("conditions.api", None, of=BILLING),
        rule="ingress-rule-demands-the-header",
        stack=AUTO,
    ),
    Fault(
        name="Ingress of another namespace demands the header of another route",
        change=annotation("conditions.api", header("/users"), of=BILLING),
        rule="requests-meet-the-conditions",
        stack=AUTO,
    ),
    Fault(
        name="a stranger's Ingress joins the group and takes a path first",
        change=in_our_group("/orders"),
        rule="first-rule-is-the-routes",
        stack=AUTO,
        planned=STRANGER,
        source=f"{ANNOTATIONS_GUIDE}#ingressgroup",
    ),
    Fault(
        name="a stranger's Ingress joins the group and takes a part of what is below a route",
        change=in_our_group("/orders/archive"),
        rule="ingress-takes-what-is-below",
        stack=AUTO,
        planned=STRANGER,
    ),
)

SERVICES = (
    Fault(
        name="existing Service isn't there",
        change=in_aws(drop(*SERVICE)),
        rule="rule-has-its-service",
        stack=AUTO,
        planned=THEIRS,
    ),
    Fault(
        name="existing Service has no such port",
        change=in_aws(put(*SERVICE, "spec", "ports", 0, "port", value=8080)),
        rule="rule-has-its-service",
        stack=AUTO,
        planned=THEIRS,
    ),
    Fault(
        name="existing Service sends to a port that its pods don't have",
        change=in_aws(put(*SERVICE, "spec", "ports", 0, "targetPort", value="http")),
        rule="service-port-is-the-containers",
        stack=AUTO,
        planned=BEHIND,
    ),
    Fault(
        name="existing Service's Deployment wants no pods",
        change=in_aws(put(tokens.KUBERNETES_DEPLOYMENT, "orders-api", "spec", "replicas", value=0)),
        rule="pods-are-wanted",
        stack=AUTO,
        planned=BEHIND,
    ),
    Fault(
        name="no pod of an existing Service is ready",
        change=in_aws(
            put(tokens.KUBERNETES_DEPLOYMENT, "orders-api", "status", value={"unavailableReplicas": 2})
        ),
        rule="pods-are-ready",
        stack=AUTO,
        planned=STATE,
    ),
)


def health_first(ingress: Any) -> None:
    """Judge the answer to health checks before the routes."""
    ingress["spec"]["rules"][0]["http"]["paths"][-1]["pathType"] = "Exact"


HEALTH = (
    Fault(
        name="answer to health checks takes /healthz of the root",
        change=edit(tokens.INGRESS, "*", health_first),
        rule="ingress-takes-what-is-below",
        stack="root",
    ),
    Fault(
        name="answer to health checks takes /healthz of a route that is stripped",
        change=edit(tokens.INGRESS, "*", health_first),
        rule="ingress-takes-what-is-below",
        stack="provider-only",
    ),
    Fault(
        name="Ingress with the answer to health checks has lost its place behind the others",
        change=annotation("group.order", None, of=ORDERS),
        rule="ingress-takes-what-is-below",
        stack="joined",
        source=f"{ANNOTATIONS_GUIDE}#group.order",
    ),
)

OUT = "nodes-reach-the-internet"
NOT_READY = in_aws(put(tokens.KUBERNETES_DEPLOYMENT, "*", "status", value={"unavailableReplicas": 2}))


def out(
    name: str, change: Change, *, grade: Grade = Grade.REDUNDANCY, rule: str = OUT, source: str = ""
) -> Fault:
    """A fault of the nodes' way to the internet, which AWS alone tells."""
    return Fault(name=name, change=change, rule=rule, grade=grade, stack=AUTO, planned=UNASKED, source=source)


UNASKED = CannotKnow("the network of an existing cluster is its owner's: AWS alone tells it")
GONE = put(*WAY_OUT, "state", value="blackhole")
NODES = (
    out(
        "existing cluster's NAT gateway is deleted",
        in_aws(drop(*NAT)),
        source="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html",
    ),
    out("default route of an existing cluster leads to nothing", in_aws(together(GONE, drop(*NAT)))),
    out(
        "default route of an existing cluster leads to nothing, and its pods don't run",
        together(in_aws(GONE), NOT_READY),
        grade=Grade.STOPS,
    ),
    out("default route of an existing cluster is gone", in_aws(drop(*WAY_OUT))),
    out(
        "existing cluster's NAT gateway has failed",
        in_aws(put(*NAT, "state", value="failed")),
    ),
    out(
        "an existing cluster's nodes are where no way leads out",
        in_aws(
            together(
                one_more_subnet("subnet-0a00000000000000c", "10.40.32.0/20", "rtb-0a00000000000000c"),
                node_at("10.40.32.17"),
            )
        ),
    ),
)

FAULTS = CLASS + RULES + SERVICES + HEALTH + NODES
