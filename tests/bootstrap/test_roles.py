"""The accounts' two roles: they allow what the table says and no more, and trust whom they are told to."""

import json
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatch
from itertools import pairwise

import pytest

from tests.bootstrap.shapes import ROUTE_TABLE, SHAPES, VPC, Shape
from tests.bootstrap.table import EVERYTHING, READ, SIDES, doctor, needs, needs_of
from tests.bootstrap.templates import ACCOUNT, Stack, as_list, render, size
from tests.runs import file_of, run_stack

HUB = "arn:aws:iam::333333333333:role/crosslink-deploy-hub"
ZONE = "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"
FUNCTION = f"arn:aws:lambda:us-west-2:{ACCOUNT}:function:who-calls:live"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/a1b2c3d4-5678-90ab-cdef-111111111111"
POD_ROLE = f"arn:aws:iam::{ACCOUNT}:role/orders"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/organization-boundary"
REGIONS = ["us-west-2", "us-east-1"]
MANAGED_POLICY_LIMIT = 6144
POLICIES_PER_ROLE = 10
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


def deploy(side: str, **parameters) -> Stack:
    given = {"HostedZoneArns": ZONE, "FunctionArns": FUNCTION} if side != "provider" else {}
    given |= {"ClusterKeyArns": KEY, "PodRoleArns": POD_ROLE} if side != "consumer" else {}
    return render(
        "deploy-role.yaml", TrustedRoleArns=[HUB], Side=side, Regions=REGIONS, **(given | parameters)
    )


def preview(side: str, **parameters) -> Stack:
    return render("preview-role.yaml", TrustedRoleArns=[HUB], Side=side, Regions=REGIONS, **parameters)


def deploy_in(shape: Shape) -> Stack:
    return deploy(**lower(shape.parameters))


def preview_in(shape: Shape, **parameters) -> Stack:
    return preview(shape.parameters["Side"], **shape.of_preview, **parameters)


def lower(parameters: Mapping[str, str]) -> dict[str, str]:
    """The side as `deploy` takes it."""
    return {"side" if name == "Side" else name: value for name, value in parameters.items()}


ROLES = {
    "deploy": [*(deploy_in(shape) for shape in SHAPES.values()), deploy("both", VpcArns=VPC)],
    "preview": [
        *(preview_in(shape, Probe="true") for shape in SHAPES.values()),
        preview("both", Probe="true"),
    ],
}
EVERY = [pytest.param(stack, id=name) for name, stacks in ROLES.items() for stack in stacks]
each_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)


def allowed(stack: Stack):
    return [statement for statement in stack.statements() if statement["Effect"] == "Allow"]


def allows(stack: Stack):
    return {need for statement in allowed(stack) for need in needs_of(statement)}


@each_shape
def test_the_deploy_role_allows_what_the_table_says(shape: Shape):
    assert allows(deploy_in(shape)) == needs(shape.shapes, EVERYTHING) | doctor(shape.shapes)


@each_shape
def test_the_preview_role_reads_what_the_table_and_the_doctor_say(shape: Shape):
    reads = needs(shape.shapes, READ)
    assert allows(preview_in(shape)) == reads | doctor(shape.shapes, probe=False)
    assert allows(preview_in(shape, Probe="true")) == reads | doctor(shape.shapes)


MAKES_NETWORKS = {
    "ec2:CreateVpc",
    "ec2:CreateSubnet",
    "ec2:CreateRouteTable",
    "ec2:CreateFlowLogs",
    "ec2:DeleteVpc",
    "ec2:DeleteSubnet",
    "ec2:ModifySubnetAttribute",
    "ec2:ModifyVpcAttribute",
    "ec2:AssociateRouteTable",
}
MAKES_INTERNET = {"ec2:CreateInternetGateway", "ec2:CreateNatGateway", "ec2:AllocateAddress"}
WRITES_ROUTES = {"ec2:CreateRoute", "ec2:ReplaceRoute", "ec2:DeleteRoute"}
PEERS = {"ec2:CreateVpcPeeringConnection", "ec2:AcceptVpcPeeringConnection"}
MAKES_CLUSTERS = {
    "eks:CreateCluster",
    "eks:DeleteCluster",
    "eks:CreateAccessEntry",
    "eks:UpdateClusterConfig",
}
MAKES_ROLES = {"iam:CreateRole", "iam:PassRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"}
USES_KEYS = {"kms:CreateGrant", "kms:DescribeKey"}
MAKES_BALANCERS = {
    "ec2:CreateSecurityGroup",
    "ec2:AuthorizeSecurityGroupEgress",
    "elasticloadbalancing:CreateLoadBalancer",
    "elasticloadbalancing:ModifyLoadBalancerAttributes",
    "elasticloadbalancing:RegisterTargets",
}
JOINS_ALL = MAKES_NETWORKS | MAKES_INTERNET | WRITES_ROUTES | PEERS | MAKES_CLUSTERS | MAKES_ROLES | USES_KEYS


