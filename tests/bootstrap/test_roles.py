"""The accounts' two roles: they allow what the table says and no more, and trust whom they are told to."""

import json

import pytest

from tests.bootstrap.table import EVERYTHING, READ, SIDES, Side, doctor, needs, needs_of
from tests.bootstrap.templates import ACCOUNT, LOGS_ALONE, Stack, as_list, render, size

HUB = "arn:aws:iam::333333333333:role/crosslink-deploy-hub"
ZONE = "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"
FUNCTION = f"arn:aws:lambda:us-west-2:{ACCOUNT}:function:who-calls:live"
REGIONS = ["us-west-2", "us-east-1"]
MANAGED_POLICY_LIMIT = 6144
POLICIES_PER_ROLE = 10
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


def deploy(side: str, **parameters) -> Stack:
    given = {"HostedZoneArns": ZONE, "FunctionArns": FUNCTION} if side != "provider" else {}
    return render(
        "deploy-role.yaml", TrustedRoleArns=[HUB], Side=side, Regions=REGIONS, **(given | parameters)
    )


def preview(side: str, **parameters) -> Stack:
    return render("preview-role.yaml", TrustedRoleArns=[HUB], Side=side, Regions=REGIONS, **parameters)


ROLES = {
    "deploy": [deploy(side) for side in (*SIDES, "both")],
    "preview": [preview(side, Probe="true") for side in (*SIDES, "both")],
}
EVERY = [pytest.param(stack, id=name) for name, stacks in ROLES.items() for stack in stacks]


def allowed(stack: Stack):
    return [statement for statement in stack.statements() if statement["Effect"] == "Allow"]


def allows(stack: Stack):
    return {need for statement in allowed(stack) for need in needs_of(statement)}


@pytest.mark.parametrize("side", SIDES)
def test_the_deploy_role_allows_what_the_table_says(side: Side):
    assert allows(deploy(side)) == needs(side, EVERYTHING) | doctor(side)


@pytest.mark.parametrize("side", SIDES)
def test_the_preview_role_reads_what_the_table_and_the_doctor_say(side: Side):
    reads = needs(side, READ)
    assert allows(preview(side)) == reads | doctor(side, probe=False)
    assert allows(preview(side, Probe="true")) == reads | doctor(side)


def test_an_account_that_is_both_sides_has_the_rights_of_both():
    for role in (deploy, preview):
        assert allows(role("both")) == allows(role("consumer")) | allows(role("provider"))


@pytest.mark.parametrize(
    ("parameter", "services", "sids", "arn"),
    [
        ("HostedZoneArns", {"acm", "route53"}, ["Records"], ZONE),
        ("FunctionArns", {"lambda"}, ["Functions", "ReadFunctions"], FUNCTION),
    ],
)
def test_what_a_stack_does_not_have_is_left_out_and_what_it_has_is_named(parameter, services, sids, arn):
    without = {need.partition(":")[0] for need, _ in allows(deploy("consumer", **{parameter: ""}))}
    assert not without & services
    named = [statement for statement in allowed(deploy("consumer")) if statement["Resource"] == [arn]]
    assert [one["Sid"] for one in named] == sids


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
    "kms:CreateKey",
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
        "FreeAddress": "*",
        "Rules": "security-group-rule/*",
        "VpcLink": "vpc-endpoint-service/*",
    }
    for statement in allowed(deploy("both")):
        actions = as_list(statement["Action"])
        if not actions[0].startswith("ec2:") or actions[0].startswith("ec2:Describe"):
            continue
        conditions = json.dumps(statement.get("Condition", {}))
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
    passes = [one for one in allowed(stack) if "iam:PassRole" in as_list(one["Action"])]
    assert passes
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


@pytest.mark.parametrize("stack", ROLES["deploy"])
def test_a_policy_of_its_own_is_only_for_a_role_within_a_boundary(stack):
    puts = [statement for statement in allowed(stack) if "iam:PutRolePolicy" in as_list(statement["Action"])]
    assert puts
    for statement in puts:
        assert "iam:CreateRole" in statement["Action"]
        assert statement["Condition"] == {"ArnEquals": {"iam:PermissionsBoundary": LOGS_ALONE}}
    changes_boundaries = {need for need in allows(stack) if "PermissionsBoundary" in need[0]}
    assert not changes_boundaries


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
    assert len(policies) <= POLICIES_PER_ROLE
    for key, policy in policies.items():
        assert policy["Roles"] == ["<Role>"]
        assert size(policy["PolicyDocument"]) <= MANAGED_POLICY_LIMIT, key
        sids = [statement["Sid"] for statement in policy["PolicyDocument"]["Statement"]]
        assert len(sids) == len(set(sids)), key
