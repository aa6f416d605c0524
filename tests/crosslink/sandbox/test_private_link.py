"""Endpoints and endpoint services: addresses, states and zones, also of what exists beside a stack."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pulumi_aws as aws
import pytest
from pulumi import InvokeOptions, ResourceOptions

from crosslink.sandbox import engine
from crosslink.sandbox.existing import Existing
from crosslink.sandbox.record import ProgramError, Run
from tests.crosslink.sandbox.beside import BESIDE, NLB, SERVICE
from tests.crosslink.sandbox.programs import Box, account, run_in_box

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ENDPOINT_SERVICE = "aws:ec2/vpcEndpointService:VpcEndpointService"
OPEN = replace(BESIDE.endpoint_services[0], acceptance_required=False)
TWO = ("subnet-1", "subnet-2")


def _endpoint(opts: ResourceOptions, name: str = "endpoint", service: str = SERVICE) -> aws.ec2.VpcEndpoint:
    return aws.ec2.VpcEndpoint(
        name, vpc_id="vpc-1", service_name=service, vpc_endpoint_type="Interface", subnet_ids=TWO, opts=opts
    )


def test_aws_chooses_free_addresses_of_the_subnets() -> None:
    def fill(opts: ResourceOptions) -> None:
        for i in range(11):  # all that a /28 has
            _endpoint(opts, f"endpoint-{i}")

    run = run_in_box(fill, existing=BESIDE)
    chosen = [_addresses(endpoint.outputs) for endpoint in run.of_type(ENDPOINT)]
    for subnet, cidr in {"subnet-1": "10.20.0.0/24", "subnet-2": "100.64.1.0/28"}.items():
        addresses = {IPv4Address(found[subnet]) for found in chosen}
        assert len(addresses) == 11
        assert addresses <= set([*IPv4Network(cidr)][4:-1])
    with pytest.raises(ProgramError, match='VpcEndpoint "more": subnet-2 has no free address'):
        run_in_box(lambda opts: (fill(opts), _endpoint(opts, "more")), existing=BESIDE)


def test_a_preview_cannot_tell_them() -> None:
    run = run_in_box(_endpoint, preview=True, existing=BESIDE)
    assert "subnetConfigurations" not in run.one(ENDPOINT).outputs


def test_an_address_that_is_asked_for_is_given() -> None:
    subnet = aws.ec2.VpcEndpointSubnetConfigurationArgs
    asked = [subnet(subnet_id="subnet-1", ipv4="10.20.0.77"), subnet(subnet_id="subnet-2")]

    def fill(opts: ResourceOptions) -> None:
        aws.ec2.VpcEndpoint(
            "endpoint",
            vpc_id="vpc-1",
            service_name=SERVICE,
            vpc_endpoint_type="Interface",
            subnet_configurations=asked,
            opts=opts,
        )

    addresses = _addresses(run_in_box(fill, existing=BESIDE).one(ENDPOINT).outputs)
    assert addresses["subnet-1"] == "10.20.0.77"
    assert IPv4Address(addresses["subnet-2"]) in IPv4Network("100.64.1.0/28")


def test_an_address_of_a_subnet_that_the_run_has_made() -> None:
    def fill(opts: ResourceOptions) -> None:
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.9.0.0/16", opts=opts)
        subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.9.1.0/24", opts=opts)
        aws.ec2.VpcEndpoint(
            "endpoint",
            vpc_id=vpc.id,
            service_name=SERVICE,
            vpc_endpoint_type="Interface",
            subnet_ids=[subnet.id],
            opts=opts,
        )

    (address,) = _addresses(run_in_box(fill).one(ENDPOINT).outputs).values()
    assert IPv4Address(address) in IPv4Network("10.9.1.0/24")


def test_an_endpoint_is_in_subnets_of_its_account() -> None:
    with pytest.raises(ProgramError, match=r"no subnet subnet-\d in account 444444444444, us-east-1: exampl"):
        engine.run(lambda: Box(_endpoint, account(account_id="444444444444")), existing=BESIDE)


@pytest.mark.parametrize(
    ("existing", "state"),
    [
        (BESIDE, "pendingAcceptance"),
        (replace(BESIDE, endpoint_services=()), "available"),
        (replace(BESIDE, endpoint_services=(OPEN,)), "available"),
    ],
)
def test_an_endpoint_waits_for_acceptance_where_its_service_requires_it(
    existing: Existing, state: str
) -> None:
    assert run_in_box(_endpoint, existing=existing).one(ENDPOINT).outputs["state"] == state


@pytest.mark.parametrize(("required", "state"), [(True, "pendingAcceptance"), (False, "available")])
def test_the_service_of_another_stack_requires_it_too(*, required: bool, state: str) -> None:
    name = _service(required=required).one(ENDPOINT_SERVICE).outputs["serviceName"]
    existing = replace(BESIDE, stacks={"acme/crosslink/provider": "Pulumi.provider.yaml"})

    def consumer() -> Run:
        return engine.run(
            lambda: Box(lambda opts: _endpoint(opts, service=name), account()),
            existing=existing,
            run_of=lambda _name: _service(required=required),
        )

    assert consumer().one(ENDPOINT).outputs["state"] == state


def test_a_service_is_offered_in_the_zones_of_an_existing_load_balancer() -> None:
    zones = _service(required=True).one(ENDPOINT_SERVICE).outputs["availabilityZones"]
    assert zones == sorted(_zone_names().values())


def _zone_names() -> Mapping[str, str]:
    found: dict[str, str] = {}

    def fill(opts: ResourceOptions) -> None:
        for id_ in TWO:
            subnet = aws.ec2.get_subnet(id=id_, opts=InvokeOptions(parent=opts.parent))
            found[id_] = subnet.availability_zone

    run_in_box(fill, existing=BESIDE)
    return found


def _service(*, required: bool) -> Run:
    def fill(opts: ResourceOptions) -> None:
        aws.ec2.VpcEndpointService(
            "service", acceptance_required=required, network_load_balancer_arns=[NLB], opts=opts
        )

    return run_in_box(fill, existing=BESIDE)


def _addresses(outputs: Mapping[str, list[Mapping[str, str]]]) -> dict[str, str]:
    return {each["subnetId"]: each["ipv4"] for each in outputs["subnetConfigurations"]}


def _across(opts: ResourceOptions, *, region: str | None, supported: list[str] | None) -> None:
    """A service in us-east-1, and an endpoint in us-west-2 that looks for it somewhere."""
    service = aws.ec2.VpcEndpointService(
        "service",
        acceptance_required=False,
        network_load_balancer_arns=[NLB],
        supported_regions=supported,
        opts=opts,
    )
    here = ResourceOptions(parent=opts.parent, provider=account("there", region="us-west-2"))
    aws.ec2.VpcEndpoint(
        "endpoint",
        vpc_id="vpc-1",
        service_name=service.service_name,
        service_region=region,
        vpc_endpoint_type="Interface",
        opts=here,
    )


def test_an_endpoint_crosses_to_a_service_that_supports_its_region() -> None:
    run = run_in_box(
        lambda opts: _across(opts, region="us-east-1", supported=["us-west-2", "us-east-1"]), existing=BESIDE
    )
    assert run.one(ENDPOINT).outputs["state"] == "available"
    assert run.one(ENDPOINT_SERVICE).outputs["state"] == "Available"


@pytest.mark.parametrize(
    ("region", "supported", "why"),
    [
        ("us-east-1", None, "doesn't support endpoints in us-west-2: it is for us-east-1 alone"),
        ("us-east-1", ["us-east-1", "eu-west-1"], "in us-west-2: it is for us-east-1, eu-west-1"),
        (None, ["us-east-1", "us-west-2"], "is in us-east-1: set service_region, which looks in us-west-2"),
        ("eu-west-1", ["us-east-1"], "is in us-east-1: set service_region, which looks in eu-west-1"),
        ("us-east-1", ["us-west-2"], "must have its own region, us-east-1, which AWS keeps"),
    ],
)
def test_an_endpoint_that_aws_refuses_across_regions(
    region: str | None, supported: list[str] | None, why: str
) -> None:
    with pytest.raises(ProgramError, match=why):
        run_in_box(lambda opts: _across(opts, region=region, supported=supported), existing=BESIDE)


def test_a_preview_knows_no_names_and_so_no_regions() -> None:
    run_in_box(lambda opts: _across(opts, region=None, supported=None), preview=True, existing=BESIDE)


@pytest.mark.parametrize(
    ("supported", "refused"), [((), False), (("us-west-2",), False), (("eu-west-1",), True)]
)
def test_a_service_of_another_team_supports_the_regions_that_are_told(
    supported: tuple[str, ...], refused: bool
) -> None:
    beside = replace(BESIDE, endpoint_services=(replace(OPEN, supported_regions=supported),))

    def fill(opts: ResourceOptions) -> None:
        aws.ec2.VpcEndpoint(
            "endpoint",
            vpc_id="vpc-1",
            service_name=SERVICE,
            service_region="us-east-1",
            vpc_endpoint_type="Interface",
            opts=ResourceOptions(parent=opts.parent, provider=account("there", region="us-west-2")),
        )

    if refused:
        with pytest.raises(ProgramError, match="doesn't support endpoints in us-west-2: it is for eu-west-1"):
            run_in_box(fill, existing=beside)
    else:
        assert run_in_box(fill, existing=beside).one(ENDPOINT).outputs["state"] == "available"
