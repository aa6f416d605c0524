"""Amazon EC2: networks, their routes and peerings."""

from collections.abc import Iterator
from dataclasses import replace

from crosslink.graph import tokens
from crosslink.graph.node import Node
from tests.fake_aws.structures import structure
from tests.fake_aws.world import (
    CREATED,
    Answer,
    AwsError,
    Place,
    UnplayedError,
    World,
    described,
    filtered,
    made_up,
    members,
    network,
)

_INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway"
_DESTINATIONS = {"cidrBlock": "destinationCidrBlock", "ipv6CidrBlock": "destinationIpv6CidrBlock"}
"""Of a route that is a table's own property."""
_TARGETS = {  # property of a route → type of what it leads to
    "gatewayId": _INTERNET_GATEWAY,
    "natGatewayId": tokens.NAT_GATEWAY,
    "vpcEndpointId": tokens.ENDPOINT,
}
"""Targets that are played; others, such as transit gateways, are taken to be there."""


def describe_vpcs(here: Place, asked: Answer) -> Answer:
    vpcs = [
        structure(
            "ec2",
            "Vpc",
            node,
            State="available",
            OwnerId=node.account,
            IsDefault=False,
            DhcpOptionsId=_dhcp_options(node),
            CidrBlockAssociationSet=list(_cidr_associations(here, node)),
        )
        for node in here.of(tokens.VPC)
    ]
    return {"Vpcs": described(vpcs, asked, "VpcId", {"vpc-id": "VpcId"})}


def describe_vpc_attribute(here: Place, asked: Answer) -> Answer:
    node, name = here.find(tokens.VPC, asked["VpcId"]), asked["Attribute"]
    if node is None:
        raise AwsError("InvalidVpcID.NotFound", f"The vpc ID '{asked['VpcId']}' does not exist")
    given = node.get(name)
    on = name == "enableDnsSupport" if given is None else given
    return {"VpcId": node.id, name[0].upper() + name[1:]: {"Value": on}}


def describe_dhcp_options(here: Place, asked: Answer) -> Answer:
    """The options of each VPC, whose name servers are AWS's unless a fault names others."""
    options = [
        {
            "DhcpOptionsId": _dhcp_options(node),
            "OwnerId": node.account,
            "DhcpConfigurations": [
                {
                    "Key": "domain-name-servers",
                    "Values": [
                        {"Value": server} for server in node.get("nameServers") or ["AmazonProvidedDNS"]
                    ],
                }
            ],
            "Tags": [],
        }
        for node in here.of(tokens.VPC)
    ]
    return {"DhcpOptions": described(options, asked, "DhcpOptionsId", {"dhcp-options-id": "DhcpOptionsId"})}


def _dhcp_options(vpc: Node) -> str:
    return vpc.get("dhcpOptionsId") or f"dopt-{made_up('dhcp', str(vpc.id))}"


def _cidr_associations(here: Place, vpc: Node) -> Iterator[Answer]:
    """A VPC's own CIDR, which no resource associates, and the secondary ones."""
    associated = {"State": "associated"}
    first = f"vpc-cidr-assoc-{made_up('cidr', str(vpc.id))}"
    own = str(network(vpc.get("cidrBlock")))
    yield {"AssociationId": first, "CidrBlock": own, "CidrBlockState": associated}
    for node in here.of(tokens.VPC_CIDR):
        if node.get("vpcId") == vpc.id:
            state = {"State": node.get("state") or "associated"}
            yield structure("ec2", "VpcCidrBlockAssociation", node, CidrBlockState=state)


def describe_subnets(here: Place, asked: Answer) -> Answer:
    subnets = [
        structure("ec2", "Subnet", node, State="available", OwnerId=node.account)
        for node in here.of(tokens.SUBNET)
    ]
    return {"Subnets": described(subnets, asked, "SubnetId", {"vpc-id": "VpcId", "subnet-id": "SubnetId"})}


