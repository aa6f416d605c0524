"""What a cluster in Auto Mode may do to tag the nodes and load balancers that it makes."""

import json
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

CLUSTER = "eks:eks-cluster-name"
"""Tag of all that EKS makes for a cluster, and of the session in which it acts with the cluster's role."""
OWN = "${aws:PrincipalTag/eks:eks-cluster-name}"


def tag_policy(name: str, role_arn: pulumi.Input[str], parent: pulumi.Resource) -> aws.iam.RolePolicy:
    """A policy of the cluster's role: AWS's own ones allow no tags but those of EKS.

    Nodes and load balancers that get other tags depend on it: without it none is made. When the tags are
    taken away, it goes after the nodes that had them, and so the controller can take them off the ALB.

    Args:
        name: its logical name.
        role_arn: ARN of the role.
        parent: its parent.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html#tag-prop
    """
    role = pulumi.Output.from_input(role_arn).apply(lambda arn: arn.rpartition("/")[2])
    return aws.iam.RolePolicy(name, role=role, policy=json.dumps(POLICY), opts=ResourceOptions(parent=parent))


def _allow(
    actions: Sequence[str], condition: Mapping[str, object], resource: str = "*"
) -> Mapping[str, object]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource, "Condition": condition}


_NEW = {f"aws:RequestTag/{CLUSTER}": OWN}
_THERE = {"StringEquals": {f"aws:ResourceTag/{CLUSTER}": OWN}}
POLICY: Mapping[str, object] = {
    "Version": "2012-10-17",
    "Statement": [
        # As on AWS's page, but for volumes of pods and for Shield, which the program has no use for.
        _allow(
            ["ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"],
            {
                "StringEquals": _NEW,
                "StringLike": {
                    "aws:RequestTag/eks:kubernetes-node-class-name": "*",
                    "aws:RequestTag/eks:kubernetes-node-pool-name": "*",
                },
            },
        ),
        _allow(
            ["ec2:CreateNetworkInterface"],
            {"StringEquals": _NEW, "StringLike": {"aws:RequestTag/eks:kubernetes-cni-node-name": "*"}},
        ),
        _allow(
            [
                "ec2:CreateSecurityGroup",
                "elasticloadbalancing:CreateListener",
                "elasticloadbalancing:CreateLoadBalancer",
                "elasticloadbalancing:CreateRule",
                "elasticloadbalancing:CreateTargetGroup",
            ],
            {"StringEquals": _NEW},
        ),
        # AWS's policies allow tags only as something is made. A change of them would leave the controller
        # without permission, and the ALB without the rules of any later change.
        _allow(["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"], _THERE),
        _allow(["ec2:CreateTags", "ec2:DeleteTags"], _THERE, "arn:aws:ec2:*:*:security-group/*"),
    ],
}
