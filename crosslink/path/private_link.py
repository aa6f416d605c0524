"""Both ends of PrivateLink: the interface endpoint and the endpoint service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, NotOurs, Value, doubt, fields, items
from crosslink.graph.unknown import Beyond, Fact, Flag, Found, Text, Unknown
from crosslink.ip_ranges import within
from crosslink.path.hop import Hop, Source, as_tuple, computed, hop, hop_at, if_known, only_aws, output, prop
from crosslink.path.network import INGRESS, Rules, Subnet, Vpc, groups_of, rules_of

if TYPE_CHECKING:
    from crosslink.path.trail import Trail

PENDING = "pendingAcceptance"  # the state of an endpoint that nobody has accepted yet


def accept_command(service: object, endpoint_id: object, region: object) -> str:
    """What the owner of an endpoint service runs to accept an endpoint.

    Args:
        service: the service's id or its name, `com.amazonaws.vpce.<region>.<id>`.
        endpoint_id: the endpoint's id.
        region: the service's region, which isn't the endpoint's where PrivateLink crosses regions.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    """
    ids = f"--service-id {service_id(service)} --vpc-endpoint-ids {endpoint_id}"
    return f"aws ec2 accept-vpc-endpoint-connections {ids} --region {region}"


def service_id(service: object) -> str:
    """The id of an endpoint service, with which its name ends."""
    return str(service).rpartition(".")[2]


def configurations(endpoint: Node) -> list[tuple[Value, Value]]:
    """Subnet id and address of each network interface, by address: AWS returns them in any order."""
    given = endpoint.get("subnetConfigurations")
    if isinstance(given, Unknown):
        return [(given, given)]
    places = [("subnetConfigurations", index) for index in range(len(items(given)))]
    pairs = [(endpoint.get(*place, "subnetId"), endpoint.get(*place, "ipv4")) for place in places]
    return sorted(pairs, key=lambda pair: str(pair[1]))


def endpoint_behind(trail: "Trail", targets: Fact[Sequence[Node]]) -> Found[Node]:
    """The endpoint whose addresses the targets are."""
    if isinstance(targets, Unknown):
        return targets
    by_address = trail.recall("endpoints by their addresses", lambda: _by_address(trail.graph))
    wanted: list[Value] = [target.get("targetId") for target in targets]
    found = {
        by_address[address].urn for address in wanted if isinstance(address, str) and address in by_address
    }
    if not found:
        return doubt(*by_address, *wanted) or trail.graph.why_not(tokens.ENDPOINT, None)
    return next(endpoint for endpoint in trail.graph.of_type(tokens.ENDPOINT) if endpoint.urn in found)


def _by_address(graph: Graph) -> Mapping[Value, Node]:
    endpoints = reversed(graph.of_type(tokens.ENDPOINT))
    return {address: endpoint for endpoint in endpoints for _, address in configurations(endpoint)}


def subnet_of(source: Source, subnet_id: Value, address: Value) -> Found[Node]:
    """The endpoint's subnet that a network interface is in: by id, or by range while ids are unknown."""
    subnets = source.graph.all_named(source.node, "subnetIds", tokens.SUBNET)
    if isinstance(subnets, Unknown) or isinstance(address, Unknown):
        return doubt(subnets, address)
    if isinstance(subnet_id, Unknown) or any(isinstance(subnet.id, Unknown) for subnet in subnets):
        return next((subnet for subnet in subnets if within(address, subnet.get("cidrBlock"))), None)
    named = [subnet for subnet in subnets if subnet.id == subnet_id]
    foreign = source.graph.registered and not named
    return next(iter(named), NotOurs.of(f"{subnet_id}, a subnet of {source.node},") if foreign else None)


@dataclass(frozen=True, kw_only=True)
class Interface:
    """A network interface of an endpoint."""

    subnet: Found[Subnet]
    address: Text


def _interfaces(source: Source) -> tuple[Interface, ...]:
    return tuple(
        Interface(subnet=hop_at(Subnet, source, subnet_of(source, subnet_id, address)), address=address)
        for subnet_id, address in configurations(source.node)
    )


def _acceptance(source: Source) -> Found[Hop]:
    accepters = source.graph.all_naming(source.node, "vpcEndpointId", tokens.ACCEPTER)
    return hop_at(Hop, source, source.graph.one(accepters, tokens.ACCEPTER))


def service_of(source: Source) -> Found[Node]:
    """The endpoint service that an endpoint names, in whichever account and region."""
    graph, backend = source.graph, source.route and source.route.backend
    found = graph.step(source.node, "serviceName", tokens.ENDPOINT_SERVICE, anywhere=True)
    if isinstance(found, Beyond) and backend:  # other teams' services elsewhere say nothing of the backend's
        return graph.why_not(tokens.ENDPOINT_SERVICE, backend.place)
    return found


