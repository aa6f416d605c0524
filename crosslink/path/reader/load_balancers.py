"""Reads load balancers, their listeners and target groups."""

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, Node, at, doubt, each, number
from crosslink.graph.unknown import Fact, Found, Unknown
from crosslink.path.hops.load_balancers import HealthCheck, Listener, LoadBalancer, TargetGroup
from crosslink.path.reader.network import rules_of, subnet_facts, vpc_of


def listener_for(graph: Graph, balancer: Node, port: Fact[int | None]) -> Found[Node]:
    """The listener of a load balancer that a port picks."""
    if isinstance(port, Unknown):
        return port
    listeners = graph.naming(balancer, "loadBalancerArn", tokens.LISTENER)
    if listeners:
        found = (one for one in listeners if number(one.get("port")) == port)
        return next(found, None) or doubt([one.get("port") for one in listeners])
    return graph.one([], tokens.LISTENER, balancer)


def targets_of(graph: Graph, group: Found[Node]) -> Fact[list[Node]]:
    """The targets of a target group; none of one that is missing."""
    if not isinstance(group, Node):
        return group or []
    return graph.all(graph.naming(group, "targetGroupArn", tokens.ATTACHMENT), tokens.ATTACHMENT, group)


def balancer_facts(graph: Graph, balancer: Node) -> LoadBalancer:
    """A load balancer, its subnets and what its security groups let out."""
    subnets = graph.named_by(balancer, "subnets", tokens.SUBNET)
    groups = graph.named_by(balancer, "securityGroups", tokens.SECURITY_GROUP)
    asked = balancer.get("securityGroups")
    found = graph.one(subnets, tokens.SUBNET, balancer)
    return LoadBalancer(
        **at(balancer),
        kind=balancer.get("loadBalancerType"),
        internal=balancer.get("internal"),
        vpc=vpc_of(graph, found) if isinstance(found, Node) else found,
        subnets=each(graph.all(subnets, tokens.SUBNET, balancer), lambda node: subnet_facts(graph, node)),
        guarded=bool(groups) or (asked if isinstance(asked, Unknown) else bool(asked)),
        enforces_on_private_link=balancer.get("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"),
        lets_out=rules_of(graph, groups, tokens.EGRESS_RULE, balancer),
        cross_zone=balancer.get("enableCrossZoneLoadBalancing"),
        state=None if graph.registered else balancer.get("state"),
    )


def listener_facts(listener: Node) -> Listener:
    """A listener."""
    return Listener(**at(listener), protocol=listener.get("protocol"), port=number(listener.get("port")))


def group_facts(graph: Graph, group: Node) -> TargetGroup:
    """A target group."""
    return TargetGroup(
        **at(group),
        target_type=group.get("targetType"),
        protocol=group.get("protocol"),
        port=number(group.get("port")),
        vpc=vpc_of(graph, group),
        preserves_client_ip=group.get("preserveClientIp"),
        proxy_protocol=group.get("proxyProtocolV2"),
        health_check=HealthCheck(
            enabled=group.get("healthCheck", "enabled"),
            protocol=group.get("healthCheck", "protocol"),
            port=group.get("healthCheck", "port"),
            path=group.get("healthCheck", "path"),
            matcher=group.get("healthCheck", "matcher"),
        )
        if group.get("healthCheck")
        else None,
    )
