"""Settings of the ALB that leave requests alone."""

import json

from crosslink.graph import tokens
from tests.faults.alb_settings import (
    ELB,
    GUIDE,
    HOST,
    NAMESPACE,
    action,
    attribute,
    certificates,
    demands,
    of_class,
    of_service,
    sends,
)
from tests.faults.change import edit, put, together
from tests.faults.cluster import SVC1, container
from tests.faults.healthy.ingress import INGRESS, for_host
from tests.faults.healthy.variation import Variation
from tests.faults.provider import annotation

ATTRIBUTES = {
    "idle_timeout.timeout_seconds": "120",
    "access_logs.s3.enabled": "true",
    "access_logs.s3.bucket": "logs",
    "access_logs.s3.prefix": "apps",
    "deletion_protection.enabled": "true",
}
SERVICE = (tokens.KUBERNETES_SERVICE, SVC1)


def by_tls() -> dict[str, dict[str, object]]:
    """Probes of a container that has TLS."""
    asked = {"path": "/", "port": "http", "scheme": "HTTPS"}
    return {f"{kind}Probe": {"httpGet": asked} for kind in ("startup", "readiness", "liveness")}


VARIATIONS = (
    Variation(
        name="annotations give the ALB attributes",  # H21
        change=annotation("load-balancer-attributes", ",".join(f"{k}={v}" for k, v in ATTRIBUTES.items())),
        source=f"{GUIDE}#load-balancer-attributes",
    ),
    Variation(
        name="the class gives the ALB attributes",
        change=of_class("loadBalancerAttributes", [{"key": k, "value": v} for k, v in ATTRIBUTES.items()]),
        source=f"{ELB}/edit-load-balancer-attributes.html",
    ),
    Variation(
        name="the class decides on the idle timeout, and not the annotation",
        change=together(
            annotation("load-balancer-attributes", "idle_timeout.timeout_seconds=5"),
            attribute("idle_timeout.timeout_seconds", "120"),
        ),
        source=GUIDE,
    ),
    Variation(
        name="annotations give the ALB a name and tags",  # H34
        change=together(annotation("load-balancer-name", "apps"), annotation("tags", "team=apps,cost=42")),
        source=f"{GUIDE}#load-balancer-name",
    ),
    Variation(
        name="the class is for namespaces with one of some labels",
        change=together(
            put(*NAMESPACE, "metadata", "labels", "team", value="apps"),
            of_class(
                "namespaceSelector",
                {
                    "matchLabels": {"team": "apps"},
                    "matchExpressions": [
                        {
                            "key": "kubernetes.io/metadata.name",
                            "operator": "In",
                            "values": ["crosslink-apps"],
                        },
                        {"key": "team", "operator": "Exists"},
                        {"key": "stage", "operator": "NotIn", "values": ["prod"]},
                    ],
                },
            ),
        ),
    ),
    Variation(name="the class is for every namespace", change=of_class("namespaceSelector", None)),
    Variation(
        name="the rule demands a header that the integrations set",
        change=together(
            sends("header.X-Tenant", "'blue'"),
            demands("http-header", httpHeaderName="x-tenant", values=["green", "BLUE"]),
        ),
        blind=("preview",),
        not_judged="what a Service makes of one more header",
    ),
    Variation(
        name="the rule is for the NLB's subnets",
        change=demands("source-ip", values=["10.20.48.64/26", "10.20.80.64/26"]),
    ),
    Variation(
        name="the rule is for a host of its own, which the integrations set",
        change=together(
            edit(*INGRESS, for_host("inner.example.com")), sends("header.Host", "'inner.example.com'")
        ),
        blind=("preview",),
    ),
    Variation(name="the rule is for the host by a condition", change=demands("host-header", values=[HOST])),
    Variation(
        name="an annotation forwards the route to its Service",
        change=action(
            type="forward",
            forwardConfig={"targetGroups": [{"serviceName": "svc1", "servicePort": "80", "weight": 1}]},
        ),
        source=f"{GUIDE}#actions",
    ),
    Variation(
        name="the ALB and the pods have TLS between them",
        change=together(of_service("backend-protocol", "HTTPS"), container(**by_tls())),
        not_judged="whether the pods have TLS",
        source=f"{GUIDE}#backend-protocol",
    ),
    Variation(
        name="the ALB passes certificates of clients on",
        change=certificates("passthrough"),
        stack="tls",
        source=f"{ELB}/mutual-authentication.html",
    ),
    Variation(
        name="a listener that isn't there would verify certificates",
        change=annotation(
            "mutual-authentication", json.dumps([{"port": 8443, "mode": "verify", "trustStore": "team"}])
        ),
        stack="tls",
    ),
    Variation(
        name="a sign-in at a listener without TLS, which the controller doesn't heed",
        change=annotation("auth-type", "cognito"),
        source="https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/model_build_actions.go",
    ),
    Variation(
        name="who hasn't signed in may pass",
        change=together(
            annotation("auth-type", "cognito"), annotation("auth-on-unauthenticated-request", "allow")
        ),
        stack="tls",
    ),
    Variation(
        name="HTTP would be redirected, and there is HTTPS alone",
        change=annotation("ssl-redirect", "443", of="crosslink-payments"),
        stack="tls",
        source=f"{GUIDE}#ssl-redirect",
    ),
    Variation(
        name="health checks are patient",
        change=together(
            of_service("healthcheck-interval-seconds", "60"),
            of_service("healthcheck-timeout-seconds", "10"),
            of_service("healthy-threshold-count", "5"),
            of_service("success-codes", "200-399"),
        ),
        source=f"{GUIDE}#health-check",
    ),
    Variation(
        name="a Service is headless, and has sessions",
        change=together(
            put(*SERVICE, "spec", "clusterIP", value="None"),
            put(*SERVICE, "spec", "sessionAffinity", value="ClientIP"),
            put(*SERVICE, "spec", "internalTrafficPolicy", value="Local"),
            put(*SERVICE, "spec", "ipFamilies", value=["IPv4"]),
        ),
        source="https://kubernetes.io/docs/concepts/services-networking/service/#headless-services",
    ),
    Variation(
        name="a Service has ports of nodes, too",
        change=put(*SERVICE, "spec", "type", value="NodePort"),
        source="https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport",
    ),
)
