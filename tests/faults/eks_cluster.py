"""Faults of the cluster that the pods run in."""

from crosslink.graph import tokens
from crosslink.rules.grade import Grade
from tests.faults.change import put, together
from tests.faults.fault import STATE, CannotKnow, Fault

CLUSTER = (tokens.EKS_CLUSTER, "*")
GUIDE = "https://docs.aws.amazon.com/eks/latest/userguide"

FAULTS: tuple[Fault, ...] = (
    Fault(
        name="Auto Mode makes no load balancers",
        change=put(*CLUSTER, "kubernetesNetworkConfig", "elasticLoadBalancing", "enabled", value=False),
        rule="cluster-makes-what-the-path-needs",
        source=f"{GUIDE}/auto-enable-existing.html",
    ),
    Fault(
        name="Auto Mode makes no nodes",
        change=put(*CLUSTER, "computeConfig", "enabled", value=False),
        rule="cluster-makes-what-the-path-needs",
        source=f"{GUIDE}/auto-enable-existing.html",
    ),
    Fault(
        name="cluster takes no access entries",
        change=put(*CLUSTER, "accessConfig", "authenticationMode", value="CONFIG_MAP"),
        rule="cluster-knows-access-entries",
        source=f"{GUIDE}/setting-up-access-entries.html",
    ),
    Fault(
        name="cluster is made as AWS makes it by default, without access entries",
        change=put(*CLUSTER, "accessConfig", value={"bootstrapClusterCreatorAdminPermissions": True}),
        rule="cluster-knows-access-entries",
        source=f"{GUIDE}/setting-up-access-entries.html",
    ),
    Fault(
        name="the role that makes the cluster isn't its admin",
        change=put(*CLUSTER, "accessConfig", "bootstrapClusterCreatorAdminPermissions", value=False),
        rule="cluster-knows-access-entries",
        live=CannotKnow("the cluster is made, and what is in it"),
        source=f"{GUIDE}/setting-up-access-entries.html",
    ),
    Fault(
        name="Auto Mode makes no volumes",
        change=put(*CLUSTER, "storageConfig", "blockStorage", "enabled", value=False),
        rule="cluster-makes-what-the-path-needs",
        source=f"{GUIDE}/auto-enable-existing.html",
    ),
    Fault(
        name="pods have IPv6 addresses",
        change=put(*CLUSTER, "kubernetesNetworkConfig", "ipFamily", value="ipv6"),
        rule="cluster-is-of-the-paths-ip-family",
        source=f"{GUIDE}/cni-ipv6.html",
    ),
    Fault(
        name="cluster's API is public alone, for the office's addresses",
        change=put(*CLUSTER, "vpcConfig", "endpointPrivateAccess", value=False),
        rule="nodes-reach-the-api",
        source=f"{GUIDE}/cluster-endpoint.html",
    ),
    Fault(
        name="cluster's API has no endpoint",
        change=together(
            put(*CLUSTER, "vpcConfig", "endpointPrivateAccess", value=False),
            put(*CLUSTER, "vpcConfig", "endpointPublicAccess", value=False),
        ),
        rule="nodes-reach-the-api",
        source=f"{GUIDE}/cluster-endpoint.html",
    ),
    Fault(
        name="cluster failed",
        change=put(*CLUSTER, "status", value="FAILED"),
        rule="cluster-is-active",
        planned=STATE,
        source=f"{GUIDE}/troubleshooting.html",
    ),
    Fault(
        name="a subnet of the cluster is gone",
        change=put(
            *CLUSTER,
            "health",
            value={"issues": [{"code": "Ec2SubnetNotFound", "message": "subnet-0a1b is gone"}]},
        ),
        rule="cluster-has-no-issues",
        grade=Grade.REDUNDANCY,
        planned=STATE,
        source=f"{GUIDE}/troubleshooting.html",
    ),
)