@hop
class Endpoint(Hop):
    """The interface endpoint."""

    token = tokens.ENDPOINT
    kind: Text = prop("vpcEndpointType")  # `Interface`; None means `Gateway`
    interfaces: tuple[Interface, ...] = computed(_interfaces)
    service_name: Text = prop("serviceName")
    policy: Text = prop("policy")  # a JSON text; None for the default, which allows all
    # None if it isn't there
    service: Found[Hop] = computed(lambda source: hop_at(Hop, source, service_of(source)))
    lets_in: Rules = computed(lambda source: rules_of(source, INGRESS, "securityGroupIds"))
    groups: tuple[Hop, ...] = computed(lambda source: groups_of(source, "securityGroupIds"))
    network: Found[Vpc] = computed(
        lambda source: hop_at(Vpc, source, source.graph.step(source.node, "vpcId", tokens.VPC))
    )
    private_dns: Flag = prop("privateDnsEnabled")  # whether the service's private name leads to it
    service_region: Text = prop("serviceRegion")  # None for its own
    routed_from: Fact[tuple[Value, ...]] = prop("routeTableIds", convert=as_tuple)  # a gateway endpoint's
    accepts_itself: Flag = prop("autoAccept")
    acceptance: Found[Hop] = computed(_acceptance)  # None if nothing accepts it
    state: Text = only_aws("state")  # `available` and so on; None where AWS wasn't asked

    @property
    def looks_in(self) -> Text:
        """The region in which it looks for its service."""
        return self.service_region or self.region

    @property
    def crosses(self) -> bool:
        """Whether that is another region than its own, as far as anybody can tell."""
        return self.looks_in != self.region


def _others(source: Source) -> Fact[tuple[tuple[str, Text], ...]]:
    """Endpoints that name the service, or that an accepter has let in, apart from the path's own."""
    graph, service, own = source.graph, source.node, source.trail.node("interface endpoint")
    endpoints = graph.all_naming(service, "serviceName", tokens.ENDPOINT)
    accepters = graph.all_naming(service, "vpcEndpointServiceId", tokens.ACCEPTER)
    if isinstance(own, Beyond):
        own = None  # all that are connected are other stacks'
    if isinstance(own, Unknown) or isinstance(endpoints, Unknown) or isinstance(accepters, Unknown):
        return doubt(own, endpoints, accepters) or ()
    ids = [endpoint.id for endpoint in endpoints]
    accepted = [
        (str(id_), accepter.get("vpcEndpointOwner") or NotOurs.of(str(id_)))
        for accepter in accepters
        if (id_ := accepter.get("vpcEndpointId")) not in ids
        and not graph.named_by(accepter, "vpcEndpointId", tokens.ENDPOINT)
    ]
    return (*((endpoint.name, endpoint.account) for endpoint in endpoints if endpoint != own), *accepted)


def _beside(source: Source) -> Fact[tuple[str, ...]]:
    balancer = source.trail.node("provider NLB")
    if not isinstance(balancer, Node):
        return balancer or ()
    services = source.graph.all_naming(balancer, "networkLoadBalancerArns", tokens.ENDPOINT_SERVICE)
    others = if_known(services, lambda nodes: [node for node in nodes if node.urn != source.node.urn])
    return if_known(others, lambda nodes: tuple(node.name for node in nodes))


def _pending(source: Source) -> Fact[tuple[tuple[str, Text], ...] | None]:
    """The endpoints that wait for their acceptance, each with its account."""
    if source.graph.registered:
        return None
    connections = source.graph.all_naming(source.node, "serviceId", tokens.CONNECTION)
    return if_known(
        connections,
        lambda nodes: tuple(
            (str(node.get("vpcEndpointId")), node.get("vpcEndpointOwner"))
            for node in nodes
            if node.get("vpcEndpointState") == PENDING
        ),
    )


def _region_states(source: Source) -> Fact[tuple[tuple[str, Text], ...] | None]:
    told = None if source.graph.registered else source.node.get("regionStates")
    return if_known(told, lambda states: None if states is None else tuple(fields(states).items()))


@hop
class EndpointService(Hop):
    """The endpoint service."""

    token = tokens.ENDPOINT_SERVICE
    name: Text = output("serviceName")
    private_name: Text = prop("privateDnsName")
    # whether its owner has proved to own the private name; None where AWS wasn't asked
    private_name_state: Text = only_aws("privateDnsNameConfiguration", "state")
    gateways: Fact[tuple[Value, ...]] = prop("gatewayLoadBalancerArns", convert=as_tuple)
    address_types: Fact[tuple[Value, ...]] = prop("supportedIpAddressTypes", convert=as_tuple)
    # those whose endpoints may connect; none for its own alone
    regions: Fact[tuple[Value, ...]] = prop("supportedRegions", convert=as_tuple)
    # of each region its state, `Available` and so on; None where AWS wasn't asked
    region_states: Fact[tuple[tuple[str, Text], ...] | None] = computed(_region_states)
    # whether endpoints of other regions may connect; None where AWS wasn't asked
    remote: Flag = only_aws("remoteAccessEnabled")
    allowed_principals: Fact[tuple[str, ...]] = prop(
        "allowedPrincipals", convert=lambda allowed: doubt(allowed) or as_tuple(allowed)
    )
    acceptance_required: Flag = prop("acceptanceRequired")
    others: Fact[tuple[tuple[str, Text], ...]] = computed(_others)  # name or id of an endpoint, its account
    # id of each endpoint that nobody has accepted yet, its account; None where AWS wasn't asked
    pending: Fact[tuple[tuple[str, Text], ...] | None] = computed(_pending)
    beside: Fact[tuple[str, ...]] = computed(_beside)  # names of other services that offer its load balancer
    state: Text = only_aws("state")  # `Available` and so on; None where AWS wasn't asked