@pytest.mark.parametrize(
    ("name", "lacks"),
    [
        ("existingCluster", JOINS_ALL - {"iam:GetRole", "iam:PassRole"}),  # those of pods
        ("loadBalancer", JOINS_ALL | {"eks:DescribeCluster"}),
        ("networkLoadBalancer", JOINS_ALL | MAKES_BALANCERS | {"eks:DescribeCluster"}),
        ("cluster in an existing network", MAKES_NETWORKS | MAKES_INTERNET | WRITES_ROUTES | PEERS),
        ("consumer in existing networks", MAKES_NETWORKS | MAKES_INTERNET | WRITES_ROUTES | PEERS),
        ("consumer that peers existing networks", MAKES_NETWORKS | MAKES_INTERNET),
        ("consumer without a peering", MAKES_INTERNET | WRITES_ROUTES | PEERS),
    ],
)
def test_a_role_can_not_make_what_its_shape_joins(name: str, lacks: set[str]):
    actions = {action for action, _ in allows(deploy_in(SHAPES[name]))}
    assert not lacks & actions
    everything = {action for action, _ in allows(deploy("both", VpcArns=VPC))}
    assert lacks <= everything  # else they would be misspelt


def test_existing_networks_are_named_and_the_role_reaches_no_others():
    """What is done in a VPC without a Name of ours is done in a given VPC, or to one of its subnets."""
    for shape in SHAPES.values():
        stack = deploy_in(shape)
        named = {
            statement["Sid"]: {*as_list(statement["Action"])}
            for statement in allowed(stack)
            if {VPC, ROUTE_TABLE} & {*as_list(statement["Resource"])}
            or statement.get("Condition") == {"ArnEquals": {"ec2:Vpc": [VPC]}}
        }
        joins = {
            "GroupsOfExistingVpcs": {"ec2:CreateSecurityGroup"},
            "EndpointsInExistingVpcs": {"ec2:CreateVpcEndpoint"},
            "EndpointsInExistingSubnets": {"ec2:CreateVpcEndpoint", "ec2:ModifyVpcEndpoint"},
            "PeerExistingVpcs": PEERS,
            "RoutesOfExistingNetworks": WRITES_ROUTES,
        }
        assert named == {sid: actions for sid, actions in joins.items() if sid in named}
        assert bool(named) == ("VpcArns" in shape.parameters)
        assert ("RoutesOfExistingNetworks" in named) == ("RouteTableArns" in shape.parameters)
        if shape.parameters.get("Peering") == "false" or shape.parameters["Side"] == "provider":
            assert "PeerExistingVpcs" not in named


def test_a_role_for_existing_networks_changes_no_vpc_that_it_is_not_told_of():
    without = {statement["Sid"] for statement in allowed(deploy_in(without_vpcs("loadBalancer")))}
    assert "GroupsOfExistingVpcs" not in without


def without_vpcs(name: str) -> Shape:
    shape = SHAPES[name]
    return replace(shape, parameters={**shape.parameters, "VpcArns": ""})


def test_a_kind_of_backend_may_do_what_those_after_it_may():
    kinds = ["cluster", "existingCluster", "loadBalancer", "networkLoadBalancer"]
    rights = [allows(deploy("provider", BackendKind=kind, VpcArns=VPC)) for kind in kinds]
    for more, less in pairwise(rights):
        assert more > less


def test_an_account_that_is_both_sides_has_the_rights_of_both():
    for role in (deploy, preview):
        assert allows(role("both")) == allows(role("consumer")) | allows(role("provider"))


