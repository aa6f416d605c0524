"""What AWS would answer about networks: subnets, VPCs, route tables, and endpoint services."""

from collections.abc import Iterator

from crosslink.graph import tokens
from crosslink.sandbox import existing
from crosslink.sandbox.lookups import criterion, is_here, missing, own
from crosslink.sandbox.made_up import characters, zone_name
from crosslink.sandbox.new_resource import NO_ACCOUNT, Outputs
from crosslink.sandbox.private_link import zones_of_balancer
from crosslink.sandbox.record import Invoke, Resource
from crosslink.sandbox.world import World

# What a route leads over, by the start of its id → the property that holds it.
_OVER = {
    "cagw-": "carrierGatewayId",
    "eigw-": "egressOnlyGatewayId",
    "eni-": "networkInterfaceId",
    "i-": "instanceId",
    "lgw-": "localGatewayId",
    "nat-": "natGatewayId",
    "pcx-": "vpcPeeringConnectionId",
    "tgw-": "transitGatewayId",
    "vpce-": "vpcEndpointId",
    "arn:": "coreNetworkArn",
}
_OTHER_NAMES = {"destinationCidrBlock": "cidrBlock", "destinationPrefixListId": "destinationPrefixListId"}


def subnet(call: Invoke, world: World) -> Outputs:
    """`aws.ec2.get_subnet(id=…)`"""
    _, id_ = criterion(call, "id")
    if made := next((subnet for subnet in own(call, world, tokens.SUBNET) if subnet.id == id_), None):
        return {**made.outputs, "id": id_, "state": "available"}
    found = world.subnet(id_)
    if found is None or not is_here(call, found.vpc.place):
        subnets = f"subnets: {{ {id_}: {{ zoneId: …, cidr: … }} }}"
        entry = {"vpcs": f'{_placed(call, "id: vpc-…")}, cidrs: ["…"], {subnets} }}'}
        raise missing(call, world, f"subnet {id_}", entry, found and found.vpc.place)
    zone = found.subnet.zone_id
    return {
        "id": id_,
        "arn": f"arn:aws:ec2:{call.region}:{call.account}:subnet/{id_}",
        "availabilityZone": zone_name(call.account or NO_ACCOUNT, call.region, int(zone[-1])),
        "availabilityZoneId": zone,
        "cidrBlock": found.subnet.cidr,
        "ownerId": call.account,
        "region": call.region,
        "state": "available",
        "vpcId": found.vpc.id,
    }


def vpc(call: Invoke, world: World) -> Outputs:
    """`aws.ec2.get_vpc(id=…)`"""
    _, id_ = criterion(call, "id")
    if made := next((vpc for vpc in own(call, world, tokens.VPC) if vpc.id == id_), None):
        return {**made.outputs, "id": id_, "cidrBlockAssociations": _cidrs(id_, made.inputs["cidrBlock"])}
    found = next((vpc for vpc in world.existing.vpcs if vpc.id == id_), None)
    if found is None or not is_here(call, found.place):
        entry = {"vpcs": f'{_placed(call, f"id: {id_}")}, cidrs: ["…"] }}'}
        raise missing(call, world, f"VPC {id_}", entry, found and found.place)
    return {
        "id": id_,
        "arn": f"arn:aws:ec2:{call.region}:{call.account}:vpc/{id_}",
        "cidrBlock": found.cidrs[0],
        "cidrBlockAssociations": _cidrs(id_, *found.cidrs),
        "default": False,
        "enableDnsHostnames": True,
        "enableDnsSupport": True,
        "instanceTenancy": "default",
        "mainRouteTableId": _main(found),
        "ownerId": call.account,
        "region": call.region,
        "state": "available",
    }


def route_table(call: Invoke, world: World) -> Outputs:
    """`aws.ec2.get_route_table(route_table_id=…)`, or by `subnet_id`."""
    by, id_ = criterion(call, "routeTableId", "subnetId")
    for made in own(call, world, tokens.ROUTE_TABLE):
        associations = [*_associations(world, made)]
        if id_ == made.id or id_ in [association["subnetId"] for association in associations]:
            routes = [*_routes_of(world, made)]
            return {**made.outputs, "routeTableId": made.id, "routes": routes, "associations": associations}
    for found in world.existing.vpcs:
        table = _table_of(found, id_) if by == "subnetId" else id_
        if table is not None and table in {*found.route_tables, _main(found)}:
            if not is_here(call, found.place):
                raise missing(call, world, f"route table of {by} {id_}", {}, found.place)
            return _table(call, found, table)
    entry = {"vpcs": f'{_placed(call, "id: vpc-…")}, cidrs: ["…"], routeTables: {{ rtb-…: [] }} }}'}
    raise missing(call, world, f"route table of {by} {id_}", entry)


