"""From the API into the gateway network: an NLB with the endpoints' addresses as targets, and a VPC link."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.health import through_to_the_alb
from components.network.private_nlb import NextHop, PrivateNlb, PrivateNlbArgs


@dataclass(frozen=True, kw_only=True)
class Target:
    """A backend behind the gateway NLB.

    Args:
        listener_port: the NLB's port for this backend, which is the port in the integration's URI.
        port: the port of the backend's endpoint.
        tls: whether the backend uses HTTPS.
        addresses: zone id → address of the endpoint.
        subnet_cidrs: zone id → CIDR of the endpoint subnet that holds the address.
        inside: whether the endpoint is in the NLB's own VPC.
        connected: resources that must exist before traffic can flow through the endpoint.
    """

    listener_port: int
    port: int
    tls: bool
    addresses: Mapping[str, IPv4Address]
    subnet_cidrs: Mapping[str, IPv4Network]
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
                next_hops=_endpoint_subnets(args.targets.values()),
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
            health_check=through_to_the_alb(tls=target.tls),
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
                # The planned address, not the endpoint's output: known in the first preview, and stable.
                target_id=str(address),
                port=target.port,
                # Required for addresses outside the VPC, refused for addresses inside it
                # (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html).
                availability_zone=None if target.inside else "all",
                opts=ResourceOptions(parent=self, depends_on=list(target.connected)),
            )


def _endpoint_subnets(targets: Iterable[Target]) -> Mapping[str, NextHop]:
    """The subnets of the endpoints, which contain nothing else.

    By subnet, not by address: a security group has at most 60 rules, and 50 backends have more addresses
    (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html).
    """
    return {
        f"{zone}-{target.port}": NextHop(what=f"Endpoints in {zone}", cidr=cidr, port=target.port)
        for target in targets
        for zone, cidr in target.subnet_cidrs.items()
    }
