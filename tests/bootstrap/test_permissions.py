"""The table covers all that the program makes, in accounts of the shapes where it makes it."""

import re

import pytest

from crosslink.sandbox.record import Run
from tests.bootstrap.shapes import SHAPES, parameters_for, shapes_in
from tests.bootstrap.table import CONTAINED, EVERYTHING, ROWS, SIDES, TABLE, doctor, needs
from tests.bootstrap.test_roles import allows, deploy, lower
from tests.runs import STACK_FILES, file_of, run_stack, settings_of

NO_PERMISSIONS = ("crosslink", "kubernetes", "pulumi")
"""Packages whose types ask IAM for nothing: components, what is in the cluster, and providers."""

NAMED_BY_PULUMI = ("aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup", "aws:iam/role:Role")
BY_TAG = "aws:ec2/"
WITHOUT_NAME = {
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",  # AWS makes it: it can't be tagged as it is made
    "aws:ec2/route:Route",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter",
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",  # as the default group
}


def run(file) -> Run:
    return run_stack(file, preview=False)


def in_aws(made: Run):
    return [resource for resource in made.resources.values() if resource.package not in NO_PERMISSIONS]


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_every_type_is_in_the_table(file):
    made = run(file)
    types = {resource.type for resource in in_aws(made)} | {invoke.token for invoke in made.invokes}
    assert types <= TABLE.keys()


def test_the_table_has_no_type_that_nothing_makes():
    made = {resource.type for file in STACK_FILES for resource in in_aws(run(file))}
    asked = {invoke.token for file in STACK_FILES for invoke in run(file).invokes}
    inside = {type_ for types in CONTAINED.values() for type_ in types}
    assert TABLE.keys() == made | asked | inside


def test_what_a_remote_component_contains_is_in_the_table():
    assert {type_ for types in CONTAINED.values() for type_ in types} <= ROWS.keys()


SHAPES_OF_EXAMPLES = {
    "existing-cluster": ["consumer", "existingCluster"],
    "existing-cluster-alb": ["consumer without a peering", "existingCluster"],
    "existing-network-cluster": [
        "consumer in networks of both kinds",
        "cluster in an existing network and networkLoadBalancer",
    ],
    "existing-networks": ["consumer in existing networks", "cluster"],
    "load-balancer": ["consumer", "loadBalancer"],
    "native": ["consumer of native crossing", "cluster of native crossing"],
    "native-v2": ["consumer of native crossing", "cluster of native crossing"],
    "network-load-balancer": ["consumer", "networkLoadBalancer"],
    "provider-only": ["cluster"],
    "consumer-only": ["consumer"],
    "published": ["consumer"],
    "same-region": ["consumer and cluster", "cluster"],
}
"""Example → shapes of its accounts; those that are left out have a cluster, and a peering to it."""


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_the_accounts_of_a_stack_have_the_shapes_that_it_is_an_example_of(file):
    names = SHAPES_OF_EXAMPLES.get(file.stem.removeprefix("Pulumi."), ["consumer", "cluster"])
    found = set(shapes_in(settings_of(file)).values())
    assert found == {
        frozenset[str]().union(*(SHAPES[side].shapes for side in name.split(" and "))) for name in names
    }


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_a_type_is_made_or_asked_for_in_the_shapes_that_the_table_says(file):
    accounts = shapes_in(settings_of(file))
    made = [(resource.type, resource.account) for resource in in_aws(run(file))]
    for type_, account in {*made, *((invoke.token, invoke.account) for invoke in run(file).invokes)}:
        if type_ not in CONTAINED:
            assert account
            shapes = accounts[account]
            assert shapes & {*ROWS[type_]["shapes"]}, f"{type_} in {account}, which is {sorted(shapes)}"


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_the_roles_of_a_stack_allow_what_it_makes_and_no_more(file):
    for account, shapes in shapes_in(settings_of(file)).items():
        role = deploy(**lower(parameters_for(shapes)))
        assert allows(role) == needs(shapes, EVERYTHING) | doctor(shapes), account


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_parameters_of_a_role_follow_from_the_shapes_of_its_account(shape):
    given = parameters_for(shape.shapes)
    assert {name: given[name] for name in shape.parameters} == shape.parameters


def test_rows_have_columns_and_shapes_that_are_known_and_are_never_empty():
    known = {*SIDES}.union(*(shape.shapes for shape in SHAPES.values()))
    for type_, row in ROWS.items():
        assert row.keys() <= {"shapes", "left", *EVERYTHING}, type_
        assert {*row["shapes"]} <= known, type_
        assert all(row.values()), type_
        assert row["read"], type_


def test_with_its_key_and_boundaries_a_stack_needs_nothing_that_the_roles_are_not_given():
    made = run(file_of("logs"))
    left = {type_ for type_, row in ROWS.items() if "left" in row}
    assert left == {"aws:kms/key:Key"}
    assert not left & {resource.type for resource in in_aws(made)}
    for role in made.of_type("aws:iam/role:Role"):
        assert role.inputs["permissionsBoundary"] == f"arn:aws:iam::{role.account}:policy/crosslink-boundary"


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_what_the_roles_know_by_its_name_has_it(file):
    """The deploy role's policies hold on to the names `crosslink-*`: in tags, or as Pulumi makes them."""
    made = run(file)
    for resource in in_aws(made):
        if resource.type.startswith(BY_TAG) and resource.type not in WITHOUT_NAME:
            assert resource.inputs["tags"]["Name"].startswith("crosslink-"), resource
        if resource.type in NAMED_BY_PULUMI:
            assert "name" not in resource.inputs, resource
            assert resource.name.startswith("crosslink-"), resource
    for cluster in made.of_type("aws:eks/cluster:Cluster"):
        assert cluster.inputs["name"].startswith("crosslink-")
    for group in made.of_type("aws:cloudwatch/logGroup:LogGroup"):
        name = group.inputs.get("name", f"{group.name}-")
        assert name.startswith(("crosslink-", "/aws/eks/crosslink-")), group
    for role in made.of_type("aws:iam/role:Role"):
        assert re.fullmatch(r"crosslink-(logs|.+-flow-logs)", role.name)
    for policy in made.of_type("aws:iam/rolePolicy:RolePolicy"):
        assert re.fullmatch(r"crosslink-.+-(flow-logs|tags)", policy.name)
        assert re.fullmatch(r"crosslink-.+-(flow-logs-\w+|eksRole-role-\w+)", policy.inputs["role"])


def test_a_load_balancers_groups_are_set_as_it_is_made():
    """terraform-provider-aws sets them once more after each creation."""
    assert "elasticloadbalancing:SetSecurityGroups" in ROWS["aws:lb/loadBalancer:LoadBalancer"]["create"]
