"""Lookups of the run's own resources, and of what exists beside it, in the provider's account and region."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
import yaml
from pulumi import InvokeOptions, ResourceOptions

from crosslink.sandbox.engine import run
from crosslink.sandbox.existing import NOTHING, Existing
from crosslink.sandbox.record import ProgramError
from tests.crosslink.sandbox.beside import ALB, BESIDE, NLB, OTHER, SERVICE
from tests.crosslink.sandbox.programs import ACCOUNT, REGION, Box, account, run_in_box

Lookup = Callable[[InvokeOptions], Any]
LOOKUPS: Mapping[str, Lookup] = {
    "subnet subnet-1": lambda opts: aws.ec2.get_subnet(id="subnet-1", opts=opts),
    "VPC vpc-1": lambda opts: aws.ec2.get_vpc(id="vpc-1", opts=opts),
    "route table of routeTableId rtb-2": lambda opts: aws.ec2.get_route_table(
        route_table_id="rtb-2", opts=opts
    ),
    "EKS cluster auto": lambda opts: aws.eks.get_cluster(name="auto", opts=opts),
    f"load balancer {ALB}": lambda opts: aws.lb.get_load_balancer(arn=ALB, opts=opts),
    "load balancer front": lambda opts: aws.lb.get_load_balancer(name="front", opts=opts),
    f"listener {ALB} port 80": lambda opts: aws.lb.get_listener(load_balancer_arn=ALB, port=80, opts=opts),
}


@pytest.mark.parametrize("what", LOOKUPS)
@pytest.mark.parametrize(("account_id", "region"), [(OTHER, REGION), (ACCOUNT, "us-west-2")])
def test_nothing_is_found_in_another_account_or_region(what: str, account_id: str, region: str) -> None:
    text = f"no {what} in account {account_id}, {region}: it is in account {ACCOUNT}, {REGION}"
    with pytest.raises(ProgramError) as refused:
        _looked_up(LOOKUPS[what], account_id=account_id, region=region)
    assert text in str(refused.value)


@pytest.mark.parametrize("what", [*LOOKUPS])
def test_what_is_not_told_of_is_refused_with_what_the_file_needs(what: str) -> None:
    with pytest.raises(ProgramError) as refused:
        _looked_up(LOOKUPS[what], existing=Existing(file="examples/new.aws.yaml"))
    text = f"no {what} in account {ACCOUNT}, {REGION}. If it exists beside the stack, examples/new.aws.yaml"
    _, found, entry = str(refused.value).partition(f"{text} must tell of it:\n")
    assert found
    ((section, (item,)),) = yaml.safe_load(entry).items()
    assert section in {"vpcs", "clusters", "loadBalancers"}
    assert section == "loadBalancers" or (item["account"], item["region"]) == (ACCOUNT, REGION)


def test_a_subnet() -> None:
    found = _looked_up(lambda opts: aws.ec2.get_subnet(id="subnet-2", opts=opts))
    assert (found.cidr_block, found.availability_zone_id, found.vpc_id, found.owner_id) == (
        "100.64.1.0/28",
        "use1-az2",
        "vpc-1",
        ACCOUNT,
    )
    assert found.arn == f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/subnet-2"


def test_a_zone_has_the_same_name_wherever_an_account_asks() -> None:
    zones = _looked_up(lambda opts: aws.get_availability_zones(opts=opts))
    names = dict(zip(zones.zone_ids, zones.names, strict=True))
    assert _looked_up(LOOKUPS["subnet subnet-1"]).availability_zone == names["use1-az1"]


def test_a_vpc_with_a_second_cidr() -> None:
    found = _looked_up(LOOKUPS["VPC vpc-1"])
    assert (found.cidr_block, found.main_route_table_id, found.state) == (
        "10.20.0.0/16",
        "rtb-1",
        "available",
    )
    assert [association.cidr_block for association in found.cidr_block_associations] == [
        "10.20.0.0/16",
        "100.64.0.0/16",
    ]


@pytest.mark.parametrize(
    "by",
    [
        lambda opts: aws.ec2.get_route_table(route_table_id="rtb-2", opts=opts),
        lambda opts: aws.ec2.get_route_table(subnet_id="subnet-2", opts=opts),
    ],
)
def test_a_route_table(by: Lookup) -> None:
    found = _looked_up(by)
    assert (found.route_table_id, found.vpc_id) == ("rtb-2", "vpc-1")
    ways = [(way.cidr_block, way.gateway_id, way.transit_gateway_id) for way in found.routes]
    assert ways == [
        ("10.20.0.0/16", "local", None),
        ("100.64.0.0/16", "local", None),
        ("10.0.0.0/8", None, "tgw-1"),
    ]
    assert [(each.main, each.subnet_id) for each in found.associations] == [(False, "subnet-2")]


def test_aws_finds_no_route_table_of_a_subnet_with_the_main_one() -> None:
    with pytest.raises(ProgramError, match="no route table of subnetId subnet-1 in account"):
        _looked_up(lambda opts: aws.ec2.get_route_table(subnet_id="subnet-1", opts=opts))


def test_a_cluster() -> None:
    found = _looked_up(LOOKUPS["EKS cluster auto"])
    assert found.arn == f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/auto"
    assert (found.version, found.vpc_config.vpc_id, found.compute_configs[0].enabled) == (
        "1.36",
        "vpc-1",
        True,
    )
    assert found.access_configs[0].authentication_mode == "API"
    assert found.certificate_authorities[0].data
    plain = _looked_up(lambda opts: aws.eks.get_cluster(name="plain", opts=opts))
    assert not plain.compute_configs[0].enabled
    assert plain.endpoint != found.endpoint


def test_load_balancers() -> None:
    alb, nlb = _looked_up(LOOKUPS[f"load balancer {ALB}"]), _looked_up(LOOKUPS["load balancer front"])
    assert (alb.load_balancer_type, alb.internal, alb.vpc_id, alb.name) == (
        "application",
        True,
        "vpc-1",
        "search",
    )
    assert (alb.subnets, alb.security_groups) == (["subnet-1", "subnet-2"], ["sg-1"])
    assert alb.dns_name.startswith("internal-search-")
    assert (nlb.arn, nlb.load_balancer_type) == (NLB, "network")
    assert nlb.dns_name == f"front-60dc6c495c0c9188.elb.{REGION}.amazonaws.com"


def test_a_listener() -> None:
    found = _looked_up(LOOKUPS[f"listener {ALB} port 80"])
    assert (found.protocol, found.port, found.load_balancer_arn) == ("HTTP", 80, ALB)
    same = _looked_up(lambda opts: aws.lb.get_listener(arn=found.arn, opts=opts))
    assert same.arn == found.arn
    with pytest.raises(ProgramError, match=f"no listener {ALB} port 443 in account"):
        _looked_up(lambda opts: aws.lb.get_listener(load_balancer_arn=ALB, port=443, opts=opts))


def test_an_endpoint_service_is_seen_from_another_account_but_not_another_region() -> None:
    def lookup(opts: InvokeOptions) -> Any:
        return aws.ec2.get_vpc_endpoint_service(service_name=SERVICE, opts=opts)

    found = _looked_up(lookup)
    zone = _looked_up(LOOKUPS["subnet subnet-1"]).availability_zone
    assert (found.owner, found.acceptance_required, found.service_id) == (OTHER, True, "vpce-svc-0a1b")
    assert found.availability_zones == [zone]
    with pytest.raises(ProgramError, match=f"no endpoint service {SERVICE} in account {ACCOUNT}, us-west-2"):
        _looked_up(lookup, region="us-west-2")


@pytest.mark.parametrize(
    "lookup",
    [
        lambda opts: aws.ec2.get_subnet(vpc_id="vpc-1", opts=opts),
        lambda opts: aws.ec2.get_vpc(opts=opts),
        lambda opts: aws.lb.get_listener(load_balancer_arn=ALB, opts=opts),
    ],
)
def test_the_sandbox_finds_nothing_by_other_arguments(lookup: Lookup) -> None:
    with pytest.raises(ProgramError, match="the sandbox finds"):
        _looked_up(lookup)


def test_what_the_run_has_made_is_found_too() -> None:
    def fill(opts: ResourceOptions) -> None:
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.9.0.0/16", opts=opts)
        subnet = aws.ec2.Subnet(
            "subnet",
            vpc_id=vpc.id,
            cidr_block="10.9.1.0/24",
            availability_zone_id="use1-az2",
            opts=opts,
        )
        table = aws.ec2.RouteTable("table", vpc_id=vpc.id, opts=opts)
        way = aws.ec2.Route(
            "way",
            route_table_id=table.id,
            destination_cidr_block="10.0.0.0/8",
            transit_gateway_id="tgw-1",
            opts=opts,
        )
        joined = aws.ec2.RouteTableAssociation(
            "joined", route_table_id=table.id, subnet_id=subnet.id, opts=opts
        )
        nlb = aws.lb.LoadBalancer(
            "nlb", load_balancer_type="network", internal=True, subnets=[subnet.id], opts=opts
        )
        port = aws.lb.Listener(
            "listener",
            load_balancer_arn=nlb.arn,
            port=80,
            protocol="TCP",
            default_actions=[{"type": "forward", "target_group_arn": "arn"}],
            opts=opts,
        )
        cluster = aws.eks.Cluster(
            "cluster", name="made", role_arn="arn", vpc_config={"subnet_ids": [subnet.id]}, opts=opts
        )
        within = pulumi.InvokeOutputOptions(parent=opts.parent, depends_on=[way, joined, port, cluster])
        pulumi.export("cidr", aws.ec2.get_subnet_output(id=subnet.id, opts=within).cidr_block)
        pulumi.export("zone", aws.ec2.get_subnet_output(id=subnet.id, opts=within).availability_zone_id)
        pulumi.export("cidrs", aws.ec2.get_vpc_output(id=vpc.id, opts=within).cidr_block_associations)
        routes = aws.ec2.get_route_table_output(subnet_id=subnet.id, opts=within).routes
        pulumi.export("way", routes.apply(lambda routes: routes[-1].transit_gateway_id))
        pulumi.export("nlb", aws.lb.get_load_balancer_output(arn=nlb.arn, opts=within).load_balancer_type)
        listener = aws.lb.get_listener_output(load_balancer_arn=nlb.arn, port=80, opts=within)
        pulumi.export("protocol", listener.protocol)
        found = aws.eks.get_cluster_output(name="made", opts=within)
        pulumi.export("of a cluster", [found.vpc_config.vpc_id, found.compute_configs[0].enabled])

    run = run_in_box(fill)
    outputs = dict(run.outputs)
    (association,) = outputs.pop("cidrs")
    assert association["cidrBlock"] == "10.9.0.0/16"
    assert outputs == {
        "cidr": "10.9.1.0/24",
        "zone": "use1-az2",
        "way": "tgw-1",
        "nlb": "network",
        "protocol": "TCP",
        "of a cluster": [run.one("aws:ec2/vpc:Vpc").id, False],
    }
    run_in_box(fill, preview=True, existing=NOTHING)  # nothing is looked up whose id is unknown


def _looked_up(
    lookup: Lookup, *, account_id: str = ACCOUNT, region: str = REGION, existing: Existing = BESIDE
) -> Any:
    """What a lookup gives in an account and region, the same in a preview and in an up."""
    found: list[Any] = []

    def program() -> None:
        provider = account(account_id=account_id, region=region)
        Box(lambda opts: found.append(lookup(InvokeOptions(parent=opts.parent))), provider)

    for preview in (True, False):
        run(program, preview=preview, existing=existing)
    assert vars(found[0]) == vars(found[1])
    return found[0]
