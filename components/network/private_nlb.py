"""A network load balancer that is reachable only by PrivateLink."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import Alias, ResourceOptions

RULE = ["cidrIpv4", "fromPort", "toPort"]
"""What a rule of a security group lets in or out. Another one is made beside the old rule, which goes last: a
rule that is changed in place cuts off at once what still serves."""


@dataclass(frozen=True, kw_only=True)
class NextHop:
    """A range of addresses that the load balancer may send to.

    Args:
        what: a description, such as "ALB in use1-az1".
        cidr: CIDR of the targets.
        port: the targets' port.
        group: the end of the name of the security group with the rule; empty for the NLB's first one.
        formerly: keys that its rule may have had in an earlier version of the program. The first that is
            there becomes this one.
    """

    what: str
    cidr: pulumi.Input[str]
    port: int
    group: str = ""
    formerly: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class PrivateNlbArgs:
    """Arguments of a PrivateNlb.

    Args:
        vpc_id: id of the VPC.
        subnet_ids: ids of its subnets, one per zone. A zone can't be removed from an NLB.
        next_hops: key → next hop; a key doesn't depend on other next hops.
        protect: Pulumi refuses to delete or replace the NLB.
    """

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    next_hops: Mapping[str, NextHop]
    protect: bool = False


class PrivateNlb(pulumi.ComponentResource):
    """An internal NLB whose security groups have no inbound rules, and outbound rules to the next hop only.

    Part of the path: the gateway NLB behind the VPC link, and the provider NLB behind the endpoint service.
    Both get their traffic by PrivateLink, whose sources can't be named in the rules of a group. Only a VPC
    link v2 needs an inbound rule, which its own component adds.

    Outputs:
        balancer: the NLB.
        group: its first security group.
        rules: what lets it send to the next hops.

    Sources:
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-load-balancer-attributes.html
    """

    balancer: aws.lb.LoadBalancer
    group: aws.ec2.SecurityGroup
    rules: Sequence[pulumi.Resource]

    def __init__(self, name: str, args: PrivateNlbArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:network:PrivateNlb", name, None, opts)
        # The first one is always there: an NLB that is created without one can't get any later.
        ends = sorted({"", *(hop.group for hop in args.next_hops.values())})
        groups = {end: self._group(f"{name}-nlb{end}", args.vpc_id) for end in ends}
        self.group = groups[""]
        self.rules = [
            aws.vpc.SecurityGroupEgressRule(
                f"{name}-nlb-{key}",
                security_group_id=groups[hop.group].id,
                description=hop.what,
                cidr_ipv4=hop.cidr,
                ip_protocol="tcp",
                from_port=hop.port,
                to_port=hop.port,
                opts=ResourceOptions(
                    parent=self,
                    aliases=[Alias(name=f"{name}-nlb-{former}") for former in hop.formerly],
                    replace_on_changes=RULE,
                ),
            )
            for key, hop in args.next_hops.items()
        ]
        self.balancer = aws.lb.LoadBalancer(
            name,
            load_balancer_type="network",
            internal=True,
            subnets=args.subnet_ids,
            enable_cross_zone_load_balancing=True,
            security_groups=[group.id for group in groups.values()],
            # With "on", the default, the group's rules would block the traffic from PrivateLink. It stays off
            # with a VPC link v2, so that a link v1 still works while the stage changes over.
            enforce_security_group_inbound_rules_on_private_link_traffic="off",
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        self.register_outputs({"arn": self.balancer.arn})

    def _group(self, name: str, vpc_id: pulumi.Input[str]) -> aws.ec2.SecurityGroup:
        return aws.ec2.SecurityGroup(
            name,
            vpc_id=vpc_id,
            description="NLB: nothing in but PrivateLink, out to the next hop",
            tags={"Name": name},
            opts=ResourceOptions(parent=self),
        )
