"""Faults in what Ingress, Service and IngressClass ask of the ALB's target groups, and of the ALB itself."""

from crosslink.graph import tokens
from tests.faults.alb_settings import ELB, GUIDE, ISSUES, attribute, of_class, of_service
from tests.faults.change import put, together
from tests.faults.cluster import SVC1, container
from tests.faults.fault import Fault
from tests.faults.provider import annotation

PROTOCOL = tuple(
    Fault(name=name, change=change, rule="alb-speaks-the-pods-protocol", source=source)
    for name, change, source in (
        (
            "ALB speaks TLS to pods without it",  # F48
            annotation("backend-protocol", "HTTPS"),
            f"{ISSUES}/issues/3163",
        ),
        ("Service asks for TLS to pods without it", of_service("backend-protocol", "HTTPS"), GUIDE),
        ("ALB checks pods without TLS by TLS", of_service("healthcheck-protocol", "HTTPS"), GUIDE),
        (
            "ALB speaks no TLS to pods that have it",
            container(
                **{
                    f"{kind}Probe": {"httpGet": {"path": "/", "port": "http", "scheme": "HTTPS"}}
                    for kind in ("startup", "readiness", "liveness")
                }
            ),
            GUIDE,
        ),
        ("ALB's target groups are for gRPC", annotation("backend-protocol-version", "GRPC"), GUIDE),
        (
            "ALB's target groups are for HTTP/2",
            of_service("backend-protocol-version", "HTTP2"),
            f"{ELB}/load-balancer-troubleshooting.html",
        ),
    )
)

HEALTH = tuple(
    Fault(name=name, change=change, rule="albs-health-check-can-pass", source=f"{GUIDE}#health-check")
    for name, change in (
        (
            "ALB's health check asks a port that no container has",
            annotation("healthcheck-port", "9090"),
        ),  # F50
        (
            "Service has a health check on a port that no container has",
            of_service("healthcheck-port", "9090"),
        ),
        (
            "ALB's health check waits longer than it is repeated",
            of_service("healthcheck-timeout-seconds", "20"),
        ),
        (
            "ALB's health checks are further apart than AWS takes",
            of_service("healthcheck-interval-seconds", "600"),
        ),
        (
            "ALB's health check wants success more often than AWS takes",
            annotation("healthy-threshold-count", "1"),
        ),
        ("ALB's health check takes codes that AWS doesn't", annotation("success-codes", "200-599")),
    )
)

IDLE = tuple(
    Fault(
        name=name,
        change=change,
        rule="alb-outwaits-the-api",
        source=f"{ELB}/edit-load-balancer-attributes.html",
    )
    for name, change in (
        (
            "ALB's annotation makes it give up before API Gateway",  # F52
            annotation("load-balancer-attributes", "idle_timeout.timeout_seconds=5"),
        ),
        ("ALB's class makes it give up before API Gateway", attribute("idle_timeout.timeout_seconds", "29")),
        (
            "ALB's class makes it give up, whatever the annotation says",
            together(
                annotation("load-balancer-attributes", "idle_timeout.timeout_seconds=120"),
                attribute("idle_timeout.timeout_seconds", "5"),
            ),
        ),
    )
)

OTHERS = (
    Fault(
        name="transform that the controller doesn't know",
        change=annotation("transforms.svc1", '[{"type": "path-rewrite"}]'),
        rule="controller-takes-the-annotations",
        source=f"{GUIDE}#transforms",
    ),
    Fault(
        name="Service is another name for a host",
        change=put(tokens.KUBERNETES_SERVICE, SVC1, "spec", "type", value="ExternalName"),
        rule="alb-finds-pods-of-the-service",
        source="https://kubernetes.io/docs/concepts/services-networking/service/#externalname",
    ),
    Fault(
        name="Service is for UDP",
        change=put(tokens.KUBERNETES_SERVICE, SVC1, "spec", "ports", 0, "protocol", value="UDP"),
        rule="alb-finds-pods-of-the-service",
    ),
    Fault(
        name="Service has IPv6 too",
        change=put(tokens.KUBERNETES_SERVICE, SVC1, "spec", "ipFamilies", value=["IPv4", "IPv6"]),
        rule="alb-finds-pods-of-the-service",
        source=f"{ISSUES}/blob/main/pkg/ingress/model_build_target_group.go",
    ),
    Fault(
        name="Service has a load balancer of its own",
        change=put(tokens.KUBERNETES_SERVICE, SVC1, "spec", "type", value="LoadBalancer"),
        rule="service-has-no-balancer-of-its-own",
        source="https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer",
    ),
    Fault(
        name="class's targets are instances",
        change=of_class("targetType", "instance"),
        rule="pods-are-targets",
    ),
    Fault(
        name="Service's targets are instances",
        change=of_service("target-type", "instance"),
        rule="pods-are-targets",
    ),
    Fault(
        name="class redirects to HTTPS",
        change=of_class("sslRedirectPort", "443"),
        rule="alb-does-not-redirect",
    ),
    Fault(
        name="class lets others in than the NLB",
        change=of_class("inboundCIDRs", ["192.168.0.0/16"]),
        rule="alb-lets-the-nlb-in",
    ),
    Fault(
        name="class lets in all private networks",
        change=of_class("inboundCIDRs", ["10.0.0.0/8"]),
        rule="alb-lets-in-the-nlb-alone",
    ),
    Fault(
        name="listener's certificate is of another region",
        change=put(
            tokens.INGRESS_CLASS_PARAMS,
            "*payments*",
            *("spec", "certificateARNs"),
            value=["arn:aws:acm:us-west-2:222222222222:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"],
        ),
        rule="alb-has-a-certificate",
        stack="tls",
        source=f"{ELB}/https-listener-certificates.html",
    ),
    Fault(
        name="class's group has a name that none can have",
        change=of_class("group", {"name": "Apps"}),
        rule="controller-takes-the-annotations",
        source=f"{GUIDE}#group.name",
    ),
    Fault(
        name="parameters of a class are of another kind",
        change=put(tokens.INGRESS_CLASS, "*", "spec", "parameters", "kind", value="ConfigMap"),
        rule="ingress-class-is-the-controllers",
    ),
)

ROLLOUTS = (
    Fault(
        name="pods go before their requests are answered",
        change=annotation("target-group-attributes", "deregistration_delay.timeout_seconds=0"),
        rule="alb-drains-as-long-as-requests-take",
        source=f"{ELB}/edit-target-group-attributes.html#deregistration-delay",
    ),
    Fault(
        name="Service's pods go before their requests are answered",
        change=of_service("target-group-attributes", "deregistration_delay.timeout_seconds=10"),
        rule="alb-drains-as-long-as-requests-take",
    ),
    Fault(
        name="new pods don't wait for the ALB",
        change=put(
            tokens.NAMESPACE,
            "crosslink-apps",
            *("metadata", "labels", "eks.amazonaws.com/pod-readiness-gate-inject"),
            value=None,
        ),
        rule="new-pods-wait-for-the-alb",
        source="https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/",
    ),
)

FAULTS = (*PROTOCOL, *HEALTH, *IDLE, *OTHERS, *ROLLOUTS)
