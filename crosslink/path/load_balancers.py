"""Load balancers, their listeners, target groups and targets."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, follow
from crosslink.graph.node import Node, Value, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Flag, Found, Number, Text, Unknown
from crosslink.path.hop import Hop, Source, computed, hop, hop_at, hops_at, if_known, only_aws, prop
from crosslink.path.network import EGRESS, INGRESS, Rules, Subnet, groups_of, rules_of, vpc_of, vpcs_of
from crosslink.path.private_link import configurations, subnet_of
from crosslink.path.weights import weights_of

if TYPE_CHECKING:
    from crosslink.path.trail import Trail

SUBNETS, MAPPINGS, GROUPS = "subnets", "subnetMappings", "securityGroups"


def _guarded(source: Source) -> Fact[bool]:
    groups = source.node.get(GROUPS)
    named = source.graph.named_by(source.node, GROUPS, tokens.SECURITY_GROUP)
    return groups if isinstance(groups, Unknown) and not named else bool(named or groups)


def _vpc(source: Source) -> Text:
    """A load balancer is in the VPC of its subnets."""
    subnet = source.graph.step(source.node, subnets_at(source.node), tokens.SUBNET)
    return follow(subnet, lambda node: vpc_of(source.at(node)))


def subnets_at(balancer: Node) -> str:
    """The property with a load balancer's subnets."""
    return MAPPINGS if balancer.get(SUBNETS) is None and balancer.get(MAPPINGS) else SUBNETS


def _subnets(source: Source) -> Fact[tuple[Subnet, ...]]:
    """Beside the ids of subnets, mappings may have others."""
    node, property_ = source.node, subnets_at(source.node)
    if property_ == MAPPINGS:
        ids = [node.get(MAPPINGS, place, "subnetId") for place in range(len(items(node.get(MAPPINGS))))]
        node = replace(node, properties={MAPPINGS: ids})
    return hops_at(Subnet, source, source.graph.all_named(node, property_, tokens.SUBNET))


def _addresses(source: Source) -> Fact[tuple[tuple[Text, Text], ...]]:
    """Subnet id of each mapping, and the private address that it asks for."""
    mappings = source.node.get(MAPPINGS)
    pairs = [(one.get("subnetId"), one.get("privateIpv4Address")) for one in map(fields, items(mappings))]
    return doubt(mappings) or tuple(pairs)


@hop
class LoadBalancer(Hop):
    """A network load balancer."""

    token = tokens.LOAD_BALANCER
    kind: Text = prop("loadBalancerType")  # `network`; None means `application`
    internal: Flag = prop("internal")
    vpc: Text = computed(_vpc)
    name: Text = prop("name")  # None if Pulumi makes one up
    subnets: Fact[tuple[Subnet, ...]] = computed(_subnets)
    addresses: Fact[tuple[tuple[Text, Text], ...]] = computed(
        _addresses
    )  # subnet id, address asked for or None
    address_type: Text = prop("ipAddressType")  # None means `ipv4`
    groups: tuple[Hop, ...] = computed(lambda source: groups_of(source, GROUPS))
    lets_in: Rules = computed(lambda source: rules_of(source, INGRESS, GROUPS))
    guarded: Fact[bool] = computed(_guarded)  # whether it has security groups
    # "on" or "off"
    enforces_on_private_link: Text = prop("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic")
    lets_out: Rules = computed(lambda source: rules_of(source, EGRESS, GROUPS))
    cross_zone: Flag = prop("enableCrossZoneLoadBalancing")
    state: Text = only_aws("state")  # `active` and so on; None where AWS wasn't asked


@hop
class Listener(Hop):
    """A listener of a load balancer."""

    token = tokens.LISTENER
    protocol: Text = prop("protocol")
    port: Number = prop("port", convert=number)
    actions: Fact[tuple[Text, ...]] = prop(  # what it does by default
        "defaultActions",
        convert=lambda actions: tuple(fields(action).get("type") for action in items(actions)),
    )
    # Of each target group that it forwards to, if it names them with weights, the endpoints that are its
    # targets, by URN, each address that is no endpoint's, and the weight
    weights: Fact[tuple[tuple[frozenset[str], Number], ...]] = computed(weights_of)
    certificate: Text = prop("certificateArn")
    tls_policy: Text = prop("sslPolicy")
    alpn: Text = prop("alpnPolicy")
    idle: Number = prop("tcpIdleTimeoutSeconds", convert=number)  # in seconds; None means 350


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """How a load balancer asks a target whether it is well."""

    enabled: Flag  # None means yes
    protocol: Text  # `HTTP` or `TCP`
    port: Text  # `traffic-port`, or None, is the target's
    path: Text
    matcher: Text  # healthy status codes; None means `200-399`
    interval: Number  # in seconds; None means 30
    timeout: Number  # in seconds
    healthy_threshold: Number  # checks in a row; None means 5
    unhealthy_threshold: Number  # None means 2