@pytest.mark.parametrize(
    ("parameter", "actions", "sids", "arn"),
    [
        ("HostedZoneArns", ("acm:", "route53:"), ["Records"], ZONE),
        ("FunctionArns", ("lambda:",), ["Functions", "ReadFunctions"], FUNCTION),
        ("ClusterKeyArns", ("kms:CreateGrant",), ["GrantToEks"], KEY),
        ("PodRoleArns", ("eks:CreatePodIdentity",), ["ReadPodRoles", "RolesToPods"], POD_ROLE),
    ],
)
def test_what_a_stack_does_not_have_is_left_out_and_what_it_has_is_named(parameter, actions, sids, arn):
    without = {action for action, _ in allows(deploy("both", **{parameter: ""}))}
    assert not [action for action in without if action.startswith(actions)]
    named = [statement for statement in allowed(deploy("both")) if statement["Resource"] == [arn]]
    assert [statement["Sid"] for statement in named] == sids


def test_the_preview_role_changes_nothing():
    verbs = ("Describe", "Get", "List")
    for action, _ in allows(preview("both", Probe="false")):
        assert action.partition(":")[2].startswith(verbs) or action == "apigateway:GET"


@pytest.mark.parametrize("stack", EVERY)
def test_no_action_is_a_pattern(stack):
    for statement in allowed(stack):
        assert "NotAction" not in statement
        assert "NotResource" not in statement
        assert not [action for action in as_list(statement["Action"]) if "*" in action]


@pytest.mark.parametrize("stack", EVERY)
def test_every_resource_is_of_this_account_or_has_none(stack):
    ownerless = (
        "arn:aws:apigateway:*::/",
        "arn:aws:ec2:*:*:prefix-list/",  # AWS's own, and those that others share
        "arn:aws:route53:::change/",
        "arn:aws:route53:::hostedzone/",
    )
    for statement in allowed(stack):
        for resource in as_list(statement["Resource"]):
            assert resource == "*" or f":{ACCOUNT}:" in resource or resource.startswith(ownerless)


TAKE_NO_RESOURCE = {
    "acm:RequestCertificate",
    "ec2:DisassociateAddress",  # takes one, but is asked for one that is gone
    "eks:CreateCluster",
    "logs:DescribeLogGroups",
}


@pytest.mark.parametrize("stack", EVERY)
def test_only_what_takes_no_resource_is_for_all(stack):
    for statement in allowed(stack):
        if statement["Resource"] == "*":
            for action in as_list(statement["Action"]):
                describes = action.startswith(("ec2:Describe", "elasticloadbalancing:Describe"))
                assert describes or action in TAKE_NO_RESOURCE


def test_what_is_changed_in_ec2_has_the_name():
    unnamed = {
        "AcceptPeering": "vpc-peering-connection/*",
        "EndpointsInExistingSubnets": "subnet/*",  # of the given VPCs
        "CloseDefaultSecurityGroups": "security-group/*",
        "FreeAddress": "*",
        "Rules": "security-group-rule/*",
        "VpcLink": "vpc-endpoint-service/*",
    }
    for statement in allowed(deploy("both", VpcArns=VPC)):
        actions = as_list(statement["Action"])
        if not actions[0].startswith("ec2:") or actions[0].startswith(("ec2:Describe", "ec2:Get")):
            continue
        if set(actions) == {"ec2:CreateTags", "ec2:DeleteTags"}:
            continue  # test_tags.py
        conditions = json.dumps(statement.get("Condition", {}))
        if statement["Resource"] == [VPC]:
            continue
        if statement["Sid"] in unnamed:
            assert statement["Resource"].rpartition(":")[2] == unnamed[statement["Sid"]]
        else:
            assert "Tag/Name" in conditions or "ec2:CreateAction" in conditions, statement["Sid"]


def test_tags_are_put_on_what_is_made_and_on_nothing_else():
    for stack in ROLES["deploy"]:
        made = {action for action, _ in allows(stack) if action.startswith(("ec2:Create", "ec2:Allocate"))}
        tagged = {
            f"ec2:{action}"
            for statement in allowed(stack)
            for action in statement.get("Condition", {}).get("StringEquals", {}).get("ec2:CreateAction", [])
        }
        untagged = {"ec2:CreateRoute", "ec2:CreateTags"}
        link = {"ec2:CreateVpcEndpointServiceConfiguration"} - tagged
        assert made - untagged - link == tagged


