"""The provider's end of PrivateLink: endpoint service, NLB, and the ALB as its target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.health import health_check
from components.network.private_nlb import NextHop, PrivateNlb, PrivateNlbArgs
from components.network.subnets import Subnet


@dataclass(frozen=True, kw_only=True)
class Alb:
    """An ALB that an NLB of the stack sends to: of an Ingress, or existing.

    Args:
        arn: its ARN.
        port: the port of its listener, and so of the NLB's.
        tls: whether it listens for HTTPS.
        health_path: path that it answers.
        vpc_id: id of its VPC, which is also the NLB's.
        subnets: zone id → its subnet.
        nlb_subnets: zone id → the NLB's subnet.
        made_by: resources that must exist as long as it is a target: the Ingresses.
    """

    arn: pulumi.Input[str]
    port: int
    tls: bool
    health_path: str
    vpc_id: pulumi.Input[str]
    subnets: Mapping[str, Subnet]
    nlb_subnets: Mapping[str, Subnet]
    made_by: Sequence[pulumi.Resource] = ()


@dataclass(frozen=True, kw_only=True)
class EndpointServiceArgs:
    """Arguments of an EndpointService.

    Args:
        balancer: what is offered: an ALB, through an NLB that is made here, or the ARN of an existing NLB.
        allowed_principals: ARNs of the principals whose endpoints are allowed: roles and users without a
            path, or an account's root for all its principals.
        supported_regions: regions whose endpoints may connect, its own among them; empty for that one alone.
            An empty one takes none away again: the provider then leaves them as they are.
        acceptance_required: whether this account must accept each endpoint.
        protect: Pulumi refuses to delete the endpoint service: its consumers depend on its name.
    """

    balancer: Alb | str
    allowed_principals: Sequence[str]
    acceptance_required: bool
    protect: bool
    supported_regions: Sequence[str] = ()


class EndpointService(pulumi.ComponentResource):
    """A load balancer, offered to some principals as an endpoint service.

    Part of the path: endpoint service → NLB → ALB, and step 3: the consumer among the allowed principals.
    The service needs only the NLB. It depends neither on the target nor on anything in Kubernetes, and exists
    long before the cluster, so that the consumer's side can be created at the same time.

    Outputs:
        service: the endpoint service.
        balancer_arn: ARN of its NLB.
        targets: the NLB's target group; None with an existing NLB.
        ready: what must exist before a request gets from the service to the ALB; empty with an existing NLB.

    Sources:
        https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
    """

    service: aws.ec2.VpcEndpointService
    balancer_arn: pulumi.Input[str]
    targets: aws.lb.TargetGroup | None = None
    ready: Sequence[pulumi.Resource] = ()

    def __init__(self, name: str, args: EndpointServiceArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:provider:EndpointService", name, None, opts)
        balancer = args.balancer
        self.balancer_arn = balancer if isinstance(balancer, str) else self._nlb(name, balancer)
        self.service = aws.ec2.VpcEndpointService(
            name,
            network_load_balancer_arns=[self.balancer_arn],
            allowed_principals=list(args.allowed_principals),
            supported_regions=list(args.supported_regions) or None,
            acceptance_required=args.acceptance_required,
            tags={"Name": name},
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        self.register_outputs({"serviceName": self.service.service_name})

    def _nlb(self, name: str, alb: Alb) -> pulumi.Output[str]:
        """An internal NLB with the ALB as its target; its ARN."""
        nlb = PrivateNlb(
            name,
            PrivateNlbArgs(
                vpc_id=alb.vpc_id,
                subnet_ids=[subnet.id for subnet in alb.nlb_subnets.values()],
                next_hops={
                    zone: NextHop(what=f"ALB in {zone}", cidr=subnet.cidr, port=alb.port)
                    for zone, subnet in alb.subnets.items()
                },
            ),
            ResourceOptions(parent=self),
        )
        balancer = nlb.balancer
        targets = aws.lb.TargetGroup(
            name,
            target_type="alb",
            protocol="TCP",
            port=alb.port,
            vpc_id=alb.vpc_id,
            health_check=health_check(tls=alb.tls, path=alb.health_path),
            # The ALB's listener can't be deleted while the target drains; the default is 300 s.
            deregistration_delay=10,
            # A target group belongs to one load balancer: a new one gets its own, and the old ones go last.
            opts=ResourceOptions(parent=self, replace_with=[balancer]),
        )
        listener = aws.lb.Listener(
            name,
            load_balancer_arn=balancer.arn,
            protocol="TCP",
            port=alb.port,
            default_actions=[aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=targets.arn)],
            opts=ResourceOptions(parent=self, replace_on_changes=["port"]),
        )
        # The ALB's listener must be created first and deleted last, and a target group has only one ALB.
        attachment = aws.lb.TargetGroupAttachment(
            name,
            target_group_arn=targets.arn,
            target_id=alb.arn,
            port=alb.port,
            opts=ResourceOptions(parent=self, depends_on=list(alb.made_by), delete_before_replace=True),
        )
        self.targets = targets
        self.ready = [listener, attachment, *nlb.rules]
        return balancer.arn
