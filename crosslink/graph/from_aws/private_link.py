"""Reads both ends of PrivateLink."""

from collections.abc import Mapping

from crosslink.graph import tokens
from crosslink.graph.from_aws import load_balancers
from crosslink.graph.from_aws.load_balancers import read_load_balancer
from crosslink.graph.from_aws.network import NETWORK_TYPES, read_security_groups
from crosslink.graph.from_aws.reading import Reading, fact, name_of, where
from crosslink.graph.graph import Value
from crosslink.graph.unknown import Unknown, known
from crosslink.path.output import DeclaredBackend

ENDPOINT_TYPES = (tokens.ENDPOINT, *NETWORK_TYPES)
SERVICE_TYPES = (tokens.ENDPOINT_SERVICE, tokens.ACCEPTER, *load_balancers.TYPES)


def read_endpoint(reading: Reading, backend: DeclaredBackend) -> None:
    """The interface endpoint of a backend.

    Args:
        reading: in the consumer's account and the backend's region.
        backend: what the stack says of it.
    """
    with reading.of(*ENDPOINT_TYPES):
        ids = [known(backend.endpoint_id)]
        answer = reading.ask("ec2:DescribeVpcEndpoints", Filters=where("vpc-endpoint-id", ids))
        for endpoint in answer.get("VpcEndpoints", []):
            groups = [group["GroupId"] for group in endpoint.get("Groups", [])]
            interfaces: list[str] = endpoint.get("NetworkInterfaceIds", [])
            addresses = fact(lambda ids=interfaces: _addresses(reading, ids))
            if isinstance(addresses, Unknown):
                # It is by its addresses that the targets' endpoint is found.
                reading.leave(addresses, tokens.ENDPOINT)
            reading.add(
                tokens.ENDPOINT,
                endpoint["VpcEndpointId"],
                {
                    "vpcId": endpoint["VpcId"],
                    "vpcEndpointType": endpoint["VpcEndpointType"],
                    "serviceName": endpoint["ServiceName"],
                    "subnetIds": endpoint.get("SubnetIds", []),
                    "subnetConfigurations": addresses,
                    "securityGroupIds": groups,
                    "state": _lower(endpoint["State"]),
                },
                name=name_of(endpoint),
            )
            read_security_groups(reading, groups, endpoint["VpcId"])


def _addresses(reading: Reading, interfaces: list[str]) -> list[Mapping[str, Value]]:
    """The private address that each network interface has; while an endpoint is pending it may have none."""
    if not interfaces:
        return []
    filters = where("network-interface-id", interfaces)
    answer = reading.ask("ec2:DescribeNetworkInterfaces", Filters=filters)
    return [
        {"subnetId": interface["SubnetId"], "ipv4": interface.get("PrivateIpAddress")}
        for interface in answer.get("NetworkInterfaces", [])
    ]


def _lower(state: str) -> str:
    """A state as Pulumi has it: EC2's model says `PendingAcceptance`, its answers `pendingAcceptance`."""
    return state[:1].lower() + state[1:]


def read_service(reading: Reading, backend: DeclaredBackend) -> None:
    """The endpoint service of a backend, with its connections and load balancers.

    Args:
        reading: in the backend's account and region.
        backend: what the stack says of it.
    """
    with reading.of(*SERVICE_TYPES):
        service_id = known(backend.service_id)
        answer = reading.ask(
            "ec2:DescribeVpcEndpointServiceConfigurations", Filters=where("service-id", [service_id])
        )
        for service in answer.get("ServiceConfigurations", []):
            balancers: list[str] = service.get("NetworkLoadBalancerArns", [])
            reading.add(
                tokens.ENDPOINT_SERVICE,
                service_id,
                {
                    "serviceName": service["ServiceName"],
                    "networkLoadBalancerArns": balancers,
                    "allowedPrincipals": fact(lambda: _principals(reading, service_id)),
                    "acceptanceRequired": service["AcceptanceRequired"],
                    "state": service["ServiceState"],
                },
                name=name_of(service),
            )
            _connections(reading, service_id)
            for balancer in balancers:
                read_load_balancer(reading, balancer)


def _principals(reading: Reading, service_id: str) -> list[str]:
    answer = reading.ask("ec2:DescribeVpcEndpointServicePermissions", ServiceId=service_id)
    return [principal["Principal"] for principal in answer.get("AllowedPrincipals", [])]


def _connections(reading: Reading, service_id: str) -> None:
    """The endpoints that the service has let in."""
    with reading.of(tokens.ACCEPTER):
        answer = reading.ask("ec2:DescribeVpcEndpointConnections", Filters=where("service-id", [service_id]))
        for connection in answer.get("VpcEndpointConnections", []):
            state = _lower(connection["VpcEndpointState"])
            if state == "available":
                endpoint_id = connection["VpcEndpointId"]
                reading.add(
                    tokens.ACCEPTER,
                    f"{service_id}_{endpoint_id}",
                    {
                        "vpcEndpointServiceId": service_id,
                        "vpcEndpointId": endpoint_id,
                        "vpcEndpointState": state,
                    },
                )