@pytest.mark.parametrize("stack", ROLES["deploy"])
def test_roles_are_given_to_the_services_they_are_for(stack):
    services = {
        "crosslink-logs-*": "apigateway.amazonaws.com",
        "crosslink-*-flow-logs-*": "vpc-flow-logs.amazonaws.com",
    }
    services |= dict.fromkeys(
        ("crosslink-*-eksRole-role-*", "crosslink-*-nodeRole-role-*"), "eks.amazonaws.com"
    )
    services["orders"] = "pods.eks.amazonaws.com"
    passes = [statement for statement in allowed(stack) if "iam:PassRole" in as_list(statement["Action"])]
    made = [statement for statement in passes if statement["Resource"] != [POD_ROLE]]
    assert bool(made) == ("Boundary" in stack.resources)
    for statement in passes:
        assert statement["Action"] == "iam:PassRole"
        (service,) = {services[arn.rpartition("/")[2]] for arn in as_list(statement["Resource"])}
        assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": service}}


@pytest.mark.parametrize("stack", ROLES["deploy"])
def test_roles_get_aws_managed_policies_that_are_named(stack):
    for statement in allowed(stack):
        if "iam:AttachRolePolicy" in as_list(statement["Action"]):
            policies = as_list(statement["Condition"]["ArnEquals"]["iam:PolicyARN"])
            assert all(policy.startswith("arn:aws:iam::aws:policy/") for policy in policies)
            assert not [policy for policy in policies if "*" in policy or "Admin" in policy]


@pytest.mark.parametrize("side", [*SIDES, "both"])
@pytest.mark.parametrize(("given", "boundary"), [("", "<Boundary>"), (BOUNDARY, BOUNDARY)])
def test_new_roles_have_a_boundary_that_stays(side, given, boundary):
    stack = deploy(side, PermissionsBoundaryArn=given)
    bounded = {"iam:CreateRole", "iam:PutRolePermissionsBoundary"}
    statements = [statement for statement in allowed(stack) if bounded & {*as_list(statement["Action"])}]
    assert statements
    for statement in statements:
        assert {*statement["Action"]} == bounded
        assert statement["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": boundary}}
    policy_verbs = ("iam:DeleteRolePermissionsBoundary", "iam:CreatePolicy", "iam:SetDefaultPolicyVersion")
    assert not [action for action, _ in allows(stack) if action.startswith(policy_verbs)]
    assert ("Boundary" in stack.resources) == (not given)


def test_the_boundary_keeps_from_administering_iam():
    (policy,) = (
        policy
        for policy in deploy("both").of_type("AWS::IAM::ManagedPolicy").values()
        if "Roles" not in policy
    )
    for statement in policy["PolicyDocument"]["Statement"]:
        actions = as_list(statement["Action"])
        if statement["Resource"] == "*":
            assert not [action for action in actions if action.startswith(("*", "iam:", "sts:"))]
            assert statement["Condition"] == {"StringEquals": {"aws:RequestedRegion": REGIONS}}
        else:
            assert not [action for action in actions if "*" in action]
    passes = [
        statement
        for statement in policy["PolicyDocument"]["Statement"]
        if "iam:PassRole" in statement["Action"]
    ]
    assert [statement["Resource"].rpartition("/")[2] for statement in passes] == [
        "crosslink-*-nodeRole-role-*"
    ]


@pytest.mark.parametrize(("given", "boundary"), [("", "<Boundary>"), (BOUNDARY, BOUNDARY)])
def test_only_roles_for_flow_logs_and_of_clusters_have_policies_of_their_own_within_the_boundary(
    given, boundary
):
    inline = {"iam:DeleteRolePolicy", "iam:PutRolePolicy"}
    for side in (*SIDES, "both"):
        stack = deploy(side, PermissionsBoundaryArn=given)
        statements = [entry for entry in allowed(stack) if inline & {*as_list(entry["Action"])}]
        for statement in statements:
            assert {*statement["Action"]} == inline
            assert statement["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": boundary}}
        own = ["crosslink-*-flow-logs-*", *(["crosslink-*-eksRole-role-*"] if side != "consumer" else [])]
        assert [statement["Resource"] for statement in statements] == [
            f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in own
        ]


