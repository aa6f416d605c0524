"""The rules of the cluster that the pods run in."""

from crosslink.graph.controllers import AUTO_MODE
from crosslink.graph.unknown import known, present
from crosslink.ip_ranges import EVERYBODY
from crosslink.path import steps
from crosslink.path.eks_cluster import EksCluster
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.rule import AWS, fix, given, rule, with_own_cluster

EKS = f"{AWS}/eks/latest/userguide"
# An update doesn't stop what runs
# (https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html#AmazonEKS-Type-Cluster-status).
RUNNING = ("ACTIVE", "UPDATING")
# https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html
WITH_ENTRIES = ("API", "API_AND_CONFIG_MAP")
LOOK = "aws eks describe-cluster --name {id} --region {region}"


def _runs_by_auto_mode(walk: Walk, _cluster: EksCluster) -> bool:
    """Whether Auto Mode is to make load balancers, and the nodes of a cluster of the stack's own."""
    return all(intent.controller == AUTO_MODE for intent in present(walk.intent))


@rule(steps.CLUSTER, when=_runs_by_auto_mode, source=f"{EKS}/auto-enable-existing.html")
@fix(
    "Switch on compute and load balancing of Auto Mode, which go together with its block storage.", look=LOOK
)
def cluster_makes_what_the_path_needs(walk: Walk, cluster: EksCluster) -> str | Graded | None:
    """Auto Mode makes the load balancer of the Ingress, and the nodes of a cluster of the stack's own."""
    if not known(cluster.makes_balancers):
        return "it makes no load balancers (kubernetesNetworkConfig.elasticLoadBalancing)"
    if known(cluster.makes_volumes) is False:
        return "it makes no volumes (storageConfig.blockStorage): AWS refuses the others without"
    needs_nodes = with_own_cluster(walk, cluster)
    return "it makes no nodes (computeConfig)" if needs_nodes and not known(cluster.makes_nodes) else None


@rule(steps.CLUSTER, when=_runs_by_auto_mode, source=f"{EKS}/auto-enable-existing.html")
@fix(
    "Set accessConfig.authenticationMode to API_AND_CONFIG_MAP or API, which can't be set back, and leave "
    "bootstrapClusterCreatorAdminPermissions true.",
    look=LOOK,
    mend="aws eks update-cluster-config --name {id} --access-config authenticationMode=API_AND_CONFIG_MAP "
    "--region {region}",
)
def cluster_knows_access_entries(walk: Walk, cluster: EksCluster) -> str | None:
    """The cluster heeds access entries, by which nodes join it, and lets the role that makes it fill it."""
    mode = known(cluster.authentication)
    if mode in WITH_ENTRIES:
        shut_out = walk.order and known(cluster.creator_is_admin) is False
        return "the role that makes it isn't an admin, and may make nothing in it" if shut_out else None
    told = (
        f"its authenticationMode is {mode}"
        if mode
        else "it has no authenticationMode: CONFIG_MAP is AWS's own"
    )
    return f"{told}, which takes no access entries"


@rule(steps.CLUSTER, when=_runs_by_auto_mode, source=f"{EKS}/cni-ipv6.html")
@fix("Make a cluster with `ipFamily` ipv4: it can't be changed.", look=LOOK)
def cluster_is_of_the_paths_ip_family(_walk: Walk, cluster: EksCluster) -> str | None:
    """Pods have IPv4 addresses, as the ALB's targets and the groups of the path have."""
    family = known(cluster.ip_family) or "ipv4"
    return None if family == "ipv4" else f"its ipFamily is {family}"


@rule(steps.CLUSTER, source=f"{EKS}/cluster-endpoint.html")
@fix("Switch on endpointPrivateAccess, or let the addresses of the nodes' NAT gateways in.", look=LOOK)
def nodes_reach_the_api(_walk: Walk, cluster: EksCluster) -> str | None:
    """Nodes reach the cluster's API inside the VPC, or over the internet from wherever they come."""
    if known(cluster.private_access):
        return None
    if known(cluster.public_access) is False:
        return "its API has neither a private nor a public endpoint"
    ranges = known(cluster.public_ranges) or (EVERYBODY,)
    if EVERYBODY in ranges:
        return None
    return f"its API has no private endpoint, and the public one lets in {', '.join(ranges)} alone"


@rule(steps.CLUSTER, when=given("status"), source=f"{EKS}/clusters.html")
@fix("Wait until it is there. One that failed has to be made anew.", look=LOOK)
def cluster_is_active(_walk: Walk, cluster: EksCluster) -> str | None:
    """The cluster is active."""
    status = known(cluster.status)
    return None if status in RUNNING else f"it is {status}"


@rule(steps.CLUSTER, when=given("status"), source=f"{EKS}/troubleshooting.html", grade=Grade.REDUNDANCY)
@fix(
    "Do what the message says: a subnet, group, role or key of the cluster is gone or can't be used.",
    look=LOOK,
)
def cluster_has_no_issues(_walk: Walk, cluster: EksCluster) -> str | None:
    """EKS finds nothing wrong with the cluster's network, role and keys: else nothing new starts."""
    issues = known(cluster.issues)
    return "; ".join(f"{code}: {message}" for code, message in issues) or None
