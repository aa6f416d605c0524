"""From the API into the gateway network: an NLB with the endpoints' addresses as targets, and a VPC link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.health import health_check
from components.network.private_nlb import NextHop, PrivateNlb, PrivateNlbArgs

MAX_RULES = 60
"""Outbound rules of a security group, unless the account's quota was raised
(https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html)."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A backend behind the gateway NLB.

    Args:
        listener_port: the NLB's port for this backend, which is the port in the integration's URI.
        port: the port of the backend's endpoint.
        tls: whether the backend uses HTTPS.
        health_path: path that answers health checks; None for checks that only connect.
        addresses: zone id → address of the endpoint.
        subnet_cidrs: zone id → CIDR of the subnet that holds the address and nothing but endpoints of the
            stack; None in an existing network, where the subnets hold other things too.
        inside: whether the endpoint is in the NLB's own VPC.
        connected: resources that must exist before traffic can flow through the endpoint.
    """

    listener_port: int
    port: int
    tls: bool
    health_path: str | None
    addresses: Mapping[str, pulumi.Input[str]]
    subnet_cidrs: Mapping[str, pulumi.Input[str]] | None
    inside: bool
    connected: Sequence[pulumi.Resource]


@dataclass(frozen=True, kw_only=True)
class VpcLinkArgs:
    """Arguments of a VpcLink.

    Args:
        vpc_id: id of the gateway network's VPC.
        subnet_ids: ids of its NLB subnets.
        targets: backend → its target.
    """

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    targets: Mapping[str, Target]


class VpcLink(pulumi.ComponentResource):
    """The gateway NLB, a listener and target group per backend, and one VPC link for the API.

    Part of the path: steps 6 and 7, VPC link → NLB listener → target group → endpoint addresses. All backends
    share the NLB; each has its own listener port, which its slot determines.

    Outputs:
        link: the VPC link.

    Sources:
        https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
    """

    link: aws.apigateway.VpcLink

    def __init__(self, name: str, args: VpcLinkArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:VpcLink", name, None, opts)
        balancer = PrivateNlb(
            f"{name}-gateway",
            PrivateNlbArgs(
                vpc_id=args.vpc_id,
                subnet_ids=args.subnet_ids,
                next_hops=_next_hops(args.targets),
            ),
            ResourceOptions(parent=self),
        ).balancer
        for backend, target in args.targets.items():
            self._add_target(f"{name}-{backend}", target, args.vpc_id, balancer)
        self.link = aws.apigateway.VpcLink(
            name, target_arn=balancer.arn, tags={"Name": name}, opts=ResourceOptions(parent=self)
        )
        self.register_outputs({"linkId": self.link.id})

    def _add_target(
        self,
        key: str,
        target: Target,
        vpc_id: pulumi.Input[str],
        balancer: aws.lb.LoadBalancer,
    ) -> None:
        targets = aws.lb.TargetGroup(
            key,
            target_type="ip",
            protocol="TCP",
            port=target.port,
            vpc_id=vpc_id,
            # With client addresses preserved, communication with PrivateLink interfaces is lost
            # (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html).
            preserve_client_ip="false",
            health_check=health_check(tls=target.tls, path=target.health_path),
            opts=ResourceOptions(parent=self),
        )
        aws.lb.Listener(
            key,
            load_balancer_arn=balancer.arn,
            protocol="TCP",
            port=target.listener_port,
            default_actions=[aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=targets.arn)],
            # A target group belongs to one load balancer: when that is replaced, the old listener goes first.
            opts=ResourceOptions(parent=self, delete_before_replace=True),
        )
        for zone, address in target.addresses.items():
            aws.lb.TargetGroupAttachment(
                f"{key}-{zone}",
                target_group_arn=targets.arn,
                target_id=address,
                port=target.port,
                # Required for addresses outside the VPC, refused for addresses inside it
                # (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html).
                availability_zone=None if target.inside else "all",
                opts=ResourceOptions(parent=self, depends_on=list(target.connected)),
            )


def _next_hops(targets: Mapping[str, Target]) -> Mapping[str, NextHop]:
    """The endpoints: by their subnets where these hold nothing else, by their addresses in existing networks.

    By subnet, 50 backends stay below the rules that a security group may have.
    """
    hops: dict[str, NextHop] = {}
    for backend, target in targets.items():
        if target.subnet_cidrs is not None:
            for zone, cidr in target.subnet_cidrs.items():
                hop = NextHop(what=f"Endpoints in {zone}", cidr=cidr, port=target.port)
                hops[f"{zone}-{target.port}"] = hop
        else:
            for zone, address in target.addresses.items():
                cidr = pulumi.Output.concat(address, "/32")
                hop = NextHop(what=f"Endpoint of {backend} in {zone}", cidr=cidr, port=target.port)
                hops[f"{backend}-{zone}"] = hop
    if len(hops) > MAX_RULES:
        pulumi.log.warn(
            f"The gateway NLB's security group has {len(hops)} outbound rules, one for each address of an "
            f"endpoint in an existing network. AWS takes {MAX_RULES} unless the quota 'Inbound or outbound "
            "rules per security group' was raised. Fewer zones in endpointSubnets need fewer rules."
        )
    return hops
