"""A VPC peering between two regions of one account, with routes in both directions."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.network.any_network import AnyNetwork


@dataclass(frozen=True, kw_only=True)
class PeeringArgs:
    """Arguments of a Peering.

    Args:
        requester: the requesting network, in the component's own account and region.
        requester_tier: its tier that sends to the other network.
        accepter: the accepting network.
        accepter_tier: its tier that answers.
        accepter_account: the account in the accepter's region.
        accepter_region: the accepter's region.
    """

    requester: AnyNetwork
    requester_tier: str
    accepter: AnyNetwork
    accepter_tier: str
    accepter_account: aws.Provider
    accepter_region: str


class Peering(pulumi.ComponentResource):
    """Peers the gateway network with a landing network: request, acceptance, and routes both ways.

    Only the route tables of the two tiers get routes: to a network that the stack makes, one to all of it; to
    an existing one, one to each subnet of its tier. The routes reference the *accepter*, not the request: a
    route through a peering that isn't active yet is refused or drops packets. Across regions a request can't
    be accepted automatically, and no DNS option is needed, since all targets are IP addresses.

    Sources:
        https://docs.aws.amazon.com/vpc/latest/peering/create-vpc-peering-connection.html
        https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html
    """

    def __init__(self, name: str, args: PeeringArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:network:Peering", name, None, opts)
        request = aws.ec2.VpcPeeringConnection(
            name,
            vpc_id=args.requester.vpc_id,
            peer_vpc_id=args.accepter.vpc_id,
            peer_region=args.accepter_region,
            auto_accept=False,
            tags={"Name": name},
            opts=ResourceOptions(parent=self),
        )
        accepter = aws.ec2.VpcPeeringConnectionAccepter(
            name,
            vpc_peering_connection_id=request.id,
            auto_accept=True,
            # No Name: the deploy role may give one only to what it makes (bootstrap/deploy-role.yaml).
            opts=ResourceOptions(parent=self, provider=args.accepter_account),
        )

        for key, table in args.requester.route_tables[args.requester_tier].items():
            for end, cidr in args.accepter.destinations[args.accepter_tier].items():
                aws.ec2.Route(
                    f"{name}-out-{key}{end}",
                    route_table_id=table,
                    destination_cidr_block=cidr,
                    vpc_peering_connection_id=accepter.vpc_peering_connection_id,
                    opts=ResourceOptions(parent=self),
                )
        for key, table in args.accepter.route_tables[args.accepter_tier].items():
            for end, cidr in args.requester.destinations[args.requester_tier].items():
                aws.ec2.Route(
                    f"{name}-back-{key}{end}",
                    route_table_id=table,
                    destination_cidr_block=cidr,
                    vpc_peering_connection_id=accepter.vpc_peering_connection_id,
                    opts=ResourceOptions(parent=self, provider=args.accepter_account),
                )
        self.register_outputs({})
