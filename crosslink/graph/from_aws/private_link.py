"""Reads both ends of PrivateLink, and the other endpoints of a VPC."""

from collections.abc import Collection, Sequence

from crosslink.graph import tokens
from crosslink.graph.from_aws import load_balancers
from crosslink.graph.from_aws.collector import Answer, Collector, fact
from crosslink.graph.from_aws.network import NETWORK_TYPES, read_security_groups
from crosslink.graph.node import Node, Value, value_at
from crosslink.graph.unknown import NotKnownError, Unknown, known
from crosslink.path.output import DeclaredBackend, Id

SERVICE_TYPES = (tokens.ENDPOINT_SERVICE, tokens.CONNECTION, tokens.ACCEPTER)


def read_endpoint(aws: Collector, backend: DeclaredBackend) -> None:
    """The interface endpoint of a backend, on the consumer's side, with its addresses and whom it lets in."""
    with aws.reading(tokens.ENDPOINT, *NETWORK_TYPES):
        id_ = _given(backend.endpoint_id, "endpointId")
        for endpoint in aws.matching("ec2:DescribeVpcEndpoints", "vpc-endpoint-id", id_):
            state = _lower(endpoint["state"])
            addresses = fact(_addresses, aws, endpoint.get("networkInterfaceIds", []))
            if isinstance(addresses, Unknown):
                # It is by its addresses that the targets' endpoint is found.
                aws.leave(addresses, tokens.ENDPOINT)
            node = _add(aws, {**endpoint, "state": state, "subnetConfigurations": addresses})
            read_security_groups(aws, node.get("securityGroupIds"), node.get("vpcId"))


def _given(id_: Id | None, name: str) -> str:
    if id_ is None:
        raise NotKnownError(f"the stack's output `path` tells no {name}")
    return known(id_)


def read_other_endpoints(aws: Collector, vpc_id: str, own: Collection[Id | None]) -> None:
    """The endpoints by which what is in a VPC reaches AWS, and whatever else its owner has made."""
    with aws.reading(tokens.ENDPOINT):
        for endpoint in aws.matching("ec2:DescribeVpcEndpoints", "vpc-id", vpc_id):
            if endpoint["vpcEndpointId"] not in own:  # the backends' own are read with more detail
                _add(aws, endpoint)


def _add(aws: Collector, endpoint: Answer) -> Node:
    groups = [group["groupId"] for group in endpoint.get("groups", [])]
    derived = {"securityGroupIds": groups, "state": _lower(endpoint["state"])}
    return aws.add(tokens.ENDPOINT, {**endpoint, **derived})


def _addresses(aws: Collector, interfaces: Sequence[str]) -> list[Value]:
    """The private address that each network interface has; while an endpoint is pending it may have none."""
    if not interfaces:
        return []
    call = "ec2:DescribeNetworkInterfaces"
    found = aws.matching(call, "network-interface-id", *interfaces)
    if len(found) < len(interfaces):
        told = f"{len(found)} of the endpoint's {len(interfaces)} interfaces"
        raise NotKnownError(f"{call} in {aws.account} {aws.region}: AWS tells {told}")
    return [
        {
            "subnetId": interface["subnetId"],
            "ipv4": interface.get("privateIpAddress"),
            "ipv6": value_at(interface, "ipv6Addresses", 0, "ipv6Address"),
        }
        for interface in found
    ]


def _lower(state: str) -> str:
    """A state as Pulumi has it: EC2's model says `PendingAcceptance`, its answers `pendingAcceptance`."""
    return state[:1].lower() + state[1:]


def read_service(aws: Collector, backend: DeclaredBackend) -> None:
    """The endpoint service of a backend, with the endpoints that ask for it, its load balancers, and what
    else offers these."""
    with aws.reading(*SERVICE_TYPES, *load_balancers.TYPES):
        id_ = _given(backend.service_id, "serviceId")
        services = aws.items("ec2:DescribeVpcEndpointServiceConfigurations")
        for service in (service for service in services if service["serviceId"] == id_):
            regions = service.get("supportedRegions", [])
            derived = {
                "serviceType": value_at(service, "serviceType", 0, "serviceType"),
                "supportedRegions": [region["region"] for region in regions],
                "regionStates": {region["region"]: region.get("serviceState") for region in regions},
                "allowedPrincipals": fact(_principals, aws, id_),
            }
            aws.add(tokens.ENDPOINT_SERVICE, {**service, **derived})
            _connections(aws, id_)
            balancers = service.get("networkLoadBalancerArns", [])
            for balancer in balancers:
                load_balancers.read_load_balancer(aws, balancer)
            for other in services:  # there is no filter for load balancers
                if other["serviceId"] != id_ and {*balancers} & {*other.get("networkLoadBalancerArns", [])}:
                    aws.add(tokens.ENDPOINT_SERVICE, other)
        if backend.cluster_name:
            load_balancers.read_made(aws)
        if backend.load_balancer_arn:
            load_balancers.read_existing(aws, known(backend.load_balancer_arn), backend.port)


def _principals(aws: Collector, service_id: str) -> list[str]:
    permissions = aws.items("ec2:DescribeVpcEndpointServicePermissions", ServiceId=service_id)
    return [permission["principal"] for permission in permissions]


def _connections(aws: Collector, service_id: str) -> None:
    """The endpoints that ask for a service, in whichever state; one that is let in is an acceptance, too."""
    with aws.reading(tokens.CONNECTION, tokens.ACCEPTER):
        for connection in aws.matching("ec2:DescribeVpcEndpointConnections", "service-id", service_id):
            id_, state = f"{service_id}_{connection['vpcEndpointId']}", _lower(connection["vpcEndpointState"])
            told = {**connection, "id": id_, "vpcEndpointState": state}
            aws.add(tokens.CONNECTION, told, name=connection["vpcEndpointId"])
            if state == "available":
                aws.add(tokens.ACCEPTER, told, name=id_)
