"""An EKS cluster that the stack doesn't create."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import InvokeOutputOptions, ResourceOptions
from pulumi_kubernetes import Provider as KubernetesProvider

CREDENTIALS_API = "client.authentication.k8s.io/v1beta1"


@dataclass(frozen=True, kw_only=True)
class ExistingClusterArgs:
    """Arguments of an ExistingCluster.

    Args:
        cluster_name: the cluster's name.
        account_id: its account, 12 digits.
        region: its region.
        vpc_id: id of the VPC that it must be in.
        auto_mode: whether EKS Auto Mode must make load balancers there.
        role_arn: ARN of the role that this program assumes in the account; None for none.
    """

    cluster_name: str
    account_id: str
    region: str
    vpc_id: pulumi.Input[str]
    auto_mode: bool
    role_arn: str | None


class ExistingCluster(pulumi.ComponentResource):
    """The way into a cluster that others share. Nothing of it is changed.

    Part of the path: behind the ALB. The role needs an access entry in the cluster.

    Outputs:
        kubeconfig: the kubeconfig, JSON, secret. It runs `aws eks get-token` with the assumed role.
        kubernetes: the Kubernetes provider with that kubeconfig.

    Raises:
        pulumi.RunError: from the outputs, also in a preview, if the cluster isn't as the settings say.

    Sources:
        https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
        https://www.pulumi.com/registry/packages/aws/api-docs/eks/getcluster/
    """

    kubeconfig: pulumi.Output[str]
    kubernetes: KubernetesProvider

    def __init__(self, name: str, args: ExistingClusterArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:provider:ExistingCluster", name, None, opts)
        found = aws.eks.get_cluster_output(name=args.cluster_name, opts=InvokeOutputOptions(parent=self))
        checked = pulumi.Output.from_input(args.vpc_id).apply(
            lambda vpc_id: found.apply(lambda cluster: _checked(cluster, vpc_id, args))
        )
        self.kubeconfig = pulumi.Output.secret(checked.apply(lambda cluster: _kubeconfig(cluster, args)))
        self.kubernetes = KubernetesProvider(
            name,
            kubeconfig=self.kubeconfig,
            # Another kubeconfig, by the role of previews, doesn't announce that everything is replaced.
            cluster_identifier=f"arn:aws:eks:{args.region}:{args.account_id}:cluster/{args.cluster_name}",
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({"kubeconfig": self.kubeconfig})


def _checked(
    cluster: aws.eks.GetClusterResult, vpc_id: str, args: ExistingClusterArgs
) -> aws.eks.GetClusterResult:
    if cluster.vpc_config.vpc_id != vpc_id:
        raise pulumi.RunError(
            f"cluster {args.cluster_name} is in {cluster.vpc_config.vpc_id}, the settings say {vpc_id}.\n"
            "Set network.existing of its backend to the cluster's VPC, or cluster.existing.name to another."
        )
    # Auto Mode's nodes and load balancers are switched on together
    # (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html).
    if args.auto_mode and not any(compute.enabled for compute in cluster.compute_configs):
        raise pulumi.RunError(
            f"cluster {args.cluster_name} isn't in EKS Auto Mode, which controller: auto relies on; "
            "set cluster.existing.controller: alb if the AWS Load Balancer Controller runs there"
        )
    return cluster


def _kubeconfig(cluster: aws.eks.GetClusterResult, args: ExistingClusterArgs) -> str:
    """As pulumi-eks writes it for a cluster that it makes, but with a session of STS in the cluster's region,
    whatever the `aws` CLI's version: one of the global endpoint isn't valid where a region must be enabled.

    Sources:
        https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html
        https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html
    """
    command = ["--region", args.region, "eks", "get-token", "--cluster-name", args.cluster_name]
    command += ["--output", "json", *(["--role", args.role_arn] if args.role_arn else [])]
    env = [
        {"name": "KUBERNETES_EXEC_INFO", "value": json.dumps({"apiVersion": CREDENTIALS_API})},
        {"name": "AWS_STS_REGIONAL_ENDPOINTS", "value": "regional"},
    ]
    certificate = cluster.certificate_authorities[0].data
    config: Mapping[str, object] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": "kubernetes",
                "cluster": {"server": cluster.endpoint, "certificate-authority-data": certificate},
            }
        ],
        "contexts": [{"name": "aws", "context": {"cluster": "kubernetes", "user": "aws"}}],
        "current-context": "aws",
        "users": [
            {
                "name": "aws",
                "user": {
                    "exec": {"apiVersion": CREDENTIALS_API, "command": "aws", "args": command, "env": env}
                },
            }
        ],
    }
    return json.dumps(config)
