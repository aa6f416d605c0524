"""What is told of an upgrade, on programs of a few resources."""

from collections.abc import Callable

import pulumi
import pulumi_aws as aws
import pytest
from pulumi import Alias, ResourceOptions

from crosslink.sandbox import engine
from crosslink.sandbox.record import Run
from tests.states.upgrade import harm, upgrade

LINK, SUBNET = "crosslink:consumer:Link", "aws:ec2/subnet:Subnet"
FORMER = f"urn:pulumi:dev::crosslink::{LINK}$"


def run(
    type_: str = LINK,
    name: str = "api",
    opts: ResourceOptions | None = None,
    *,
    child: str = "{}-a",
    child_aliases: tuple[str | Alias, ...] = (),
    cidr: str = "10.0.0.0/24",
    above: str | None = None,
) -> Run:
    """A preview of a component with a VPC and a subnet, below another component if there is one."""

    def program() -> None:
        given = opts or ResourceOptions()
        if above:
            given.parent = pulumi.ComponentResource(above, "above")
        component = pulumi.ComponentResource(type_, name, None, given)
        provider = aws.Provider("here", region="us-east-1", allowed_account_ids=["111111111111"])
        inside = ResourceOptions(parent=component, provider=provider)
        vpc = aws.ec2.Vpc(name, cidr_block="10.0.0.0/16", opts=inside)
        inside.aliases = list(child_aliases)
        aws.ec2.Subnet(child.format(name), vpc_id=vpc.id, cidr_block=cidr, opts=inside)

    return engine.run(program, preview=True)


RENAMED = "crosslink:consumer:Connection"


@pytest.mark.parametrize(
    "after",
    [
        run,
        lambda: run(RENAMED, opts=ResourceOptions(aliases=[Alias(type_=LINK)])),
        lambda: run(name="main", opts=ResourceOptions(aliases=[Alias(name="api")])),
        lambda: run(above="crosslink:consumer:Above", opts=ResourceOptions(aliases=[Alias(parent=None)])),
        lambda: run(RENAMED, opts=ResourceOptions(aliases=[f"urn:pulumi:dev::crosslink::{LINK}::api"])),
        lambda: run(child="{}-b", child_aliases=(Alias(name="api-a"),)),
        lambda: run(
            RENAMED,
            opts=ResourceOptions(aliases=[Alias(type_=LINK)]),
            child="{}-b",
            child_aliases=(Alias(name="api-a"),),
        ),
    ],
    ids=["the same", "type", "name", "moved", "by URN", "child", "type and child"],
)
def test_what_has_an_alias_to_what_it_was_stays(after: Callable[[], Run]) -> None:
    assert upgrade(run(), after()) == ()


def test_a_component_renamed_without_an_alias_replaces_all_that_is_in_it() -> None:
    now = FORMER.replace(LINK, RENAMED)
    assert harm(run(), run(RENAMED)) == [
        f"{FORMER}{rest} is deleted: {now}{rest} has no alias to it"
        for rest in ("aws:ec2/vpc:Vpc::api", f"{SUBNET}::api-a")
    ]


def test_a_resource_that_has_no_like_is_told() -> None:
    [told] = harm(run(), run(child="{}-b"))
    assert told == f"{FORMER}{SUBNET}::api-a is deleted: nothing has its URN or an alias to it"
    assert harm(run(), run(child="{}-b"), named={SUBNET}) == []


def test_an_input_that_makes_another_resource_is_told() -> None:
    assert harm(run(), run(cidr="10.0.1.0/24")) == [f"{FORMER}{SUBNET}::api-a is replaced by cidrBlock"]
