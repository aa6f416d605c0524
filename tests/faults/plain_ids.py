"""Properties that name a resource by its plain id, one that no resource of the program has."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crosslink.graph import tokens
from crosslink.graph.node import Node, Value
from crosslink.graph.unknown import Unknown
from tests.faults.change import Change, together, unpoint
from tests.faults.names import CONSUMER, LANDING, PROVIDER
from tests.faults.nodes import Nodes, refer, with_value

SUBNETS = ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"]
VPC, GROUP, PEERING = "vpc-0123456789abcdef0", "sg-0123456789abcdef0", "pcx-0123456789abcdef0"
SERVICE = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
GATEWAY_LB, PROVIDER_LB = (
    f"arn:aws:elasticloadbalancing:{place}" for place in ("us-west-2:111111111111", "us-east-1:222222222222")
)
NLB = "loadbalancer/net/shared/0123456789abcdef"
ALB = "loadbalancer/app/shared/0123456789abcdef"
GROUP_OF_TARGETS = "targetgroup/shared/0123456789abcdef"


def _endpoint_subnets() -> Change:
    """An endpoint names its subnets twice."""
    addresses = ("10.11.2.10", "10.11.4.10")
    interfaces = [{"subnetId": id_, "ipv4": ip} for id_, ip in zip(SUBNETS, addresses, strict=True)]
    return together(
        unpoint(tokens.ENDPOINT, "*", "subnetIds", value=SUBNETS),
        unpoint(tokens.ENDPOINT, "*", "subnetConfigurations", value=interfaces),
    )


PLAIN: Mapping[str, Change] = {
    "security group of the endpoint": unpoint(tokens.ENDPOINT, "*", "securityGroupIds", value=[GROUP]),
    "security group of the gateway NLB": unpoint(
        tokens.LOAD_BALANCER, "crosslink-gateway", "securityGroups", value=[GROUP]
    ),
    "security group of the provider NLB": unpoint(
        tokens.LOAD_BALANCER, "crosslink-apps", "securityGroups", value=[GROUP]
    ),
    "subnets of the endpoint": _endpoint_subnets(),
    "subnets of the gateway NLB": unpoint(
        tokens.LOAD_BALANCER, "crosslink-gateway", "subnets", value=SUBNETS
    ),
    "subnets of the provider NLB": unpoint(tokens.LOAD_BALANCER, "crosslink-apps", "subnets", value=SUBNETS),
    "subnets of the ALB": unpoint(tokens.INGRESS_CLASS_PARAMS, "*", "spec", "subnets", "ids", value=SUBNETS),
    "subnets of the nodes": unpoint(tokens.EKS_CLUSTER, "*", "vpcConfig", "subnetIds", value=SUBNETS),
    "service of the endpoint": unpoint(tokens.ENDPOINT, "*", "serviceName", value=SERVICE),
    "load balancer of the VPC link": unpoint(tokens.VPC_LINK, "*", "targetArn", value=f"{GATEWAY_LB}:{NLB}"),
    "load balancer of the endpoint service": unpoint(
        tokens.ENDPOINT_SERVICE, "*", "networkLoadBalancerArns", value=[f"{PROVIDER_LB}:{NLB}"]
    ),
    "target group of the gateway's listener": unpoint(
        tokens.LISTENER,
        CONSUMER,
        "defaultActions",
        0,
        "targetGroupArn",
        value=f"{GATEWAY_LB}:{GROUP_OF_TARGETS}",
    ),
    "target group of the provider's listener": unpoint(
        tokens.LISTENER,
        PROVIDER,
        "defaultActions",
        0,
        "targetGroupArn",
        value=f"{PROVIDER_LB}:{GROUP_OF_TARGETS}",
    ),
    "ALB that is the provider's target": unpoint(
        tokens.ATTACHMENT, PROVIDER, "targetId", value=f"{PROVIDER_LB}:{ALB}"
    ),
    "VPC of the gateway's target group": unpoint(tokens.TARGET_GROUP, CONSUMER, "vpcId", value=VPC),
    "VPC of the gateway NLB's subnets": unpoint(tokens.SUBNET, "crosslink-gateway-nlb-*", "vpcId", value=VPC),
    "VPC of the endpoint's subnets": unpoint(tokens.SUBNET, f"{LANDING}-endpoints-*", "vpcId", value=VPC),
    "VPC at the far end of the peering": unpoint(tokens.PEERING, "*", "peerVpcId", value=VPC),
    "peering of the routes out": unpoint(
        tokens.ROUTE, f"{LANDING}-out-*", "vpcPeeringConnectionId", value=PEERING
    ),
    "peering of the routes back": unpoint(
        tokens.ROUTE, f"{LANDING}-back-*", "vpcPeeringConnectionId", value=PEERING
    ),
    "VPC link of the stage": unpoint(tokens.STAGE, "*", "variables", "link", value="abc123"),
}
"""What is named by a plain id in the stack dev, and how."""

COMPARED = {
    (tokens.LAMBDA_PERMISSION, "sourceArn"): "another API's ARN is no permission for this one",
    (tokens.USAGE_PLAN, "apiStages"): "a plan for another API's stage is no plan for this one",
}
"""Properties that say whom something is for, and lead nowhere: another's id is a fault."""

NO_IDS = {"pulumi:providers:kubernetes", "eks:index:Cluster"}
"""Types whose references aren't ids, or aren't read: a kubeconfig, a component's arguments."""


@dataclass(frozen=True)
class Reference:
    """A property of a resource that takes its value from others.

    Attributes:
        stack: the stack that the resource is of.
        urn: the resource.
        property: the property.
        plain: its value, with the ids of others in the place of those of the program's resources.
    """

    stack: str
    urn: str
    property: str
    plain: Value

    def __str__(self) -> str:
        *_, type_, name = self.urn.split("::")
        return f"{self.stack}: {type_.rpartition(':')[2]} {name} {self.property}"

    def change(self, nodes: Nodes) -> Nodes:
        """Spell the property out."""
        return [self._spell_out(node) if node.urn == self.urn else node for node in nodes]

    def _spell_out(self, node: Node) -> Node:
        return refer(with_value(node, (self.property,), self.plain), self.property)


def references_of(stack: str, preview: Nodes, up: Nodes) -> Iterator[Reference]:
    """The properties of a stack's resources that take their values from others.

    Args:
        stack: the stack.
        preview: its resources in a preview, where what comes from others is unknown.
        up: the same after an up.
    """
    unknown = {node.urn: node for node in preview}
    for node in up:
        if node.type in NO_IDS or node.type.startswith("crosslink:"):
            continue
        for property_, urns in sorted(node.references.items()):
            if urns and (node.type, property_) not in COMPARED:
                plain = _plain(unknown[node.urn].get(property_), node.get(property_))
                yield Reference(stack, node.urn, property_, plain)


def _plain(preview: Value, up: Any) -> Value:
    """A value after an up, with another id in the place of each that a preview doesn't know."""
    match up:
        case dict():
            known = {} if isinstance(preview, Unknown) else preview
            return {key: _plain(known.get(key, preview), item) for key, item in up.items()}
        case list():
            known = [preview] * len(up) if isinstance(preview, Unknown) else preview
            return [_plain(*pair) for pair in zip(known, up, strict=True)]
        case str() if isinstance(preview, Unknown):
            # Of the same form: of each part that is made up of letters and digits, the mirror image.
            return re.sub(r"\b(?=[a-z]*\d)[0-9a-z]{6,}\b", lambda part: part[0][::-1], up)
        case _:
            return up
