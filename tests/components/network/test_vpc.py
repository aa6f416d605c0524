"""Network: subnets by tier and zone, and optional NAT."""

from functools import cache
from ipaddress import IPv4Network

import pulumi_aws as aws
from pulumi import ResourceOptions

from components.network.vpc import Nat, Network, NetworkArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import UNKNOWN, Run
from tests.components.support import PROVIDER, account, children, counts, places, urns

REGION = "us-east-1"
TAG = {"kubernetes.io/role/internal-elb": "1"}
NODES = {"use1-az1": "10.20.32.0/20", "use1-az2": "10.20.64.0/20", "use1-az4": "10.20.128.0/20"}
BALANCERS = {"use1-az1": "10.20.48.64/26", "use1-az2": "10.20.80.64/26", "use1-az4": "10.20.144.64/26"}
PUBLIC = {"use1-az1": "10.20.48.0/26", "use1-az2": "10.20.80.0/26", "use1-az4": "10.20.144.0/26"}
PER_SUBNET = (
    "aws:ec2/subnet:Subnet",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
)


@cache
def built(
    zones: int = 2,
    *,
    nat: tuple[str, ...] = (),
    flow_log_days: int | None = None,
    protect: bool = False,
    preview: bool = False,
) -> Run:
    """A network with nodes and load balancers in the first zones, and NAT gateways in those of `nat`."""

    def cidrs(by_zone: dict[str, str]) -> dict[str, IPv4Network]:
        return {zone: IPv4Network(cidr) for zone, cidr in list(by_zone.items())[:zones]}

    def program() -> None:
        args = NetworkArgs(
            cidr=IPv4Network("10.20.0.0/16"),
            account_id=PROVIDER,
            region=REGION,
            tiers={"nodes": cidrs(NODES), "balancers": cidrs(BALANCERS)},
            tier_tags={"balancers": TAG},
            nat=Nat(tier="nodes", public=cidrs(PUBLIC), gateway_zones=nat) if nat else None,
            flow_log_days=flow_log_days,
            protect=protect,
        )
        net = Network("net", args, ResourceOptions(provider=account(PROVIDER, REGION)))
        if net.egress:
            aws.ec2.Eip("after-egress", opts=ResourceOptions(parent=net.vpc, depends_on=net.egress))

    return run(program, preview=preview)


def test_without_nat_there_are_subnets_and_nothing_towards_the_internet():
    found = built()
    assert counts(children(found, found.one("crosslink:network:Network"))) == {
        "aws:ec2/vpc:Vpc": 1,
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
        **dict.fromkeys(PER_SUBNET, 4),
    }


def test_nat_adds_public_subnets_gateways_and_their_routes():
    found = built(nat=("use1-az2",))
    assert counts(children(found, found.one("crosslink:network:Network"))) == {
        "aws:ec2/vpc:Vpc": 1,
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
        **dict.fromkeys(PER_SUBNET, 6),
        "aws:ec2/internetGateway:InternetGateway": 1,
        "aws:ec2/eip:Eip": 1,
        "aws:ec2/natGateway:NatGateway": 1,
        "aws:ec2/route:Route": 4,
    }


def test_everything_is_in_the_components_account_and_region():
    found = built(nat=("use1-az2",))
    assert places(found.resources.values()) == {(PROVIDER, REGION)}


def test_the_vpc_is_what_can_be_protected():
    protected = [
        resource.type for resource in built(protect=True).resources.values() if resource.options.protect
    ]
    assert protected == ["aws:ec2/vpc:Vpc"]
    assert not built().one("aws:ec2/vpc:Vpc").options.protect


def test_nodes_can_resolve_names_in_the_vpc():
    assert built().one("aws:ec2/vpc:Vpc").inputs == {
        "cidrBlock": "10.20.0.0/16",
        "enableDnsSupport": True,
        "enableDnsHostnames": True,
        "tags": {"Name": "net"},
    }


def test_with_flow_logs_the_vpc_has_them_and_nothing_else_changes():
    found = built(flow_log_days=90)
    added = {urn: resource for urn, resource in found.resources.items() if urn not in built().resources}
    assert {resource.name for resource in added.values()} == {"net-flow-logs"}
    assert found.one("aws:ec2/flowLog:FlowLog").inputs["vpcId"] == found.one("aws:ec2/vpc:Vpc").id
    assert found.one("aws:cloudwatch/logGroup:LogGroup").inputs == {"retentionInDays": 90}
    role = found.one("aws:iam/role:Role").inputs["assumeRolePolicy"]
    assert f"arn:aws:ec2:{REGION}:{PROVIDER}:vpc-flow-log/*" in role


def test_the_default_security_group_has_no_rules():
    found = built()
    assert found.one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs == {
        "vpcId": found.one("aws:ec2/vpc:Vpc").id,
    }


def test_subnets_are_placed_by_zone_id_and_carry_their_tiers_tags():
    found = built(nat=("use1-az2",))
    vpc = found.one("aws:ec2/vpc:Vpc")
    tiers = {"nodes": (NODES, {}), "balancers": (BALANCERS, TAG), "public": (PUBLIC, {})}
    assert {subnet.name: subnet.inputs for subnet in found.of_type("aws:ec2/subnet:Subnet")} == {
        f"net-{tier}-{zone}": {
            "vpcId": vpc.id,
            "cidrBlock": cidrs[zone],
            "availabilityZoneId": zone,
            "mapPublicIpOnLaunch": False,
            "tags": {"Name": f"net-{tier}-{zone}", **tags},
        }
        for tier, (cidrs, tags) in tiers.items()
        for zone in ("use1-az1", "use1-az2")
    }


