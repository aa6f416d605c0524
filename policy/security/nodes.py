"""Nodes, and whatever else starts in a subnet: nothing gets a public address by itself."""

from crosslink.graph import tokens
from crosslink.graph.node import Node
from crosslink.graph.unknown import known
from crosslink.rules.rule import fix
from policy.security.rule import ONLY_KNOWN, SECURITY_HUB, Stack, rule

# Where a resource says that what starts gets one:
# https://docs.aws.amazon.com/eks/latest/userguide/create-node-class.html
_SAYS = {
    tokens.SUBNET: (("mapPublicIpOnLaunch",), ("assignIpv6AddressOnCreation",)),
    # A range of IPv6 is the internet's own: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html
    tokens.VPC: (("assignGeneratedIpv6CidrBlock",),),
    **dict.fromkeys(
        (tokens.NODE_CLASS, f"{tokens.NODE_CLASS}Patch"),
        (("spec", "advancedNetworking", "associatePublicIPAddress"),),
    ),
}


@rule(*_SAYS, source=f"{SECURITY_HUB}/ec2-controls.html#ec2-15", same=(ONLY_KNOWN,))
@fix("Take the setting away: nodes go out through the NAT gateways, and nobody comes in at them.")
def no_public_addresses(_stack: Stack, node: Node) -> str | None:
    """Nothing that starts in a subnet, nodes included, gets a public address by itself."""
    says = any(known(node.get(*path)) is True for path in _SAYS[node.type])
    return "what starts gets a public address" if says else None
