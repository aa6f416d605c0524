"""Ways that lead elsewhere than the path: routes, gateways, peerings, endpoints to what nobody declares."""

import re
from collections.abc import Iterator

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, side_of, value_at
from crosslink.graph.unknown import Unknown, known
from crosslink.rules.rule import PEERING, PRIVATELINK, VPC, fix
from crosslink.rules.text import listed
from policy.security.ranges import is_public
from policy.security.rule import NO_FOREIGN, Stack, rule, several

INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway"
# What stands in a subnet that the internet must have no route to, by the property that names the subnet
_PRIVATE = {
    tokens.LOAD_BALANCER: ("subnets", "subnetMappings"),
    tokens.ENDPOINT: ("subnetIds", "subnetConfigurations"),
    tokens.EKS_CLUSTER: ("vpcConfig",),
    tokens.INGRESS_CLASS_PARAMS: ("spec",),
    tokens.CONTROLLER_CLASS_PARAMS: ("spec",),
    tokens.NODE_CLASS: ("spec",),
}
# Where routes of the path don't lead: it knows NAT gateways, internet gateways before them, and peerings.
_ELSEWHERE = (
    *("transitGatewayId", "networkInterfaceId", "vpcEndpointId", "carrierGatewayId", "coreNetworkArn"),
    *("egressOnlyGatewayId", "localGatewayId", "instanceId", "odbNetworkArn"),
)
_OF_AWS = re.compile(r"(?:com|cn\.com)\.amazonaws\.(?!vpce\.).+|aws\.[\w.-]+")
_PEERING = "vpcPeeringConnectionId"


@rule(tokens.ROUTE, tokens.ROUTE_TABLE, source=f"{VPC}/route-table-options.html")
@fix("Take the route away: packets of the path go to NAT gateways and peerings of the stack.")
def routes_stay_on_the_path(stack: Stack, node: Node) -> str | None:
    """Routes lead to NAT gateways and peerings of the stack; and to the internet itself from where NAT
    gateways are, but load balancers, endpoints or nodes aren't.
    """
    for route in [node.properties] if node.type == tokens.ROUTE else several(node.get("routes")):
        if found := next((target for target in _ELSEWHERE if _names(node, route, target)), None):
            return f"it leads to {_told(route, found)}"
        if _names(node, route, _PEERING) and not _is_our_peering(stack.graph, node, route):
            return f"it leads to {_told(route, _PEERING)}, no peering of the stack"
        if _names(node, route, "gatewayId") and _is_a_way_in(stack.graph, node, route):
            return f"it leads to the internet{_from(stack.graph, node)}"
    return None


def _names(node: Node, route: Value, target: str) -> bool:
    """Whether a route has a target, by a value or by a reference to what a preview has no id of."""
    value = value_at(route, target)
    own = node.type == tokens.ROUTE and bool(node.references.get(target))
    return bool(own or isinstance(value, Unknown) or (value and value != "local"))


def _told(route: Value, target: str) -> str:
    value = value_at(route, target)
    return str(value) if isinstance(value, str) else re.sub(r"(Id|Arn)$", "", target)


def _is_our_peering(graph: Graph, node: Node, route: Value) -> bool:
    """Whether a route's peering is one of the stack, as who asks for it or who accepts it tells."""
    property_, id_ = _PEERING if node.type == tokens.ROUTE else "routes", value_at(route, _PEERING)
    return any(
        graph.named_by(node, property_, type_)
        or any(id_ in peering.names() for peering in graph.of_type(type_))
        for type_ in (tokens.PEERING, tokens.PEERING_ACCEPTER)
    )


def _is_a_way_in(graph: Graph, node: Node, route: Value) -> bool:
    """Whether a route to a gateway opens a subnet to the internet in which something private is."""
    gateway = value_at(route, "gatewayId")
    if isinstance(gateway, str) and gateway.startswith("vpce-"):
        return False  # AWS's own service, such as S3
    ranges = [
        value_at(route, key) for key in ("destinationCidrBlock", "destinationIpv6CidrBlock", "cidrBlock")
    ]
    if not any(
        is_public(cidr) or isinstance(cidr, Unknown) for cidr in [*ranges, value_at(route, "ipv6CidrBlock")]
    ):
        return value_at(route, "destinationPrefixListId") is not None
    subnets = _subnets(graph, node)
    ours = graph.named_by(node, "gatewayId" if node.type == tokens.ROUTE else "routes", INTERNET_GATEWAY)
    if subnets is None or not (
        ours or any(gateway in own.names() for own in graph.of_type(INTERNET_GATEWAY))
    ):
        return True
    return any(_private_in(graph, subnet) for subnet in subnets)