def test_each_subnet_has_a_route_table_of_its_own():
    found = built()
    vpc = found.one("aws:ec2/vpc:Vpc")
    for subnet in found.of_type("aws:ec2/subnet:Subnet"):
        table = found.one("aws:ec2/routeTable:RouteTable", subnet.name)
        association = found.one("aws:ec2/routeTableAssociation:RouteTableAssociation", subnet.name)
        assert table.inputs == {"vpcId": vpc.id, "tags": {"Name": subnet.name}}
        assert association.inputs == {"subnetId": subnet.id, "routeTableId": table.id}


def test_public_subnets_lead_to_the_internet_gateway():
    found = built(nat=("use1-az2",))
    internet = found.one("aws:ec2/internetGateway:InternetGateway", "net")
    assert internet.inputs == {"vpcId": found.one("aws:ec2/vpc:Vpc").id, "tags": {"Name": "net"}}
    for zone in ("use1-az1", "use1-az2"):
        assert found.one("aws:ec2/route:Route", f"net-internet-{zone}").inputs == {
            "routeTableId": found.one("aws:ec2/routeTable:RouteTable", f"net-public-{zone}").id,
            "destinationCidrBlock": "0.0.0.0/0",
            "gatewayId": internet.id,
        }


def test_a_nat_gateway_is_in_its_zones_public_subnet_after_the_route_to_the_internet():
    found = built(nat=("use1-az2",))
    address = found.one("aws:ec2/eip:Eip", "net-nat-use1-az2")
    subnet = found.one("aws:ec2/subnet:Subnet", "net-public-use1-az2")
    gateway = found.one("aws:ec2/natGateway:NatGateway")
    assert address.inputs == {"domain": "vpc", "tags": {"Name": "net-nat-use1-az2"}}
    assert address.dependencies == urns(found.one("aws:ec2/internetGateway:InternetGateway"))
    assert gateway.name == "net-nat-use1-az2"
    assert gateway.inputs == {
        "allocationId": address.id,
        "subnetId": subnet.id,
        "tags": {"Name": "net-nat-use1-az2"},
    }
    assert gateway.dependencies == urns(
        address, subnet, found.one("aws:ec2/route:Route", "net-internet-use1-az2")
    )


def test_a_zone_uses_its_own_nat_gateway_or_else_the_first_ones():
    own = {"use1-az1": "use1-az1", "use1-az2": "use1-az2"}
    assert _nat_zones(built(nat=("use1-az1", "use1-az2"))) == own
    assert _nat_zones(built(nat=("use1-az2",))) == {"use1-az1": "use1-az2", "use1-az2": "use1-az2"}
    assert _nat_zones(built(3, nat=("use1-az1", "use1-az2"))) == {**own, "use1-az4": "use1-az1"}


def test_egress_is_all_that_the_tier_needs_to_reach_the_internet():
    found = built(nat=("use1-az2",))
    zones = ("use1-az1", "use1-az2")
    association = "aws:ec2/routeTableAssociation:RouteTableAssociation"
    assert found.named("after-egress").dependencies == urns(
        *(found.one("aws:ec2/route:Route", f"net-nat-{zone}") for zone in zones),
        *(found.one("aws:ec2/route:Route", f"net-internet-{zone}") for zone in zones),
        *(found.one(association, f"net-nodes-{zone}") for zone in zones),
        *(found.one(association, f"net-public-{zone}") for zone in zones),
    )


def test_adding_a_zone_changes_nothing_that_exists():
    before, after = (built(zones, nat=("use1-az1", "use1-az2")) for zones in (2, 3))
    assert before.resources.keys() < after.resources.keys()
    standing = [resource for resource in before.resources.values() if resource.name != "after-egress"]
    assert standing == [after.resources[resource.urn] for resource in standing]


def test_the_output_is_its_vpcs_id():
    found = built()
    assert found.one("crosslink:network:Network").outputs == {"vpcId": found.one("aws:ec2/vpc:Vpc").id}


def test_a_preview_shows_where_every_subnet_will_be():
    found = built(preview=True)
    assert found.resources.keys() == built().resources.keys()
    for subnet in found.of_type("aws:ec2/subnet:Subnet"):
        assert subnet.inputs == {**built().resources[subnet.urn].inputs, "vpcId": UNKNOWN}


def _nat_zones(found: Run) -> dict[str, str]:
    """Zone → zone of the NAT gateway that its node subnet uses."""
    gateways = {
        resource.id: resource.name.removeprefix("net-nat-")
        for resource in found.of_type("aws:ec2/natGateway:NatGateway")
    }
    tables = {
        table.id: table.name.removeprefix("net-nodes-")
        for table in found.of_type("aws:ec2/routeTable:RouteTable")
        if table.name.startswith("net-nodes-")
    }
    routes = [
        resource.inputs
        for resource in found.of_type("aws:ec2/route:Route")
        if "natGatewayId" in resource.inputs
    ]
    assert {inputs["destinationCidrBlock"] for inputs in routes} == {"0.0.0.0/0"}
    return {tables[inputs["routeTableId"]]: gateways[inputs["natGatewayId"]] for inputs in routes}
