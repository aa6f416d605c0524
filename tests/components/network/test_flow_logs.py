"""FlowLogs: all traffic of a VPC, written by a role that can do nothing else."""

import json
from functools import cache

from pulumi import ResourceOptions

from components.network.flow_logs import FlowLogs, FlowLogsArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import Run
from tests.components.support import PROVIDER, account, children, counts, places, urns

REGION = "us-east-1"
FLOW_LOG, LOG_GROUP = "aws:ec2/flowLog:FlowLog", "aws:cloudwatch/logGroup:LogGroup"
ROLE, POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
COMPONENT = "crosslink:network:FlowLogs"


@cache
def built(*, boundary: str | None = None, preview: bool = False) -> Run:
    def program() -> None:
        args = FlowLogsArgs(
            vpc_id="vpc-1",
            account_id=PROVIDER,
            region=REGION,
            retention_days=90,
            permissions_boundary=boundary,
        )
        FlowLogs("net-flow-logs", args, ResourceOptions(provider=account(PROVIDER, REGION)))

    return run(program, preview=preview)


def test_creates_a_flow_log_its_group_and_its_role():
    found = built()
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {FLOW_LOG: 1, LOG_GROUP: 1, ROLE: 1, POLICY: 1}
    assert {resource.name for resource in made} == {"net-flow-logs"}
    assert places(made) == {(PROVIDER, REGION)}


def test_all_traffic_goes_to_the_group_once_the_role_may_write():
    found = built()
    assert found.one(FLOW_LOG).inputs == {
        "vpcId": "vpc-1",
        "trafficType": "ALL",
        "logDestination": found.one(LOG_GROUP).outputs["arn"],
        "iamRoleArn": found.one(ROLE).outputs["arn"],
        "tags": {"Name": "net-flow-logs"},
    }
    assert found.one(FLOW_LOG).dependencies == urns(*map(found.one, (LOG_GROUP, ROLE, POLICY)))


def test_the_group_is_kept_as_long_as_it_is_set():
    assert built().one(LOG_GROUP).inputs == {"retentionInDays": 90}


def test_only_flow_logs_of_this_account_and_region_may_take_on_the_role():
    role = dict(built().one(ROLE).inputs)
    assert json.loads(role.pop("assumeRolePolicy"))["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": PROVIDER},
                "ArnLike": {"aws:SourceArn": f"arn:aws:ec2:{REGION}:{PROVIDER}:vpc-flow-log/*"},
            },
        }
    ]
    assert role == {}


def test_the_role_has_the_accounts_boundary():
    boundary = f"arn:aws:iam::{PROVIDER}:policy/crosslink-boundary"
    assert built(boundary=boundary).one(ROLE).inputs["permissionsBoundary"] == boundary


def test_the_role_writes_to_its_own_group_and_makes_none():
    found = built()
    groups = f"arn:aws:logs:{REGION}:{PROVIDER}:log-group:"
    assert found.one(LOG_GROUP).outputs["arn"].startswith(f"{groups}net-flow-logs-")
    policy = found.one(POLICY).inputs
    assert policy["role"] == found.one(ROLE).outputs["name"]
    assert json.loads(policy["policy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            "Resource": f"{groups}net-flow-logs*",
        },
        {
            "Effect": "Allow",
            "Action": "logs:DescribeLogGroups",
            "Resource": f"{groups}*",
        },
    ]


def test_the_output_is_the_groups_name():
    found = built()
    assert found.one(COMPONENT).outputs == {"logGroup": found.one(LOG_GROUP).outputs["name"]}


def test_a_preview_shows_who_may_take_on_the_role_and_for_what():
    found = built(preview=True)
    assert found.one(ROLE).inputs == built().one(ROLE).inputs
    assert found.one(POLICY).inputs["policy"] == built().one(POLICY).inputs["policy"]
