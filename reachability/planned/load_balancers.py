"""Reads load balancers, their listeners, target groups and targets."""

from urllib.parse import urlsplit

from reachability import tokens
from reachability.facts import Text
from reachability.graph import Graph, Node, Value, at, number, only
from reachability.hops import HealthCheck, Listener, LoadBalancer, Subnet, Target, TargetGroup


def listener_for(graph: Graph, balancer: Node | None, port: Value) -> Node | None:
    """The listener of a load balancer that a port picks."""
    listeners = graph.naming(balancer, "loadBalancerArn", tokens.LISTENER)
    return only([listener for listener in listeners if listener.get("port") == port])


def port_of(uri: Text) -> int | None:
    """The port of an integration's URI, which picks the listener."""
    if not isinstance(uri, str):
        return None
    parts = urlsplit(uri)
    return parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def balancer_facts(graph: Graph, balancer: Node | None) -> LoadBalancer | None:
    """A load balancer and its subnets."""
    if balancer is None:
        return None
    return LoadBalancer(
        **at(balancer),
        internal=balancer.get("internal"),
        dns_name=balancer.output("dnsName"),
        subnets=tuple(subnet_facts(subnet) for subnet in graph.named_by(balancer, "subnets", tokens.SUBNET)),
        enforces_on_private_link=balancer.get("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"),
    )


def listener_facts(listener: Node | None) -> Listener | None:
    """A listener."""
    if listener is None:
        return None
    return Listener(**at(listener), protocol=listener.get("protocol"), port=number(listener.get("port")))


def group_facts(group: Node | None) -> TargetGroup | None:
    """A target group."""
    if group is None:
        return None
    check = group.get("healthCheck")
    return TargetGroup(
        **at(group),
        target_type=group.get("targetType"),
        protocol=group.get("protocol"),
        port=number(group.get("port")),
        preserves_client_ip=group.get("preserveClientIp"),
        health_check=HealthCheck(
            protocol=group.get("healthCheck", "protocol"),
            port=group.get("healthCheck", "port"),
            path=group.get("healthCheck", "path"),
            matcher=group.get("healthCheck", "matcher"),
        )
        if check
        else None,
    )


def target_facts(attachment: Node) -> Target:
    """A target, from its attachment."""
    return Target(
        **at(attachment),
        target=attachment.get("targetId"),
        port=number(attachment.get("port")),
        zone=attachment.get("availabilityZone"),
    )


def subnet_facts(subnet: Node) -> Subnet:
    """A subnet."""
    return Subnet(**at(subnet), zone=subnet.get("availabilityZoneId"), cidr=subnet.get("cidrBlock"))
