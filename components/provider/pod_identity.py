"""The identity of a service's pods in AWS."""

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs


def pod_identity(
    name: str, cluster_name: str, metadata: ObjectMetaArgs, role_arn: str, parent: pulumi.Resource
) -> list[pulumi.Resource]:
    """A ServiceAccount, and the association that gives its pods the role. Another role needs no new pods.

    Args:
        name: the logical name of both.
        cluster_name: name of the EKS cluster.
        metadata: name, namespace and labels of the ServiceAccount.
        role_arn: ARN of the role.
        parent: their parent.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html
    """
    account = core.ServiceAccount(
        name,
        metadata=metadata,
        automount_service_account_token=False,
        opts=ResourceOptions(parent=parent),
    )
    association = aws.eks.PodIdentityAssociation(
        name,
        cluster_name=cluster_name,
        namespace=metadata.namespace,
        service_account=metadata.name,
        role_arn=role_arn,
        opts=ResourceOptions(parent=parent),
    )
    return [account, association]
