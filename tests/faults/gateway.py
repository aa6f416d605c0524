"""Faults between the stage and the endpoint: VPC link, gateway NLB, listener, target group, targets."""

from crosslink.graph import tokens
from crosslink.rules.grade import Grade
from tests.faults.change import drop, move, point, put, spell_out, together
from tests.faults.fault import ORDER, PLAIN_ID, STATE, Fault
from tests.faults.names import ALL_TARGETS, CONSUMER, FIRST_TARGET, LANDING

NLB_GUIDE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network"

LINK = (
    Fault(name="VPC link was deleted", change=drop(tokens.VPC_LINK), rule="stage-names-a-link"),
    Fault(
        name="VPC link is FAILED",
        change=together(
            put(tokens.VPC_LINK, "*", "status", value="FAILED"),
            put(tokens.VPC_LINK, "*", "statusMessage", value="NLB is not in an active state"),
        ),
        rule="link-is-available",
        planned=STATE,
        source="https://github.com/hashicorp/terraform-provider-aws/issues/10405",
    ),
    Fault(
        name="VPC link has the NLB's ARN as a text, so that the NLB would be deleted first",
        change=spell_out(tokens.VPC_LINK, "*", "targetArn"),
        rule="link-goes-to-an-nlb",
        preview=PLAIN_ID,
        live=ORDER,
        source="https://github.com/cloud-custodian/cloud-custodian/issues/9921",
    ),
)

BALANCER = (
    Fault(
        name="gateway load balancer of the default type",
        change=put(tokens.LOAD_BALANCER, "crosslink-gateway", "loadBalancerType", value=None),
        rule="balancer-is-an-nlb",
    ),
    Fault(
        name="gateway NLB faces the internet",
        change=put(tokens.LOAD_BALANCER, "crosslink-gateway", "internal", value=False),
        rule="balancer-is-private",
    ),
    Fault(
        name="gateway NLB's security groups judge the VPC link",
        change=put(
            tokens.LOAD_BALANCER,
            "crosslink-gateway",
            "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
            value=None,
        ),
        rule="groups-leave-private-link-alone",
        source="https://github.com/hashicorp/terraform-provider-aws/issues/33766",
    ),
    Fault(
        name="gateway NLB is still provisioning",
        change=put(tokens.LOAD_BALANCER, "crosslink-gateway", "state", value="provisioning"),
        rule="balancer-is-active",
        planned=STATE,
    ),
    Fault(
        name="gateway NLB may not connect to one zone's endpoint",
        grade=Grade.REDUNDANCY,
        change=put(
            tokens.EGRESS_RULE, "crosslink-gateway-nlb-us-east-1-80", "cidrIpv4", value="10.11.2.0/26"
        ),
        rule="gateway-nlb-lets-out",
    ),
    Fault(
        name="gateway NLB in the landing network's region",
        change=move(tokens.LOAD_BALANCER, "crosslink-gateway", "111111111111", "us-east-1"),
        rule="hop-is-where-it-belongs",
        live="link-goes-to-an-nlb",
    ),
)

LISTENER = (
    Fault(
        name="gateway listener ends TLS",
        change=put(tokens.LISTENER, CONSUMER, "protocol", value="TLS"),
        rule="listener-speaks-tcp",
    ),
    Fault(
        name="gateway listener forwards to a target group that isn't there",
        change=drop(tokens.TARGET_GROUP, CONSUMER),
        rule="listener-forwards",
    ),
    Fault(
        name="gateway listener forwards to another backend's target group",
        change=point(
            tokens.LISTENER,
            CONSUMER,
            "defaultActions",
            0,
            "targetGroupArn",
            to=(tokens.TARGET_GROUP, "111111111111/crosslink-billing"),
        ),
        rule="hop-is-where-it-belongs",
        stack="two-backends",
    ),
)

