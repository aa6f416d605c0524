"""A run: what it records, what it leaves behind, and how it tells of a failure."""

import gc
import logging
import sys
import textwrap
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pytest
from pulumi import CustomTimeouts, ResourceOptions

from crosslink.sandbox.engine import run
from crosslink.sandbox.record import UNKNOWN, Options, ProgramError
from tests.crosslink.sandbox.programs import ACCOUNT, REGION, Box, account, run_in_box
from tests.waiting import depends

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"


def _vpc_and_subnet(opts: ResourceOptions) -> None:
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts)
    aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24", opts=opts)
    pulumi.export("vpc", vpc.id)
    pulumi.export("password", pulumi.Output.secret("hunter2"))
    pulumi.export("nested", {"hidden": pulumi.Output.secret("hunter2")})


def test_an_up_records_what_was_registered():
    found = run_in_box(_vpc_and_subnet)
    assert [str(resource) for resource in found.resources.values()] == [
        'pulumi:providers:aws "account"',
        'crosslink:provider:Box "box"',
        'aws:ec2/vpc:Vpc "vpc"',
        'aws:ec2/subnet:Subnet "subnet"',
    ]
    provider, box, vpc, subnet = found.resources.values()
    assert subnet.urn == "urn:pulumi:dev::crosslink::crosslink:provider:Box$aws:ec2/subnet:Subnet::subnet"
    assert subnet.inputs == {"vpcId": vpc.id, "cidrBlock": "10.0.0.0/24"}
    assert (subnet.parent, subnet.provider) == (box.urn, provider.urn)
    assert (subnet.account, subnet.region) == (ACCOUNT, REGION)
    assert subnet.dependencies == {vpc.urn}
    assert subnet.property_dependencies == {"vpcId": {vpc.urn}, "cidrBlock": frozenset()}
    assert (box.parent, box.account, box.region, box.component) == (None, None, None, True)


def test_the_stacks_outputs_are_recorded_with_their_secrets():
    found = run_in_box(_vpc_and_subnet)
    assert found.outputs == {
        "vpc": found.one(VPC).id,
        "password": "hunter2",
        "nested": {"hidden": "hunter2"},
    }
    assert found.secret_outputs == {"password", "nested"}


def test_in_a_preview_what_a_provider_computes_is_unknown():
    found = run_in_box(_vpc_and_subnet, preview=True)
    assert found.one(SUBNET).inputs == {"vpcId": UNKNOWN, "cidrBlock": "10.0.0.0/24"}
    assert found.one(SUBNET).dependencies == {found.one(VPC).urn}
    assert (found.one(VPC).id, found.one(VPC).outputs) == (None, {"cidrBlock": "10.0.0.0/16"})
    assert found.outputs["vpc"] is UNKNOWN
    assert found.preview


def test_options_are_recorded():
    found = run_in_box(
        lambda opts: aws.ec2.Vpc(
            "vpc",
            cidr_block="10.0.0.0/16",
            opts=ResourceOptions.merge(
                opts,
                ResourceOptions(
                    protect=True,
                    retain_on_delete=True,
                    delete_before_replace=True,
                    ignore_changes=["cidr_block"],
                    additional_secret_outputs=["arn"],
                    custom_timeouts=CustomTimeouts(create="20m"),
                ),
            ),
        )
    )
    assert found.one(VPC).options == Options(
        protect=True,
        retain_on_delete=True,
        delete_before_replace=True,
        ignore_changes=("cidrBlock",),
        additional_secret_outputs=frozenset({"arn"}),
        custom_timeouts={"create": "20m"},
    )
    assert found.one(VPC).secrets == {"arn"}


def test_depending_on_a_component_is_depending_on_its_children():
    class Outer(pulumi.ComponentResource):
        def __init__(self, opts: ResourceOptions) -> None:
            super().__init__("crosslink:provider:Outer", "outer", None, opts)
            aws.ec2.InternetGateway("gateway", opts=ResourceOptions(parent=self))
            self.register_outputs({})

    def program() -> None:
        box = Box(_vpc_and_subnet, account())
        Outer(ResourceOptions(provider=account("other", region="us-west-2"), depends_on=[box]))

    found = run(program)
    gateway = found.one("aws:ec2/internetGateway:InternetGateway")
    assert depends(found, gateway, on=found.one(SUBNET))
    assert depends(found, gateway, on=found.named("other"))
    assert depends(found, gateway, on=found.named("account"))
    assert not depends(found, found.one(SUBNET), on=gateway)


