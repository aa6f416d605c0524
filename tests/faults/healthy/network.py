"""Routes that say the same in other words, and networks with more in them."""

from typing import Any

from crosslink.graph import tokens
from tests.faults.change import Change, add, drop, edit, put, register, together
from tests.faults.healthy.variation import Variation
from tests.faults.names import LANDING
from tests.faults.network import PREFIX_LIST, add_range, routes_by_list

VPC_GUIDE = "https://docs.aws.amazon.com/vpc/latest/userguide"
PREFIX_LIST_ENTRY = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"
GATEWAY = "crosslink-gateway"
ENDPOINTS = (tokens.SUBNET, f"{LANDING}-endpoints-use1-az1"), (tokens.SUBNET, f"{LANDING}-endpoints-use1-az2")
NLB = (tokens.SUBNET, f"{GATEWAY}-nlb-usw2-az1"), (tokens.SUBNET, f"{GATEWAY}-nlb-usw2-az2")
TRANSIT_GATEWAY = {"transitGatewayId": "tgw-0a1b2c3d4e5f60718"}


def route(table: str, name: str, cidr: str, **target: object) -> Change:
    """One more route of a table, over the peering unless it has another target."""
    like = (tokens.ROUTE, f"{LANDING}-{'out' if table.startswith(GATEWAY) else 'back'}-*")
    over = {} if target else {"vpcPeeringConnectionId": (tokens.PEERING_ACCEPTER, LANDING)}
    properties = {"destinationCidrBlock": cidr, **target}
    return add(like, name, properties, routeTableId=(tokens.ROUTE_TABLE, table), **over)


def split_routes(way: str, *cidrs: str) -> Change:
    """Routes for several ranges instead of one, in each zone's table."""
    tables = {
        "out": [f"{GATEWAY}-nlb-usw2-az1", f"{GATEWAY}-nlb-usw2-az2"],
        "back": [f"{LANDING}-endpoints-use1-az1", f"{LANDING}-endpoints-use1-az2"],
    }[way]
    added = [route(table, f"{table}-{cidr}", cidr) for table in tables for cidr in cidrs]
    return together(*added, *(drop(tokens.ROUTE, f"{LANDING}-{way}-us{end}") for end in ("*-az1", "*-az2")))


def secondary(vpc: str, primary: str, cidr: str) -> Change:
    """A VPC whose subnets lie in its secondary range, so that its first one is another."""
    return together(put(tokens.VPC, vpc, "cidrBlock", value=primary), add_range(vpc, cidr))


def one_more_subnet(vpc: str, cidr: str, zone: str) -> Change:
    """A subnet with a route table, which belongs to a team."""
    network = (tokens.VPC, vpc)
    return together(
        register(
            tokens.SUBNET,
            f"team-{vpc}",
            {"cidrBlock": cidr, "availabilityZoneId": zone},
            beside=network,
            vpcId=network,
        ),
        register(tokens.ROUTE_TABLE, f"team-{vpc}", {}, beside=network, vpcId=network),
        register(
            tokens.ASSOCIATION,
            f"team-{vpc}",
            {},
            beside=network,
            subnetId=(tokens.SUBNET, f"team-{vpc}"),
            routeTableId=(tokens.ROUTE_TABLE, f"team-{vpc}"),
        ),
    )


def _tagged(properties: Any) -> None:
    if "tags" in properties:
        properties["tags"]["cost-center"] = "4711"


