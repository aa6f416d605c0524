"""Load balancers, their listeners, target groups and targets. Facts only."""

from dataclasses import dataclass

from crosslink.graph.unknown import Fact, Flag, Found, Hop, Number, Text
from crosslink.path.hops.network import SecurityGroupRule, Subnet, Way


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """How a load balancer asks a target whether it is well.

    Attributes:
        enabled: whether it asks; None means yes.
        protocol: `HTTP` or `TCP`.
        port: where it asks; `traffic-port`, or None, is that of the target.
        path: that it asks for.
        matcher: the status codes that are well, such as `200-399`, which None means.
    """

    enabled: Flag
    protocol: Text
    port: Text
    path: Text
    matcher: Text


@dataclass(frozen=True, kw_only=True)
class LoadBalancer(Hop):
    """A network load balancer.

    Attributes:
        kind: `network`; None means `application`.
        internal: whether it has private addresses only.
        vpc: URN of its VPC.
        subnets: where its nodes are.
        guarded: whether it has security groups.
        enforces_on_private_link: whether those judge PrivateLink traffic, "on" or "off".
        lets_out: what those let out.
        cross_zone: whether a node sends requests to targets in other zones, too.
        state: `active` and so on; None where AWS wasn't asked.
    """

    kind: Text
    internal: Flag
    vpc: Text
    subnets: Fact[tuple[Subnet, ...]]
    guarded: Fact[bool]
    enforces_on_private_link: Text
    lets_out: Fact[tuple[SecurityGroupRule, ...]]
    cross_zone: Flag
    state: Text


@dataclass(frozen=True, kw_only=True)
class Listener(Hop):
    """A listener of a load balancer.

    Attributes:
        protocol: `TCP`.
        port: where it listens.
    """

    protocol: Text
    port: Number


@dataclass(frozen=True, kw_only=True)
class TargetGroup(Hop):
    """A target group.

    Attributes:
        target_type: `ip` or `alb`.
        protocol: to the targets.
        port: of the targets, unless one has its own.
        vpc: URN of its VPC.
        preserves_client_ip: whether targets see the clients' addresses, "true" or "false".
        proxy_protocol: whether each connection starts with a header that names them.
        health_check: how targets are asked.
    """

    target_type: Text
    protocol: Text
    port: Number
    vpc: Text
    preserves_client_ip: Text
    proxy_protocol: Flag
    health_check: HealthCheck | None


@dataclass(frozen=True, kw_only=True)
class Target(Hop):
    """A target of a target group.

    Attributes:
        target: an address, or a load balancer's ARN.
        port: where it is asked.
        zone: `all` for an address outside the VPC; None inside it.
        subnet: of the endpoint, the one that holds the address; None if none does, and for an ALB.
        outside: whether that is in another VPC than the load balancer; None if there is no such subnet.
        out: from each of the load balancer's subnets to the address. Inside one VPC there are none.
        back: from the address's subnet to each of the load balancer's.
        health: `healthy` and so on; None where AWS wasn't asked.
        health_reason: why it isn't.
    """

    target: Text
    port: Number
    zone: Text
    subnet: Found[Subnet]
    outside: Flag
    out: tuple[Way, ...]
    back: tuple[Way, ...]
    health: Text
    health_reason: Text
