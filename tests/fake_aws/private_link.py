"""Amazon EC2: VPC endpoints, and PrivateLink's endpoint services."""

from crosslink.graph import tokens
from crosslink.graph.node import Node
from tests.fake_aws.firewalls import default_security_group
from tests.fake_aws.structures import structure
from tests.fake_aws.world import (
    CREATED,
    Answer,
    AwsError,
    Place,
    World,
    described,
    filtered,
    made_up,
    members,
    network,
)


def describe_vpc_endpoints(here: Place, asked: Answer) -> Answer:
    endpoints = [_endpoint(here, node) for node in here.of(tokens.ENDPOINT)]
    filters = {"vpc-id": "VpcId", "vpc-endpoint-id": "VpcEndpointId"}
    return {"VpcEndpoints": described(endpoints, asked, "VpcEndpointId", filters)}


def _endpoint(here: Place, node: Node) -> Answer:
    interfaces = _interfaces(here, node)
    gateway = node.get("vpcEndpointType") in (None, "Gateway")
    return structure(
        "ec2",
        "VpcEndpoint",
        node,
        VpcEndpointType=node.get("vpcEndpointType") or "Gateway",
        # Lower camel case, other than the SDK's enum: https://github.com/aws/aws-sdk-go/issues/3555
        State=_state(here.world, node),
        RouteTableIds=node.get("routeTableIds") or [],
        SubnetIds=[interface["SubnetId"] for interface in interfaces],
        Groups=[] if gateway else _groups(here, node),
        IpAddressType=node.get("ipAddressType") or "ipv4",
        PrivateDnsEnabled=bool(node.get("privateDnsEnabled")),
        RequesterManaged=False,
        NetworkInterfaceIds=[interface["NetworkInterfaceId"] for interface in interfaces],
        CreationTimestamp=CREATED,
        OwnerId=node.account,
        ServiceRegion=node.get("serviceRegion") or node.region,
    )


def _groups(here: Place, endpoint: Node) -> list[Answer]:
    groups = endpoint.get("securityGroupIds") or [default_security_group(here, endpoint.get("vpcId"))]
    return [{"GroupId": group, "GroupName": group} for group in groups if group]


def _state(world: World, endpoint: Node) -> str:
    """An endpoint's state: what a fault says of it, else whether its service's owner has accepted it."""
    known = endpoint.get("state")
    if known not in (None, "available", "pendingAcceptance"):
        return known
    service = _service_of(world, endpoint)
    answers = [
        node.get("vpcEndpointState") or "available"
        for node in world.of(tokens.ACCEPTER)
        if service and (node.account, node.region) == (service.account, service.region)
        if node.get("vpcEndpointServiceId") == service.id and node.get("vpcEndpointId") == endpoint.id
    ]
    if answers:
        return answers[0]
    waits = known == "pendingAcceptance" or (service and service.get("acceptanceRequired"))
    return "pendingAcceptance" if waits else "available"


def _service_of(world: World, endpoint: Node) -> Node | None:
    """The service that an endpoint names: of any account, in its own region unless it names another."""
    asked = (endpoint.get("serviceRegion") or endpoint.region, endpoint.get("serviceName"))
    services = world.of(tokens.ENDPOINT_SERVICE)
    return next((node for node in services if (node.region, node.get("serviceName")) == asked), None)


def describe_network_interfaces(here: Place, asked: Answer) -> Answer:
    """The interfaces of the endpoints; those of load balancers and nodes aren't played."""
    interfaces = [interface for node in here.of(tokens.ENDPOINT) for interface in _interfaces(here, node)]
    filters = {"network-interface-id": "NetworkInterfaceId"}
    return {"NetworkInterfaces": described(interfaces, asked, "NetworkInterfaceId", filters)}


def _interfaces(here: Place, endpoint: Node) -> list[Answer]:
    """An endpoint's interfaces, one in each subnet, the subnets with a chosen address first."""
    configurations: list[dict[str, str]] = endpoint.get("subnetConfigurations") or []
    chosen = {given["subnetId"]: given for given in configurations}
    subnets: list[str] = list(dict.fromkeys((*chosen, *(endpoint.get("subnetIds") or []))))
    ids = list(endpoint.get("networkInterfaceIds") or [])
    ids += [f"eni-{made_up(str(endpoint.id), subnet)}" for subnet in subnets[len(ids) :]]
    return [
        _interface(here, endpoint, id_, subnet, chosen.get(subnet, {}))
        for id_, subnet in zip(ids, subnets, strict=False)
    ]


