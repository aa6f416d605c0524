"""The EKS cluster that the pods run in."""

from crosslink.graph import tokens
from crosslink.graph.node import fields, items
from crosslink.graph.unknown import Fact, Flag, Text
from crosslink.path.hop import Hop, Source, computed, hop, if_known, only_aws, prop


def _issues(source: Source) -> Fact[tuple[tuple[str, str], ...]]:
    """Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_ClusterHealth.html"""
    found = source.node.get("health", "issues")
    return if_known(
        found,
        lambda issues: tuple(
            (str(fields(issue).get("code")), str(fields(issue).get("message"))) for issue in items(issues)
        ),
    )


@hop
class EksCluster(Hop):
    """The cluster."""

    token = tokens.EKS_CLUSTER
    makes_nodes: Flag = prop("computeConfig", "enabled")  # by Auto Mode
    makes_balancers: Flag = prop("kubernetesNetworkConfig", "elasticLoadBalancing", "enabled")  # by Auto Mode
    authentication: Text = prop("accessConfig", "authenticationMode")  # None for AWS's default
    # built-in node pools; none for none
    built_in_pools: Fact[tuple[str, ...]] = prop(
        "computeConfig", "nodePools", convert=lambda names: tuple(items(names))
    )
    creator_is_admin: Flag = prop("accessConfig", "bootstrapClusterCreatorAdminPermissions")  # None for yes
    makes_volumes: Flag = prop("storageConfig", "blockStorage", "enabled")  # by Auto Mode
    ip_family: Text = prop("kubernetesNetworkConfig", "ipFamily")  # None for the default, `ipv4`
    # whether nodes reach its API inside the VPC, and whether others do; None for the defaults, no and yes
    private_access: Flag = prop("vpcConfig", "endpointPrivateAccess")
    public_access: Flag = prop("vpcConfig", "endpointPublicAccess")
    public_ranges: Fact[tuple[str, ...]] = prop(
        "vpcConfig", "publicAccessCidrs", convert=lambda ranges: tuple(items(ranges))
    )
    status: Text = only_aws("status")  # `ACTIVE` and so on; None where AWS wasn't asked
    issues: Fact[tuple[tuple[str, str], ...]] = computed(_issues)  # code and message of what AWS finds wrong
