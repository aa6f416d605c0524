"""Flow logs of a VPC."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import Output, ResourceOptions


@dataclass(frozen=True, kw_only=True)
class FlowLogsArgs:
    """Arguments of FlowLogs.

    Args:
        vpc_id: id of the VPC.
        account_id: the component's account, 12 digits.
        region: the component's region.
        retention_days: how long they are kept, one of the periods that CloudWatch Logs allows.
        permissions_boundary: ARN of the policy that bounds the role; None for none.
    """

    vpc_id: pulumi.Input[str]
    account_id: str
    region: str
    retention_days: int
    permissions_boundary: str | None


class FlowLogs(pulumi.ComponentResource):
    """Flow logs of all traffic of a VPC, in a log group of their own, by a role that writes only there.

    Outputs:
        log_group: name of the log group.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """

    log_group: Output[str]

    def __init__(self, name: str, args: FlowLogsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:network:FlowLogs", name, None, opts)
        group = aws.cloudwatch.LogGroup(
            name, retention_in_days=args.retention_days, opts=ResourceOptions(parent=self)
        )
        role = aws.iam.Role(
            name,
            assume_role_policy=json.dumps(_trust(args.account_id, args.region)),
            permissions_boundary=args.permissions_boundary,
            opts=ResourceOptions(parent=self),
        )
        policy = aws.iam.RolePolicy(
            name,
            role=role.id,
            policy=json.dumps(_writing(f"arn:aws:logs:{args.region}:{args.account_id}:log-group:", name)),
            opts=ResourceOptions(parent=self),
        )
        aws.ec2.FlowLog(
            name,
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            tags={"Name": name},
            opts=ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.log_group = group.name
        self.register_outputs({"logGroup": self.log_group})


def _trust(account_id: str, region: str) -> dict[str, object]:
    """Who may take on the role: the service, for flow logs of this account and region."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account_id},
            "ArnLike": {"aws:SourceArn": f"arn:aws:ec2:{region}:{account_id}:vpc-flow-log/*"},
        },
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _writing(groups: str, name: str) -> dict[str, object]:
    """What AWS's page lists, except `logs:CreateLogGroup`: the group exists, and a late record must not bring
    it back after a destroy. The group is named by how its name begins, so that a preview shows the policy."""
    write = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        "Resource": f"{groups}{name}*",
    }
    find = {"Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": f"{groups}*"}
    return {"Version": "2012-10-17", "Statement": [write, find]}