ROUTES = (
    Variation(
        name="routes out for halves of the network",
        change=split_routes("out", "10.11.0.0/21", "10.11.8.0/21"),
    ),
    Variation(
        name="routes out for halves of the endpoint's subnets",
        change=split_routes("out", "10.11.2.0/27", "10.11.2.32/27", "10.11.4.0/27", "10.11.4.32/27"),
        source=f"{VPC_GUIDE}/route-tables-priority.html",
    ),
    Variation(
        name="routes back for halves of the NLB's subnets",
        change=split_routes("back", "10.10.32.0/27", "10.10.32.32/27", "10.10.64.0/27", "10.10.64.32/27"),
        source=f"{VPC_GUIDE}/route-tables-priority.html",
    ),
    Variation(
        name="routes to a transit gateway beside those of the path",  # H05
        change=together(
            route(f"{GATEWAY}-nlb-usw2-az1", "vpn", "172.16.0.0/12", **TRANSIT_GATEWAY),
            route(f"{GATEWAY}-nlb-usw2-az1", "rest", "0.0.0.0/0", **TRANSIT_GATEWAY),
            route(f"{LANDING}-endpoints-use1-az1", "vpn-back", "172.16.0.0/12", **TRANSIT_GATEWAY),
            route(f"{LANDING}-endpoints-use1-az1", "rest-back", "0.0.0.0/0", **TRANSIT_GATEWAY),
        ),
    ),
    Variation(
        name="routes over the peering by managed prefix lists",  # H38
        change=together(
            routes_by_list("out", NLB[0], "10.11.0.0/20"),
            routes_by_list("back", ENDPOINTS[0], "10.10.32.0/26", "10.10.64.0/26", "192.168.0.0/24"),
        ),
        source=f"{VPC_GUIDE}/working-with-managed-prefix-lists.html",
    ),
    Variation(
        name="routes by a prefix list whose entry is a resource of its own",
        change=together(
            routes_by_list("out", NLB[0]),
            register(
                PREFIX_LIST_ENTRY,
                "peer",
                {"cidr": "10.11.0.0/20"},
                beside=NLB[0],
                prefixListId=(PREFIX_LIST, "out"),
            ),
        ),
    ),
    Variation(
        name="the tables of the path have S3's route",
        change=register(
            tokens.ENDPOINT,
            "s3",
            {"vpcEndpointType": "Gateway", "serviceName": "com.amazonaws.us-west-2.s3"},
            beside=NLB[0],
            id_="vpce-0a1b2c3d4e5f60729",
            vpcId=(tokens.VPC, GATEWAY),
            routeTableIds=[(tokens.ROUTE_TABLE, f"{GATEWAY}-nlb-usw2-az1")],
        ),
        source="https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html",
    ),
)

NETWORKS = (
    Variation(
        name="the endpoint's subnets lie in a secondary range",
        change=secondary(LANDING, "10.98.0.0/20", "10.11.0.0/20"),
        source=f"{VPC_GUIDE}/vpc-cidr-blocks.html",
    ),
    Variation(
        name="the gateway NLB's subnets lie in a secondary range",
        change=secondary(GATEWAY, "10.97.0.0/16", "10.10.0.0/16"),
        source=f"{VPC_GUIDE}/vpc-cidr-blocks.html",
    ),
    Variation(
        name="the provider NLB's subnets lie in a secondary range",
        change=secondary("crosslink-apps", "10.96.0.0/16", "10.20.0.0/16"),
        source=f"{VPC_GUIDE}/vpc-cidr-blocks.html",
    ),
    Variation(
        name="the networks have subnets and route tables of others",  # H17
        change=together(
            one_more_subnet(GATEWAY, "10.10.224.0/24", "usw2-az1"),
            one_more_subnet(LANDING, "10.11.14.0/24", "use1-az1"),
            one_more_subnet("crosslink-apps", "10.20.224.0/24", "use1-az2"),
        ),
    ),
    Variation(
        name="everything has one more tag",  # H07
        change=together(
            *(
                edit(type_, "*", _tagged)
                for type_ in (tokens.VPC, tokens.SUBNET, tokens.ROUTE_TABLE, tokens.ENDPOINT, tokens.VPC_LINK)
            )
        ),
    ),
)

UNREAD = (
    Variation(
        name="routes by a prefix list of somebody else's",
        change=together(
            put(tokens.ROUTE, f"{LANDING}-out-*", "destinationCidrBlock", value=None),
            put(tokens.ROUTE, f"{LANDING}-out-*", "destinationPrefixListId", value="pl-0123456789abcdef0"),
        ),
        unknown=("subnet-has-a-route",),
    ),
)

VARIATIONS = ROUTES + NETWORKS
