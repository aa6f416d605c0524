"""Faults from the provider's NLB to the ALB."""

from typing import Any

from crosslink.graph import tokens
from crosslink.path.ingress_rules import ANNOTATIONS
from crosslink.rules.grade import Grade
from tests.faults.change import Change, annotate, drop, edit, point, put, together, unpoint
from tests.faults.fault import PLAIN_ID, STATE, Fault
from tests.faults.names import PROVIDER

NLB_GUIDE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network"
NLB = "crosslink-apps"


def annotation(name: str, value: str | None, *, of: str = "*") -> Change:
    """Set an annotation of the Ingresses whose name fits a pattern, or take it away."""
    return annotate(tokens.INGRESS, of, f"{ANNOTATIONS}/{name}", value)


def for_one_host(ingress: Any) -> None:
    """Let the Ingress's rules be for the host that the integrations name, but for the health check."""
    *paths, health = ingress["spec"]["rules"][0]["http"]["paths"]
    ingress["spec"]["rules"] = [
        {"http": {"paths": [health]}},
        {"host": "apps.crosslink.example.com", "http": {"paths": paths}},
    ]


def without_health_path(ingress: Any) -> None:
    """Take the rule for the health check away."""
    del ingress["spec"]["rules"][0]["http"]["paths"][-1]


BALANCER = (
    Fault(
        name="provider NLB's security groups judge PrivateLink traffic",
        change=put(
            tokens.LOAD_BALANCER, NLB, "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", value="on"
        ),
        rule="groups-leave-private-link-alone",
        source="https://github.com/hashicorp/terraform-provider-aws/issues/33766",
    ),
    Fault(
        name="provider NLB sends to its own zone only",
        change=put(tokens.LOAD_BALANCER, NLB, "enableCrossZoneLoadBalancing", value=None),
        rule="provider-nlb-crosses-zones",
        source=f"{NLB_GUIDE}/edit-load-balancer-attributes.html",
    ),
    Fault(
        name="provider NLB has failed",
        change=put(tokens.LOAD_BALANCER, NLB, "state", value="failed"),
        rule="balancer-is-active",
        planned=STATE,
    ),
    Fault(
        name="provider NLB may not connect to one zone's ALB",
        change=drop(tokens.EGRESS_RULE, "crosslink-apps-nlb-use1-az2"),
        rule="provider-nlb-lets-out",
    ),
    Fault(
        name="endpoint's port has no listener",
        change=put(tokens.LISTENER, PROVIDER, "port", value=443.0),
        rule="endpoint-port-has-a-listener",
    ),
    Fault(
        name="gateway asks the endpoint on another port",
        change=together(
            put(tokens.ATTACHMENT, "crosslink-apps-use1-*", "port", value=8080.0),
            put(tokens.EGRESS_RULE, "crosslink-gateway-nlb-*", "toPort", value=8080.0),
            put(tokens.INGRESS_RULE, "crosslink-apps-usw2-*", "toPort", value=8080.0),
        ),
        rule="endpoint-port-has-a-listener",
    ),
)

TARGET = (
    Fault(
        name="provider checks the path of a service",
        change=put(tokens.TARGET_GROUP, PROVIDER, "healthCheck", "path", value="/svc1"),
        rule="health-check-reaches-the-alb",
        source=f"{NLB_GUIDE}/target-group-health-checks.html",
    ),
    Fault(
        name="provider waits for another code than the ALB answers",
        change=put(tokens.TARGET_GROUP, PROVIDER, "healthCheck", "matcher", value="201-299"),
        rule="health-check-reaches-the-alb",
    ),
    Fault(
        name="ALB doesn't answer the health check",
        change=edit(tokens.INGRESS, "*", without_health_path),
        rule="health-check-reaches-the-alb",
    ),
    Fault(name="ALB isn't attached", change=drop(tokens.ATTACHMENT, PROVIDER), rule="alb-is-the-target"),
    Fault(
        name="ALB listens on another port than it is asked on",
        change=annotation("listen-ports", '[{"HTTP": 8080}]'),
        rule="alb-listens-on-the-port",
        source="https://github.com/hashicorp/terraform-provider-aws/issues/38987",
    ),
    Fault(
        name="NLB's target is another ALB",
        change=unpoint(
            tokens.ATTACHMENT,
            PROVIDER,
            "targetId",
            value="arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer/app/other/0123456789abcdef",
        ),
        rule="target-is-an-alb",
        planned=PLAIN_ID,
    ),
)