TARGET_GROUP = (
    Fault(
        name="gateway's targets are instances",
        change=put(tokens.TARGET_GROUP, CONSUMER, "targetType", value="instance"),
        rule="group-is-of-its-type",
    ),
    Fault(
        name="gateway's target group in the endpoint's VPC",
        change=point(tokens.TARGET_GROUP, CONSUMER, "vpcId", to=(tokens.VPC, LANDING)),
        rule="group-is-in-the-vpc",
    ),
    Fault(
        name="client addresses are preserved",
        change=put(tokens.TARGET_GROUP, CONSUMER, "preserveClientIp", value="true"),
        rule="client-addresses-are-hidden",
        source=f"{NLB_GUIDE}/edit-target-group-attributes.html",
    ),
    Fault(
        name="gateway checks health by TCP",
        change=put(tokens.TARGET_GROUP, CONSUMER, "healthCheck", "protocol", value="TCP"),
        rule="health-check-passes-private-link",
    ),
    Fault(
        name="gateway checks a path of the services",
        change=put(tokens.TARGET_GROUP, CONSUMER, "healthCheck", "path", value="/"),
        rule="health-check-reaches-the-alb",
        source=f"{NLB_GUIDE}/target-group-health-checks.html",
    ),
    Fault(
        name="gateway checks a port that nobody listens on",
        change=put(tokens.TARGET_GROUP, CONSUMER, "healthCheck", "port", value="8080"),
        rule="health-check-reaches-the-alb",
    ),
)

TARGETS = (
    Fault(
        name="one zone's endpoint address isn't a target",
        grade=Grade.REDUNDANCY,
        change=drop(tokens.ATTACHMENT, FIRST_TARGET),
        rule="targets-are-the-endpoint",
    ),
    Fault(
        name="target is an address that the endpoint doesn't have",
        change=put(tokens.ATTACHMENT, FIRST_TARGET, "targetId", value="10.11.2.11"),
        rule="targets-are-the-endpoint",
    ),
    Fault(
        name="endpoint was replaced and has other addresses",
        change=together(
            put(tokens.ENDPOINT, "*", "subnetConfigurations", 0, "ipv4", value="10.11.2.37"),
            put(tokens.ENDPOINT, "*", "subnetConfigurations", 1, "ipv4", value="10.11.4.37"),
        ),
        rule="targets-are-the-endpoint",
    ),
    Fault(name="endpoint was deleted", change=drop(tokens.ENDPOINT), rule="targets-are-the-endpoint"),
    Fault(
        name="target outside the VPC without zone `all`",
        change=put(tokens.ATTACHMENT, FIRST_TARGET, "availabilityZone", value=None),
        rule="target-has-its-zone",
    ),
    Fault(
        name="target inside the VPC with zone `all`",
        change=put(tokens.ATTACHMENT, "crosslink-local-usw2-az1", "availabilityZone", value="all"),
        rule="target-has-its-zone",
        stack="same-region",
    ),
    Fault(
        name="one zone of the gateway NLB has no target, and it sends nothing to the other",
        change=together(
            put(tokens.LOAD_BALANCER, "crosslink-gateway", "enableCrossZoneLoadBalancing", value=False),
            drop(tokens.ATTACHMENT, "crosslink-local-usw2-az1"),
        ),
        rule="gateway-nlb-reaches-a-target",
        stack="same-region",
        grade=Grade.STOPS_SOME,
        source=f"{NLB_GUIDE}/edit-load-balancer-attributes.html",
    ),
    Fault(
        name="all targets are unhealthy",
        grade=Grade.STOPS,
        change=together(
            put(tokens.ATTACHMENT, ALL_TARGETS, "health", value="unhealthy"),
            put(tokens.ATTACHMENT, ALL_TARGETS, "healthReason", value="Target.FailedHealthChecks: Timeout"),
        ),
        rule="target-is-healthy",
        planned=STATE,
    ),
)

FAULTS = LINK + BALANCER + LISTENER + TARGET_GROUP + TARGETS