def _subnets(graph: Graph, node: Node) -> list[Node] | None:
    """The subnets that a table, or that of a route, is for; None if none are known."""
    tables = (
        [node]
        if node.type == tokens.ROUTE_TABLE
        else graph.named_by(node, "routeTableId", tokens.ROUTE_TABLE)
    )
    if not tables and isinstance(id_ := node.get("routeTableId"), str):
        tables = [table for table in graph.of_type(tokens.ROUTE_TABLE) if table.id == id_]
    found = [
        subnet
        for table in tables
        for association in graph.naming(table, "routeTableId", tokens.ASSOCIATION)
        for subnet in graph.named_by(association, "subnetId", tokens.SUBNET)
    ]
    return found or None


def nats_of(graph: Graph, vpc: Node) -> list[Node]:
    """The NAT gateways of a VPC."""
    subnets = graph.naming(vpc, "vpcId", tokens.SUBNET)
    return [nat for subnet in subnets for nat in graph.naming(subnet, "subnetId", tokens.NAT_GATEWAY)]


def _private_in(graph: Graph, subnet: Node) -> list[Node]:
    return [
        node for type_, keys in _PRIVATE.items() for key in keys for node in graph.naming(subnet, key, type_)
    ]


def _from(graph: Graph, node: Node) -> str:
    private = [str(each) for subnet in _subnets(graph, node) or [] for each in _private_in(graph, subnet)]
    return f" from where {listed(dict.fromkeys(private))} is" if private else ""


@rule(INTERNET_GATEWAY, source=f"{VPC}/VPC_Internet_Gateway.html")
@fix("Take the gateway away: only a network with NAT gateways needs one.")
def no_other_internet_gateway(stack: Stack, node: Node) -> str | None:
    """An internet gateway stands in a network whose nodes go out through NAT gateways, and in no other."""
    vpcs = stack.graph.named_by(node, "vpcId", tokens.VPC)
    if vpcs and all(side_of(vpc.urn) == "provider" and nats_of(stack.graph, vpc) for vpc in vpcs):
        return None
    if not vpcs and isinstance(value := node.get("vpcId"), Unknown):
        known(value)
    return f"it opens {vpcs[0] if vpcs else node.get('vpcId')} to the internet"


@rule(
    tokens.PEERING,
    tokens.PEERING_ACCEPTER,
    source=f"{PEERING}/what-is-vpc-peering.html",
    same=(NO_FOREIGN, "peering-is-accepted-by-aws"),
)
@fix("""Take the peering away: the gateway network and the landings alone are peered, and endpoints lead to
the backends.""")
def only_declared_peerings(stack: Stack, node: Node) -> str | None:
    """The gateway network and the landings of the consumer are peered, and no other network with any."""
    if node.type == tokens.PEERING_ACCEPTER:
        own = stack.graph.named_by(node, "vpcPeeringConnectionId", tokens.PEERING)
        id_ = node.get("vpcPeeringConnectionId")
        ours = own or any(id_ in peering.names() for peering in stack.graph.of_type(tokens.PEERING))
        return None if ours else f"it accepts {id_}, which the stack doesn't ask for"
    others = [other for key in ("vpcId", "peerVpcId") if (other := _other_network(stack, node, key))]
    return f"it connects {listed(others)}" if others else None


def _other_network(stack: Stack, peering: Node, key: str) -> str | None:
    """A network of a peering that isn't one of the consumer's; None for one that is."""
    vpcs, id_ = stack.graph.named_by(peering, key, tokens.VPC), peering.get(key)
    if not vpcs and isinstance(id_, str):
        vpcs = [vpc for vpc in stack.graph.of_type(tokens.VPC) if vpc.id == id_]
    if vpcs:
        return None if side_of(vpcs[0].urn) == "consumer" else str(vpcs[0])
    joined = stack.declared.networks.items() if stack.declared else ()
    meant = {network.vpc_id for name, network in joined if name.startswith("consumer/")}
    return None if known(id_) in meant else str(id_)


@rule(
    tokens.ENDPOINT,
    source=f"{PRIVATELINK}/create-interface-endpoint.html",
    same=("endpoint-has-a-service", NO_FOREIGN),
)
@fix("Take the endpoint away, or declare the service as a backend with `service.name`.")
def only_declared_endpoints(stack: Stack, node: Node) -> str | None:
    """An endpoint leads to a backend's service, or to one of AWS's own."""
    strangers = list(_other_services(stack, node))
    return f"it leads to {listed(strangers)}, which no backend declares" if strangers else None


def _other_services(stack: Stack, endpoint: Node) -> Iterator[str]:
    declared = stack.declared.backends.values() if stack.declared else ()
    meant = {backend.service_name for backend in declared if isinstance(backend.service_name, str)}
    meant |= {name for service in stack.graph.of_type(tokens.ENDPOINT_SERVICE) for name in service.names()}
    for key in ("serviceName", "resourceConfigurationArn", "serviceNetworkArn"):
        value = endpoint.get(key)
        if stack.graph.named_by(endpoint, key, tokens.ENDPOINT_SERVICE) or not value:
            continue
        if isinstance(value, Unknown) and not endpoint.references.get(key):
            known(value)
        if not isinstance(value, str) or (value not in meant and not _OF_AWS.fullmatch(value)):
            yield str(value) if isinstance(value, str) else f"another {key}"