def describe_route_tables(here: Place, asked: Answer) -> Answer:
    own = [_route_table(here, node) for node in here.of(tokens.ROUTE_TABLE)]
    ids = {table["RouteTableId"] for table in own}
    main = [
        _main_route_table(here, node)
        for node in here.of(tokens.VPC)
        if node.get("mainRouteTableId") not in ids
    ]
    filters = {
        "vpc-id": "VpcId",
        "association.subnet-id": "Associations[].SubnetId",
        "association.main": "Associations[].to_string(Main)",
    }
    return {"RouteTables": described(own + main, asked, "RouteTableId", filters)}


def _route_table(here: Place, table: Node) -> Answer:
    associations = [
        _association(str(node.id), table.id, SubnetId=node.get("subnetId"))
        for node in here.of(tokens.ASSOCIATION)
        if node.get("routeTableId") == table.id and here.find(tokens.SUBNET, node.get("subnetId"))
    ]
    if any(vpc.get("mainRouteTableId") == table.id for vpc in here.of(tokens.VPC)):
        associations.append(_main_association(table.id))
    routes = [
        *_local_routes(here, here.find(tokens.VPC, table.get("vpcId"))),
        *(_route(here, node) for node in here.of(tokens.ROUTE) if node.get("routeTableId") == table.id),
        *_inline_routes(here, table),
        *(
            _to_gateway_endpoint(node)
            for node in here.of(tokens.ENDPOINT)
            if table.id in (node.get("routeTableIds") or [])
        ),
    ]
    return structure(
        "ec2", "RouteTable", table, OwnerId=table.account, Associations=associations, Routes=routes
    )


def _main_route_table(here: Place, vpc: Node) -> Answer:
    """The table that AWS makes with a VPC, for the subnets without one of their own."""
    table = vpc.get("mainRouteTableId")
    return {
        "RouteTableId": table,
        "VpcId": vpc.id,
        "OwnerId": vpc.account,
        "Associations": [_main_association(table)],
        "Routes": _local_routes(here, vpc),
        "Tags": [],
    }


def _main_association(table: object) -> Answer:
    return _association(f"rtbassoc-{made_up('main', str(table))}", table, Main=True)


def _association(id_: str, table: object, **of: object) -> Answer:
    return {
        "RouteTableAssociationId": id_,
        "RouteTableId": table,
        "Main": False,
        "AssociationState": {"State": "associated"},
        **of,
    }


def _local_routes(here: Place, vpc: Node | None) -> list[Answer]:
    """A route inside the VPC for each of its CIDRs."""
    return [
        {
            "DestinationCidrBlock": association["CidrBlock"],
            "GatewayId": "local",
            "Origin": "CreateRouteTable",
            "State": "active",
        }
        for association in (_cidr_associations(here, vpc) if vpc else ())
    ]


def _route(here: Place, node: Node) -> Answer:
    return structure(
        "ec2",
        "Route",
        node,
        # AWS tells of an endpoint as a gateway.
        GatewayId=node.get("gatewayId") or node.get("vpcEndpointId"),
        Origin="CreateRoute",
        State=node.get("state") or ("active" if _leads_somewhere(here, node) else "blackhole"),
    )


def _inline_routes(here: Place, table: Node) -> Iterator[Answer]:
    """The routes that a table has as its own property."""
    for given in table.get("routes") or []:
        own = {_DESTINATIONS.get(name, name): value for name, value in given.items()}
        if not own.keys() & {*_DESTINATIONS.values(), "destinationPrefixListId"}:
            raise UnplayedError("AWS takes no route without a destination")
        yield _route(here, replace(table, type=tokens.ROUTE, properties=own))


def _to_gateway_endpoint(endpoint: Node) -> Answer:
    """The route that AWS adds for a gateway endpoint, to the service's addresses.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    """
    return {
        "DestinationPrefixListId": f"pl-{made_up(endpoint.get('serviceName'), digits=8)}",
        "GatewayId": endpoint.id,
        "Origin": "CreateRoute",
        "State": "active",
    }


