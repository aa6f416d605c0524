"""The file of what exists beside a stack."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from crosslink.sandbox import stack_file
from crosslink.sandbox.existing import NOTHING, Existing, ExistingError, Listener, file_beside, read

FILE = """\
vpcs:
  - id: vpc-1
    account: "222222222222"
    region: us-east-1
    cidrs: [10.20.0.0/16, 100.64.0.0/16]
    subnets:
      subnet-1: { zoneId: use1-az1, cidr: 10.20.0.0/24, routeTable: rtb-1 }
      subnet-2: { zoneId: use1-az2, cidr: 100.64.1.0/24 }
    routeTables:
      rtb-1: [{ to: 10.0.0.0/8, over: tgw-1 }]
clusters:
  - { name: platform, account: "222222222222", region: us-east-1, vpcId: vpc-1, version: "1.36" }
loadBalancers:
  - arn: arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer/app/search/50dc6c495c0c9188
    vpcId: vpc-1
    subnets: [subnet-1, subnet-2]
    listeners: [{ port: 80, protocol: HTTP }]
endpointServices:
  - { name: com.amazonaws.vpce.us-east-1.vpce-svc-0a1b, account: "333333333333", acceptanceRequired: true }
stacks:
  acme/crosslink/provider: Pulumi.provider.yaml
  acme/crosslink/new:
"""


def test_it_is_beside_the_stack_file() -> None:
    assert file_beside(Path("examples/Pulumi.joined.yaml")) == Path("examples/joined.aws.yaml")


def test_what_it_tells(tmp_path: Path) -> None:
    existing = _read(tmp_path, FILE)
    (vpc,), (balancer,), (service,) = existing.vpcs, existing.load_balancers, existing.endpoint_services
    assert vpc.cidrs == ("10.20.0.0/16", "100.64.0.0/16")
    assert {id_: subnet.route_table for id_, subnet in vpc.subnets.items()} == {
        "subnet-1": "rtb-1",
        "subnet-2": None,
    }
    assert (balancer.name, balancer.place) == ("search", ("222222222222", "us-east-1"))
    assert balancer.listeners == (Listener(port=80, protocol="HTTP"),)
    assert (service.region, service.acceptance_required) == ("us-east-1", True)
    assert existing.stacks == {
        "acme/crosslink/provider": "Pulumi.provider.yaml",
        "acme/crosslink/new": None,
    }


@pytest.mark.parametrize("text", ["", "vpcs: []\n"])
def test_nothing_exists(tmp_path: Path, text: str) -> None:
    assert _read(tmp_path, text) == read(tmp_path / "none.aws.yaml") == NOTHING


def test_another_process_can_be_told(tmp_path: Path) -> None:
    existing = _read(tmp_path, FILE)
    assert TypeAdapter(Existing).validate_python(json.loads(json.dumps(asdict(existing)))) == existing


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('account: "222222222222"\n', "account: 222222222222\n", "vpcs[0].account must be text, in quotes"),
        ("    region: us-east-1\n", "", "vpcs[0].region is required"),
        ("zoneId: use1-az2", "zone: use1-az2", "vpcs[0].subnets.subnet-2.zone is unknown: 'use1-az2'"),
        ("100.64.1.0/24", "100.65.1.0/24", "vpcs[0].subnets.subnet-2.cidr must be inside the VPC: 100.65"),
        ("10.20.0.0/24", "10.20.0.1/24", "vpcs[0].subnets.subnet-1.cidr: 10.20.0.1/24 has host bits set"),
        ("routeTable: rtb-1", "routeTable: rtb-2", "vpcs[0].subnets.subnet-1.routeTable must be among rout"),
        ("subnet-2: {", "sub-2: {", "vpcs[0].subnets.sub-2 string should match pattern '^subnet-"),
        ("vpcId: vpc-1, v", "vpcId: vpc-2, v", "clusters[0].vpcId must be among vpcs, in the same account a"),
        ("[subnet-1, subnet-2]", "[subnet-3]", "loadBalancers[0].subnets must be subnets of vpc-1 among vp"),
        ("protocol: HTTP", "protocol: HTP", "loadBalancers[0].listeners[0].protocol input should be 'HTTP'"),
        (FILE, "[]\n- 1", "line 2: "),
        (FILE, "[1]", "it must be a mapping"),
    ],
)
def test_a_fault_names_file_key_and_what_must_hold(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert FILE.count(old)
    with pytest.raises(ExistingError) as refused:
        _read(tmp_path, FILE.replace(old, new, 1))
    assert f"{tmp_path / 'joined.aws.yaml'}: {fault}" in str(refused.value)


def test_all_faults_are_told(tmp_path: Path) -> None:
    with pytest.raises(ExistingError) as refused:
        _read(tmp_path, "vpc: 1\nstacks: 1\n")
    file = tmp_path / "joined.aws.yaml"
    assert str(refused.value).splitlines() == [
        f"{file}: stacks must be a mapping: 1",
        f"{file}: vpc is unknown: 1",
    ]


def test_a_stack_file_is_read_with_it(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.joined.yaml").write_text("config: {}\n")
    assert stack_file.read(tmp_path / "Pulumi.joined.yaml", "crosslink").existing == NOTHING
    existing = _read(tmp_path, FILE)
    assert stack_file.read(tmp_path / "Pulumi.joined.yaml", "crosslink").existing == existing
    (tmp_path / "joined.aws.yaml").write_text("vpc: 1\n")
    with pytest.raises(stack_file.StackFileError, match=r"joined\.aws\.yaml: vpc is unknown: 1"):
        stack_file.read(tmp_path / "Pulumi.joined.yaml", "crosslink")


def _read(folder: Path, text: str) -> Existing:
    file = folder / "joined.aws.yaml"
    file.write_text(text)
    return read(file)
