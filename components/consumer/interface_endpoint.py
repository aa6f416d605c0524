"""The consumer's end of PrivateLink: an interface endpoint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.consumer.endpoint_addresses import (
    chosen_addresses,
    given_addresses,
    in_its_subnet,
    target_addresses,
)
from components.network.private_nlb import RULE
from components.network.subnets import Subnet


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
        vpc_id: the VPC of the endpoint.
        subnets: zone id → endpoint subnet; in the service's region the zones are among the service's.
        addresses: zone id → the endpoint's address in that subnet, for all zones; None if AWS chooses them.
        service_name: name of the endpoint service.
        service_region: its region, if that is another than the endpoint's; it must support the endpoint's.
        port: the service's port.
        client_cidrs: key that never changes → CIDR that may connect: the subnets of the gateway NLB.
        acceptance: how the endpoint is accepted; None if the service accepts it automatically.
        deployed: the addresses that the endpoint which is deployed has asked for; None if none are known.
    """

    vpc_id: pulumi.Input[str]
    subnets: Mapping[str, Subnet]
    addresses: Mapping[str, str] | None
    service_name: pulumi.Input[str]
    port: int
    client_cidrs: Mapping[str, pulumi.Input[str]]
    acceptance: Acceptance | None
    service_region: str | None = None
    deployed: frozenset[str] | None = None


class InterfaceEndpoint(pulumi.ComponentResource):
    """An interface endpoint with an address in each zone, open to the gateway NLB only.

    Part of the path: steps 4 and 5, the endpoint and its network interfaces. Addresses that are asked for are
    known before anything exists, and don't change when the endpoint is replaced. Those that AWS chooses are
    read from the endpoint, so a first preview doesn't know them. A new endpoint is made beside the old one,
    which goes last, unless it asks for an address that the old one has.

    Outputs:
        endpoint_id: id of the endpoint.
        connected: what must exist before the endpoint carries traffic: itself, what lets the gateway NLB in,
            and its acceptance.
        addresses: zone id → the actual address; empty if AWS tells none yet.
        targets: zone id → the address, as asked for or as chosen, for the gateway NLB.

    Raises:
        pulumi.RunError: from the endpoint, also in a preview, if an address isn't in its subnet; from
            `addresses`, if AWS gave others than were asked for; in an up from `targets`, if AWS hasn't told
            an address that it has chosen.

    Sources:
        https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SubnetConfiguration.html
    """

    endpoint_id: pulumi.Output[str]
    connected: Sequence[pulumi.Resource]
    addresses: pulumi.Output[dict[str, str]]
    targets: Mapping[str, pulumi.Input[str]]

    def __init__(self, name: str, args: InterfaceEndpointArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:InterfaceEndpoint", name, None, opts)
        group = aws.ec2.SecurityGroup(
            name,
            vpc_id=args.vpc_id,
            description="Interface endpoint: in from the gateway NLB",
            tags={"Name": name},
            opts=ResourceOptions(parent=self),
        )
        rules = [
            # By CIDR: a security group of another region can't be referenced
            # (https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html).
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-{key}",
                security_group_id=group.id,
                description=f"Gateway NLB in {key}",
                cidr_ipv4=cidr,
                ip_protocol="tcp",
                from_port=args.port,
                to_port=args.port,
                opts=ResourceOptions(parent=self, replace_on_changes=RULE),
            )
            for key, cidr in args.client_cidrs.items()
        ]
        asked = dict(args.addresses or {})
        beside = args.deployed is not None and args.deployed.isdisjoint(asked.values())
        endpoint = aws.ec2.VpcEndpoint(
            name,
            vpc_id=args.vpc_id,
            service_name=args.service_name,
            service_region=args.service_region,
            vpc_endpoint_type="Interface",
            private_dns_enabled=False,
            security_group_ids=[group.id],
            # Both lists: AWS uses an address only for a subnet that is in the first one.
            subnet_ids=[subnet.id for subnet in args.subnets.values()],
            subnet_configurations=_configurations(name, args),
            tags={"Name": name},
            opts=ResourceOptions(
                parent=self,
                delete_before_replace=bool(asked) and not beside,
                # Changed in place, the endpoint would lose the addresses that still are targets.
                replace_on_changes=["subnetConfigurations"] if asked and beside and args.deployed else None,
            ),
        )
        self.endpoint_id = endpoint.id
        self.connected = [endpoint, *rules]
        if args.acceptance:
            accepter = aws.ec2.VpcEndpointConnectionAccepter(
                name,
                vpc_endpoint_id=endpoint.id,
                vpc_endpoint_service_id=args.acceptance.service_id,
                # Deleting it would reject the endpoint, which must stay connected if acceptance becomes
                # automatic. When the stack is destroyed, the endpoint is deleted anyway.
                opts=ResourceOptions(parent=self, provider=args.acceptance.account, retain_on_delete=True),
            )
            self.connected = [*self.connected, accepter]

        if args.addresses is not None:
            self.addresses = endpoint.network_interface_ids.apply(
                lambda interfaces: endpoint.subnet_configurations.apply(
                    lambda given: given_addresses(name, asked, (subnet.ipv4 for subnet in given), interfaces)
                )
            )
            self.targets = asked
        else:
            self.addresses = pulumi.Output.all(**{zone: s.id for zone, s in args.subnets.items()}).apply(
                lambda ids: endpoint.subnet_configurations.apply(
                    lambda given: chosen_addresses(ids, ((subnet.subnet_id, subnet.ipv4) for subnet in given))
                )
            )
            targets = self.addresses.apply(lambda chosen: target_addresses(name, list(args.subnets), chosen))
            self.targets = {zone: targets[zone] for zone in args.subnets}
        self.register_outputs({"addresses": self.addresses})


def _configurations(
    name: str, args: InterfaceEndpointArgs
) -> list[aws.ec2.VpcEndpointSubnetConfigurationArgs] | None:
    """The addresses that are asked for, by subnet; None if AWS chooses them."""

    def configuration(zone: str, address: str) -> aws.ec2.VpcEndpointSubnetConfigurationArgs:
        subnet = args.subnets[zone]
        checked = pulumi.Output.from_input(subnet.cidr).apply(
            lambda cidr: in_its_subnet(name, zone, address, cidr)
        )
        return aws.ec2.VpcEndpointSubnetConfigurationArgs(subnet_id=subnet.id, ipv4=checked)

    if args.addresses is None:
        return None
    return [configuration(zone, address) for zone, address in args.addresses.items()]