ALB = (
    Fault(
        name="Ingress is for one host",
        change=edit(tokens.INGRESS, "*", for_one_host),
        rule="ingress-rule-is-for-every-host",
    ),
    Fault(name="Ingress is missing", change=drop(tokens.INGRESS), rule="target-is-an-alb"),
    Fault(
        name="ALB faces the internet",
        change=put(tokens.INGRESS_CLASS_PARAMS, "*", "spec", "scheme", value="internet-facing"),
        rule="alb-is-private",
    ),
    Fault(
        name="ALB lets in everybody",
        change=annotation("inbound-cidrs", None),
        rule="alb-lets-the-nlb-in",
    ),
    Fault(
        name="ALB leaves one zone of the NLB out",
        grade=Grade.STOPS_SOME,
        change=annotation("inbound-cidrs", "10.20.48.64/26"),
        rule="alb-lets-the-nlb-in",
    ),
    Fault(
        name="ALB lets in all private networks",
        change=annotation("inbound-cidrs", "10.0.0.0/8"),
        rule="alb-lets-in-the-nlb-alone",
        source="https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/",
    ),
    Fault(
        name="ALB lets in its whole VPC",
        change=annotation("inbound-cidrs", "10.20.0.0/16"),
        rule="alb-lets-in-the-nlb-alone",
    ),
    Fault(
        name="ALB lets in a peered network beside the NLB",
        change=annotation("inbound-cidrs", "10.20.48.64/26,10.20.80.64/26,10.30.0.0/16"),
        rule="alb-lets-in-the-nlb-alone",
    ),
    Fault(
        name="ALB in one zone of the NLB only",
        change=point(
            tokens.INGRESS_CLASS_PARAMS,
            "*",
            "spec",
            "subnets",
            "ids",
            to=(tokens.SUBNET, "crosslink-apps-load-balancers-use1-az1"),
        ),
        rule="alb-is-in-the-nlbs-subnets",
    ),
    Fault(
        name="ALB is still provisioning",
        change=put(tokens.INGRESS, "*", "albState", value="provisioning"),
        rule="alb-is-active",
        planned=STATE,
    ),
)

TLS = (
    Fault(
        name="ALB speaks HTTP on the port for HTTPS",
        change=annotation("listen-ports", '[{"HTTP": 443}]', of="crosslink-payments"),
        rule="integration-speaks-the-albs-protocol",
        stack="tls",
    ),
    Fault(
        name="gateway checks health by HTTP on the port for HTTPS",
        change=put(
            tokens.TARGET_GROUP, "111111111111/crosslink-payments", "healthCheck", "protocol", value="HTTP"
        ),
        rule="health-check-reaches-the-alb",
        stack="tls",
    ),
    Fault(
        name="provider checks health by HTTP on the port for HTTPS",
        change=put(
            tokens.TARGET_GROUP, "222222222222/crosslink-payments", "healthCheck", "protocol", value="HTTP"
        ),
        rule="health-check-reaches-the-alb",
        stack="tls",
    ),
    Fault(
        name="ALB has no certificate",
        change=put(tokens.INGRESS_CLASS_PARAMS, "crosslink-payments", "spec", "certificateARNs", value=None),
        rule="alb-has-a-certificate",
        live="alb-listens-on-the-port",
        stack="tls",
        source="https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/594",
    ),
    Fault(
        name="ALB takes TLS 1.3 alone",
        change=annotation("ssl-policy", "ELBSecurityPolicy-TLS13-1-3-2021-06", of="crosslink-payments"),
        rule="health-checks-speak-the-albs-tls",
        stack="tls",
        source="https://repost.aws/questions/QUxzyjPBCSTfqHyoMQF60-8w/health-check-failure-with-http-2-in-an-alb-target-group",
    ),
)

FAULTS = BALANCER + TARGET + ALB + TLS
