"""From the API into the gateway network: an NLB with the endpoints' addresses as targets, and a VPC link."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.consumer.gateway_target import Target, next_hops
from components.health import health_check
from components.network.private_nlb import PrivateNlb, PrivateNlbArgs
from settings.address_plan import SLOTS
from settings.any_backend import FIRST_LISTENER_PORT
from settings.shared_route import SharedRoute


@dataclass(frozen=True, kw_only=True)
class VpcLinkArgs:
    """Arguments of a VpcLink.

    Args:
        vpc_id: id of the gateway network's VPC.
        subnet_ids: ids of its NLB subnets.
        targets: backend → its target.
        protect: Pulumi refuses to delete or replace the NLB and the link.
        shared: the routes that two of them serve.
        version: kind of the link, `v1` or `v2`.
    """

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    targets: Mapping[str, Target]
    protect: bool
    shared: Sequence[SharedRoute] = ()
    version: Literal["v1", "v2"] = "v1"


class VpcLink(pulumi.ComponentResource):
    """The gateway NLB, a listener and target group per backend, and one VPC link for the API.

    Part of the path: steps 6 and 7, VPC link → NLB listener → target group → endpoint addresses. All backends
    share the NLB; each has its own listener port, which its slot determines. A route that two backends serve
    has a listener, too, with three target groups: one of both backends, where each takes over from the other,
    and one of each. All three are in the listener's action, so that the NLB knows the health of their targets
    before a weight makes it use one. What replaces something here is
    made beside it, and the old one goes last: when the stage has the new link, or the API the new port.

    Outputs:
        link_id: id of the VPC link.
        target: ARN of the NLB, which integrations by a link v2 name; None with v1, whose link names it.
        balancer: the NLB.
        groups: key → its target group.
        ready: what must exist before a request gets from the link to the endpoints, of all backends.

    Sources:
        https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html
        https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
    """

    link_id: pulumi.Output[str]
    target: pulumi.Output[str] | None = None
    balancer: aws.lb.LoadBalancer
    groups: dict[str, aws.lb.TargetGroup]
    ready: Sequence[pulumi.Resource]

    def __init__(self, name: str, args: VpcLinkArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:VpcLink", name, None, opts)
        nlb = PrivateNlb(
            f"{name}-gateway",
            PrivateNlbArgs(
                vpc_id=args.vpc_id,
                subnet_ids=args.subnet_ids,
                next_hops=next_hops(args.targets),
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        self._vpc_id, self.balancer = args.vpc_id, nlb.balancer
        self.groups = {}
        self.ready = [
            *nlb.rules,
            *(
                r
                for backend, target in args.targets.items()
                for r in self._add_target(f"{name}-{backend}", target)
            ),
            *(r for route in args.shared for r in self._add_shared(name, route, args.targets)),
        ]
        if args.version == "v1":
            self.link_id = aws.apigateway.VpcLink(
                name,
                target_arn=nlb.balancer.arn,
                tags={"Name": name},
                opts=ResourceOptions(parent=self, protect=args.protect),
            ).id
        else:
            self.target = nlb.balancer.arn
            self.link_id = self._link_v2(name, args, nlb)
        self.register_outputs({"linkId": self.link_id})

    def _link_v2(self, name: str, args: VpcLinkArgs, nlb: PrivateNlb) -> pulumi.Output[str]:
        """The link's interfaces, whose security group alone may connect to the NLB's listeners."""
        group = aws.ec2.SecurityGroup(
            f"{name}-link",
            vpc_id=args.vpc_id,
            description="VPC link: nothing in, out to the gateway NLB",
            tags={"Name": f"{name}-link"},
            opts=ResourceOptions(parent=self),
        )
        # All listeners' ports: a backend more changes no rule.
        first, last = FIRST_LISTENER_PORT, FIRST_LISTENER_PORT + SLOTS - 1
        out = aws.vpc.SecurityGroupEgressRule(
            f"{name}-link",
            security_group_id=group.id,
            referenced_security_group_id=nlb.group.id,
            description="Listeners of the gateway NLB",
            ip_protocol="tcp",
            from_port=first,
            to_port=last,
            opts=ResourceOptions(parent=self),
        )
        in_ = aws.vpc.SecurityGroupIngressRule(
            f"{name}-link",
            security_group_id=nlb.group.id,
            referenced_security_group_id=group.id,
            description="VPC link",
            ip_protocol="tcp",
            from_port=first,
            to_port=last,
            opts=ResourceOptions(parent=self),
        )
        return aws.apigatewayv2.VpcLink(
            name,
            subnet_ids=args.subnet_ids,
            security_group_ids=[group.id],
            tags={"Name": name},
            # Requests go by it until the stage has another one everywhere: its rules go after it.
            opts=ResourceOptions(parent=self, protect=args.protect, depends_on=[out, in_]),
        ).id

    def _add_target(self, key: str, target: Target) -> Iterator[pulumi.Resource]:
        """The listener of a backend."""
        targets = self._group(key, target, target.health_path)
        yield self._listener(
            key,
            target.listener_port,
            aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=targets.arn),
        )
        yield from self._members(key, targets, target)

    def _add_shared(
        self, name: str, route: SharedRoute, targets: Mapping[str, Target]
    ) -> Iterator[pulumi.Resource]:
        """The listener of a route that two backends serve.

        Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
        """
        key = f"{name}-{route.slot}"
        own = {backend: targets[backend] for backend in route.weights}
        both = self._group(key, next(iter(own.values())), route.health_path)
        members = [
            r for backend, target in own.items() for r in self._members(f"{key}-{backend}", both, target)
        ]
        weighted = [(both, 1 if route.takes_over else 0)]
        for backend, target in own.items():
            # By the backend's slot: a name of 12 characters would make the group's too long.
            alone = self._group(f"{key}-{target.slot}", target, route.health_path)
            members += self._members(f"{key}-{target.slot}", alone, target)
            weighted.append((alone, 0 if route.takes_over else route.weights[backend]))
        forward = aws.lb.ListenerDefaultActionForwardArgs(
            target_groups=[
                aws.lb.ListenerDefaultActionForwardTargetGroupArgs(arn=group.arn, weight=weight)
                for group, weight in weighted
            ]
        )
        action = aws.lb.ListenerDefaultActionArgs(type="forward", forward=forward)
        yield self._listener(key, route.listener_port, action)
        yield from members

    def _group(self, key: str, target: Target, health_path: str | None) -> aws.lb.TargetGroup:
        self.groups[key] = aws.lb.TargetGroup(
            key,
            target_type="ip",
            protocol="TCP",
            port=target.port,
            vpc_id=self._vpc_id,
            # With client addresses preserved, communication with PrivateLink interfaces is lost
            # (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html).
            preserve_client_ip="false",
            health_check=health_check(tls=target.tls, path=health_path),
            # A target group belongs to one load balancer: a new one gets its own.
            opts=ResourceOptions(parent=self, replace_with=[self.balancer]),
        )
        return self.groups[key]

    def _listener(self, key: str, port: int, action: aws.lb.ListenerDefaultActionArgs) -> aws.lb.Listener:
        return aws.lb.Listener(
            key,
            load_balancer_arn=self.balancer.arn,
            protocol="TCP",
            port=port,
            default_actions=[action],
            # Both ports are there until the API has the new one.
            opts=ResourceOptions(parent=self, replace_on_changes=["port"]),
        )

    def _members(self, key: str, group: aws.lb.TargetGroup, target: Target) -> Iterator[pulumi.Resource]:
        """The addresses of a backend's endpoint in a target group."""
        for zone, address in target.addresses.items():
            yield aws.lb.TargetGroupAttachment(
                f"{key}-{zone}",
                target_group_arn=group.arn,
                target_id=address,
                port=target.port,
                # Required for addresses outside the VPC, refused for addresses inside it
                # (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html).
                availability_zone=None if target.inside else "all",
                opts=ResourceOptions(parent=self, depends_on=list(target.connected)),
            )
