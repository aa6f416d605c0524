"""Amazon EC2: PrivateLink, both sides of it."""

import ipaddress

from crosslink.graph import tokens
from crosslink.graph.graph import Node
from tests.fake_aws.firewalls import default_security_group
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
    tags,
)


def describe_vpc_endpoints(here: Place, asked: Answer) -> Answer:
    endpoints = [_endpoint(here, node) for node in here.of(tokens.ENDPOINT)]
    found = described(
        endpoints,
        asked,
        id_="VpcEndpointId",
        ids="VpcEndpointIds",
        missing="InvalidVpcEndpointId.NotFound",
        filters={
            "vpc-id": "VpcId",
            "vpc-endpoint-id": "VpcEndpointId",
            "service-name": "ServiceName",
            "vpc-endpoint-state": "State",
        },
    )
    return {"VpcEndpoints": found}


def _endpoint(here: Place, node: Node) -> Answer:
    interfaces = _interfaces(here, node)
    return members(
        VpcEndpointId=node.id,
        VpcEndpointType=node.get("vpcEndpointType") or "Gateway",
        VpcId=node.get("vpcId"),
        ServiceName=node.get("serviceName"),
        # Lower camel case, other than the SDK's enum: https://github.com/aws/aws-sdk-go/issues/3555
        State=_state(here.world, node),
        RouteTableIds=[],
        SubnetIds=[one["SubnetId"] for one in interfaces],
        Groups=_groups(here, node),
        IpAddressType="ipv4",
        PrivateDnsEnabled=bool(node.get("privateDnsEnabled")),
        RequesterManaged=False,
        NetworkInterfaceIds=[one["NetworkInterfaceId"] for one in interfaces],
        DnsEntries=_dns_entries(node),
        CreationTimestamp=CREATED,
        Tags=tags(node),
        OwnerId=node.account,
        ServiceRegion=node.region,
    )


def _groups(here: Place, endpoint: Node) -> list[Answer]:
    groups = endpoint.get("securityGroupIds") or [default_security_group(here, endpoint.get("vpcId"))]
    return [{"GroupId": group, "GroupName": group} for group in groups if group]


def _dns_entries(endpoint: Node) -> list[Answer]:
    entries = endpoint.get("dnsEntries") or []
    return [{"DnsName": one["dnsName"], "HostedZoneId": one["hostedZoneId"]} for one in entries]


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
    """The service that an endpoint names: of any account, but of the endpoint's own region."""
    return next(
        (
            node
            for node in world.of(tokens.ENDPOINT_SERVICE)
            if (node.region, node.get("serviceName")) == (endpoint.region, endpoint.get("serviceName"))
        ),
        None,
    )


def describe_network_interfaces(here: Place, asked: Answer) -> Answer:
    """The interfaces of the endpoints; those of load balancers and nodes aren't played."""
    interfaces = [one for node in here.of(tokens.ENDPOINT) for one in _interfaces(here, node)]
    found = described(
        interfaces,
        asked,
        id_="NetworkInterfaceId",
        ids="NetworkInterfaceIds",
        missing="InvalidNetworkInterfaceID.NotFound",
        filters={"network-interface-id": "NetworkInterfaceId", "subnet-id": "SubnetId", "vpc-id": "VpcId"},
    )
    return {"NetworkInterfaces": found}


def _interfaces(here: Place, endpoint: Node) -> list[Answer]:
    """An endpoint's interfaces, one in each subnet, the subnets with a chosen address first."""
    configurations: list[dict[str, str]] = endpoint.get("subnetConfigurations") or []
    chosen = {one["subnetId"]: one.get("ipv4") for one in configurations}
    subnets: list[str] = list(dict.fromkeys((*chosen, *(endpoint.get("subnetIds") or []))))
    ids = list(endpoint.get("networkInterfaceIds") or [])
    ids += [f"eni-{made_up(str(endpoint.id), subnet)}" for subnet in subnets[len(ids) :]]
    return [
        _interface(here, endpoint, id_, subnet, chosen.get(subnet))
        for id_, subnet in zip(ids, subnets, strict=False)
    ]


def _interface(here: Place, endpoint: Node, id_: str, subnet_id: str, address: str | None) -> Answer:
    subnet = here.find(tokens.SUBNET, subnet_id)
    if address is None and subnet is not None:
        address = str(ipaddress.ip_network(subnet.get("cidrBlock"))[40])  # some free one
    return members(
        NetworkInterfaceId=id_,
        SubnetId=subnet_id,
        VpcId=endpoint.get("vpcId"),
        AvailabilityZone=subnet.get("availabilityZone") if subnet else None,
        PrivateIpAddress=address,
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
        members(
            ServiceType=[{"ServiceType": "Interface"}],
            ServiceId=node.id,
            ServiceName=node.get("serviceName"),
            ServiceState=node.get("state") or "Available",
            AvailabilityZones=node.get("availabilityZones") or [],
            AcceptanceRequired=bool(node.get("acceptanceRequired")),
            ManagesVpcEndpoints=False,
            NetworkLoadBalancerArns=node.get("networkLoadBalancerArns") or [],
            SupportedIpAddressTypes=["ipv4"],
            BaseEndpointDnsNames=node.get("baseEndpointDnsNames") or [],
            Tags=tags(node),
        )
        for node in here.of(tokens.ENDPOINT_SERVICE)
    ]
    found = described(
        services,
        asked,
        id_="ServiceId",
        ids="ServiceIds",
        missing="InvalidVpcEndpointServiceId.NotFound",
        filters={"service-id": "ServiceId", "service-name": "ServiceName", "service-state": "ServiceState"},
    )
    return {"ServiceConfigurations": found}


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
    return {"AllowedPrincipals": filtered(principals, asked, {"principal": "Principal"})}


def _principal_type(principal: str) -> str:
    kinds = {"root": "Account", "user": "User", "role": "Role"}
    return "All" if principal == "*" else kinds[principal.rpartition(":")[2].partition("/")[0]]


def describe_vpc_endpoint_connections(here: Place, asked: Answer) -> Answer:
    """One for each endpoint, of any account, that names a service that is here."""
    connections = [
        {
            "ServiceId": service.id,
            "VpcEndpointId": endpoint.id,
            "VpcEndpointOwner": endpoint.account,
            "VpcEndpointState": _state(here.world, endpoint),
            "CreationTimestamp": CREATED,
            "DnsEntries": _dns_entries(endpoint),
            "NetworkLoadBalancerArns": service.get("networkLoadBalancerArns") or [],
            "IpAddressType": "ipv4",
            "VpcEndpointConnectionId": f"vpce-con-{made_up(str(service.id), str(endpoint.id))}",
            "Tags": [],
        }
        for endpoint in here.world.of(tokens.ENDPOINT)
        if (service := _service_of(here.world, endpoint)) and here.has(service)
    ]
    filters = {
        "service-id": "ServiceId",
        "vpc-endpoint-id": "VpcEndpointId",
        "vpc-endpoint-owner": "VpcEndpointOwner",
        "vpc-endpoint-state": "VpcEndpointState",
    }
    return {"VpcEndpointConnections": filtered(connections, asked, filters)}
