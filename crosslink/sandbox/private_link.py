"""What AWS would compute for endpoint services and for the endpoints that connect to them."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from crosslink.graph import tokens
from crosslink.sandbox.existing import EndpointService
from crosslink.sandbox.made_up import zone_name
from crosslink.sandbox.new_resource import NewResource, Outputs
from crosslink.sandbox.record import Resource
from crosslink.sandbox.refusals import RefusedError
from crosslink.sandbox.world import World

_RESERVED = 4  # the first addresses of a subnet, and the last one, are AWS's
# https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html


def endpoint_state(new: NewResource) -> str:
    """The state of an endpoint; of a service that nothing is told of it is that after an acceptance.

    Raises:
        RefusedError: the service isn't where the endpoint looks for it, or isn't for endpoints from here.
    """
    service = new.world.endpoint_service(new.inputs.get("serviceName"))
    if service:
        _check_regions(new, service)
    if isinstance(service, EndpointService):
        waits = service.acceptance_required
    else:
        waits = bool(service and service.inputs["acceptanceRequired"])
    return "pendingAcceptance" if waits else "available"


def _check_regions(new: NewResource, service: Resource | EndpointService) -> None:
    """An endpoint names its service's region unless that is its own, and the service supports the endpoint's.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
    """
    name, asked = new.inputs.get("serviceName"), new.inputs.get("serviceRegion") or new.region
    if asked != service.region:
        raise RefusedError(f"{name} is in {service.region}: set service_region, which looks in {asked}")
    if isinstance(service, EndpointService):
        supported = service.supported_regions or (str(new.region),)
    else:
        supported = service.inputs.get("supportedRegions") or ()
    if new.region not in (service.region, *supported):
        others = ", ".join(supported) or f"{service.region} alone"
        raise RefusedError(f"{name} doesn't support endpoints in {new.region}: it is for {others}")


def service_state(new: NewResource) -> str:
    """The state of an endpoint service.

    Raises:
        RefusedError: it names the regions that it supports, and leaves out its own, which AWS keeps.
    """
    named: list[str] = new.inputs.get("supportedRegions") or []
    if named and new.region not in named:
        raise RefusedError(f"supported_regions: must have its own region, {new.region}, which AWS keeps")
    return "Available"


def endpoint_addresses(new: NewResource) -> list[Outputs]:
    """The addresses that were asked for, or that AWS chooses.

    A set comes back in AWS's order, not in the order of the request.
    """
    asked: list[Outputs] = new.inputs.get("subnetConfigurations", [])
    told = {address.get("subnetId"): address for address in asked if "ipv4" in address}
    chosen = ({"subnetId": id_, "ipv4": _chosen(new, id_)} for id_ in _subnets(new, asked) if id_ not in told)
    addresses = [*told.values(), *chosen]
    return sorted(addresses, key=lambda address: new.characters(8, salt=address.get("subnetId", "")))


def zones_of_service(new: NewResource) -> list[str]:
    """A service is offered in the zones of its load balancers, by the names of the provider's account."""
    arns: list[str] = new.inputs.get("networkLoadBalancerArns", [])
    zones = {zone for arn in arns for zone in zones_of_balancer(new.world, arn)}
    return sorted(zone_name(new.account, new.region, int(zone[-1])) for zone in zones)


def zones_of_balancer(world: World, arn: str) -> Iterator[str]:
    """The ids of the zones of a load balancer of the run, or of an existing one."""
    if own := world.resource(tokens.LOAD_BALANCER, "id", arn):
        ids = own.inputs.get("subnets", [])
    else:
        told = (balancer.subnets for balancer in world.existing.load_balancers if balancer.arn == arn)
        ids = next(told, ())
    for id_ in ids:
        if subnet := world.resource(tokens.SUBNET, "id", id_):
            yield subnet.outputs["availabilityZoneId"]
        elif found := world.subnet(id_):
            yield found.subnet.zone_id


def _subnets(new: NewResource, asked: list[Outputs]) -> list[str]:
    return [*dict.fromkeys([*new.inputs.get("subnetIds", []), *(each["subnetId"] for each in asked)])]


def _chosen(new: NewResource, subnet_id: str) -> str:
    """A free address of a subnet."""
    cidr = _cidr(new, subnet_id)
    count = cidr.num_addresses - _RESERVED - 1
    first = int(new.characters(8, salt=f"address/{subnet_id}"), 16)
    hosts = (cidr[_RESERVED + (first + i) % count] for i in range(count))
    taken = {*_taken(new.world, subnet_id)}
    for address in hosts:
        if address not in taken:
            return str(address)
    raise RefusedError(f"{subnet_id} has no free address")


def _cidr(new: NewResource, subnet_id: str) -> IPv4Network:
    if own := new.world.resource(tokens.SUBNET, "id", subnet_id):
        return IPv4Network(own.inputs["cidrBlock"])
    found = new.world.subnet(subnet_id)
    if found is None or found.vpc.place != (new.account, new.region):
        told = new.world.existing.file or "a file beside the stack's"
        where = f"account {new.account}, {new.region}"
        raise RefusedError(f"no subnet {subnet_id} in {where}: {told} may tell of it among vpcs")
    return IPv4Network(found.subnet.cidr)


def _taken(world: World, subnet_id: str) -> Iterator[IPv4Address]:
    for other in world.resources.of_type(tokens.ENDPOINT):
        for address in other.outputs.get("subnetConfigurations", []):
            if address.get("subnetId") == subnet_id and "ipv4" in address:
                yield IPv4Address(address["ipv4"])