def test_finding_resources_says_what_there_is():
    found = run_in_box(_vpc_and_subnet)
    assert (
        found.named("subnet") is found.one(SUBNET) is found.one(SUBNET, "subnet") is found.of_type(SUBNET)[0]
    )
    with pytest.raises(
        LookupError, match=r'expected one resource of type aws:ec2/vpc:Vpc named "x", found none'
    ):
        found.one(VPC, "x")


def test_runs_are_alike_and_keep_nothing():
    first, second = run_in_box(_vpc_and_subnet), run_in_box(_vpc_and_subnet)
    assert first == second
    assert pulumi.runtime.get_root_resource() is None


def test_a_program_file_runs_anew_with_its_modules(tmp_path: Path):
    (tmp_path / "counting_module.py").write_text("count = 0\n")
    (tmp_path / "__main__.py").write_text(
        textwrap.dedent("""\
            import counting_module, pulumi
            counting_module.count += 1
            config = pulumi.Config()
            pulumi.export("count", counting_module.count)
            pulumi.export("word", config.require("word"))
            pulumi.export("hidden", config.require_secret("hidden"))
            pulumi.export("where", [pulumi.get_stack(), pulumi.get_project()])
            """)
    )
    for _ in range(2):
        found = run(
            tmp_path / "__main__.py",
            stack="test",
            config={"crosslink:word": "yes", "crosslink:hidden": "hunter2"},
            secret_keys=frozenset({"crosslink:hidden"}),
        )
        assert found.outputs == {
            "count": 1.0,
            "word": "yes",
            "hidden": "hunter2",
            "where": ["test", "crosslink"],
        }
        assert found.secret_outputs == {"hidden"}
    assert "counting_module" not in sys.modules


def test_warnings_of_the_program_are_kept():
    def program() -> None:
        pulumi.log.warn("mind the gap")
        pulumi.log.info("all is well")

    assert run(program).warnings == ("mind the gap",)


def _fail(_value: object) -> str:
    raise ValueError("bang")


def _input_fails(opts: ResourceOptions) -> None:
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts)
    subnet = aws.ec2.Subnet("first", vpc_id=vpc.id.apply(_fail), opts=opts)
    for number in range(20):
        aws.ec2.RouteTableAssociation(str(number), subnet_id=subnet.id, route_table_id="rtb", opts=opts)


def _apply_fails(opts: ResourceOptions) -> None:
    aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts).id.apply(_fail)


def _output_fails(opts: ResourceOptions) -> None:
    pulumi.export("x", aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts).id.apply(_fail))


@pytest.mark.parametrize(
    ("fill", "message"),
    [
        (_input_fails, 'aws:ec2/subnet:Subnet "first": ValueError: bang'),
        (_apply_fails, 'apply on aws:ec2/vpc:Vpc "vpc": ValueError: bang'),
        (_output_fails, 'pulumi:pulumi:Stack "crosslink-dev": ValueError: bang'),
        (_fail, 'crosslink:provider:Box "box": ValueError: bang'),
    ],
    ids=["an input", "an apply that nobody waits for", "a stack output", "a component's own code"],
)
def test_a_failure_names_its_resource_and_makes_no_noise(fill, message, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    gc.freeze()  # what other tests have left, which takes long to look through
    with pytest.raises(ProgramError) as caught:
        run_in_box(fill)
    assert str(caught.value) == message
    del caught
    gc.collect()  # what asyncio has to say of lost futures, it says when they go
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert capfd.readouterr() == ("", "")


def test_a_component_that_fails_before_it_has_a_name_is_told_by_its_class():
    class Hasty(pulumi.ComponentResource):
        def __init__(self) -> None:
            _fail(None)

    with pytest.raises(ProgramError, match=r"^Hasty: ValueError: bang$"):
        run(Hasty)


def test_a_faulty_setting_is_told_in_its_own_words():
    def program() -> None:
        raise pulumi.RunError("crosslink:api is missing")

    with pytest.raises(pulumi.RunError, match=r"^crosslink:api is missing$"):
        run(program)


def test_what_exists_already_can_not_be_read():
    with pytest.raises(ProgramError, match=r'^aws:ec2/vpc:Vpc "old": the sandbox has no resources of before'):
        run_in_box(lambda opts: aws.ec2.Vpc.get("old", "vpc-1", opts=opts))


def test_a_program_that_exits_has_failed():
    with pytest.raises(ProgramError, match="SystemExit: 3"):
        run(lambda: sys.exit(3))