def _health_check(value: Value) -> HealthCheck | None:
    check = fields(value)
    names = ("enabled", "protocol", "port", "path", "matcher")
    if not check:
        return None
    return HealthCheck(
        **{name: check.get(name) for name in names},
        interval=number(check.get("interval")),
        timeout=number(check.get("timeout")),
        healthy_threshold=number(check.get("healthyThreshold")),
        unhealthy_threshold=number(check.get("unhealthyThreshold")),
    )


def members_of(source: Source) -> Fact[tuple[Text, ...]]:
    """What is registered with a target group."""
    found = source.graph.all_naming(source.node, "targetGroupArn", tokens.ATTACHMENT)
    return if_known(found, lambda members: tuple(member.get("targetId") for member in members))


@hop
class TargetGroup(Hop):
    """A target group."""

    token = tokens.TARGET_GROUP
    target_type: Text = prop("targetType")  # `ip` or `alb`
    protocol: Text = prop("protocol")
    port: Number = prop("port", convert=number)  # of the targets, unless one has its own
    name: Text = prop("name")  # None if Pulumi makes one up
    vpc: Text = computed(vpc_of)
    # `true`, `false`, or as its load balancer says
    cross_zone: Text = prop("loadBalancingCrossZoneEnabled")
    sticky: Flag = prop("stickiness", "enabled")
    stickiness: Text = prop("stickiness", "type")
    preserves_client_ip: Text = prop("preserveClientIp")  # "true" or "false"
    proxy_protocol: Flag = prop("proxyProtocolV2")  # a header names the client
    health_check: Fact[HealthCheck | None] = prop("healthCheck", convert=_health_check)
    members: Fact[tuple[Text, ...]] = computed(members_of)  # addresses, or a load balancer's ARN


def target_port(source: Source) -> Number:
    """The port that a target is asked on: its own, or else that of its group."""
    own = source.node.get("port")
    group = source.graph.step(source.node, "targetGroupArn", tokens.TARGET_GROUP)
    return number(group.get("port") if own is None and isinstance(group, Node) else own)


def alb_port(trail: "Trail") -> Number:
    """The port at which the provider NLB asks the ALB; None if the ALB isn't its target."""
    target = trail.node("provider target")
    return if_known(target, lambda node: target_port(trail.source(node)) if node else None)


@hop
class Target(Hop):
    """A target of a target group."""

    token = tokens.ATTACHMENT
    target: Text = prop("targetId")  # an address, or a load balancer's ARN
    port: Number = computed(target_port)
    zone: Text = prop("availabilityZone")  # `all` for an address outside the VPC; None inside it
    health: Text = only_aws("health")  # `healthy` and so on; None where AWS wasn't asked
    health_reason: Text = only_aws("healthReason")


def endpoint_subnet(source: Source) -> Found[Node]:
    """The subnet of the endpoint that has a target's address; None if the endpoint doesn't have it."""
    endpoint = source.trail.node("interface endpoint")
    if not isinstance(endpoint, Node):
        return endpoint
    address = source.node.get("targetId")
    own = (pair for pair in configurations(endpoint) if pair[1] == address)
    return next((subnet_of(source.at(endpoint), *pair) for pair in own), None)


def is_outside(source: Source) -> Flag:
    """Whether a target's address is in another VPC than the gateway NLB; None if it is in no known subnet."""
    subnet, balancer = endpoint_subnet(source), source.trail.node("gateway NLB")
    if not isinstance(subnet, Node):
        return subnet
    nodes = (
        source.graph.all_named(balancer, subnets_at(balancer), tokens.SUBNET)
        if isinstance(balancer, Node)
        else []
    )
    if isinstance(nodes, Unknown):
        return nodes
    ends = (vpcs_of(source.at(node) for node in nodes), vpcs_of([source.at(subnet)]))
    return doubt(*ends) or ends[0] != ends[1]


@hop
class AddressTarget(Target):
    """A target of the gateway NLB: an address in a subnet of the interface endpoint."""

    subnet: Found[Subnet] = computed(lambda source: hop_at(Subnet, source, endpoint_subnet(source)))
    outside: Flag = computed(is_outside)  # in another VPC than the load balancer; None without a subnet


def listener_for(trail: "Trail", balancer: Node, port: Fact[int | None]) -> Found[Node]:
    """The listener of a load balancer that a port picks."""
    key = "listeners", balancer.urn
    by_port = trail.recall(key, lambda: _listeners_by_port(trail.graph, balancer))
    if isinstance(port, Unknown) or isinstance(by_port, Unknown):
        return doubt(port, by_port)
    return by_port.get(port) or doubt(*by_port)


def _listeners_by_port(graph: Graph, balancer: Node) -> Fact[dict[Value, Node]]:
    """The first listener of each port."""
    listeners = graph.all_naming(balancer, "loadBalancerArn", tokens.LISTENER)
    return if_known(listeners, lambda known: {number(node.get("port")): node for node in reversed(known)})