def endpoint_service(call: Invoke, world: World) -> Outputs:
    """`aws.ec2.get_vpc_endpoint_service(service_name=…)`: zones by the names of the caller's account."""
    _, name = criterion(call, "serviceName")
    found = world.endpoint_service(name)
    region = found and found.region
    if found is None or region != call.region:
        entry = {"endpointServices": f'{{ name: {name}, account: "…", zoneIds: ["…"] }}'}
        raise missing(
            call, world, f"endpoint service {name}", entry, found and (str(found.account), str(region))
        )
    if isinstance(found, existing.EndpointService):
        owner, waits, zones = found.account, found.acceptance_required, {*found.zone_ids}
    else:
        owner, waits = found.account, found.inputs["acceptanceRequired"]
        arns = found.inputs.get("networkLoadBalancerArns", [])
        zones = {zone for arn in arns for zone in zones_of_balancer(world, arn)}
    id_, account = name.rpartition(".")[2], call.account or NO_ACCOUNT
    return {
        "id": characters(name, 10, "decimal"),
        "acceptanceRequired": waits,
        "arn": f"arn:aws:ec2:{region}:{owner}:vpc-endpoint-service/{id_}",
        "availabilityZones": sorted(zone_name(account, region, int(zone[-1])) for zone in zones),
        "owner": owner,
        "region": region,
        "serviceId": id_,
        "serviceName": name,
        "serviceRegion": region,
        "serviceType": "Interface",
    }


def _placed(call: Invoke, id_: str) -> str:
    return f'{{ {id_}, account: "{call.account}", region: {call.region}'


def _cidrs(vpc_id: str, *cidrs: str) -> list[Outputs]:
    return [
        {
            "associationId": f"vpc-cidr-assoc-{characters(f'{vpc_id}/{cidr}', 17)}",
            "cidrBlock": cidr,
            "state": "associated",
        }
        for cidr in cidrs
    ]


def _main(vpc: existing.Vpc) -> str:
    """The id of the main route table, which each VPC has."""
    return next(iter(vpc.route_tables), f"rtb-{characters(f'{vpc.id}/main', 17)}")


def _table_of(vpc: existing.Vpc, subnet_id: str) -> str | None:
    """The id of the route table that a subnet is explicitly associated with."""
    subnet = vpc.subnets.get(subnet_id)
    return subnet.route_table if subnet else None


def _table(call: Invoke, vpc: existing.Vpc, id_: str) -> Outputs:
    local = [{"cidrBlock": cidr, "gatewayId": "local"} for cidr in vpc.cidrs]
    subnets = [subnet for subnet in vpc.subnets if _table_of(vpc, subnet) == id_]
    main = [_association(id_, None)] if id_ == _main(vpc) else []
    return {
        "id": id_,
        "arn": f"arn:aws:ec2:{call.region}:{call.account}:route-table/{id_}",
        "associations": [*main, *(_association(id_, subnet) for subnet in subnets)],
        "ownerId": call.account,
        "region": call.region,
        "routeTableId": id_,
        "routes": [*local, *map(_route, vpc.route_tables.get(id_, ()))],
        "vpcId": vpc.id,
    }


def _association(table: str, subnet: str | None) -> Outputs:
    id_ = f"rtbassoc-{characters(f'{table}/{subnet}', 17)}"
    own = {"main": subnet is None, "routeTableId": table, "subnetId": subnet or ""}
    return {"routeTableAssociationId": id_, **own}


def _route(route: existing.Route) -> Outputs:
    over = next((name for start, name in _OVER.items() if route.over.startswith(start)), "gatewayId")
    to = "destinationPrefixListId" if route.to.startswith("pl-") else "cidrBlock"
    return {to: route.to, over: route.over}


def _routes_of(world: World, table: Resource) -> Iterator[Outputs]:
    vpc = world.resource(tokens.VPC, "id", table.inputs["vpcId"])
    if vpc:
        yield {"cidrBlock": vpc.inputs["cidrBlock"], "gatewayId": "local"}
    for route in world.resources.of_type(tokens.ROUTE):
        if route.inputs["routeTableId"] == table.id:
            given = {
                key: value for key, value in route.inputs.items() if key not in ("routeTableId", "region")
            }
            yield {_OTHER_NAMES.get(key, key): value for key, value in given.items()}


def _associations(world: World, table: Resource) -> Iterator[Outputs]:
    for other in world.resources.of_type(tokens.ASSOCIATION):
        if other.inputs["routeTableId"] == table.id:
            subnet = other.inputs.get("subnetId", "")
            yield {**_association(str(table.id), subnet), "routeTableAssociationId": other.id}
