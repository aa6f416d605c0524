"""The EKS cluster that runs a backend's services."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks
from pulumi import ResourceOptions
from pulumi_kubernetes import Provider as KubernetesProvider
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import ObjectMetaPatchArgs

from components.provider.node_pool import BUILT_IN, NodePools, NodePoolsArgs
from components.provider.tagging import tag_policy
from components.provider.viewers import VIEWERS, let_viewers_read
from settings.pods import Architecture

ADMIN_POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
"""https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html"""


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """Arguments of a Cluster.

    Args:
        cluster_name: the cluster's name in AWS, unique in its account and region, at most 100 characters.
        account_id: the cluster's account, 12 digits.
        region: the cluster's region.
        version: Kubernetes version, such as "1.36".
        vpc_id: id of the VPC.
        subnet_ids: ids of the node subnets. Their zones can't change while the cluster exists.
        egress: resources that must exist before nodes can reach the internet to pull images.
        public_access_cidrs: CIDRs that may reach the cluster's public API endpoint; empty for a private one
            alone, which only the cluster's VPC and networks connected to it can reach: this program, too, has
            to run there, since it makes objects in the cluster.
        admins: ARNs of the principals that administer the cluster, besides the role that creates it.
        log_retention_days: how long the control plane's logs are kept, as CloudWatch Logs allows it.
        metrics: whether the Metrics Server is installed, which autoscalers need.
        viewers: ARNs of the principals that may read what the program makes in the cluster, except Secrets.
        role_arn: ARN of the role that this program assumes in the account; None for none.
        key_arn: ARN of the KMS key that encrypts Secrets; None for one that is made here. It can't change
            while the cluster exists.
        permissions_boundary: ARN of the policy that bounds the roles of cluster and nodes; None for none.
        architectures: processors that the images of pods are built for.
        tags: tags of the nodes; with any, the cluster may also tag load balancers.
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
    log_retention_days: int
    metrics: bool
    viewers: Sequence[str]
    role_arn: str | None
    key_arn: str | None
    permissions_boundary: str | None
    architectures: Collection[Architecture]
    tags: Mapping[str, str]
    protect: bool


class Cluster(pulumi.ComponentResource):
    """EKS in Auto Mode: AWS manages nodes, pod network, DNS and the load balancer controller.

    Part of the path: behind the ALB. Nothing on the consumer's side depends on it.

    Outputs:
        kubeconfig: the kubeconfig, JSON, secret. It runs `aws eks get-token` with the assumed role. In a
            region that has to be enabled this takes version 2 of the `aws` CLI, or the variable
            AWS_STS_REGIONAL_ENDPOINTS=regional: a session of STS's global endpoint isn't valid there.
        kubernetes: the Kubernetes provider with that kubeconfig.
        log_group: name of the control plane's log group.
        may_tag: the policy that lets the cluster tag what it makes; None without tags.
        node_pools: the node pools besides the built-in ones, which pods need.

    Sources:
        https://docs.aws.amazon.com/eks/latest/userguide/automode.html
        https://www.pulumi.com/registry/packages/eks/api-docs/cluster/
    """

    kubeconfig: pulumi.Output[str]
    kubernetes: KubernetesProvider
    log_group: pulumi.Output[str]
    may_tag: aws.iam.RolePolicy | None
    node_pools: Sequence[pulumi.Resource] = ()

    def __init__(self, name: str, args: ClusterArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:provider:Cluster", name, None, opts)
        # The name is fixed. If the group is missing, AWS creates it, and its logs never expire
        # (https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html).
        logs = aws.cloudwatch.LogGroup(
            name,
            name=f"/aws/eks/{args.cluster_name}/cluster",
            retention_in_days=args.log_retention_days,
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
                **{_entry_name(arn): _admin(arn) for arn in args.admins},
                **{
                    _entry_name(arn): eks.AccessEntryArgs(principal_arn=arn, kubernetes_groups=[VIEWERS])
                    for arn in args.viewers
                },
            },
            # Auto Mode has its own DNS and node role; those that pulumi-eks adds by default would be an
            # add-on without nodes, and an unused role that may join the cluster.
            coredns_addon_options=eks.CoreDnsAddonOptionsArgs(enabled=False),
            create_instance_role=False,
            # EXTENDED, the default, costs six times as much once a version leaves standard support.
            upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(support_type="STANDARD"),
            endpoint_private_access=True,
            endpoint_public_access=bool(args.public_access_cidrs),
            public_access_cidrs=[str(cidr) for cidr in args.public_access_cidrs] or None,
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
        self.log_group = logs.name
        self.may_tag = tag_policy(f"{name}-tags", cluster.eks_cluster.role_arn, self) if args.tags else None
        self.kubeconfig = pulumi.Output.secret(cluster.kubeconfig_json)
        self.kubernetes = KubernetesProvider(
            name,
            kubeconfig=self.kubeconfig,
            # Identifies the cluster while its kubeconfig is unknown in a preview, which would otherwise
            # announce that everything in the cluster is replaced.
            cluster_identifier=f"arn:aws:eks:{args.region}:{args.account_id}:cluster/{args.cluster_name}",
            opts=ResourceOptions(parent=self),
        )
        if args.tags or not BUILT_IN.issuperset(args.architectures):
            self.node_pools = NodePools(
                name,
                NodePoolsArgs(
                    architectures=args.architectures,
                    tags=args.tags,
                    role_name=cluster.auto_mode_node_role_name,
                    subnet_ids=args.subnet_ids,
                    security_group_id=cluster.cluster_security_group_id,
                    may_tag=self.may_tag,
                ),
                ResourceOptions(parent=self, providers=[self.kubernetes]),
            ).pools
        # Network policies are enforced only with this switch, in an object that may hold others
        # (https://docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html).
        core.ConfigMapPatch(
            f"{name}-network-policies",
            metadata=ObjectMetaPatchArgs(name="amazon-vpc-cni", namespace="kube-system"),
            data={"enable-network-policy-controller": "true"},
            opts=ResourceOptions(parent=self, provider=self.kubernetes),
        )
        if args.metrics:
            # Auto Mode doesn't bring it (https://docs.aws.amazon.com/eks/latest/userguide/metrics-server.html).
            aws.eks.Addon(
                f"{name}-metrics",
                cluster_name=args.cluster_name,
                addon_name="metrics-server",
                opts=ResourceOptions(parent=self, depends_on=[cluster]),
            )
        if args.viewers:
            let_viewers_read(f"{name}-viewers", self.kubernetes, self)
        self.register_outputs({"kubeconfig": self.kubeconfig})

    def _key(self, name: str, cluster_name: str) -> aws.kms.Key:
        return aws.kms.Key(
            name,
            description=f"Secrets of the EKS cluster {cluster_name}",
            enable_key_rotation=True,
            tags={"Name": name},
            opts=ResourceOptions(parent=self),
        )


def _entry_name(principal_arn: str) -> str:
    return principal_arn.rpartition(":")[2]


def _admin(principal_arn: str) -> eks.AccessEntryArgs:
    policy = eks.AccessPolicyAssociationArgs(
        policy_arn=ADMIN_POLICY,
        access_scope=aws.eks.AccessPolicyAssociationAccessScopeArgs(type="cluster"),
    )
    return eks.AccessEntryArgs(principal_arn=principal_arn, access_policies={"admin": policy})


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