def _leads_somewhere(here: Place, route: Node) -> bool:
    """Whether a route's target is there; a peering must be active, too.

    https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html
    """
    if id_ := route.get("vpcPeeringConnectionId"):
        peering = here.world.find(tokens.PEERING, id_)
        return peering is not None and peering_status(here.world, peering) == "active"
    return all(
        here.find(type_, route.get(key)) is not None for key, type_ in _TARGETS.items() if route.get(key)
    )


def describe_nat_gateways(here: Place, asked: Answer) -> Answer:
    found = [_nat_gateway(here, node) for node in here.of(tokens.NAT_GATEWAY)]
    return {"NatGateways": filtered(found, {"Filters": asked.get("Filter", [])}, {"vpc-id": "VpcId"})}


def _nat_gateway(here: Place, node: Node) -> Answer:
    subnet, private = (
        here.find(tokens.SUBNET, node.get("subnetId")),
        node.get("connectivityType") == "private",
    )
    address = members(
        AllocationId=node.get("allocationId"),
        NetworkInterfaceId=f"eni-{made_up('nat', str(node.id))}",
        PublicIp=None if private or not node.get("allocationId") else "203.0.113.7",
        IsPrimary=True,
        Status="succeeded",
    )
    return members(
        NatGatewayId=node.id,
        SubnetId=node.get("subnetId"),
        VpcId=node.get("vpcId") or (subnet.get("vpcId") if subnet else None),
        ConnectivityType=node.get("connectivityType") or "public",
        AvailabilityMode=node.get("availabilityMode") or "zonal",
        State=node.get("state") or "available",
        FailureCode=node.get("failureCode"),
        FailureMessage=node.get("failureMessage"),
        CreateTime=CREATED,
        NatGatewayAddresses=[address],
        Tags=[],
    )


def describe_vpc_peering_connections(here: Place, asked: Answer) -> Answer:
    peerings = [
        _peering(here.world, node)
        for node in here.world.of(tokens.PEERING)
        if here.has(node) or (here.account, here.region) == _accepter_place(node)
    ]
    filters = {
        "requester-vpc-info.vpc-id": "RequesterVpcInfo.VpcId",
        "accepter-vpc-info.vpc-id": "AccepterVpcInfo.VpcId",
    }
    return {"VpcPeeringConnections": described(peerings, asked, "VpcPeeringConnectionId", filters)}


def _accepter_place(peering: Node) -> tuple[str | None, str | None]:
    return peering.get("peerOwnerId") or peering.account, peering.get("peerRegion") or peering.region


def peering_status(world: World, peering: Node) -> str:
    """A peering's status code: what a fault says of it, else whether the other side accepts it."""
    known = peering.get("acceptStatus")
    if known not in (None, "pending-acceptance", "active"):
        return known
    accepted = any(
        node.get("autoAccept") and (node.account, node.region) == _accepter_place(peering)
        for node in world.of(tokens.PEERING_ACCEPTER)
        if node.get("vpcPeeringConnectionId") == peering.id
    )
    return "active" if accepted or peering.get("autoAccept") else "pending-acceptance"


def _peering(world: World, node: Node) -> Answer:
    status = peering_status(world, node)
    owner, region = _accepter_place(node)

    def side(vpc_id: str, owner: str | None, region: str | None, *, told: bool) -> Answer:
        vpc = world.find(tokens.VPC, vpc_id)
        cidr = vpc.get("cidrBlock") if vpc and told else None
        return members(VpcId=vpc_id, OwnerId=owner, Region=region, CidrBlock=cidr)

    return structure(
        "ec2",
        "VpcPeeringConnection",
        node,
        RequesterVpcInfo=side(node.get("vpcId"), node.account, node.region, told=True),
        # Until it is accepted, AWS doesn't tell the other side's addresses.
        AccepterVpcInfo=side(node.get("peerVpcId"), owner, region, told=status == "active"),
        Status={"Code": status, "Message": status.replace("-", " ").capitalize()},
    )
