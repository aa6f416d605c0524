"""The EKS cluster that runs a backend's services."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks
from pulumi import ResourceOptions
from pulumi_kubernetes import Provider as KubernetesProvider

LOG_RETENTION_DAYS = 30
POLICIES = {
    "admin": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
    "view": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminViewPolicy",
}
"""https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html"""


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """Arguments of a Cluster.

    Args:
        cluster_name: the cluster's name in AWS, unique in its account and region, at most 100 characters.
        account_id: the cluster's account, 12 digits.
        region: the cluster's region.
        version: Kubernetes version, such as "1.34".
        vpc_id: id of the VPC.
        subnet_ids: ids of the node subnets. Their zones can't change while the cluster exists.
        egress: resources that must exist before nodes can reach the internet to pull images.
        public_access_cidrs: CIDRs that may reach the cluster's public API endpoint.
        admins: ARNs of the principals that administer the cluster, besides the role that creates it.
        viewers: ARNs of the principals that have read-only access to everything in the cluster.
        role_arn: ARN of the role that this program assumes in the account; None for none.
        key_arn: ARN of the KMS key that encrypts Secrets; None for one that is made here. It can't change
            while the cluster exists.
        permissions_boundary: ARN of the policy that bounds the roles of cluster and nodes; None for none.
        protect: Pulumi refuses to delete the cluster and everything that pulumi-eks creates for it, access
            entries and their policies included: switch it off before removing an admin or a viewer.
    """

    cluster_name: str
    account_id: str
    region: str
    version: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    egress: Sequence[pulumi.Resource]
    public_access_cidrs: Sequence[IPv4Network]
    admins: Sequence[str]
    viewers: Sequence[str]
    role_arn: str | None
    key_arn: str | None
    permissions_boundary: str | None
    protect: bool


class Cluster(pulumi.ComponentResource):
    """EKS in Auto Mode: AWS manages nodes, pod network, DNS and the load balancer controller.

    Part of the path: behind the ALB. Nothing on the consumer's side depends on it.

    Outputs:
        kubeconfig: the kubeconfig, JSON, secret. It runs `aws eks get-token` with the assumed role.
        kubernetes: the Kubernetes provider with that kubeconfig.

    Sources:
        https://docs.aws.amazon.com/eks/latest/userguide/automode.html
        https://www.pulumi.com/registry/packages/eks/api-docs/cluster/
    """

    kubeconfig: pulumi.Output[str]
    kubernetes: KubernetesProvider

    def __init__(self, name: str, args: ClusterArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:provider:Cluster", name, None, opts)
        # The name is fixed. If the group is missing, AWS creates it, and its logs never expire
        # (https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html).
        logs = aws.cloudwatch.LogGroup(
            name,
            name=f"/aws/eks/{args.cluster_name}/cluster",
            retention_in_days=LOG_RETENTION_DAYS,
            opts=ResourceOptions(parent=self),
        )
        cluster = eks.Cluster(
            name,
            name=args.cluster_name,
            version=args.version,
            vpc_id=args.vpc_id,
            private_subnet_ids=args.subnet_ids,
            auto_mode=eks.AutoModeOptionsArgs(enabled=True, create_node_role=True),
            # Auto Mode needs access entries. The role that creates the cluster always becomes an admin, and
            # an entry for it is refused as a conflict (https://github.com/pulumi/pulumi-eks/issues/2373).
            authentication_mode=eks.AuthenticationMode.API,
            access_entries={
                arn.rpartition(":")[2]: eks.AccessEntryArgs(
                    principal_arn=arn,
                    access_policies={
                        policy: eks.AccessPolicyAssociationArgs(
                            policy_arn=POLICIES[policy],
                            access_scope=aws.eks.AccessPolicyAssociationAccessScopeArgs(type="cluster"),
                        )
                    },
                )
                for policy, arns in {"admin": args.admins, "view": args.viewers}.items()
                for arn in arns
            },
            # Auto Mode has its own DNS and node role; those that pulumi-eks adds by default would be an
            # add-on without nodes, and an unused role that may join the cluster.
            coredns_addon_options=eks.CoreDnsAddonOptionsArgs(enabled=False),
            create_instance_role=False,
            # EXTENDED, the default, costs six times as much once a version leaves standard support.
            upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(support_type="STANDARD"),
            endpoint_private_access=True,
            endpoint_public_access=True,
            public_access_cidrs=[str(cidr) for cidr in args.public_access_cidrs],
            enabled_cluster_log_types=["api", "audit", "authenticator", "controllerManager", "scheduler"],
            encryption_config_key_arn=args.key_arn or self._key(name, args.cluster_name).arn,
            # The kubeconfig doesn't inherit the AWS provider's role.
            provider_credential_opts=eks.KubeconfigOptionsArgs(role_arn=args.role_arn)
            if args.role_arn
            else None,
            opts=ResourceOptions(
                parent=self,
                depends_on=[logs, *args.egress],
                protect=args.protect,
                transforms=[bounded(args.permissions_boundary)] if args.permissions_boundary else None,
            ),
        )
        self.kubeconfig = pulumi.Output.secret(cluster.kubeconfig_json)
        self.kubernetes = KubernetesProvider(
            name,
            kubeconfig=self.kubeconfig,
            # Identifies the cluster while its kubeconfig is unknown in a preview, which would otherwise
            # announce that everything in the cluster is replaced.
            cluster_identifier=f"arn:aws:eks:{args.region}:{args.account_id}:cluster/{args.cluster_name}",
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({"kubeconfig": self.kubeconfig})

    def _key(self, name: str, cluster_name: str) -> aws.kms.Key:
        return aws.kms.Key(
            name,
            description=f"Secrets of the EKS cluster {cluster_name}",
            enable_key_rotation=True,
            tags={"Name": name},
            opts=ResourceOptions(parent=self),
        )


def bounded(boundary: str) -> pulumi.ResourceTransform:
    """A transform that gives a permissions boundary to each IAM role, also inside a remote component.

    pulumi-eks has no argument for one.

    Args:
        boundary: ARN of the policy.

    Source: https://www.pulumi.com/docs/iac/concepts/resources/options/transforms/
    """

    def transform(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.type_ != "aws:iam/role:Role":
            return None
        return pulumi.ResourceTransformResult({**args.props, "permissionsBoundary": boundary}, args.opts)

    return transform
