"""The consumer's end of PrivateLink: an interface endpoint with planned addresses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """Acceptance of the endpoint by the provider, if the endpoint service requires it.

    Args:
        account: the provider's account, in the endpoint service's region.
        service_id: id of the endpoint service.
    """

    account: aws.Provider
    service_id: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class InterfaceEndpointArgs:
    """Arguments of an InterfaceEndpoint.

    Args:
        vpc_id: the VPC in the endpoint service's region.
        subnets: zone id → endpoint subnet; the zones are among the service's.
        addresses: zone id → the endpoint's address in that subnet.
        service_name: name of the endpoint service.
        port: the service's port.
        client_cidrs: key that never changes → CIDR that may connect: the subnets of the gateway NLB.
        acceptance: how the endpoint is accepted; None if the service accepts it automatically.
    """

    vpc_id: pulumi.Input[str]
    subnets: Mapping[str, aws.ec2.Subnet]
    addresses: Mapping[str, IPv4Address]
    service_name: pulumi.Input[str]
    port: int
    client_cidrs: Mapping[str, IPv4Network]
    acceptance: Acceptance | None


class InterfaceEndpoint(pulumi.ComponentResource):
    """An interface endpoint with a planned address in each zone, open to the gateway NLB only.

    Part of the path: steps 4 and 5, the endpoint and its network interfaces with fixed addresses. Since the
    addresses are planned, the targets of the gateway NLB are known before anything exists, and don't change
    when the endpoint is replaced.

    Outputs:
        endpoint_id: id of the endpoint.
        connected: what must exist before the endpoint carries traffic: itself, and its acceptance.
        addresses: zone id → the actual address; empty until the endpoint is accepted.

    Raises:
        pulumi.RunError: from the outputs, if AWS assigned other addresses than planned.

    Sources:
        https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SubnetConfiguration.html
    """

    endpoint_id: pulumi.Output[str]
    connected: Sequence[pulumi.Resource]
    addresses: pulumi.Output[dict[str, str]]

    def __init__(self, name: str, args: InterfaceEndpointArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:InterfaceEndpoint", name, None, opts)
        group = aws.ec2.SecurityGroup(
            name,
            vpc_id=args.vpc_id,
            description="Interface endpoint: in from the gateway NLB",
            tags={"Name": name},
            opts=ResourceOptions(parent=self),
        )
        for key, cidr in args.client_cidrs.items():
            # By CIDR: a security group of another region can't be referenced
            # (https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html).
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-{key}",
                security_group_id=group.id,
                description=f"Gateway NLB in {key}",
                cidr_ipv4=str(cidr),
                ip_protocol="tcp",
                from_port=args.port,
                to_port=args.port,
                opts=ResourceOptions(parent=self),
            )
        endpoint = aws.ec2.VpcEndpoint(
            name,
            vpc_id=args.vpc_id,
            service_name=args.service_name,
            vpc_endpoint_type="Interface",
            private_dns_enabled=False,
            security_group_ids=[group.id],
            # Both lists: AWS uses an address only for a subnet that is in the first one.
            subnet_ids=[subnet.id for subnet in args.subnets.values()],
            subnet_configurations=[
                aws.ec2.VpcEndpointSubnetConfigurationArgs(subnet_id=args.subnets[zone].id, ipv4=str(address))
                for zone, address in args.addresses.items()
            ],
            tags={"Name": name},
            # The new endpoint has the same addresses, so the old one must be deleted first.
            opts=ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.endpoint_id = endpoint.id
        self.connected = [endpoint]
        if args.acceptance:
            accepter = aws.ec2.VpcEndpointConnectionAccepter(
                name,
                vpc_endpoint_id=endpoint.id,
                vpc_endpoint_service_id=args.acceptance.service_id,
                # Deleting it would reject the endpoint, which must stay connected if acceptance becomes
                # automatic. When the stack is destroyed, the endpoint is deleted anyway.
                opts=ResourceOptions(parent=self, provider=args.acceptance.account, retain_on_delete=True),
            )
            self.connected = [endpoint, accepter]

        planned = {zone: str(address) for zone, address in args.addresses.items()}
        self.addresses = endpoint.subnet_configurations.apply(
            lambda given: given_addresses(name, planned, (subnet.ipv4 for subnet in given))
        )
        self.register_outputs({"addresses": self.addresses})


def given_addresses(name: str, planned: Mapping[str, str], given: Iterable[str | None]) -> dict[str, str]:
    """Zone id → the endpoint's actual address.

    AWS returns the addresses as a set without zones: they must be the planned ones.

    Args:
        name: the endpoint's name, for the error.
        planned: zone id → planned address.
        given: the actual addresses, in any order; none before the endpoint is accepted.

    Raises:
        pulumi.RunError: AWS assigned other addresses than planned.
    """
    taken = {address for address in given if address}
    if not taken:
        return {}
    if taken != set(planned.values()):
        message = (
            f"endpoint {name}: planned {_list(planned.values())}, but AWS gave {_list(taken)}.\n"
            "The gateway NLB's targets are the planned ones. Run pulumi up again: it sets the endpoint's "
            "addresses anew. If this stays, another network interface has taken them: free them."
        )
        raise pulumi.RunError(message)
    return dict(planned)


def _list(addresses: Iterable[str]) -> str:
    return ", ".join(sorted(addresses))
