"""Helpers for the tests of components: accounts and networks to build in, and queries on the record."""

from collections import Counter
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network
from typing import Any

import pulumi_aws as aws
from pulumi import ResourceOptions
from pulumi_kubernetes import Provider as KubernetesProvider

from components.accounts import Accounts
from components.network.vpc import Network, NetworkArgs
from crosslink.sandbox.record import Resource, Run
from settings.backend import ClusterBackend
from settings.cluster import Cluster
from settings.networks import BackendNetwork
from settings.service import Service

CONSUMER = "111111111111"
PROVIDER = "222222222222"

CERTIFICATE = f"arn:aws:acm:us-east-1:{PROVIDER}:certificate/12345678-1234-1234-1234-123456789012"

HEALTH_CHECK = {
    "enabled": True,
    "protocol": "HTTP",
    "port": "traffic-port",
    "path": "/healthz",
    "matcher": "200",
    "interval": 10,
    "timeout": 6,
    "healthyThreshold": 2,
    "unhealthyThreshold": 2,
}
"""The health check of both NLBs, which the ALB answers; over HTTPS if the ALB has TLS."""


def account(account_id: str, region: str) -> aws.Provider:
    """An account without a role or tags."""
    return Accounts(roles={}, tags={}).of(account_id, region)


def kubernetes(account_id: str, region: str) -> KubernetesProvider:
    """A cluster of an account, by its identifier."""
    return KubernetesProvider(
        "cluster", kubeconfig="{}", cluster_identifier=f"arn:aws:eks:{region}:{account_id}:cluster/test"
    )


def network(
    name: str, cidr: str, tiers: Mapping[str, Mapping[str, str]], opts: ResourceOptions | None = None
) -> Network:
    """A network without NAT; CIDRs as text."""
    return Network(
        name,
        NetworkArgs(
            cidr=IPv4Network(cidr),
            account_id=CONSUMER,
            region="us-west-2",
            tiers={
                tier: {zone: IPv4Network(cidr) for zone, cidr in zones.items()}
                for tier, zones in tiers.items()
            },
        ),
        opts,
    )


def backend(**given: Any) -> ClusterBackend:
    """A backend's settings; the defaults are those of the README's example."""
    example = {
        "name": "apps",
        "account_id": PROVIDER,
        "region": "us-east-1",
        "network": BackendNetwork(cidr=IPv4Network("10.20.0.0/16"), zone_ids=("use1-az1", "use1-az2")),
        "cluster": Cluster(public_access_cidrs=(IPv4Network("203.0.113.0/24"),)),
        "services": (Service(name="svc1", path="/svc1", image="hashicorp/http-echo:1.0", port=8080),),
    }
    return ClusterBackend(**example | given)


def children(run: Run, component: Resource) -> list[Resource]:
    """The children of a component."""
    return [resource for resource in run.resources.values() if resource.parent == component.urn]


def counts(resources: Iterable[Resource]) -> Mapping[str, int]:
    """Type → number of resources."""
    return Counter(resource.type for resource in resources)


def places(resources: Iterable[Resource]) -> set[tuple[str | None, str | None]]:
    """The accounts and regions of resources, except for components, which have none."""
    return {(resource.account, resource.region) for resource in resources if resource.package != "crosslink"}


def subnet_ids(run: Run, tier: str, zones: Iterable[str]) -> list[str | None]:
    """Ids of the subnets of a tier, `<network>-<tier>`, in the order of the zones."""
    return [run.one("aws:ec2/subnet:Subnet", f"{tier}-{zone}").id for zone in zones]


def urns(*resources: Resource) -> frozenset[str]:
    """The resources' URNs, as in another resource's dependencies."""
    return frozenset(resource.urn for resource in resources)
