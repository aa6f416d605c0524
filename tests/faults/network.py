"""Faults of the way between gateway and endpoint: routes both ways, peering."""

from crosslink.graph import tokens
from crosslink.rules.grade import Grade
from tests.faults.change import Change, drop, move, point, put, register, together
from tests.faults.fault import ORDER, STATE, Fault
from tests.faults.names import LANDING
from tests.faults.nodes import Named

PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"
SECONDARY_RANGE = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
PEERING_GUIDE = "https://docs.aws.amazon.com/vpc/latest/peering"
PEERING_OF = "vpcPeeringConnectionId"
TO_PEERING = point(tokens.ROUTE, f"{LANDING}-*", PEERING_OF, to=(tokens.PEERING, LANDING))
"""Routes that take the peering's id from the peering, because there is no accepter or in spite of it."""


def add_range(vpc: str, cidr: str) -> Change:
    """A secondary range of a VPC."""
    network = (tokens.VPC, vpc)
    return register(SECONDARY_RANGE, vpc, {"cidrBlock": cidr}, beside=network, vpcId=network)


def routes_by_list(way: str, beside: Named, *cidrs: str) -> Change:
    """A managed prefix list of the program, and the routes of one way, `out` or `back`, by it."""
    entries = [{"cidr": cidr, "description": "peer"} for cidr in cidrs]
    properties = {"name": way, "addressFamily": "IPv4", "maxEntries": 5.0, "entries": entries}
    routes = (tokens.ROUTE, f"{LANDING}-{way}-*")
    return together(
        register(PREFIX_LIST, way, properties, beside=beside, id_=f"pl-{way}"),
        put(*routes, "destinationCidrBlock", value=None),
        point(*routes, "destinationPrefixListId", to=(PREFIX_LIST, way)),
    )


ROUTES = (
    Fault(
        name="no route out in one zone",
        grade=Grade.STOPS_SOME,
        change=drop(tokens.ROUTE, f"{LANDING}-out-usw2-az2"),
        rule="subnet-has-a-route",
    ),
    Fault(
        name="no route back in one zone",
        grade=Grade.REDUNDANCY,
        change=drop(tokens.ROUTE, f"{LANDING}-back-use1-az1"),
        rule="subnet-has-a-route",
        source=f"{PEERING_GUIDE}/vpc-peering-routing.html",
    ),
    Fault(
        name="route out for another range",
        change=put(tokens.ROUTE, f"{LANDING}-out-usw2-az1", "destinationCidrBlock", value="10.12.0.0/20"),
        rule="subnet-has-a-route",
    ),
    Fault(
        name="route back for one subnet only",
        change=put(tokens.ROUTE, f"{LANDING}-back-use1-az1", "destinationCidrBlock", value="10.10.32.0/26"),
        rule="subnet-has-a-route",
    ),
    Fault(
        name="routes out cover another half of the network than the endpoint's",
        change=put(tokens.ROUTE, f"{LANDING}-out-*", "destinationCidrBlock", value="10.11.8.0/21"),
        rule="subnet-has-a-route",
    ),
    Fault(
        name="routes out by a prefix list that leaves one zone out",
        change=routes_by_list("out", (tokens.SUBNET, "crosslink-gateway-nlb-usw2-az1"), "10.11.2.0/26"),
        rule="subnet-has-a-route",
    ),
    Fault(
        name="subnet without a route table of its own",
        change=drop(tokens.ASSOCIATION, "crosslink-gateway-nlb-usw2-az1"),
        rule="subnet-has-a-route",
    ),
    Fault(
        name="route over another region's peering",
        change=point(
            tokens.ROUTE,
            f"{LANDING}-out-usw2-az1",
            PEERING_OF,
            to=(tokens.PEERING_ACCEPTER, "crosslink-landing-eu-central-1"),
        ),
        rule="route-takes-the-peering",
        stack="two-regions",
    ),
    Fault(
        name="route over a peering that was deleted",
        change=together(drop(tokens.PEERING, LANDING), drop(tokens.PEERING_ACCEPTER, LANDING)),
        rule="route-takes-the-peering",
    ),
    Fault(
        name="routes through the peering itself instead of the accepter",
        change=TO_PEERING,
        rule="route-waits-for-acceptance",
        live=ORDER,
        source=f"{PEERING_GUIDE}/accept-vpc-peering-connection.html",
    ),
    Fault(
        name="route is a blackhole",
        change=put(tokens.ROUTE, f"{LANDING}-back-use1-az1", "state", value="blackhole"),
        rule="route-is-active",
        planned=STATE,
    ),
)

PEERING = (
    Fault(
        name="nobody accepts the peering",
        change=together(TO_PEERING, drop(tokens.PEERING_ACCEPTER)),
        rule="peering-is-accepted",
    ),
    Fault(
        name="accepter doesn't accept",
        change=put(tokens.PEERING_ACCEPTER, "*", "autoAccept", value=None),
        rule="peering-is-accepted",
        source=f"{PEERING_GUIDE}/accept-vpc-peering-connection.html",
    ),
    Fault(
        name="peering has expired",
        change=put(tokens.PEERING, "*", "acceptStatus", value="expired"),
        rule="peering-is-accepted",
        planned=STATE,
    ),
    Fault(
        name="peering asked of another region",
        change=put(tokens.PEERING, "*", "peerRegion", value="eu-west-1"),
        rule="peering-is-accepted-where-it-is-asked",
        source=f"{PEERING_GUIDE}/create-vpc-peering-connection.html",
    ),
    Fault(
        name="peering accepted in another region",
        change=move(tokens.PEERING_ACCEPTER, "*", "111111111111", "us-west-2"),
        rule="peering-is-accepted-where-it-is-asked",
        live="peering-is-accepted",
        source=f"{PEERING_GUIDE}/accept-vpc-peering-connection.html",
    ),
    Fault(
        name="peered networks overlap",
        change=put(tokens.VPC, LANDING, "cidrBlock", value="10.10.0.0/16"),
        rule="peered-networks-are-apart",
    ),
    Fault(
        name="peered networks overlap by a secondary range",
        change=add_range(LANDING, "10.10.128.0/20"),
        rule="peered-networks-are-apart",
        source=f"{PEERING_GUIDE}/vpc-peering-basics.html",
    ),
)

FAULTS = ROUTES + PEERING