def test_the_boundary_allows_what_the_policies_of_roles_do():
    bounds = deploy("both").resources["Boundary"]["Properties"]["PolicyDocument"]["Statement"]
    (services,) = (statement["Action"] for statement in bounds if statement["Sid"] == "Services")
    policies = run_stack(file_of("logs"), preview=True).of_type("aws:iam/rolePolicy:RolePolicy")
    assert policies
    for policy in policies:
        for statement in json.loads(policy.inputs["policy"])["Statement"]:
            for action in as_list(statement["Action"]):
                assert any(fnmatch(action, service) for service in services)


@pytest.mark.parametrize("stack", ROLES["deploy"])
def test_service_linked_roles_are_made_for_the_service_that_has_them(stack):
    for statement in allowed(stack):
        if statement["Action"] == "iam:CreateServiceLinkedRole":
            service = statement["Resource"].split("/")[2]
            assert statement["Resource"].endswith(f":role/aws-service-role/{service}/*")
            assert statement["Condition"] == {"StringEquals": {"iam:AWSServiceName": service}}


@pytest.mark.parametrize("stack", ROLES["deploy"])
def test_the_role_cannot_change_itself(stack):
    """None of the roles that it may change can be one of ours: each pattern has a part that ours have not."""
    for statement in allowed(stack):
        if statement["Resource"] == [POD_ROLE]:
            assert statement["Action"] in ("iam:GetRole", "iam:PassRole")
            continue
        for resource in as_list(statement["Resource"]):
            if resource.startswith("arn:aws:iam:"):
                name = resource.partition(":role/")[2]
                assert name.startswith(("aws-service-role/", "crosslink-logs-", "crosslink-*-"))
                assert name.endswith(("-role-*", "/*", "crosslink-logs-*", "-flow-logs-*"))


@pytest.mark.parametrize("stack", EVERY)
def test_other_regions_are_denied(stack):
    denied = [statement for statement in stack.statements() if statement["Effect"] == "Deny"]
    assert denied == [
        {
            "Sid": "NoOtherRegion",
            "Effect": "Deny",
            "NotAction": ["iam:*", "route53:*"],
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": REGIONS}},
        }
    ]


@pytest.mark.parametrize(("role", "name"), [(deploy, "crosslink-deploy"), (preview, "crosslink-preview")])
@pytest.mark.parametrize("external_id", ["", "agreed"])
def test_the_hub_role_alone_is_trusted(role, name, external_id):
    (made,) = role("both", ExternalId=external_id).of_type("AWS::IAM::Role").values()
    statement = {"Effect": "Allow", "Principal": {"AWS": [HUB]}, "Action": "sts:AssumeRole"}
    if external_id:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": external_id}}
    assert made["AssumeRolePolicyDocument"]["Statement"] == [statement]
    assert made["RoleName"] == name
    assert "Policies" not in made
    assert "ManagedPolicyArns" not in made


@pytest.mark.parametrize("stack", EVERY)
def test_policies_are_within_the_limits_of_iam(stack):
    policies = stack.of_type("AWS::IAM::ManagedPolicy")
    attached = [key for key in policies if key != "Boundary"]
    assert len(attached) <= POLICIES_PER_ROLE
    assert not [key for key in attached if not policies[key]["PolicyDocument"]["Statement"]]
    for key, policy in policies.items():
        assert policy.get("Roles") == (["<Role>"] if key in attached else None)
        assert size(policy["PolicyDocument"]) <= MANAGED_POLICY_LIMIT, key
        sids = [statement["Sid"] for statement in policy["PolicyDocument"]["Statement"]]
        assert len(sids) == len(set(sids)), key


def test_only_a_role_for_native_crossing_may_cross_regions_and_only_to_those_it_is_told_of():
    crosses = {("vpce:AllowMultiRegion", "")}
    assert not crosses & allows(deploy("both", VpcArns=VPC))
    stack = deploy("both", NativeRegions=["eu-central-1"])
    found = {
        statement["Sid"]: statement["Condition"]
        for statement in allowed(stack)
        if "vpce:AllowMultiRegion" in as_list(statement["Action"])
    }
    assert found == {
        "EndpointsOfOtherRegions": {"StringEqualsIfExists": {"ec2:VpceServiceRegion": ["eu-central-1"]}},
        "ServicesForOtherRegions": {
            "ForAllValues:StringEquals": {"ec2:VpceSupportedRegion": [*REGIONS, "eu-central-1"]}
        },
    }
