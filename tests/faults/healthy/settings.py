"""Settings of networks and load balancers that are other than this program's, and as good."""

from typing import Any

from crosslink.graph import tokens
from tests.faults.change import Change, edit, put, together
from tests.faults.healthy.variation import Variation
from tests.faults.names import CONSUMER
from tests.faults.refused import node_acl

NLB = (tokens.LOAD_BALANCER, "crosslink-gateway")
GROUP = (tokens.TARGET_GROUP, CONSUMER)
EVERYTHING = {"protocol": "-1", "action": "allow", "cidrBlock": "0.0.0.0/0", "fromPort": 0.0, "toPort": 0.0}


def _map_subnets(balancer: Any) -> None:
    balancer["subnetMappings"] = [{"subnetId": subnet} for subnet in balancer.pop("subnets")]


def check(**settings: float) -> Change:
    """Settings of the gateway's health check."""
    return together(*(put(*GROUP, "healthCheck", name, value=value) for name, value in settings.items()))


def logs(level: str) -> Change:
    """How much the stage logs."""
    return edit(
        tokens.API_METHOD_SETTINGS,
        "*",
        lambda found: found["settings"].update(loggingLevel=level, metricsEnabled=True),
    )


VARIATIONS = (
    *(
        Variation(name=f"stage logs what is of level {level}, and counts it", change=logs(level))
        for level in ("OFF", "ERROR", "INFO")
    ),
    Variation(
        name="cluster heeds access entries beside its ConfigMap",
        change=put(tokens.EKS_CLUSTER, "*", "accessConfig", "authenticationMode", value="API_AND_CONFIG_MAP"),
        source="https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html",
    ),
    Variation(
        name="NLB keeps idle connections for over an hour",
        change=put(tokens.LISTENER, "*", "tcpIdleTimeoutSeconds", value=4000.0),
        source="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html",
    ),
    Variation(
        name="health is checked as by default",
        change=check(interval=30.0, timeout=10.0, healthyThreshold=5.0),
    ),
    Variation(
        name="nodes' subnet has an ACL of its own, which lets all pass",
        change=node_acl({"ruleNo": 100.0, **EVERYTHING}),
    ),
    Variation(
        name="endpoint service is offered in its own region by name",
        change=put(tokens.ENDPOINT_SERVICE, "*", "supportedRegions", value=["us-east-1"]),
    ),
    Variation(
        name="endpoint service is for IPv4 by name",
        change=put(tokens.ENDPOINT_SERVICE, "*", "supportedIpAddressTypes", value=["ipv4"]),
    ),
    Variation(
        name="endpoint service has a private DNS name that nobody uses",
        change=put(tokens.ENDPOINT_SERVICE, "*", "privateDnsName", value="api.example.com"),
    ),
    Variation(
        name="gateway's VPC has no DNS host names",
        change=put(tokens.VPC, "crosslink-gateway", "enableDnsHostnames", value=False),
    ),
    Variation(
        name="load balancer and target group have names of their own",
        change=together(put(*NLB, "name", value="edge"), put(*GROUP, "name", value="edge-to-apps")),
    ),
    Variation(
        name="gateway's target group crosses zones whatever its NLB says",
        change=together(
            put(*GROUP, "loadBalancingCrossZoneEnabled", value="true"),
            put(*NLB, "enableCrossZoneLoadBalancing", value=False),
        ),
    ),
    Variation(
        name="targets in all zones, and the gateway NLB doesn't cross zones",
        change=put(*NLB, "enableCrossZoneLoadBalancing", value=False),
        source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html",
    ),
    Variation(
        name="gateway NLB's subnets stand in mappings",
        change=edit(*NLB, _map_subnets),
        blind=("preview",),  # ids are unknown
    ),
)
