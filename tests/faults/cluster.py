"""Faults in the cluster: Ingress, class, Services, pods."""

import json
from typing import Any

from crosslink.graph import tokens
from tests.faults.change import Change, drop, edit, put, together
from tests.faults.fault import STATE, Fault
from tests.faults.healthy.egress import private_cluster
from tests.faults.provider import annotation

SVC1 = "crosslink-apps-svc1"
LABEL = "app.kubernetes.io/name"


def ingress_path(**members: Any) -> Change:
    """Set members of the Ingress's rule for /svc1."""

    def how(ingress: Any) -> None:
        paths = ingress["spec"]["rules"][0]["http"]["paths"]
        next(path for path in paths if path["path"] == "/svc1").update(members)

    return edit(tokens.INGRESS, "*", how)


def backend(name: str, port: object) -> Change:
    """Send /svc1 to another Service or port."""
    return ingress_path(backend={"service": {"name": name, "port": port}})


def container(**members: Any) -> Change:
    """Set members of svc1's container."""
    return edit(
        tokens.KUBERNETES_DEPLOYMENT,
        SVC1,
        lambda deployment: deployment["spec"]["template"]["spec"]["containers"][0].update(members),
    )


def without_svc1(ingress: Any) -> None:
    """Take the rule for /svc1 away."""
    rule = ingress["spec"]["rules"][0]["http"]
    rule["paths"] = [path for path in rule["paths"] if path["path"] != "/svc1"]


def header(*values: str, name: str = "X-Crosslink-Route") -> str:
    """A condition for a header, as an annotation has it."""
    config = {"httpHeaderName": name, "values": values}
    return json.dumps([{"field": "http-header", "httpHeaderConfig": config}])


INGRESS = (
    Fault(
        name="Ingress without the route",
        change=edit(tokens.INGRESS, "*", without_svc1),
        rule="ingress-has-the-route",
    ),
    Fault(
        name="Ingress takes the route, and nothing below it",
        change=ingress_path(pathType="Exact"),
        rule="ingress-takes-what-is-below",
    ),
    Fault(
        name="Ingress path without a type that matches what is below",
        change=ingress_path(pathType="ImplementationSpecific"),
        rule="ingress-takes-what-is-below",
    ),
    Fault(
        name="Ingress of a class that isn't there",
        change=put(tokens.INGRESS, "*", "spec", "ingressClassName", value="alb"),
        rule="ingress-class-is-the-controllers",
    ),
    Fault(
        name="Ingress class of the controller that isn't installed",
        change=put(tokens.INGRESS_CLASS, "*", "spec", "controller", value="ingress.k8s.aws/alb"),
        rule="ingress-class-is-the-controllers",
        source="https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html",
    ),
    Fault(
        name="Ingress class without parameters",
        change=drop(tokens.INGRESS_CLASS_PARAMS),
        rule="ingress-class-is-the-controllers",
    ),
    Fault(
        name="Service is reached without the header of its route",
        change=annotation("conditions.svc1", None),
        rule="ingress-rule-demands-the-header",
        source="https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/",
    ),
    Fault(
        name="Service is reached with the headers of two routes",
        change=annotation("conditions.svc1", header("/svc1", "/svc2")),
        rule="ingress-rule-demands-the-header",
    ),
    Fault(
        name="condition on a field that the controller doesn't know",
        change=annotation("conditions.svc1", header("/svc1").replace("http-header", "http-headers", 1)),
        rule="ingress-rule-demands-the-header",
    ),
    Fault(
        name="Service demands another header",
        change=annotation("conditions.svc1", header("/svc1", name="X-Route")),
        rule="requests-meet-the-conditions",
    ),
    Fault(
        name="ALB sends to instances",
        change=annotation("target-type", "instance"),
        rule="pods-are-targets",
    ),
)

SERVICE = (
    Fault(
        name="Ingress names a Service that isn't there",
        change=together(
            backend("svc9", {"number": 80.0}),
            annotation("conditions.svc9", header("/svc1")),
        ),
        rule="rule-has-its-service",
    ),
    Fault(
        name="Ingress names a port that the Service doesn't have",
        change=backend("svc1", {"number": 8080.0}),
        rule="rule-has-its-service",
    ),
    Fault(
        name="Service in another namespace",
        change=put(tokens.KUBERNETES_SERVICE, SVC1, "metadata", "namespace", value="default"),
        rule="rule-has-its-service",
    ),
    Fault(
        name="Service selects nothing",
        change=put(tokens.KUBERNETES_SERVICE, SVC1, "spec", "selector", value={LABEL: "service1"}),
        rule="service-selects-pods",
    ),
    Fault(
        name="Service sends to its own port number",
        change=put(tokens.KUBERNETES_SERVICE, SVC1, "spec", "ports", 0, "targetPort", value=None),
        rule="service-port-is-the-containers",
    ),
    Fault(
        name="container's port has another name",
        change=container(ports=[{"name": "web", "containerPort": 8080.0, "protocol": "TCP"}]),
        rule="service-port-is-the-containers",
    ),
)

PODS = (
    Fault(
        name="no pods are wanted",
        change=put(tokens.KUBERNETES_DEPLOYMENT, SVC1, "spec", "replicas", value=0.0),
        rule="pods-are-wanted",
    ),
    Fault(
        name="probe asks a port that the container doesn't have",
        change=container(readinessProbe={"httpGet": {"path": "/", "port": 9090.0}}),
        rule="probe-asks-the-container",
    ),
    Fault(
        name="liveness probe asks a port that the container doesn't have",
        change=container(livenessProbe={"tcpSocket": {"port": "management"}, "failureThreshold": 60.0}),
        rule="probe-asks-the-container",
    ),
    Fault(
        name="no node pool has the pods' processor",  # F63
        change=put(
            tokens.KUBERNETES_DEPLOYMENT,
            SVC1,
            "spec",
            "template",
            "spec",
            "nodeSelector",
            value={"kubernetes.io/arch": "arm64"},
        ),
        rule="a-node-pool-fits-the-pods",
    ),
    Fault(
        name="image is named by a tag alone",
        change=container(image="hashicorp/http-echo:1.0"),
        rule="image-is-named-by-digest",
    ),
    Fault(
        name="no pod is ready",
        change=put(
            tokens.KUBERNETES_DEPLOYMENT,
            SVC1,
            "status",
            value={"replicas": 2, "unavailableReplicas": 2},
        ),
        rule="pods-are-ready",
        planned=STATE,
    ),
)

EGRESS = (
    Fault(
        name="nodes have no way out, and no endpoint for images",
        change=private_cluster("ecr.api", "sts", "eks"),
        rule="nodes-reach-the-internet",
        source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
    ),
    Fault(
        name="nodes have no way out, and no endpoint for the layers of images",
        change=together(private_cluster("ecr.api", "ecr.dkr", "sts", "eks"), drop(tokens.ENDPOINT, "s3")),
        rule="nodes-reach-the-internet",
        source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
    ),
)

FAULTS = INGRESS + SERVICE + PODS + EGRESS
