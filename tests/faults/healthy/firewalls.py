"""Security groups and network ACLs that say the same in other words, or let more pass."""

from typing import Any

from crosslink.graph import tokens
from tests.faults.change import Change, add, drop, put, register, together
from tests.faults.healthy.network import ENDPOINTS, GATEWAY, NLB, VPC_GUIDE
from tests.faults.healthy.variation import Variation
from tests.faults.names import LANDING
from tests.faults.nodes import Named
from tests.faults.provider import annotation

ENDPOINT_GROUP = (tokens.SECURITY_GROUP, "crosslink-apps")
NLB_GROUP = (tokens.SECURITY_GROUP, "crosslink-gateway-nlb")


def rule(type_: str, like: str, name: str, group: Named, **properties: object) -> Change:
    """One more rule of a security group, beside another."""
    return add((type_, like), name, {"ipProtocol": "tcp", **properties}, securityGroupId=group)


def lets_in(name: str, cidr: str, first: int = 80, last: int = 80) -> Change:
    """One more rule of the endpoint's group."""
    ports = {"fromPort": float(first), "toPort": float(last)}
    return rule(tokens.INGRESS_RULE, "crosslink-apps-usw2-az2", name, ENDPOINT_GROUP, cidrIpv4=cidr, **ports)


def lets_out(name: str, cidr: str) -> Change:
    """One more rule of the gateway NLB's group."""
    ports = {"fromPort": 80.0, "toPort": 80.0}
    return rule(
        tokens.EGRESS_RULE, "crosslink-gateway-nlb-us-east-1-80", name, NLB_GROUP, cidrIpv4=cidr, **ports
    )


def allow(number: int, cidr: str, first: int, last: int, *, action: str = "allow") -> dict[str, Any]:
    """An entry of an ACL."""
    ports = {"fromPort": float(first), "toPort": float(last)}
    return {"ruleNo": float(number), "action": action, "protocol": "tcp", "cidrBlock": cidr, **ports}


def acl(
    name: str,
    vpc: str,
    subnets: tuple[Named, ...],
    *,
    asks: bool,
    others: list[str],
) -> Change:
    """An ACL with entries for halves of subnets and of the ephemeral ports, around one end of connections."""
    service = [allow(100 + at, cidr, 80, 80) for at, cidr in enumerate(others)]
    halves = [(1024, 32767), (32768, 65535)]
    answers = [
        allow(200 + 2 * at + half, cidr, *halves[half]) for at, cidr in enumerate(others) for half in (0, 1)
    ]
    foreign = allow(90, "10.99.0.0/16", 0, 65535, action="deny")
    return register(
        tokens.NETWORK_ACL,
        name,
        {
            "ingress": [foreign, *(answers if asks else service)],
            "egress": [foreign, *(service if asks else answers)],
        },
        beside=subnets[0],
        vpcId=(tokens.VPC, vpc),
        subnetIds=list(subnets),
    )


GROUPS = (
    Variation(
        name="a group lets more in than it must",
        change=put(tokens.INGRESS_RULE, "*", "ipProtocol", value="-1"),
    ),
    Variation(
        name="the endpoint's group lets a VPN in, too",
        change=lets_in("vpn", "172.16.0.0/12", 443, 443),  # H01
    ),
    Variation(
        name="the endpoint's group has a prefix list beside its ranges",  # H02
        change=rule(
            tokens.INGRESS_RULE,
            "crosslink-apps-usw2-az2",
            "offices",
            ENDPOINT_GROUP,
            prefixListId="pl-0123456789abcdef0",
            fromPort=80.0,
            toPort=80.0,
        ),
    ),
    Variation(
        name="the endpoint's group has a rule for each half of a subnet",
        change=together(
            lets_in("low", "10.10.32.0/27"),
            lets_in("high", "10.10.32.32/27"),
            drop(tokens.INGRESS_RULE, "crosslink-apps-usw2-az1"),
        ),
    ),
    Variation(
        name="the rules for the halves of a subnet have different ports",
        change=together(
            lets_in("low", "10.10.32.0/27", 1, 80),
            lets_in("high", "10.10.32.32/27", 80, 443),
            drop(tokens.INGRESS_RULE, "crosslink-apps-usw2-az1"),
        ),
    ),
    Variation(
        name="the gateway NLB's group has a rule for each half of the network",
        change=together(
            lets_out("low", "10.11.0.0/21"),
            lets_out("high", "10.11.8.0/21"),
            drop(tokens.EGRESS_RULE, "crosslink-gateway-nlb-us-east-1-80"),
        ),
    ),
    Variation(
        name="the ALB lets in each half of a subnet",
        change=annotation("inbound-cidrs", "10.20.48.64/27, 10.20.48.96/27, 10.20.80.64/26"),
    ),
)

ACLS = (
    Variation(
        name="the gateway NLB's ACL has entries for halves",
        change=acl(
            "gateway", GATEWAY, NLB, asks=True, others=["10.11.2.0/27", "10.11.2.32/27", "10.11.4.0/26"]
        ),
        source=f"{VPC_GUIDE}/nacl-rules.html",
    ),
    Variation(
        name="the endpoint's ACL has entries for halves",
        change=acl(
            "endpoints",
            LANDING,
            ENDPOINTS,
            asks=False,
            others=["10.10.32.0/27", "10.10.32.32/27", "10.10.64.0/26"],
        ),
        source=f"{VPC_GUIDE}/nacl-rules.html",
    ),
)

UNREAD = (
    Variation(
        name="the endpoint's group has a prefix list of somebody else's",
        change=together(
            put(tokens.INGRESS_RULE, "crosslink-apps-usw2-*", "cidrIpv4", value=None),
            put(tokens.INGRESS_RULE, "crosslink-apps-usw2-*", "prefixListId", value="pl-0123456789abcdef0"),
        ),
        unknown=("endpoint-lets-the-gateway-in",),
    ),
)

VARIATIONS = GROUPS + ACLS
