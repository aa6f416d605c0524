"""A VPC link v2 and its security groups, said in other words, or with more beside them."""

from crosslink.graph import tokens
from tests.faults.change import Change, drop, point, put, register, together, unpoint
from tests.faults.healthy.variation import Variation
from tests.faults.link_v2 import IN, INTEGRATIONS_GUIDE, LINKS_GUIDE, OUT, REFERENCED, SINGLE, STACK, admit

NLB = (tokens.LOAD_BALANCER, "crosslink-gateway")
LINK = (tokens.VPC_LINK_V2, "crosslink")
SECURITY_GROUPS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html"
)


def by_range(rule: tuple[str, str], cidr: str) -> Change:
    """Let a rule of a security group name a range instead of a group."""
    return together(unpoint(*rule, REFERENCED), put(*rule, "cidrIpv4", value=cidr))


VARIATIONS = (
    Variation(
        name="gateway NLB's groups would judge PrivateLink, by which a VPC link v2 doesn't come",
        change=put(*NLB, "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", value="on"),
        stack=STACK,
        source=SECURITY_GROUPS,
    ),
    Variation(
        name="VPC link's group lets out to the range of the gateway network",
        change=by_range(OUT, "10.10.0.0/16"),
        stack=STACK,
    ),
    Variation(
        name="VPC link's group lets everything out",
        change=together(
            by_range(OUT, "0.0.0.0/0"),
            put(*OUT, "ipProtocol", value="-1"),
            put(*OUT, "fromPort", value=None),
            put(*OUT, "toPort", value=None),
        ),
        stack=SINGLE,
    ),
    Variation(
        name="gateway NLB's group lets the VPC link's subnets in",
        change=together(by_range(IN, "10.10.32.0/26"), admit("second", cidrIpv4="10.10.64.0/26")),
        stack=STACK,
    ),
    Variation(
        name="gateway NLB without security groups behind a VPC link v2",
        change=together(unpoint(*NLB, "securityGroups", value=[]), by_range(OUT, "10.10.0.0/16"), drop(*IN)),
        stack=STACK,
        source=SECURITY_GROUPS,
    ),
    Variation(
        name="VPC link v2 in one of the gateway NLB's subnets",
        change=together(
            put(*LINK, "subnetIds", value=[]),
            point(*LINK, "subnetIds", to=(tokens.SUBNET, "crosslink-gateway-nlb-usw2-az1")),
        ),
        stack=STACK,
        source=LINKS_GUIDE,
    ),
    Variation(
        name="another VPC link v2 of a team's own",
        change=register(
            tokens.VPC_LINK_V2,
            "team",
            {"subnetIds": ["subnet-0123456789abcdef0"], "securityGroupIds": ["sg-0123456789abcdef0"]},
            beside=LINK,
        ),
        stack=STACK,
    ),
    Variation(
        name="VPC link v1 left beside the VPC link v2",
        change=register(tokens.VPC_LINK, "old", {}, beside=LINK, targetArn=NLB),
        stack=STACK,
    ),
    Variation(
        name="integrations name a target beside their VPC link v1",
        change=point(tokens.INTEGRATION, "*", "integrationTarget", to=NLB),
        stack="existing-api",
        unknown=("integration-names-its-balancer",),
        source=INTEGRATIONS_GUIDE,
    ),
)
