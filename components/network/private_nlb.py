"""A network load balancer that only PrivateLink reaches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions


@dataclass(frozen=True, kw_only=True)
class NextHop:
    """Where the load balancer may send packets.

    Args:
        what: for people, such as "ALB in use1-az1".
        cidr: the range of the targets.
        port: the targets' port.
    """

    what: str
    cidr: IPv4Network
    port: int


@dataclass(frozen=True, kw_only=True)
class PrivateNlbArgs:
    """Arguments of a PrivateNlb.

    Args:
        vpc_id: the VPC.
        subnet_ids: a subnet in each of its zones. An NLB never loses a zone.
        next_hops: key → next hop; the key stays, whatever others come or go.
    """

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    next_hops: Mapping[str, NextHop]


class PrivateNlb(pulumi.ComponentResource):
    """An internal NLB whose security group admits nobody and lets out to the next hop alone.

    Part of the path: the gateway NLB behind the VPC link, and the provider NLB behind the endpoint service.
    To both, traffic comes by PrivateLink, whose sources no rule of a group could name.

    Outputs:
        balancer: the NLB.

    Sources:
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-load-balancer-attributes.html
    """

    balancer: aws.lb.LoadBalancer

    def __init__(self, name: str, args: PrivateNlbArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:network:PrivateNlb", name, None, opts)
        group = aws.ec2.SecurityGroup(
            f"{name}-nlb",
            vpc_id=args.vpc_id,
            description="NLB: nothing in but PrivateLink, out to the next hop",
            tags={"Name": f"{name}-nlb"},
            opts=ResourceOptions(parent=self),
        )
        for key, hop in args.next_hops.items():
            aws.vpc.SecurityGroupEgressRule(
                f"{name}-nlb-{key}",
                security_group_id=group.id,
                description=hop.what,
                cidr_ipv4=str(hop.cidr),
                ip_protocol="tcp",
                from_port=hop.port,
                to_port=hop.port,
                opts=ResourceOptions(parent=self),
            )
        self.balancer = aws.lb.LoadBalancer(
            name,
            load_balancer_type="network",
            internal=True,
            subnets=args.subnet_ids,
            enable_cross_zone_load_balancing=True,
            # A group can't be given later: without one from the start the NLB would have to be replaced.
            security_groups=[group.id],
            # With "on", the default, the group's rules would drop what comes by PrivateLink.
            enforce_security_group_inbound_rules_on_private_link_traffic="off",
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({"arn": self.balancer.arn})
