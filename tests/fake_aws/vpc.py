"""Amazon EC2: networks, their routes and peerings."""

from crosslink.graph import tokens
from crosslink.graph.graph import Node
from tests.fake_aws.world import Answer, Place, World, described, made_up, members, tags

_INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway"
_NAT_GATEWAY = "aws:ec2/natGateway:NatGateway"


def describe_vpcs(here: Place, asked: Answer) -> Answer:
    vpcs = [
        members(
            VpcId=node.id,
            CidrBlock=node.get("cidrBlock"),
            State="available",
            OwnerId=node.account,
            IsDefault=False,
            Tags=tags(node),
        )
        for node in here.of(tokens.VPC)
    ]
    filters = {"vpc-id": "VpcId", "cidr": "CidrBlock"}
    found = described(
        vpcs, asked, id_="VpcId", ids="VpcIds", missing="InvalidVpcID.NotFound", filters=filters
    )
    return {"Vpcs": found}


def describe_subnets(here: Place, asked: Answer) -> Answer:
    subnets = [
        members(
            SubnetId=node.id,
            SubnetArn=node.get("arn"),
            VpcId=node.get("vpcId"),
            CidrBlock=node.get("cidrBlock"),
            AvailabilityZone=node.get("availabilityZone"),
            AvailabilityZoneId=node.get("availabilityZoneId"),
            State="available",
            OwnerId=node.account,
            MapPublicIpOnLaunch=bool(node.get("mapPublicIpOnLaunch")),
            Tags=tags(node),
        )
        for node in here.of(tokens.SUBNET)
    ]
    filters = {"vpc-id": "VpcId", "subnet-id": "SubnetId", "availability-zone-id": "AvailabilityZoneId"}
    found = described(
        subnets, asked, id_="SubnetId", ids="SubnetIds", missing="InvalidSubnetID.NotFound", filters=filters
    )
    return {"Subnets": found}


def describe_route_tables(here: Place, asked: Answer) -> Answer:
    own = [_route_table(here, node) for node in here.of(tokens.ROUTE_TABLE)]
    main = [_main_route_table(node) for node in here.of(tokens.VPC)]
    found = described(
        own + main,
        asked,
        id_="RouteTableId",
        ids="RouteTableIds",
        missing="InvalidRouteTableID.NotFound",
        filters={
            "vpc-id": "VpcId",
            "route-table-id": "RouteTableId",
            "association.subnet-id": "Associations[].SubnetId",
            "association.main": "Associations[].to_string(Main)",
        },
    )
    return {"RouteTables": found}


def _route_table(here: Place, table: Node) -> Answer:
    associations = [
        {
            "RouteTableAssociationId": node.id,
            "RouteTableId": table.id,
            "SubnetId": node.get("subnetId"),
            "Main": False,
            "AssociationState": {"State": "associated"},
        }
        for node in here.of(tokens.ASSOCIATION)
        if node.get("routeTableId") == table.id and here.find(tokens.SUBNET, node.get("subnetId"))
    ]
    routes = [_route(here, node) for node in here.of(tokens.ROUTE) if node.get("routeTableId") == table.id]
    return {
        "RouteTableId": table.id,
        "VpcId": table.get("vpcId"),
        "OwnerId": table.account,
        "Associations": associations,
        "Routes": _local_route(here.find(tokens.VPC, table.get("vpcId"))) + routes,
        "Tags": tags(table),
    }


def _main_route_table(vpc: Node) -> Answer:
    """The table that AWS makes with a VPC, for the subnets without one of their own."""
    table = vpc.get("mainRouteTableId")
    association = {
        "RouteTableAssociationId": f"rtbassoc-{made_up('main', table)}",
        "RouteTableId": table,
        "Main": True,
        "AssociationState": {"State": "associated"},
    }
    return {
        "RouteTableId": table,
        "VpcId": vpc.id,
        "OwnerId": vpc.account,
        "Associations": [association],
        "Routes": _local_route(vpc),
        "Tags": [],
    }


def _local_route(vpc: Node | None) -> list[Answer]:
    if vpc is None:
        return []
    return [
        {
            "DestinationCidrBlock": vpc.get("cidrBlock"),
            "GatewayId": "local",
            "Origin": "CreateRouteTable",
            "State": "active",
        }
    ]


def _route(here: Place, node: Node) -> Answer:
    return members(
        DestinationCidrBlock=node.get("destinationCidrBlock"),
        GatewayId=node.get("gatewayId"),
        NatGatewayId=node.get("natGatewayId"),
        NetworkInterfaceId=node.get("networkInterfaceId"),
        TransitGatewayId=node.get("transitGatewayId"),
        VpcPeeringConnectionId=node.get("vpcPeeringConnectionId"),
        Origin="CreateRoute",
        State=node.get("state") or ("active" if _leads_somewhere(here, node) else "blackhole"),
    )


def _leads_somewhere(here: Place, route: Node) -> bool:
    """Whether a route's target is there; a peering must be active, too.

    https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html
    """
    if id_ := route.get("vpcPeeringConnectionId"):
        peering = here.world.find(tokens.PEERING, id_)
        return peering is not None and peering_status(here.world, peering) == "active"
    if (id_ := route.get("gatewayId") or "").startswith("igw-"):
        return here.find(_INTERNET_GATEWAY, id_) is not None
    if id_ := route.get("natGatewayId"):
        return here.find(_NAT_GATEWAY, id_) is not None
    return True


def describe_vpc_peering_connections(here: Place, asked: Answer) -> Answer:
    peerings = [
        _peering(here.world, node)
        for node in here.world.of(tokens.PEERING)
        if here.has(node) or (here.account, here.region) == _accepter_place(node)
    ]
    found = described(
        peerings,
        asked,
        id_="VpcPeeringConnectionId",
        ids="VpcPeeringConnectionIds",
        missing="InvalidVpcPeeringConnectionID.NotFound",
        filters={
            "vpc-peering-connection-id": "VpcPeeringConnectionId",
            "requester-vpc-info.vpc-id": "RequesterVpcInfo.VpcId",
            "accepter-vpc-info.vpc-id": "AccepterVpcInfo.VpcId",
            "status-code": "Status.Code",
        },
    )
    return {"VpcPeeringConnections": found}


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

    return {
        "VpcPeeringConnectionId": node.id,
        "RequesterVpcInfo": side(node.get("vpcId"), node.account, node.region, told=True),
        # Until it is accepted, AWS doesn't tell the other side's addresses.
        "AccepterVpcInfo": side(node.get("peerVpcId"), owner, region, told=status == "active"),
        "Status": {"Code": status, "Message": status.replace("-", " ").capitalize()},
        "Tags": tags(node),
    }