def _interface(here: Place, endpoint: Node, id_: str, subnet_id: str, chosen: dict[str, str]) -> Answer:
    subnet, address, ipv6 = here.find(tokens.SUBNET, subnet_id), chosen.get("ipv4"), chosen.get("ipv6")
    if address is None and subnet is not None:
        address = str(network(subnet.get("cidrBlock"))[40])  # some free one
    return members(
        NetworkInterfaceId=id_,
        SubnetId=subnet_id,
        VpcId=endpoint.get("vpcId"),
        AvailabilityZone=subnet.get("availabilityZone") if subnet else None,
        PrivateIpAddress=address,
        Ipv6Addresses=[{"Ipv6Address": ipv6}] if ipv6 else [],
        PrivateIpAddresses=[members(Primary=True, PrivateIpAddress=address)],
        Groups=_groups(here, endpoint),
        Description=f"VPC Endpoint Interface {endpoint.id}",
        InterfaceType="vpc_endpoint",
        OwnerId=endpoint.account,
        RequesterManaged=True,
        Status="in-use",
        TagSet=[],
    )


def describe_vpc_endpoint_service_configurations(here: Place, asked: Answer) -> Answer:
    services = [
        structure(
            "ec2",
            "ServiceConfiguration",
            node,
            ServiceType=[{"ServiceType": "Interface"}],
            ServiceState=node.get("state") or "Available",
            AcceptanceRequired=bool(node.get("acceptanceRequired")),
            ManagesVpcEndpoints=False,
            SupportedIpAddressTypes=node.get("supportedIpAddressTypes") or ["ipv4"],
            SupportedRegions=_regions(node),
            RemoteAccessEnabled=_is_remote(node),
        )
        for node in here.of(tokens.ENDPOINT_SERVICE)
    ]
    return {"ServiceConfigurations": described(services, asked, "ServiceId", {"service-id": "ServiceId"})}


def _regions(service: Node) -> list[Answer]:
    """The regions that a service supports, its own by default, each with its state."""
    states = service.get("regionStates") or {}
    regions = service.get("supportedRegions") or [service.region]
    return [{"Region": region, "ServiceState": states.get(region, "Available")} for region in regions]


def _is_remote(service: Node) -> bool:
    told = service.get("remoteAccessEnabled")
    others = {*(service.get("supportedRegions") or [])} - {service.region}
    return bool(others) if told is None else told


def describe_vpc_endpoint_service_permissions(here: Place, asked: Answer) -> Answer:
    service = here.find(tokens.ENDPOINT_SERVICE, asked["ServiceId"])
    if service is None:
        message = f"The VpcEndpointService Id '{asked['ServiceId']}' does not exist"
        raise AwsError("InvalidVpcEndpointServiceId.NotFound", message)
    principals = [
        {
            "PrincipalType": _principal_type(principal),
            "Principal": principal,
            "ServicePermissionId": f"vpce-svc-perm-{made_up(str(service.id), principal)}",
            "ServiceId": service.id,
            "Tags": [],
        }
        for principal in service.get("allowedPrincipals") or []
    ]
    return {"AllowedPrincipals": filtered(principals, asked, {})}


def _principal_type(principal: str) -> str:
    kinds = {"root": "Account", "user": "User", "role": "Role"}
    return "All" if principal == "*" else kinds[principal.rpartition(":")[2].partition("/")[0]]


def describe_vpc_endpoint_connections(here: Place, asked: Answer) -> Answer:
    """A connection for each endpoint, in any account, to a service of this account."""
    connections = [
        structure(
            "ec2",
            "VpcEndpointConnection",
            endpoint,
            VpcEndpointId=endpoint.id,
            ServiceId=service.id,
            VpcEndpointOwner=endpoint.account,
            VpcEndpointState=_state(here.world, endpoint),
            CreationTimestamp=CREATED,
            NetworkLoadBalancerArns=service.get("networkLoadBalancerArns") or [],
            IpAddressType="ipv4",
            VpcEndpointConnectionId=f"vpce-con-{made_up(str(service.id), str(endpoint.id))}",
            Tags=[],
        )
        for endpoint in here.world.of(tokens.ENDPOINT)
        if (service := _service_of(here.world, endpoint)) and here.has(service)
    ]
    return {"VpcEndpointConnections": filtered(connections, asked, {"service-id": "ServiceId"})}
