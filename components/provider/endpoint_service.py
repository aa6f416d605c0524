"""The provider's end of PrivateLink: endpoint service, NLB, and the ALB as its target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.health import through_to_the_alb
from components.network.private_nlb import NextHop, PrivateNlb, PrivateNlbArgs


@dataclass(frozen=True, kw_only=True)
class EndpointServiceArgs:
    """Arguments of an EndpointService.

    Args:
        vpc_id: id of the VPC of NLB and ALB.
        subnets: zone id → load-balancer subnet.
        subnet_cidrs: zone id → that subnet's CIDR.
        port: the port of NLB listener, target group and ALB listener.
        tls: whether the ALB listens for HTTPS.
        alb_arn: ARN of the ALB.
        alb: resources that must exist as long as the ALB is a target: the Ingress.
        endpoint_creator: ARN of the principal whose endpoints are allowed: a role without a path, or an
            account's root for all its principals.
        acceptance_required: whether this account must accept each endpoint.
        protect: Pulumi refuses to delete the endpoint service: its consumers depend on its name.
    """

    vpc_id: pulumi.Input[str]
    subnets: Mapping[str, aws.ec2.Subnet]
    subnet_cidrs: Mapping[str, IPv4Network]
    port: int
    tls: bool
    alb_arn: pulumi.Input[str]
    alb: Sequence[pulumi.Resource]
    endpoint_creator: str
    acceptance_required: bool
    protect: bool


class EndpointService(pulumi.ComponentResource):
    """An internal NLB with the ALB as its target, offered to one principal as an endpoint service.

    Part of the path: endpoint service → NLB → ALB, and step 3: the consumer among the allowed principals.
    The service needs only the NLB. It depends neither on the target nor on anything in Kubernetes, and exists
    long before the cluster, so that the consumer's side can be created at the same time.

    Outputs:
        service: the endpoint service.

    Sources:
        https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
    """

    service: aws.ec2.VpcEndpointService

    def __init__(self, name: str, args: EndpointServiceArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:provider:EndpointService", name, None, opts)
        balancer = PrivateNlb(
            name,
            PrivateNlbArgs(
                vpc_id=args.vpc_id,
                subnet_ids=[subnet.id for subnet in args.subnets.values()],
                next_hops={
                    zone: NextHop(what=f"ALB in {zone}", cidr=cidr, port=args.port)
                    for zone, cidr in args.subnet_cidrs.items()
                },
            ),
            ResourceOptions(parent=self),
        ).balancer
        targets = aws.lb.TargetGroup(
            name,
            target_type="alb",
            protocol="TCP",
            port=args.port,
            vpc_id=args.vpc_id,
            health_check=through_to_the_alb(tls=args.tls),
            # The ALB's listener can't be deleted while the target drains; the default is 300 s.
            deregistration_delay=10,
            opts=ResourceOptions(parent=self),
        )
        aws.lb.Listener(
            name,
            load_balancer_arn=balancer.arn,
            protocol="TCP",
            port=args.port,
            default_actions=[aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=targets.arn)],
            # A target group belongs to one load balancer: when that is replaced, the old listener goes first.
            opts=ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.service = aws.ec2.VpcEndpointService(
            name,
            network_load_balancer_arns=[balancer.arn],
            allowed_principals=[args.endpoint_creator],
            acceptance_required=args.acceptance_required,
            tags={"Name": name},
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        # The ALB's listener must be created first and deleted last, and a target group has only one ALB.
        aws.lb.TargetGroupAttachment(
            name,
            target_group_arn=targets.arn,
            target_id=args.alb_arn,
            port=args.port,
            opts=ResourceOptions(parent=self, depends_on=list(args.alb), delete_before_replace=True),
        )
        self.register_outputs({"serviceName": self.service.service_name})
