"""The consumer's end of PrivateLink: an interface endpoint with addresses that we choose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """Who lets the endpoint in, where the endpoint service asks for it.

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
        addresses: zone id → the address to take in that subnet.
        service_name: name of the endpoint service.
        port: the service's port.
        client_cidrs: who may connect: the subnets of the gateway NLB, by a key that stays.
        acceptance: how the endpoint is accepted; none if the service accepts by itself.
    """

    vpc_id: pulumi.Input[str]
    subnets: Mapping[str, aws.ec2.Subnet]
    addresses: Mapping[str, IPv4Address]
    service_name: pulumi.Input[str]
    port: int
    client_cidrs: Mapping[str, IPv4Network]
    acceptance: Acceptance | None


class InterfaceEndpoint(pulumi.ComponentResource):
    """An interface endpoint with a planned address in each zone, open to the gateway NLB alone.

    Part of the path: step 4 and 5, the endpoint and its network interfaces with fixed addresses. Because
    the addresses are chosen, the targets of the gateway NLB are known before anything exists, and stay
    the same when the endpoint is replaced.

    Outputs:
        endpoint_id: id of the endpoint.
        connected: what must exist before the endpoint carries traffic: itself, and its acceptance.
        addresses: zone id → the address that AWS really gave; empty until the endpoint is accepted.

    Raises:
        pulumi.RunError: on the outputs, if AWS gave other addresses than planned.

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
            # Both lists: an address is only taken for a subnet that the first one names.
            subnet_ids=[subnet.id for subnet in args.subnets.values()],
            subnet_configurations=[
                aws.ec2.VpcEndpointSubnetConfigurationArgs(subnet_id=args.subnets[zone].id, ipv4=str(address))
                for zone, address in args.addresses.items()
            ],
            tags={"Name": name},
            # The successor wants the same addresses: the old one has to let go of them first.
            opts=ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.endpoint_id = endpoint.id
        self.connected = [endpoint]
        if args.acceptance:
            accepter = aws.ec2.VpcEndpointConnectionAccepter(
                name,
                vpc_endpoint_id=endpoint.id,
                vpc_endpoint_service_id=args.acceptance.service_id,
                # To delete it would be to reject the endpoint, which must stay connected when acceptance
                # turns automatic. When the stack goes, the endpoint goes, too.
                opts=ResourceOptions(parent=self, provider=args.acceptance.account, retain_on_delete=True),
            )
            self.connected = [endpoint, accepter]

        planned = {zone: str(address) for zone, address in args.addresses.items()}
        self.addresses = endpoint.subnet_configurations.apply(
            lambda given: given_addresses(name, planned, (subnet.ipv4 for subnet in given))
        )
        self.register_outputs({"addresses": self.addresses})


def given_addresses(name: str, planned: Mapping[str, str], given: Iterable[str | None]) -> dict[str, str]:
    """Zone id → the address that AWS gave, paired by address: AWS returns a set, in any order.

    Raises:
        pulumi.RunError: if AWS gave others than planned.
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
